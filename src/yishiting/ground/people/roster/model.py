"""What a roster says once it is read: homes in the file's order, the buildings they make, and what is wrong."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from yishiting.ground.people.roster.groups import DEVELOPER, owner_group_key
from yishiting.ground.people.roster.labels import HomeKey
from yishiting.ground.people.roster.problems import Problem
from yishiting.kernel.exact import two_places


class Kind(StrEnum):
    """Whose a home is: its owner's, or still the developer's (unsold, or sold and not handed over)."""

    SOLD = "sold"
    UNSOLD = "unsold"
    UNDELIVERED = "undelivered"


class AreaSource(StrEnum):
    """Where an area comes from, as its heading says (同 第8条: register, else survey, else contract)."""

    REGISTER = "register"
    SURVEY = "survey"
    CONTRACT = "contract"
    ROSTER = "roster"


@dataclass(frozen=True, slots=True)
class HomeRow:
    """A home that was taken. Labels are those to show; ``key`` is what they are compared by.

    ``area`` is in square metres with at most four decimals (whole cm²), None where it is to be settled. ``owners`` is
    empty where the owner is not known. ``tenants`` live there without owning; ``type`` is what the roster calls the
    person in this row. ``residents`` is a head count, None where none is written.
    """

    row: int
    sheet: str
    building: str
    entrance: str
    room: str
    key: HomeKey
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
    where: tuple[str, str] = ("", "")
    """The heading and raw text of the cell that says which home it is."""
    building_cell: tuple[str, str] = ("", "")
    entrance_cell: tuple[str, str] = ("", "")
    """The same of the cells that say in which building and in which entrance it is."""

    @property
    def owner_group(self) -> str | None:
        """The head this home belongs to; None where the owner is not known (then it is a head of its own).

        An owner without a phone cannot be shown to be the owner of another home, so the home itself is in the key.
        """
        if self.kind is not Kind.SOLD:
            return DEVELOPER
        if not self.owners:
            return None
        return owner_group_key(self.owners, self.phones) or "home|" + "|".join(self.key)


@dataclass(frozen=True, slots=True)
class BuildingLabels:
    """A building's label with those of its entrances; an entrance that bears none has an empty label."""

    label: str
    entrances: tuple[str, ...]


def natural(label: str) -> tuple[int, int, str]:
    """Order labels as people do: 2栋 before 10栋, those without a number after them."""
    found = re.search(r"\d+", label)
    return (0, int(found[0]), label) if found else (1, 0, "")


@dataclass(frozen=True, slots=True)
class Roster:
    """What was read. ``columns`` names what the file has columns for: ``phone``, ``residents``, ``kind`` …"""

    estate: str
    homes: tuple[HomeRow, ...]
    problems: tuple[Problem, ...]
    columns: frozenset[str] = field(default_factory=frozenset)

    @property
    def buildings(self) -> tuple[BuildingLabels, ...]:
        """The buildings that the homes stand in, by number, then in the file's order; their entrances likewise."""
        found: dict[str, tuple[str, dict[str, str]]] = {}
        for home in self.homes:
            _, entrances = found.setdefault(home.key.building, (home.building, {}))
            entrances.setdefault(home.key.entrance, home.entrance)
        # sorted() keeps the file's order where natural() does not tell labels apart: 南楼 before 北楼 if written so.
        return tuple(
            BuildingLabels(label, tuple(entrances[key] for key in sorted(entrances, key=natural)))
            for key, (label, entrances) in sorted(found.items(), key=lambda item: natural(item[0]))
        )

    @property
    def area(self) -> Decimal:
        """The sum of the areas that are known, in square metres, exact."""
        return sum((home.area for home in self.homes if home.area is not None), Decimal(0))

    @property
    def residents(self) -> int | None:
        """The number of residents written, None where the file has no such column."""
        if "residents" not in self.columns:
            return None
        return sum(home.residents or 0 for home in self.homes)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems whose rows were not taken."""
        return tuple(each for each in self.problems if each.level == "error")

    def summary(self) -> dict[str, Any]:
        """Return the figures and problems as ``import-roster --json`` prints them.

        ``owners`` are the distinct owner groups on record with the developer once; ``heads`` adds one for each home
        whose owner is not known.
        """
        groups = [home.owner_group for home in self.homes]
        owners = len({group for group in groups if group is not None})
        return {
            "homes": len(self.homes),
            "buildings": len({home.key.building for home in self.homes}),
            "entrances": len({home.key[:2] for home in self.homes}),
            "residents": self.residents,
            "area_m2": two_places(self.area),
            "owners": owners,
            "heads": owners + groups.count(None),
            "problems": [each.as_json() for each in self.problems],
        }

    def without(self, refused: Collection[HomeKey], problems: Collection[Problem]) -> Roster:
        """Return the roster as it is once ``refused`` homes are left out for the ``problems`` added."""
        return replace(
            self,
            homes=tuple(home for home in self.homes if home.key not in refused),
            problems=(*self.problems, *problems),
        )
