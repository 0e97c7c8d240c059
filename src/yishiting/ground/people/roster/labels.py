"""Labels of buildings, entrances and rooms, and places written in one cell.

Labels are text and are never taken to run from 1 to n. They are compared by a key in which only ways of writing the same
label meet: ``1单元``, ``1``, ``１单元``, ``一单元`` and ``第1单元``; ``北楼`` and ``北楼 ``; ``3栋``, ``3幢``, ``3号楼``, ``3#`` and ``3``; ``201室``
and ``201``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from yishiting.ground.people.roster.text import compact, is_nothing, numeral, tidy

LONGEST = 40
"""The longest label of a building, entrance or room."""
LONGEST_PLACE = 200
"""The longest text that is looked at as a place: an address with its district, street and estate."""

_HAN_NUMERAL = "[零〇一二三四五六七八九十百]+"
_BUILDING_SUFFIX = r"(?:号楼|#楼|号栋|号幢|栋楼|幢楼|栋|幢|座|楼|#|号)"
_BUILDING = re.compile(rf"^(?:第|#|[Nn]o\.?)?(?P<core>.+?)(?P<suffix>{_BUILDING_SUFFIX})?$")
_ENTRANCE = re.compile(r"^第?(?P<core>.+?)(?P<suffix>单元楼|单元门|单元|号门|门洞|门栋|梯|门|座|[Uu]nit)?$")
_ROOM_SUFFIX = re.compile(r"(?<=.)(?:号房|号室|室号|房间|室|房|户|号)$")
_BRACKETS = re.compile(r"\([^()\d]*\)|\[[^\[\]\d]*\]|【[^】\d]*】")
_SECTION_NUMERAL = re.compile(rf"{_HAN_NUMERAL}(?=[期区村])")
_NUMBER_AT_END = re.compile(r"\d+$")

# A building at the head of a place: 号 alone closes one only where a number or an entrance follows (5号601).
_HEAD = re.compile(
    r"^(?P<building>.{0,24}?.(?:号楼|#楼|号栋|号幢|栋楼|幢楼|栋|幢|座|楼(?![层道])|#|"
    r"号(?=-?(?:\d|[A-Za-z]|第?[^-\d]{1,3}单元))))(?P<rest>.*)$"
)
_FIRM_HEAD = re.compile(r"^.{1,20}?(?:号楼|#楼|栋|幢|座|楼(?![层道])|#)")
_BARE_HEAD = re.compile(
    r"^(?:(?:第|#)?(?:\d{1,3}|[A-Za-z]\d{0,2})|"
    r"(?:[\u3400-\u9fff]{0,8}(?:\d{1,4}|[A-Za-z]\d{0,2})|[零一二三四五六七八九十]{1,3}|[东西南北中前后主副老新]{1,2})"
    r"(?:号楼|#楼|栋|幢|座|楼|#|号))(?:号楼|#楼|栋|幢|座|楼|#|号)?$"
)
_STREET = re.compile(r"^.*?(?:路|街|大道|巷|胡同|里)(?:\d+(?:-\d+)?号院?|\d+弄)(?:院内)?")
_ENTRANCE_IN = re.compile(r"^(?P<entrance>[^-]{1,8}?(?:单元|号门|门洞|梯|座|门(?![面卫口市诊头])))(?P<rest>.*)$")
_FLOOR_IN = re.compile(rf"^-?(?P<floor>-?\d{{1,2}}|负?{_HAN_NUMERAL})(?:层|楼|[Ff](?=\d))(?P<rest>.*)$")
_PARTS = re.compile(r"[-_/.,、\\ #]+")
_EDGES = "-_/.,、:;\\ "
_LETTER_ROOM = re.compile(r"^([A-Za-z]\d{0,2}?)-?(\d{3,4})$")
_JUST_ROOM = re.compile(r"^-?\d{1,5}[A-Za-z]?(?:号房|号室|室|房|户|号)?$")
_NO_HOME = re.compile("车位|车库|停车|储藏|储物|杂物间")
_DATE = re.compile(
    r"^(?:(?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?: ?\d{1,2}:\d{2}(?::\d{2})?)?|\d{1,2}月\d{1,2}日|(?:19|20)\d{2}年\d{1,2}月|"
    r"\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?:-\d{2,4})?|"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{1,4})$",
    re.IGNORECASE,
)


class HomeKey(NamedTuple):
    """A home as it is compared: build it with :func:`home_key`, never by hand."""

    building: str
    entrance: str
    room: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place as written in a row, label by label; what is not written is empty."""

    building: str = ""
    entrance: str = ""
    room: str = ""


class Unreadable(ValueError):  # noqa: N818 - an answer about a cell, caught by its caller
    """A place that cannot be read; ``says`` names the problem and ``params`` fill its sentence."""

    def __init__(self, says: str, **params: str) -> None:
        super().__init__(says)
        self.says = says
        self.params = params


