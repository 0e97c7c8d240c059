"""What one row says of its home: area, people, phones, whose it is. Nothing here knows another row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from yishiting.ground.people.roster.cells import Cells
from yishiting.ground.people.roster.groups import looks_like_company, names_nobody, split_names, split_phones
from yishiting.ground.people.roster.labels import Place
from yishiting.ground.people.roster.model import AreaSource, Kind
from yishiting.ground.people.roster.problems import Problem, problem
from yishiting.ground.people.roster.sheets import Row
from yishiting.ground.people.roster.text import compact, is_nothing, without_identity
from yishiting.ground.people.roster.values import (
    is_occupant,
    kind_in_owner,
    marked_occupant,
    names_developer,
    read_area,
    read_kind,
    read_residents,
)

_SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?[eE]\+?\d+$")
_TRADE = re.compile("置业|地产|开发|建设|房产|建筑")
_LONGEST_NAME = 60


@dataclass(slots=True)
class Draft:
    """A home as one row says it, before the rows of the whole file are held against each other.

    ``is_occupants``: the person in the owner's column is a tenant or the like. The two ``*_cell`` are the heading and
    raw text that the phones come from.
    """

    row: int
    sheet: str
    place: Place
    where: tuple[str, str]
    building_cell: tuple[str, str] = ("", "")
    entrance_cell: tuple[str, str] = ("", "")
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
    building_suffix: str = "栋"
    entrance_suffix: str = "单元"
    problems: list[Problem] = field(default_factory=list)

    def warn(self, says: str, *, column: str, value: str, **params: object) -> None:
        """Add a problem of this row."""
        self.problems.append(problem(says, row=self.row, column=column, value=value, sheet=self.sheet, **params))


def read_draft(cells: Cells, row: Row, place: Place) -> Draft:
    """Return what ``row`` says of the home at ``place``, with the problems that the row has by itself."""
    draft = Draft(
        row=row.number,
        sheet=cells.sheet,
        place=place,
        where=cells.where(row),
        building_cell=cells.where_part(row, "building"),
        entrance_cell=cells.where_part(row, "entrance"),
        type=without_identity(cells.get(row, "type").strip())[:40],
        note=without_identity("；".join(text.strip() for text in cells.all(row, "note") if text))[:500],
    )
    _read_area(cells, row, draft)
    _read_people(cells, row, draft)
    _read_residents(cells, row, draft)
    return draft


def add_owner(cells: Cells, row: Row, draft: Draft) -> None:
    """Add the people of a further row of the same home (its room is merged over both) to what is read already."""
    names = [name for cell in cells.own(row, "owner") for name in split_names(without_identity(cell))]
    phones = [phone for cell in cells.own(row, "phone") for phone in split_phones(cell)[0]]
    if draft.is_occupants or is_occupant(cells.get(row, "type")):
        draft.tenants = tuple(dict.fromkeys((*draft.tenants, *names)))
        draft.tenant_phones = tuple(dict.fromkeys((*draft.tenant_phones, *phones)))
    else:
        draft.owners = tuple(dict.fromkeys((*draft.owners, *names)))
        draft.phones = tuple(dict.fromkeys((*draft.phones, *phones)))
        if draft.owners:
            draft.problems = [each for each in draft.problems if each.code != "owner_unknown"]


def _read_area(cells: Cells, row: Row, draft: Draft) -> None:
    columns = cells.columns.of["area"]
    column = next((each for each in columns if not is_nothing(cells.at(row, each))), columns[0])
    text, heading = cells.at(row, column), cells.columns.headings.get(column, "")
    draft.area_source = cells.columns.sources.get(column, AreaSource.ROSTER)
    if is_nothing(text):
        formula = any(cells.is_formula(row, each) for each in columns)
        draft.warn("formula_value" if formula else "area_missing", column=heading, value=text)
        return
    area = read_area(text)
    draft.area = area.value
    if area.value is None:
        draft.warn("area_bad", column=heading, value=text)
    elif area.about:
        draft.warn("area_approximate", column=heading, value=text, area=format(area.value.normalize(), "f"))


def _read_residents(cells: Cells, row: Row, draft: Draft) -> None:
    text = cells.get(row, "residents")
    if is_nothing(text):
        return
    draft.residents = read_residents(text)
    if draft.residents is None:
        draft.warn("residents_bad", column=cells.columns.heading("residents"), value=text)


def _phones(cells: Cells, row: Row, draft: Draft, columns: Sequence[int]) -> tuple[tuple[str, ...], tuple[str, str]]:
    """Return the phones in these columns, and the heading and raw text of the first cell that holds any text."""
    headings = cells.columns.headings
    found: dict[str, None] = {}
    cell = (headings.get(columns[0], "") if columns else "", "")
    for column in columns:
        text = cells.at(row, column)
        if text and not cell[1]:
            cell = (headings.get(column, ""), text)
        good, bad = split_phones(text)
        found.update((phone, None) for phone in good)
        if bad:
            says = "phone_scientific" if _SCIENTIFIC.match(compact(text)) else "phone_bad"
            draft.warn(says, column=headings.get(column, ""), value=text)
    return tuple(found), cell


def _names(written: Sequence[str]) -> tuple[str, ...]:
    """Return the names in the owner's cells; words about the sale, numbers and overlong text name nobody."""
    names = (
        name
        for cell in written
        if not names_developer(cell)
        for name in split_names(without_identity(cell))
        if len(name) <= _LONGEST_NAME and any(character.isalpha() for character in name)
    )
    return tuple(dict.fromkeys(names))


