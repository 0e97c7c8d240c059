"""Sheets to a :class:`Roster`: which rows are homes, which home is which, and what is wrong with the file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from yishiting.ground.people.roster.groups import DEVELOPER, looks_like_company, looks_like_developer, name_set
from yishiting.ground.people.roster.headers import Columns, find_columns
from yishiting.ground.people.roster.labels import (
    HomeKey,
    building_of_title,
    has_suffix,
    home_key,
)
from yishiting.ground.people.roster.model import HomeRow, Kind, Roster
from yishiting.ground.people.roster.problems import Problem, problem
from yishiting.ground.people.roster.rows import Draft, SheetReader, Total
from yishiting.ground.people.roster.sheets import Sheet
from yishiting.ground.people.roster.workbook import formula_only
from yishiting.kernel.errors import BadInput
from yishiting.kernel.exact import two_places
from yishiting.kernel.words import Listed, Sentence, gettext_noop

_LISTED = 5


def parse(sheets: Sequence[Sheet], estate: str) -> Roster:
    """Return what the sheets say of the homes of ``estate`` (its name, which places may begin with).

    Rows that cannot be taken and rows with something to settle are in ``problems``; a file that is no roster raises
    ``BadInput``: ``no_header``, ``column_missing``, ``formula_only`` or ``empty``.
    """
    readers, problems, columns = _open(sheets, estate)
    drafts: list[Draft] = []
    totals: list[Total] = []
    for reader in readers:
        reader.drafts = drafts
        reader.read()
        problems.extend(reader.refused)
        totals.extend(reader.totals)
    if not drafts and not problems:
        raise BadInput(gettext_noop("标题行下面一户也没有。请确认选对了文件：标题行下面每户一行。"), code="empty")
    if not drafts and problems and all(each.code == "building_missing" for each in problems):
        raise _column_missing("楼栋")
    keys = [_key(draft) for draft in drafts]
    problems.extend(_without_entrance(drafts, keys))
    taken, repeated = _once_each(drafts, keys)
    problems.extend(repeated)
    _find_developer(taken)
    for draft in taken.values():
        problems.extend(draft.problems)
    problems.extend(_shared_phones(list(taken.values())))
    problems.extend(_totals_that_differ(totals, drafts, {id(draft) for draft in taken.values()}))
    homes = tuple(_homes(taken))
    order = {sheet.name: at for at, sheet in enumerate(sheets)}
    problems.sort(key=lambda each: (order.get(each.sheet, 0), each.row))
    if len(readers) > 1:
        problems = [_with_sheet(each) for each in problems]
    return Roster(estate=estate, homes=homes, problems=tuple(problems), columns=columns)


def _open(sheets: Sequence[Sheet], estate: str) -> tuple[list[SheetReader], list[Problem], frozenset[str]]:
    """Find the headings of each sheet, and say which sheets are left out."""
    readers: list[SheetReader] = []
    problems: list[Problem] = []
    incomplete: list[tuple[Sheet, Columns]] = []
    roles: set[str] = set()
    for sheet in sheets:
        found = find_columns(sheet.rows)
        if found is None:
            if building_of_title(sheet.name, estate=estate) and _looks_full(sheet):
                problems.append(_left_out(sheet, "sheet_skipped", 1, missing="房号"))
            continue
        start, columns = found
        if sheet.hidden:
            problems.append(_left_out(sheet, "sheet_hidden", columns.row))
        elif columns.missing:
            incomplete.append((sheet, columns))
        else:
            readers.append(SheetReader(sheet=sheet, start=start, columns=columns, estate=estate, drafts=[]))
            roles.update(columns.of)
    if not readers:
        if incomplete:
            raise _column_missing(incomplete[0][1].missing)
        if any(sheet.formulas for sheet in sheets):
            raise formula_only()
        raise BadInput(
            gettext_noop(
                "找不到标题行。请在住户上面留一行标题，至少写明：房号（或 房屋坐落）、建筑面积、业主姓名；另可写 楼栋、单元、联系电话、居住人数。"
            ),
            code="no_header",
        )
    problems.extend(
        _left_out(sheet, "sheet_skipped", columns.row, missing=columns.missing) for sheet, columns in incomplete
    )
    for reader in readers:
        if reader.sheet.formulas and (heading := reader.column_of_formulas()):
            raise formula_only(heading)
    return readers, problems, frozenset(roles)


def _column_missing(name: str) -> BadInput:
    return BadInput(
        Sentence(gettext_noop("名册里缺少“{name}”这一列。请补上这一列和它的标题，再上传。"), name=name),
        code="column_missing",
    )


def _looks_full(sheet: Sheet) -> bool:
    return sum(sum(cell is not None for cell in row.cells) >= 3 for row in sheet.rows[:50]) >= 2


def _left_out(sheet: Sheet, says: str, row: int, **params: str) -> Problem:
    return problem(says, row=row, value=sheet.name, sheet=sheet.name, name=sheet.name, **params)


def _with_sheet(each: Problem) -> Problem:
    if not each.sheet or each.code in ("sheet_hidden", "sheet_skipped"):
        return each
    message = Sentence(gettext_noop("工作表“{sheet}”：{message}"), sheet=each.sheet, message=each.message)
    return replace(each, message=message)


def _key(draft: Draft) -> HomeKey:
    return home_key(building=draft.place.building, entrance=draft.place.entrance, room=draft.place.room)


def _without_entrance(drafts: list[Draft], keys: list[HomeKey]) -> list[Problem]:
    """Refuse numbered rooms without an entrance in a building whose homes mostly name one; shops and the like may.

    The refused are taken off both lists.
    """
    named = Counter(key.building for key in keys if key.entrance)
    bare = Counter(key.building for key in keys if not key.entrance and key.room[:1].isdigit())
    labels = {key.building: draft.place.building for draft, key in zip(drafts, keys, strict=True)}
    problems: list[Problem] = []
    for draft, key in zip(drafts, keys, strict=True):
        if not key.entrance and key.room[:1].isdigit() and named[key.building] > bare[key.building]:
            column, value = draft.where
            problems.append(
                problem(
                    "entrance_missing",
                    row=draft.row,
                    column=column,
                    value=value,
                    sheet=draft.sheet,
                    building=labels[key.building],
                )
            )
            # Kept in the list, so that totals still know where they stand; taken by nobody.
            draft.place = replace(draft.place, room="")
    return problems


def _once_each(drafts: list[Draft], keys: list[HomeKey]) -> tuple[dict[HomeKey, Draft], list[Problem]]:
    """Take each home once. A second row is an error, unless one row names the owner and the other who lives there."""
    taken: dict[HomeKey, Draft] = {}
    problems: list[Problem] = []
    for draft, key in zip(drafts, keys, strict=True):
        if not draft.place.room:
            continue
        first = taken.get(key)
        if first is None:
            taken[key] = draft
        elif draft.is_occupants and not first.is_occupants:
            first.tenants = tuple(dict.fromkeys((*first.tenants, *draft.tenants)))
            first.tenant_phones = tuple(dict.fromkeys((*first.tenant_phones, *draft.tenant_phones)))
            first.tenant_phone_cell = first.tenant_phone_cell if first.tenant_phone_cell[1] else draft.tenant_phone_cell
            _complete(first, draft)
        elif first.is_occupants and not first.owners and not draft.is_occupants and draft.owners:
            first.owners, first.phones, first.phone_cell = draft.owners, draft.phones, draft.phone_cell
            first.kind = draft.kind
            first.problems = [each for each in first.problems if each.code != "owner_unknown"]
            _complete(first, draft)
        else:
            column, value = draft.where
            problems.append(
                problem("duplicate_row", row=draft.row, column=column, value=value, sheet=draft.sheet, first=first.row)
            )
    return taken, problems


def _complete(first: Draft, other: Draft) -> None:
    """Let a second row of the home fill what the first leaves blank."""
    if first.area is None and other.area is not None:
        first.area, first.area_source = other.area, other.area_source
        first.problems = [each for each in first.problems if not each.code.startswith("area_")]
    if first.residents is None:
        first.residents = other.residents
    first.problems += [each for each in other.problems if each.code == "phone_bad"]


def _find_developer(taken: dict[HomeKey, Draft]) -> None:
    """Whatever stands in the developer's name is unsold, marked or not.

    The developer is the company that holds a home marked unsold; where no home is marked, the only company in the file
    that by its name builds and sells homes. Of two such companies neither is taken for it.
    """
    sold = [draft for draft in taken.values() if draft.kind is Kind.SOLD and draft.owners]
    marked = [draft for draft in taken.values() if draft.kind is Kind.UNSOLD and draft.owners]
    companies = {name_set(draft.owners) for draft in marked if all(map(looks_like_company, draft.owners))}
    if not companies:
        builders = {name_set(draft.owners) for draft in sold if all(map(looks_like_developer, draft.owners))}
        companies = builders if len(builders) == 1 else set()
    for draft in sold:
        if name_set(draft.owners) in companies:
            draft.kind = Kind.UNSOLD


def _shared_phones(drafts: Sequence[Draft]) -> list[Problem]:
    """Warn once a number, at its first row, where it stands on rows with different sets of names (owners or tenants)."""
    uses: dict[str, list[tuple[Draft, frozenset[str], tuple[str, str]]]] = {}
    for draft in drafts:
        owner = frozenset({DEVELOPER}) if draft.kind is Kind.UNSOLD else name_set(draft.owners)
        for names, phones, cell in (
            (owner, draft.phones, draft.phone_cell),
            (name_set(draft.tenants), draft.tenant_phones, draft.tenant_phone_cell),
        ):
            if names:
                for phone in phones:
                    uses.setdefault(phone, []).append((draft, names, cell))
    problems: list[Problem] = []
    for used in uses.values():
        first, names, (column, value) = used[0]
        others = list(dict.fromkeys(draft.row for draft, who, _ in used if who != names))
        if others:
            listed: Sentence = Listed(map(str, others[:_LISTED]))
            if len(others) > _LISTED:
                listed = Sentence(gettext_noop("{listed}等"), listed=listed)
            problems.append(
                problem("phone_shared", row=first.row, column=column, value=value, sheet=first.sheet, others=listed)
            )
    return problems


def _totals_that_differ(totals: Sequence[Total], drafts: Sequence[Draft], taken: set[int]) -> list[Problem]:
    """Warn where a row of totals states what no stretch of homes above it, nor the whole, comes to."""
    figures: dict[str, list[Decimal]] = {name: [Decimal(0)] for name in ("homes", "residents", "area")}
    for draft in drafts:
        is_taken = id(draft) in taken
        for name, figure in (
            ("homes", Decimal(1)),
            ("residents", Decimal(draft.residents or 0)),
            ("area", draft.area or Decimal(0)),
        ):
            figures[name].append(figures[name][-1] + (figure if is_taken else 0))
    bounds: dict[str, tuple[int, int]] = {}
    for at, draft in enumerate(drafts):
        first, _ = bounds.get(draft.sheet, (at, at))
        bounds[draft.sheet] = (first, at + 1)
    problems: list[Problem] = []
    starts = [0]
    for total in totals:
        first, last = bounds.get(total.sheet, (0, 0))
        starts = sorted({*starts, first})
        for name, stated, column, value in total.stated:
            sums = figures[name]
            whole = [sums[last] - sums[first], sums[-1]]
            above = [sums[total.after] - sums[start] for start in starts if start <= total.after]
            if not any(_same(stated, each, name) for each in (*above, *whole)):
                read = above[-1] if total.partial else above[0] if len(bounds) == 1 else sums[total.after] - sums[first]
                problems.append(
                    problem(
                        "total_mismatch",
                        row=total.row,
                        column=column,
                        value=value,
                        sheet=total.sheet,
                        stated=_figure(stated, name),
                        read=_figure(read, name),
                    )
                )
        starts.append(total.after)
    return problems


def _same(stated: Decimal, read: Decimal, name: str) -> bool:
    return two_places(stated) == two_places(read) if name == "area" else stated == read


def _figure(value: Decimal, name: str) -> Sentence:
    if name == "area":
        return Sentence(gettext_noop("{figure} 平方米"), figure=two_places(value))
    return Sentence(gettext_noop("{figure} 户") if name == "homes" else gettext_noop("{figure} 人"), figure=int(value))


def _label(written: Counter[str], key: str, suffix: str, *, of: str) -> str:
    """Return the label to show: the usual way of writing it that says what it is, else the bare one completed."""
    whole = [(count, label) for label, count in written.items() if has_suffix(label, of=of)]
    if whole:
        return max(whole, key=lambda each: each[0])[1]
    if re.fullmatch(r"\d+|[A-Z]\d?|[甲乙丙丁戊]|[东南西北中]" if of == "entrance" else r"\d+|[A-Z]\d?", key):
        return key + suffix
    return max(written, key=lambda label: written[label])


def _homes(taken: dict[HomeKey, Draft]) -> list[HomeRow]:
    buildings: dict[str, Counter[str]] = {}
    entrances: dict[tuple[str, str], Counter[str]] = {}
    suffixes: dict[str, tuple[str, str]] = {}
    for key, draft in taken.items():
        buildings.setdefault(key.building, Counter())[draft.place.building] += 1
        entrances.setdefault(key[:2], Counter())[draft.place.entrance] += 1
        suffixes.setdefault(key.building, (draft.building_suffix, draft.entrance_suffix))
    building_labels = {key: _label(written, key, suffixes[key][0], of="building") for key, written in buildings.items()}
    entrance_labels = {
        key: _label(written, key[1], suffixes[key[0]][1], of="entrance") if key[1] else ""
        for key, written in entrances.items()
    }
    return [
        HomeRow(
            row=draft.row,
            sheet=draft.sheet,
            building=building_labels[key.building],
            entrance=entrance_labels[key[:2]],
            room=draft.place.room,
            key=key,
            area=draft.area,
            area_source=draft.area_source,
            owners=draft.owners,
            phones=draft.phones,
            residents=draft.residents,
            kind=draft.kind,
            tenants=draft.tenants,
            tenant_phones=draft.tenant_phones,
            type=draft.type,
            note=draft.note,
            where=draft.where,
            building_cell=draft.building_cell,
            entrance_cell=draft.entrance_cell,
        )
        for key, draft in taken.items()
    ]
