"""One sheet's rows, in order: which are homes and where each stands. ``drafts`` reads what a row says, ``parse`` joins them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from yishiting.ground.people.roster.cells import Cells
from yishiting.ground.people.roster.drafts import Draft, add_owner, read_draft
from yishiting.ground.people.roster.headers import Columns, Role, is_headings_again
from yishiting.ground.people.roster.labels import (
    LONGEST,
    LONGEST_PLACE,
    Place,
    Unreadable,
    building_key,
    building_of_title,
    is_date,
    join_floor,
    read_place,
    section_of,
)
from yishiting.ground.people.roster.problems import Problem, problem
from yishiting.ground.people.roster.sheets import Row, Sheet
from yishiting.ground.people.roster.text import compact, is_nothing, without_identity
from yishiting.ground.people.roster.values import read_area

_TOTAL = re.compile(
    r"^(?:(?:本|全|以上|总|各|\d+[栋幢])[^\d]{0,4})?(?:合计|小计|总计|共计|累计|总和|总数|总户数)|^共\d+[户套]"
)
_ASIDE = re.compile(
    r"^(?:注意?|备注|附注|说明|填[表报]\w{0,3}|制表\w{0,2}|审[核批]\w{0,2}|复核\w{0,2}|打印\w{0,3}|日期|单位|统计\w{0,4}|联系人|经办\w{0,2})\d?(?::|$)"
    r"|^第\d+页|^共\d+页|^以上|^截[至止]|^本表|^※"
)


@dataclass(frozen=True, slots=True)
class Total:
    """A row of totals: ``stated`` figures by name, each with its heading and raw text; ``after`` drafts stand above it."""

    row: int
    sheet: str
    after: int
    partial: bool
    stated: tuple[tuple[str, Decimal, str, str], ...]


def is_total(row: Row, columns: Columns) -> bool:
    """Return whether a row states sums (合计, 小计 …) and no home; beside a place an owner's cell is a name, not a word."""
    apart = set(columns.of.get("note", ()))
    places = (*columns.of.get("room", ()), *columns.of.get("location", ()))
    if any(column < len(row.cells) and row.cells[column] for column in places):
        apart |= set(columns.of.get("owner", ()))
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
        self.cells = Cells(sheet=sheet, rows=self._rows, columns=columns)
        self._below = self._title_building(sheet.rows[:start])
        self._building_suffix = _suffix(columns.heading("building"), ("号楼", "幢", "座"), {"楼号": "号楼"}, "栋")
        self._entrance_suffix = _suffix(columns.heading("entrance"), ("单元", "梯"), {}, "单元")
        self._carried: dict[Role, bool] = {role: self._is_grouped(role) for role in ("building", "entrance")}
        self._last: dict[Role, str] = {}
        self._last_draft: Draft | None = None
        if self._rows_name_other_buildings():
            # The sheet's name is a name like any other there, and a blank is a blank.
            self._below = Place()

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

    def _rows_name_other_buildings(self) -> bool:
        """Return whether the sheet's building column names a building that the sheet's own name, or its title, does not."""
        column = self.columns.first("building")
        if not self._below.building or column is None:
            return False
        own, heading = building_key(self._below.building), compact(self.columns.heading("building"))
        for row in self._rows:
            text = self.cells.at(row, column)
            if len(text) > LONGEST_PLACE:
                continue
            text = compact(text)
            if is_nothing(text) or text == heading or not self.cells.get(row, "room") or is_total(row, self.columns):
                continue
            both = section_of(text, estate=self.estate)
            if building_key(both.building if both else text) not in ("", own):
                return True
        return False

    def _is_grouped(self, role: Role) -> bool:
        """A building written on fewer than half of its rows is written once per group: a blank means "as above"."""
        column = self.columns.first(role)
        if column is None:
            return False
        rows = [row for row in self._rows if any(self.cells.at(row, place) for place in self.cells.places)]
        written = sum(not is_nothing(self.cells.at(row, column)) for row in rows)
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
            draft = read_draft(self.cells, row, place)
            draft.building_suffix, draft.entrance_suffix = self._building_suffix, self._entrance_suffix
            self.drafts.append(draft)
            self._last_draft = draft

    def _is_apart(self, row: Row) -> bool:
        """Pass over repeated headings, totals, sections, asides and rows where only a number or a building is filled in."""
        columns = self.columns
        place = "".join(self.cells.at(row, column) for column in self.cells.places)
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
        if not place and not any(cell for role in told for cell in self.cells.all(row, role)):
            return not any(self.cells.is_formula(row, column) for column in self.cells.places)
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
        if draft is None or not self.cells.places:
            return False
        if self.cells.merged_from(row, self.cells.places[0]) != draft.row:
            return False
        add_owner(self.cells, row, draft)
        return True

    # -- where the home is

    def _refuse(self, row: Row, no: Unreadable) -> None:
        column, value = self.cells.where(row)
        if no.says in ("building_missing", "location_date", "formula_location"):
            for role in ("building", "entrance", "room", "location"):
                index = self.columns.first(role)
                text = self.cells.at(row, index)
                if (
                    (no.says == "building_missing" and role == "building" and index is not None)
                    or (no.says == "location_date" and text and is_date(text))
                    or (no.says == "formula_location" and self.cells.is_formula(row, index))
                ):
                    column, value = self.columns.heading(role), text
                    break
        params = {key: without_identity(text) for key, text in no.params.items()}
        self.refused.append(
            problem(no.says, row=row.number, column=column, value=value, sheet=self.sheet.name, **params)
        )

    def _part(self, row: Row, role: Role) -> str:
        """Return a building's or entrance's text, carried down where the sheet writes it once per group."""
        text = self.cells.get(row, role)
        if is_date(text):
            raise Unreadable("location_date")
        if len(text) > LONGEST_PLACE:
            raise Unreadable("location_unreadable")
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
            if self.cells.is_formula(row, index):
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
        section = compact(self.cells.get(row, "section"))[:LONGEST]
        if building and section and not is_nothing(section) and not building.startswith(section):
            building = section + building
        room, location = self.cells.get(row, "room"), self.cells.get(row, "location")
        floor = self.cells.get(row, "floor")[:LONGEST]
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


def _suffix(heading: str, known: Sequence[str], also: dict[str, str], default: str) -> str:
    """Return what a bare number under a heading is called: 3 under 幢号 is 3幢, under 楼号 3号楼."""
    plain = compact(heading)
    for word, suffix in also.items():
        if word in plain:
            return suffix
    return next((word for word in known if word in plain and default not in plain), default)