def _read_people(cells: Cells, row: Row, draft: Draft) -> None:
    columns = cells.columns
    written = [cells.at(row, index) for index in (*columns.of["owner"], *columns.companions)]
    raw = cells.get(row, "owner")
    names = _names(written)
    phones, draft.phone_cell = _phones(cells, row, draft, columns.of.get("phone", ()))
    if not phones and columns.spare_phones:
        phones, spare = _phones(cells, row, draft, columns.spare_phones)
        draft.phone_cell = spare if phones else draft.phone_cell
    if not phones and "phone" not in columns.of:
        # 业主姓名及电话 in one column.
        phones = tuple(phone for cell in written for phone in split_phones(cell)[0])
        draft.phone_cell = (columns.heading("owner"), raw)
    draft.kind = read_kind(
        cells.all(row, "usage"), cells.all(row, "note"), cells.get(row, "sold"), cells.get(row, "delivered")
    )
    if draft.kind is Kind.SOLD:
        draft.kind = kind_in_owner(written)
    draft.tenants = split_names(without_identity(cells.get(row, "tenant_name")))
    if "tenant_phone" in columns.of:
        draft.tenant_phones, draft.tenant_phone_cell = _phones(cells, row, draft, columns.of["tenant_phone"])
    draft.type = draft.type or marked_occupant(raw)
    draft.is_occupants = is_occupant(draft.type) and not draft.tenants
    if draft.is_occupants:
        draft.tenants, draft.tenant_phones, draft.tenant_phone_cell = names, phones, draft.phone_cell
    else:
        draft.owners, draft.phones = names, phones
    _settle_owner(draft, heading=columns.heading("owner"), raw=raw)


def _settle_owner(draft: Draft, *, heading: str, raw: str) -> None:
    if draft.kind is Kind.UNSOLD and any(_is_person(name) for name in draft.owners):
        draft.warn("kind_conflict", column=heading, value=raw)
    if draft.kind is not Kind.SOLD or draft.owners:
        return
    if draft.is_occupants and draft.tenants:
        draft.warn("owner_is_tenant", column=heading, value=raw, type=draft.type)
    else:
        says = "owner_unknown" if names_nobody(raw) or draft.is_occupants else "owner_unreadable"
        draft.warn(says, column=heading, value=raw)


def _is_person(name: str) -> bool:
    return not looks_like_company(name) and _TRADE.search(name) is None
