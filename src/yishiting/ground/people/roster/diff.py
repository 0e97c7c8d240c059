"""A roster held against what is known of the estate already: what a second import would change.

Nothing is written here. A new building or entrance is an error in the row that names it unless it is allowed, because a
mistyped label would otherwise raise a building of one home; the rows that are refused change no total.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from yishiting.ground.people.roster.groups import name_set, normalise_phone
from yishiting.ground.people.roster.labels import HomeKey, building_key
from yishiting.ground.people.roster.model import HomeRow, Kind, Roster
from yishiting.ground.people.roster.problems import Problem, problem
from yishiting.kernel.exact import two_places
from yishiting.kernel.words import Listed, Sentence, gettext_noop

_FIELDS = {
    "area": gettext_noop("面积"),
    "owners": gettext_noop("业主"),
    "phones": gettext_noop("电话"),
    "residents": gettext_noop("居住人数"),
    "kind": gettext_noop("是否已售"),
    "tenants": gettext_noop("租客"),
}
#: Of these the sentence says only that they change: digits belong to a person, and who rents is told to few.
_UNTOLD = ("phones", "tenants")
_KINDS = {
    Kind.SOLD: gettext_noop("已售"),
    Kind.UNSOLD: gettext_noop("未售"),
    Kind.UNDELIVERED: gettext_noop("未交付"),
}


@dataclass(frozen=True, slots=True)
class KnownHome:
    """A home as it is on record: the labels shown and the facts that a roster may change."""

    building: str
    entrance: str
    room: str
    area: Decimal | None = None
    owners: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    kind: Kind = Kind.SOLD
    residents: int | None = None
    tenants: tuple[str, ...] = ()
    tenant_phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A home on record of which the roster says something else; ``fields`` names what."""

    home: HomeRow
    was: KnownHome
    fields: tuple[str, ...]

    def lines(self) -> tuple[Sentence, ...]:
        """Return one sentence a field; of phones and tenants it says only that they change."""
        place = f"{self.was.building}{self.was.entrance}{self.was.room}"
        return tuple(self._line(place, name) for name in self.fields)

    def _line(self, place: str, name: str) -> Sentence:
        what = Sentence(_FIELDS[name])
        if name in _UNTOLD:
            return Sentence(gettext_noop("{place}：{what}有变"), place=place, what=what)
        before, after = _shown(self.was, name), _shown(self.home, name)
        return Sentence(
            gettext_noop("{place}：{what}由 {before} 改为 {after}"), place=place, what=what, before=before, after=after
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """What a roster would change. ``roster`` is what would be written: without the refused rows, their problems added."""

    roster: Roster
    first: bool
    added: tuple[HomeRow, ...]
    missing: tuple[KnownHome, ...]
    changed: tuple[Change, ...]
    new_buildings: tuple[str, ...]
    new_entrances: tuple[tuple[str, str], ...]
    refused: tuple[Problem, ...]

    @property
    def nothing(self) -> bool:
        """Whether the roster changes nothing."""
        return not (self.added or self.missing or self.changed)

    def counts(self) -> dict[str, int]:
        """Return how many homes are added, missing, changed and refused, and how many fields of each sort change."""
        fields = {name: sum(name in change.fields for change in self.changed) for name in _FIELDS}
        return {
            "added": len(self.added),
            "missing": len(self.missing),
            "changed": len(self.changed),
            "refused": len(self.refused),
            "new_buildings": len(self.new_buildings),
            "new_entrances": len(self.new_entrances),
            **{f"changed_{name}": count for name, count in fields.items()},
        }

    def lines(self) -> tuple[Sentence, ...]:
        """Return one sentence for each home added, missing or changed, in that order."""
        added = (
            Sentence(gettext_noop("{place}：新增"), place=f"{home.building}{home.entrance}{home.room}")
            for home in self.added
        )
        missing = (
            Sentence(
                gettext_noop("{place}：名册里没有了，记录仍然保留"), place=f"{home.building}{home.entrance}{home.room}"
            )
            for home in self.missing
        )
        return (*added, *missing, *(line for change in self.changed for line in change.lines()))


def _shown(home: KnownHome | HomeRow, name: str) -> Sentence:
    if name == "area":
        return (
            Sentence(gettext_noop("{area} 平方米"), area=two_places(home.area)) if home.area is not None else _blank()
        )
    if name == "owners":
        return Listed(home.owners) if home.owners else _blank()
    if name == "kind":
        return Sentence(_KINDS[Kind(home.kind)])
    return Sentence(gettext_noop("{count} 人"), count=home.residents) if home.residents is not None else _blank()


def _blank() -> Sentence:
    return Sentence(gettext_noop("空白"))


def _changed_fields(was: KnownHome, home: HomeRow, columns: frozenset[str]) -> tuple[str, ...]:
    """Compare what the file has a column for: a file without phones does not take the known ones away."""
    fields: list[str] = []
    if was.area != home.area:
        fields.append("area")
    if name_set(was.owners) != name_set(home.owners):
        fields.append("owners")
    if "phone" in columns and _numbers(was.phones) != _numbers(home.phones):
        fields.append("phones")
    if "residents" in columns and was.residents != home.residents:
        fields.append("residents")
    if Kind(was.kind) is not home.kind:
        fields.append("kind")
    if home.tenants and _tenants_differ(was, home):
        fields.append("tenants")
    return tuple(fields)


def _tenants_differ(was: KnownHome, home: HomeRow) -> bool:
    """A row that names tenants names all of them; a phone counts where both sides have one."""
    if name_set(was.tenants) != name_set(home.tenants):
        return True
    known, given = _numbers(was.tenant_phones), _numbers(home.tenant_phones)
    return bool(known and given) and known != given


def _numbers(phones: tuple[str, ...]) -> frozenset[str]:
    return frozenset(normalise_phone(phone) or phone for phone in phones)


def difference(before: Mapping[HomeKey, KnownHome], roster: Roster, *, allow_new: bool = False) -> Difference:
    """Return what ``roster`` changes of the homes known ``before`` (keys made by ``labels.home_key``).

    Where nothing is known yet every home is added and nothing is refused. Otherwise a row in a building or entrance
    that is not known is refused with its number (``building_new``, ``entrance_new``) unless ``allow_new``.
    """
    first = not before
    buildings = {key.building for key in before}
    entrances = {key[:2] for key in before}
    known_labels = {building_key(home.building): home.building for home in before.values()}
    new_buildings: dict[str, str] = {}
    new_entrances: dict[tuple[str, str], tuple[str, str]] = {}
    refused: list[Problem] = []
    refused_keys: set[HomeKey] = set()
    added: list[HomeRow] = []
    changed: list[Change] = []
    for home in roster.homes:
        was = before.get(home.key)
        if was is not None:
            fields = _changed_fields(was, home, roster.columns)
            if fields:
                changed.append(Change(home, was, fields))
            continue
        says = ""
        if home.key.building not in buildings:
            new_buildings.setdefault(home.key.building, home.building)
            new_entrances.setdefault(home.key[:2], (home.building, home.entrance))
            says = "building_new"
        elif home.key[:2] not in entrances:
            building = known_labels[home.key.building]
            new_entrances.setdefault(home.key[:2], (building, home.entrance))
            says = "entrance_new"
        if says and not first and not allow_new:
            refused.append(_refusal(says, home, known_labels))
            refused_keys.add(home.key)
        else:
            added.append(home)
    seen = {home.key for home in roster.homes}
    return Difference(
        roster=roster.without(refused_keys, refused),
        first=first,
        added=tuple(added),
        missing=tuple(home for key, home in before.items() if key not in seen),
        changed=tuple(changed),
        new_buildings=tuple(new_buildings.values()),
        new_entrances=tuple(new_entrances.values()),
        refused=tuple(refused),
    )


def _refusal(says: str, home: HomeRow, known_labels: Mapping[str, str]) -> Problem:
    building = known_labels.get(home.key.building, home.building)
    column, value = home.building_cell if says == "building_new" else home.entrance_cell
    entrance: str | Sentence = home.entrance or Sentence(gettext_noop("不分单元的住户"))
    return problem(
        says,
        row=home.row,
        column=column,
        value=value,
        sheet=home.sheet,
        building=building,
        entrance=entrance,
        # How a page lets it in; the command line puts its own word there.
        allow=Sentence(gettext_noop("选上“允许新增楼栋和单元”")),
    )
