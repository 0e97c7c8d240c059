"""Who would vote if a vote opened now: the homes of its scope, their heads, and what stands in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from yishiting.council.votes import rules
from yishiting.council.votes.models import Vote
from yishiting.council.votes.rules.shares import exact_sum
from yishiting.ground.people.models import Holding
from yishiting.ground.places.models import Home

Groups = Mapping[int, frozenset[int]]
"""By home, the owner groups that hold it; a home that nobody is known to hold is missing."""


@dataclass(frozen=True, slots=True)
class Electorate:
    """The heads of a vote's scope at one moment, with the homes and the owner group of each (by the head's id).

    A home without its area counts with none, so that the heads can be shown before it is settled; a roll is never frozen
    from such a one.
    """

    homes: tuple[Home, ...]
    heads: tuple[rules.Head, ...]
    members: Mapping[str, tuple[Home, ...]]
    group: Mapping[str, int | None]
    without_area: tuple[Home, ...]
    disputed: tuple[Home, ...]

    @property
    def ready(self) -> bool:
        """Whether a roll can be frozen from this."""
        return bool(self.homes) and not self.without_area and not self.disputed

    @property
    def area(self) -> Decimal:
        """All areas together, in square metres."""
        return exact_sum(head.area for head in self.heads)

    @property
    def unknown(self) -> int:
        """How many homes have no owner on record."""
        return sum(1 for head in self.heads if not head.known)

    @property
    def developer_homes(self) -> int:
        """How many homes the developer's one head holds."""
        return len(self.members.get(rules.DEVELOPER, ()))


def homes_in_scope(vote: Vote) -> QuerySet[Home]:
    """Return the homes whose owners decide: those of the entrance, of the building, or of the whole estate."""
    homes = Home.objects.filter(estate_id=vote.estate_id)
    if vote.entrance_id:
        return homes.filter(entrance_id=vote.entrance_id)
    return homes.filter(building_id=vote.building_id) if vote.building_id else homes


def electorate_of(vote: Vote, *, now: datetime) -> Electorate:
    """Return who would vote in ``vote`` if it opened at ``now`` (two queries).

    Heads as the law counts them (``rules.heads_of``): one owner group one head; what is unsold or not handed over is one
    head of the developer; a home with no owner on record is a head of its own.
    """
    scope = homes_in_scope(vote)
    homes = tuple(scope.select_related("entrance__building").order_by("order", "pk"))
    groups = _groups_of(scope, now=now)
    developer = _developers_group(homes, groups)
    members: dict[str, list[Home]] = defaultdict(list)
    entries = []
    for home in homes:
        entry = _entry(home, _group(home, groups), developer)
        entries.append(entry)
        members[rules.heads_of((entry,))[0].id].append(home)
    heads = rules.heads_of(entries)
    return Electorate(
        homes=homes,
        heads=heads,
        members={head.id: tuple(members[head.id]) for head in heads},
        group={
            head.id: developer if head.id == rules.DEVELOPER else _group(members[head.id][0], groups) for head in heads
        },
        without_area=tuple(home for home in homes if home.area is None),
        disputed=tuple(home for home in homes if len(groups.get(home.pk, ())) > 1),
    )


def _groups_of(homes: QuerySet[Home], *, now: datetime) -> Groups:
    current = Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))
    found: dict[int, set[int]] = defaultdict(set)
    for home, group in Holding.objects.filter(current, home__in=homes).values_list("home_id", "group_id").distinct():
        found[home].add(group)
    return {home: frozenset(groups) for home, groups in found.items()}


def _group(home: Home, groups: Groups) -> int | None:
    return min(groups.get(home.pk, ()), default=None)


def _developers_group(homes: Sequence[Home], groups: Groups) -> int | None:
    """Return the group that holds what is unsold, where the register knows one: its people vote for the developer."""
    holders = {_group(home, groups) for home in homes if home.kind == Home.Kind.UNSOLD} - {None}
    return holders.pop() if len(holders) == 1 else None


def _entry(home: Home, group: int | None, developer: int | None) -> rules.RollHome:
    if group is None:
        owner = None
    else:
        owner = rules.DEVELOPER if group == developer else f"group:{group}"
    return rules.RollHome(
        home=str(home.pk),
        area=Decimal(0) if home.area is None else home.area,
        owner=owner,
        kind=rules.Kind(home.kind),
    )