def _number_form(core: str) -> str:
    written = numeral(core)
    if written is not None:
        return str(written)
    core = _SECTION_NUMERAL.sub(lambda found: str(numeral(found[0])), core)
    return _NUMBER_AT_END.sub(lambda found: str(int(found[0])), core).upper()


@lru_cache(maxsize=8192)
def building_key(label: str) -> str:
    """Return how a building's label is compared."""
    plain = compact(label).strip(_EDGES)
    found = _BUILDING.match(plain)
    return _number_form(found["core"]) if found else ""


@lru_cache(maxsize=8192)
def entrance_key(label: str) -> str:
    """Return how an entrance's label is compared; empty where there is none."""
    if is_nothing(label):
        return ""
    found = _ENTRANCE.match(compact(label).strip(_EDGES))
    return _number_form(found["core"]) if found else ""


@lru_cache(maxsize=32768)
def room_key(label: str) -> str:
    """Return how a room's label is compared."""
    plain = room_label(label)
    written = numeral(plain)
    if written is not None:
        return str(written)
    return str(int(plain)) if plain.isascii() and plain.isdecimal() else plain.upper()


def room_label(text: str) -> str:
    """Return a room's label without 室, 房, 号 and remarks in brackets: ``201室(复式)`` is ``201``."""
    plain = _BRACKETS.sub("", compact(text)).strip(_EDGES)
    return _ROOM_SUFFIX.sub("", plain)


def home_key(*, building: str, entrance: str, room: str) -> HomeKey:
    """Return the key under which these labels, however written, are one home."""
    return HomeKey(building_key(building), entrance_key(entrance), room_key(room))


def has_suffix(label: str, *, of: str) -> bool:
    """Return whether a label says itself what it is (``3栋``; not ``3``). ``of`` is ``building`` or ``entrance``."""
    found = (_BUILDING if of == "building" else _ENTRANCE).match(compact(label))
    return bool(found and found["suffix"])


def is_no_home(room: str) -> bool:
    """Return whether a room is a parking space, a garage or a store, which no roll counts unless a pack says so."""
    return _NO_HOME.search(room) is not None


def is_date(text: str | None) -> bool:
    """Return whether a spreadsheet seems to have made a date of a label such as ``3-2``."""
    return _DATE.match(tidy(text)) is not None


def building_of_title(text: str, *, estate: str) -> str:
    """Return the building that a sheet's name or a title names (``3栋业主名册``), else an empty text."""
    plain = _after_estate(compact(text), estate)
    plain = _BRACKETS.sub("", re.sub(r"\(\d{1,2}\)$", "", plain))
    if _BARE_HEAD.match(plain):
        return plain
    found = _HEAD.match(plain)
    if found and _BARE_HEAD.match(found["building"]) and not re.match(r"^[-\d]", found["rest"]):
        return found["building"]
    return ""


def section_of(text: str, *, estate: str) -> Place | None:
    """Return the building (and entrance) that a line of its own between homes names: ``3栋``, ``3栋2单元``; else None."""
    plain = _after_estate(compact(text), estate).strip(_EDGES)
    if not plain or len(plain) > 12 or plain.isdigit():
        return None
    if _BARE_HEAD.match(plain) and has_suffix(plain, of="building"):
        return Place(building=plain)
    found = _HEAD.match(plain)
    if found and _BARE_HEAD.match(found["building"]):
        inner = _ENTRANCE_IN.match(found["rest"])
        if inner and not inner["rest"]:
            return Place(building=found["building"], entrance=inner["entrance"])
    return None


@lru_cache(maxsize=64)
def _estate_names(estate: str) -> tuple[str, ...]:
    name = compact(estate)
    names = {name, name.removesuffix("小区")}
    return tuple(sorted((each for each in names if len(each) > 1), key=len, reverse=True))


def _after_estate(plain: str, estate: str) -> str:
    for name in _estate_names(estate):
        at = plain.rfind(name)
        if at >= 0:
            return plain[at + len(name) :].removeprefix("小区").strip(_EDGES)
    return plain


def _with_floor(floor: str, room: str) -> str:
    """Put a floor before a room that is written without it: floor 3, room 1 is 301."""
    plain = room_label(room)
    written = numeral(floor)
    level = str(written) if written is not None else floor
    if plain.isdecimal() and len(plain) <= 2 and level.lstrip("-").isdecimal() and len(level) <= 4:
        return f"{int(level)}{int(plain):02d}"
    return plain


