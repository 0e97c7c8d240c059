"""One sheet's rows, each read by itself: where the home is, who is named, what is wrong. ``parse`` joins them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from yishiting.ground.people.roster.groups import looks_like_company, split_names, split_phones
from yishiting.ground.people.roster.headers import Columns, Role, is_headings_again
from yishiting.ground.people.roster.labels import (
    LONGEST,
    Place,
    Unreadable,
    building_of_title,
    is_date,
    join_floor,
    read_place,
    section_of,
)
from yishiting.ground.people.roster.model import AreaSource, Kind
from yishiting.ground.people.roster.problems import Problem, problem
from yishiting.ground.people.roster.sheets import Row, Sheet
from yishiting.ground.people.roster.text import compact, is_nothing, without_identity
from yishiting.ground.people.roster.values import (
    is_occupant,
    names_developer,
    read_area,
    read_kind,
    read_residents,
)

_TOTAL = re.compile(
    r"^(?:(?:本|全|以上|总|各|\d+[栋幢])[^\d]{0,4})?(?:合计|小计|总计|共计|累计|总和|总数|总户数)|^共\d+[户套]"
)
_ASIDE = re.compile(
    r"^(?:注意?|备注|附注|说明|填[表报]\w{0,3}|制表\w{0,2}|审[核批]\w{0,2}|复核\w{0,2}|打印\w{0,3}|日期|单位|统计\w{0,4}|联系人|经办\w{0,2})\d?(?::|$)"
    r"|^第\d+页|^共\d+页|^以上|^截[至止]|^本表|^※"
)
_SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?[eE]\+?\d+$")
_LONGEST_NAME = 60
_MOST_FILLED = 2_000_000


@dataclass(slots=True)
class Draft:
    """A home as one row says it, before the rows of the whole file are held against each other."""

    row: int
    sheet: str
    place: Place
    where: tuple[str, str]
    building_suffix: str
    entrance_suffix: str
    area: Decimal | None = None
    area_source: AreaSource = AreaSource.ROSTER
    owners: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    residents: int | None = None
    kind: Kind = Kind.SOLD
    tenants: tuple[str, ...] = ()
    tenant_phones: tuple[str, ...] = ()
    type: str = ""
    note: str = ""
    is_occupants: bool = False
    phone_cell: tuple[str, str] = ("", "")
    tenant_phone_cell: tuple[str, str] = ("", "")
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Total:
    """A row of totals: ``stated`` figures by name, each with its heading and raw text; ``after`` drafts stand above it."""

    row: int
    sheet: str
    after: int
    partial: bool
    stated: tuple[tuple[str, Decimal, str, str], ...]


def is_total(row: Row, columns: Columns) -> bool:
    """Return whether a row states sums (合计, 小计 …) and no home."""
    apart = set(columns.of.get("owner", ())) | set(columns.of.get("note", ()))
    return any(
        cell and ("计" in cell or "总" in cell or "共" in cell) and index not in apart and _TOTAL.match(compact(cell))
        for index, cell in enumerate(row.cells)
    )


class SheetReader:
    """Reads the rows under a sheet's headings. ``drafts``, ``totals`` and ``refused`` fill as :meth:`read` goes."""

    def __init__(self, *, sheet: Sheet, start: int, columns: Columns, estate: str, drafts: list[Draft]) -> None:
        self.sheet = sheet
        self.columns = columns
        self.estate = estate
        self.drafts = drafts
        self.totals: list[Total] = []
        self.refused: list[Problem] = []
        self._rows = sheet.rows[start + columns.rows :]
        self._filled = self._merged_cells()
        self._places: tuple[int, ...] = tuple(
            column for role in ("room", "location") if (column := columns.first(role)) is not None
        )
        self._below = self._title_building(sheet.rows[:start])
        self._building_suffix = _suffix(columns.heading("building"), ("号楼", "幢", "座"), {"楼号": "号楼"}, "栋")
        self._entrance_suffix = _suffix(columns.heading("entrance"), ("单元", "梯"), {}, "单元")
        self._carried: dict[Role, bool] = {role: self._is_grouped(role) for role in ("building", "entrance")}
        self._last: dict[Role, str] = {}
        self._last_draft: Draft | None = None

    # -- cells

    def _merged_cells(self) -> dict[tuple[int, int], tuple[int, str]]:
        """Return, for cells inside a merge in a column that matters, the merge's first row and its text."""
        numbers = [row.number for row in self._rows]
        by_number = {row.number: row for row in self._rows}
        wanted = {index for indexes in self.columns.of.values() for index in indexes}
        filled: dict[tuple[int, int], tuple[int, str]] = {}
        steps = 0
        for merge in self.sheet.merges:
            top = by_number.get(merge.top)
            if top is None or merge.bottom == merge.top or merge.left >= len(top.cells):
                continue
            text = top.cells[merge.left]
            for column in wanted.intersection(range(merge.left, min(merge.right, len(top.cells)) + 1)):
                at = bisect_left(numbers, merge.top + 1)
                while text and at < len(numbers) and numbers[at] <= merge.bottom and steps < _MOST_FILLED:
                    filled[numbers[at], column] = (merge.top, text)
                    at += 1
                    steps += 1
        return filled

    def _at(self, row: Row, column: int | None) -> str:
        if column is None:
            return ""
        cell = row.cells[column] if column < len(row.cells) else None
        if not cell and (found := self._filled.get((row.number, column))):
            return found[1]
        return cell or ""

    def _get(self, row: Row, role: Role) -> str:
        return self._at(row, self.columns.first(role))

    def _all(self, row: Row, role: Role) -> list[str]:
        return [self._at(row, column) for column in self.columns.of.get(role, ())]

    # -- the sheet as a whole

    def _title_building(self, above: Sequence[Row]) -> Place:
        """Return the building that the sheet's name, or a title over the headings, gives to homes that name none."""
        named = building_of_title(self.sheet.name, estate=self.estate)
        if named:
            return Place(building=named)
        for row in above:
            for cell in row.cells:
                if cell and (titled := building_of_title(cell, estate=self.estate)):
                    return Place(building=titled)
        return Place()

    def _is_grouped(self, role: Role) -> bool:
        """A building written on fewer than half of its rows is written once per group: a blank means "as above"."""
        column = self.columns.first(role)
        if column is None:
            return False
        rows = [row for row in self._rows if any(self._at(row, place) for place in self._places)]
        written = sum(not is_nothing(self._at(row, column)) for row in rows)
        return 0 < written * 2 < len(rows)

    def column_of_formulas(self) -> str:
        """Return the heading of a column that cannot do without values and has only formulas; else an empty text."""
        totals = {row.number for row in self._rows if is_total(row, self.columns)}
        numbers = {row.number for row in self._rows} | {
            number for number, _ in self.sheet.formulas if number >= self.columns.row + self.columns.rows
        }
        numbers -= totals
        for role in ("room", "location", "building", "area", "owner"):
            column = self.columns.first(role)
            count = sum(number in numbers and index == column for number, index in self.sheet.formulas)
            if count and count * 2 >= len(numbers):
                return self.columns.heading(role)
        return ""

    # -- rows

    def read(self) -> None:
        """Read every row under the headings."""
        for row in self._rows:
            if self._is_apart(row):
                continue
            if self._continues(row):
                continue
            try:
                place = self._place(row)
            except Unreadable as no:
                self._refuse(row, no)
                self._last_draft = None
                continue
            draft = self._draft(row, place)
            self.drafts.append(draft)
            self._last_draft = draft

    def _is_apart(self, row: Row) -> bool:
        """Pass over repeated headings, totals, sections, asides and rows where only a number or a building is filled in."""
        columns = self.columns
        place = "".join(self._at(row, column) for column in self._places)
        if not any(character.isdigit() for character in place) and is_headings_again(row.cells, columns):
            return True
        if is_total(row, columns):
            self._note_total(row)
            return True
        texts = {compact(cell) for cell in row.cells if cell}
        if len(texts) == 1:
            only = next(iter(texts))
            section = section_of(only, estate=self.estate)
            if section is not None:
                self._below = section
                self._last.pop("entrance", None)
                return True
            if _ASIDE.match(only):
                return True
        told: tuple[Role, ...] = ("owner", "phone", "area", "residents", "tenant_name")
        if not place and not any(cell for role in told for cell in self._all(row, role)):
            return not any((row.number, column) in self.sheet.formulas for column in self._places)
        first = next((compact(cell) for cell in row.cells if cell), "")
        return bool(_ASIDE.match(first)) and compact(place) in ("", first)

    def _note_total(self, row: Row) -> None:
        stated: list[tuple[str, Decimal, str, str]] = []
        columns = self.columns
        partial = False
        for index, cell in enumerate(row.cells):
            plain = compact(cell)
            if not plain:
                continue
            partial = partial or bool(re.search("小计|^本", plain))
            heading = columns.headings.get(index, "")
            homes = re.search(r"(\d{1,6})[户套]", plain)
            people = re.search(r"(\d{1,7})人", plain)
            if homes:
                stated.append(("homes", Decimal(homes[1]), heading, cell or ""))
            if people:
                stated.append(("residents", Decimal(people[1]), heading, cell or ""))
            if homes or people:
                continue
            if index in columns.of.get("room", ()) and re.fullmatch(r"\d{1,6}", plain):
                stated.append(("homes", Decimal(plain), heading, cell or ""))
            elif index == columns.first("residents") and re.fullmatch(r"\d{1,7}", plain):
                stated.append(("residents", Decimal(plain), heading, cell or ""))
            elif index == columns.first("area"):
                value = read_area(plain).value
                if value is not None:
                    stated.append(("area", value, heading, cell or ""))
        self.totals.append(Total(row.number, self.sheet.name, len(self.drafts), partial, tuple(stated)))

    def _continues(self, row: Row) -> bool:
        """A row under a room that is merged over several rows is the same home: a further owner of it."""
        draft = self._last_draft
        if draft is None or not self._places:
            return False
        merged = self._filled.get((row.number, self._places[0]))
        if merged is None or merged[0] != draft.row:
            return False
        names = [name for cell in self._own(row, "owner") for name in split_names(cell)]
        phones = [phone for cell in self._own(row, "phone") for phone in split_phones(cell)[0]]
        if draft.is_occupants or is_occupant(self._get(row, "type")):
            draft.tenants = tuple(dict.fromkeys((*draft.tenants, *names)))
            draft.tenant_phones = tuple(dict.fromkeys((*draft.tenant_phones, *phones)))
        else:
            draft.owners = tuple(dict.fromkeys((*draft.owners, *names)))
            draft.phones = tuple(dict.fromkeys((*draft.phones, *phones)))
        return True

    def _own(self, row: Row, role: Role) -> Iterator[str]:
        for column in self.columns.of.get(role, ()):
            if column < len(row.cells) and (cell := row.cells[column]):
                yield cell

    # -- where the home is

    def _refuse(self, row: Row, no: Unreadable) -> None:
        column, value = self._where(row)
        if no.says in ("building_missing", "location_date", "formula_location"):
            for role in ("building", "entrance", "room", "location"):
                index = self.columns.first(role)
                text = self._at(row, index)
                if (
                    (no.says == "building_missing" and role == "building" and index is not None)
                    or (no.says == "location_date" and text and is_date(text))
                    or (no.says == "formula_location" and (row.number, index) in self.sheet.formulas)
                ):
                    column, value = self.columns.heading(role), text
                    break
        params = {key: without_identity(text) for key, text in no.params.items()}
        self.refused.append(
            problem(no.says, row=row.number, column=column, value=value, sheet=self.sheet.name, **params)
        )

    def _where(self, row: Row) -> tuple[str, str]:
        """Return the heading and raw text of the cell that says which home it is."""
        for column in self._places:
            if text := self._at(row, column):
                return self.columns.headings.get(column, ""), text
        return self.columns.heading("room", "location"), ""

    def _part(self, row: Row, role: Role) -> str:
        """Return a building's or entrance's text, carried down where the sheet writes it once per group."""
        text = self._get(row, role)
        if is_date(text):
            raise Unreadable("location_date")
        plain = "" if is_nothing(text) else compact(text)
        if not self._carried[role]:
            return plain
        if plain:
            if role == "building" and plain != self._last.get("building"):
                self._last.pop("entrance", None)
            self._last[role] = plain
        return plain or self._last.get(role, "")

    def _place(self, row: Row) -> Place:
        for role in ("building", "entrance", "room", "location"):
            index = self.columns.first(role)
            if index is not None and (row.number, index) in self.sheet.formulas:
                raise Unreadable("formula_location")
        building = self._part(row, "building")
        entrance = self._part(row, "entrance")
        both = section_of(building, estate=self.estate) if building else None
        if both is not None:
            building, entrance = both.building, entrance or both.entrance
        elif "单元" in self.columns.heading("building") and (parts := re.fullmatch(r"([^-]+)-([^-]+)", building)):
            building, entrance = parts[1], entrance or parts[2]
        if entrance and (inner := section_of(entrance, estate=self.estate)) and inner.entrance:
            building, entrance = building or inner.building, inner.entrance
        section = compact(self._get(row, "section"))
        if building and section and not is_nothing(section) and not building.startswith(section):
            building = section + building
        room, location = self._get(row, "room"), self._get(row, "location")
        floor = self._get(row, "floor")
        place = self._read(room=room, location=location, building=building, entrance=entrance)
        if max(map(len, (place.building, place.entrance, place.room))) > LONGEST:
            raise Unreadable("location_unreadable")
        return Place(place.building, place.entrance, join_floor(floor, place.room)) if floor else place

    def _read(self, *, room: str, location: str, building: str, entrance: str) -> Place:
        estate = self.estate
        if building:
            return read_place(room or location, estate=estate, building=building, entrance=entrance)
        if location:
            try:
                return self._read_under(location, entrance)
            except Unreadable as no:
                known = section_of(location, estate=estate)
                if known is None or not room:
                    if no.says == "room_missing" and room:
                        return read_place(f"{compact(location)}-{compact(room)}", estate=estate, entrance=entrance)
                    raise
                return read_place(room, estate=estate, building=known.building, entrance=known.entrance or entrance)
        if not room:
            raise Unreadable("room_missing")
        return self._read_under(room, entrance)

    def _read_under(self, text: str, entrance: str) -> Place:
        """Read a place that names its building, or stands under a sheet's name or a line that does."""
        below = self._below
        if not below.building:
            return read_place(text, estate=self.estate, entrance=entrance)
        try:
            return read_place(text, estate=self.estate, building=below.building, entrance=entrance or below.entrance)
        except Unreadable as no:
            if no.says != "location_conflict":
                raise
            return read_place(text, estate=self.estate, entrance=entrance)

    # -- what is said of it

    def _draft(self, row: Row, place: Place) -> Draft:
        draft = Draft(
            row=row.number,
            sheet=self.sheet.name,
            place=place,
            where=self._where(row),
            building_suffix=self._building_suffix,
            entrance_suffix=self._entrance_suffix,
            type=without_identity(self._get(row, "type").strip())[:40],
            note=without_identity("；".join(text.strip() for text in self._all(row, "note") if text))[:500],
        )
        self._read_area(row, draft)
        self._read_people(row, draft)
        self._read_residents(row, draft)
        return draft

    def _warn(self, draft: Draft, says: str, *, column: str, value: str, **params: object) -> None:
        draft.problems.append(problem(says, row=draft.row, column=column, value=value, sheet=draft.sheet, **params))

    def _read_area(self, row: Row, draft: Draft) -> None:
        columns = self.columns.of["area"]
        column = next((each for each in columns if not is_nothing(self._at(row, each))), columns[0])
        text, heading = self._at(row, column), self.columns.headings.get(column, "")
        draft.area_source = self.columns.sources.get(column, AreaSource.ROSTER)
        if is_nothing(text):
            formula = any((row.number, each) in self.sheet.formulas for each in columns)
            self._warn(draft, "formula_value" if formula else "area_missing", column=heading, value=text)
            return
        area = read_area(text)
        draft.area = area.value
        if area.value is None:
            self._warn(draft, "area_bad", column=heading, value=text)
        elif area.about:
            self._warn(draft, "area_approximate", column=heading, value=text, area=format(area.value.normalize(), "f"))

    def _read_residents(self, row: Row, draft: Draft) -> None:
        text = self._get(row, "residents")
        if is_nothing(text):
            return
        draft.residents = read_residents(text)
        if draft.residents is None:
            self._warn(draft, "residents_bad", column=self.columns.heading("residents"), value=text)

    def _phones(self, row: Row, draft: Draft, columns: Sequence[int]) -> tuple[tuple[str, ...], tuple[str, str]]:
        """Return the phones of the first of these columns' cells, and the heading and raw text they come from."""
        found: dict[str, None] = {}
        cell = (self.columns.headings.get(columns[0], "") if columns else "", "")
        for column in columns:
            text = self._at(row, column)
            good, bad = split_phones(text)
            if text and not cell[1]:
                cell = (self.columns.headings.get(column, ""), text)
            found.update((phone, None) for phone in good)
            if bad:
                says = "phone_scientific" if _SCIENTIFIC.match(compact(text)) else "phone_bad"
                self._warn(draft, says, column=self.columns.headings.get(column, ""), value=text)
        return tuple(found), cell

    def _read_people(self, row: Row, draft: Draft) -> None:
        columns = self.columns
        written = [self._at(row, index) for index in (*columns.of["owner"], *columns.companions)]
        raw = self._get(row, "owner")
        names = tuple(
            dict.fromkeys(
                name
                for cell in written
                if not names_developer(cell)
                for name in split_names(without_identity(cell))
                if len(name) <= _LONGEST_NAME
                and any(character.isalpha() for character in name)
                and "证件号码" not in name
            )
        )
        phones, draft.phone_cell = self._phones(row, draft, columns.of.get("phone", ()))
        if not phones and columns.spare_phones:
            phones, spare = self._phones(row, draft, columns.spare_phones)
            draft.phone_cell = spare if phones else draft.phone_cell
        if not phones and "phone" not in columns.of:
            phones = tuple(phone for cell in written for phone in split_phones(cell)[0])
            draft.phone_cell = (columns.heading("owner"), raw)
        draft.kind = read_kind(
            self._all(row, "usage"), self._all(row, "note"), self._get(row, "sold"), self._get(row, "delivered")
        )
        if any(names_developer(cell) for cell in written) and not names:
            draft.kind = Kind.UNSOLD
        named = self._get(row, "tenant_name")
        draft.tenants = split_names(without_identity(named))
        if "tenant_phone" in columns.of:
            draft.tenant_phones, draft.tenant_phone_cell = self._phones(row, draft, columns.of["tenant_phone"])
        draft.is_occupants = is_occupant(draft.type) and not draft.tenants
        if draft.is_occupants:
            draft.tenants, draft.tenant_phones, draft.tenant_phone_cell = names, phones, draft.phone_cell
        else:
            draft.owners, draft.phones = names, phones
        self._settle_owner(draft, raw)

    def _settle_owner(self, draft: Draft, raw: str) -> None:
        heading = self.columns.heading("owner")
        if draft.kind is Kind.UNSOLD and any(_is_person(name) for name in draft.owners):
            self._warn(draft, "kind_conflict", column=heading, value=raw)
        if draft.kind is not Kind.SOLD or draft.owners:
            return
        if draft.is_occupants and draft.tenants:
            self._warn(draft, "owner_is_tenant", column=heading, value=raw, type=draft.type)
        else:
            says = "owner_unknown" if is_nothing(raw) or draft.is_occupants else "owner_unreadable"
            self._warn(draft, says, column=heading, value=raw)


def _is_person(name: str) -> bool:
    return not looks_like_company(name) and re.search("置业|地产|开发|建设|房产|建筑", name) is None


def _suffix(heading: str, known: Sequence[str], also: dict[str, str], default: str) -> str:
    """Return what a bare number under a heading is called: 3 under 幢号 is 3幢, under 楼号 3号楼."""
    plain = compact(heading)
    for word, suffix in also.items():
        if word in plain:
            return suffix
    return next((word for word in known if word in plain and default not in plain), default)