def _inside(rest: str, *, entrance: str) -> Place:
    """Read what follows the building."""
    rest = rest.strip(_EDGES)
    found = _ENTRANCE_IN.match(rest)
    if found:
        if entrance and entrance_key(found["entrance"]) != entrance_key(entrance):
            raise Unreadable("location_conflict", one=entrance, other=found["entrance"])
        entrance, rest = found["entrance"], found["rest"].strip(_EDGES)
    floor = ""
    found = _FLOOR_IN.match(rest)
    if found and found["rest"]:
        floor, rest = found["floor"], found["rest"].strip(_EDGES)
    parts = [part for part in _PARTS.split(rest) if part]
    short = [len(re.sub(r"\D", "", part)) <= 2 for part in parts]
    if len(parts) == 3 and not entrance and short[0] and short[1]:
        if not short[2] and not parts[2].lstrip("0").startswith(parts[1].lstrip("0")):
            # 5-2-301 where the building is known already: 2 is no floor of 301, so 5 must be another building.
            raise Unreadable("location_conflict", one=rest, other=parts[0])
        entrance, floor, rest = parts[0], parts[1], parts[2]
    elif len(parts) == 2 and not entrance and short[0] and len(parts[0]) <= 4 and not short[1]:
        entrance, rest = parts[0], parts[1]
    elif (
        len(parts) == 2 and entrance and short[0] and not short[1] and entrance_key(parts[0]) == entrance_key(entrance)
    ):
        rest = parts[1]
    elif len(parts) == 2 and entrance and parts[0].isdecimal() and short[0] and parts[1].isdecimal() and short[1]:
        floor, rest = parts[0], parts[1]
    return Place(entrance=entrance, room=_with_floor(floor, rest) if floor else room_label(rest))


def read_place(text: str, *, estate: str, building: str = "", entrance: str = "") -> Place:
    """Read a place written in one cell; ``building`` and ``entrance`` are what other columns say already.

    Promises a room and a building, or raises :class:`Unreadable`: the address before the estate's name is passed over,
    a floor that is written apart is joined to a short room number, and dashes part building, entrance and room.
    """
    if is_date(text):
        raise Unreadable("location_date")
    if len(text) > LONGEST_PLACE:
        raise Unreadable("location_unreadable")
    if is_no_home(text):
        raise Unreadable("not_a_home")
    spaced = tidy(text)
    plain = _after_estate(spaced.replace(" ", ""), estate)
    if " " in spaced and not _FIRM_HEAD.match(plain) and "单元" not in plain:
        plain = _after_estate(spaced.replace(" ", "-"), estate)
    street = _STREET.match(plain)
    if street and (_HEAD if street[0].endswith("弄") else _FIRM_HEAD).match(plain[street.end() :]):
        plain = plain[street.end() :]
    plain = re.sub(r"^(?:#|[Nn]o\.?)(?=\d+(?:楼|栋|幢|座|号楼|-))", "", plain)
    if not plain:
        raise Unreadable("room_missing")
    place = _in_building(plain, building, entrance) if building else _anywhere(plain, entrance)
    if not room_key(place.room):
        raise Unreadable("room_missing")
    if not building_key(place.building):
        raise Unreadable("building_missing")
    if max(map(len, (place.building, place.entrance, place.room))) > LONGEST:
        raise Unreadable("location_unreadable")
    return place


def _in_building(plain: str, building: str, entrance: str) -> Place:
    found = _HEAD.match(plain)
    rest = plain
    if found:
        same = building_key(found["building"]) == building_key(building)
        if same and found["rest"]:
            rest = found["rest"]
        elif not same and re.search(r"(?:号楼|#楼|栋|幢)$", found["building"]):
            raise Unreadable("location_conflict", one=building, other=found["building"])
    else:
        parts = [part for part in _PARTS.split(plain) if part]
        if len(parts) >= 3 and building_key(parts[0]) == building_key(building):
            rest = "-".join(parts[1:])
    inside = _inside(rest, entrance=entrance)
    return Place(building, inside.entrance, inside.room)


def _anywhere(plain: str, entrance: str) -> Place:
    found = _HEAD.match(plain)
    if found:
        inside = _inside(found["rest"], entrance=entrance)
        return Place(found["building"], inside.entrance, inside.room)
    if "单元" in plain or _JUST_ROOM.match(plain):
        raise Unreadable("building_missing")
    letter = _LETTER_ROOM.match(plain)
    if letter:
        return Place(letter[1], entrance, letter[2])
    parts = [part for part in _PARTS.split(plain) if part]
    if 2 <= len(parts) <= 4 and len(parts[0]) <= 10 and any(c.isdigit() for c in parts[-1]) and len(parts[-1]) <= 8:
        if len(parts) == 2:
            return Place(parts[0], entrance, room_label(parts[1]))
        inside = _inside("-".join(parts[1:]), entrance=entrance)
        if inside.room and (inside.entrance or len(parts) == 2):
            return Place(parts[0], inside.entrance, inside.room)
        if len(parts) == 3 and not inside.entrance:
            return Place(parts[0], parts[1], room_label(parts[2]))
    raise Unreadable("location_unreadable")


def join_floor(floor: str, room: str) -> str:
    """Return the room's label with the floor of its own column where the room is written without it."""
    level = re.sub(r"(?:层|楼|[Ff])$", "", compact(floor).removeprefix("第"))
    return _with_floor(level, room) if level else room_label(room)
