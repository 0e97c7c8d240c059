"""The register of posts: who holds what from when until when, what else he holds, and which interests are declared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from yishiting.ground.organisations import interests, policy
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.interests import Named
from yishiting.ground.organisations.kinds import KINDS, Duty
from yishiting.ground.organisations.models import Interest, Term
from yishiting.ground.places.models import Estate
from yishiting.kernel.words import Sentence, gettext_noop

#: Which duties are of interest where posts held by one person are disclosed beside a thing of this kind.
SHOWN_WITH: Mapping[str, frozenset[Duty]] = {
    "vote": frozenset({Duty.VOTE, Duty.PAPER}),
    "meeting": frozenset({Duty.MEET}),
    "appraisal": frozenset({Duty.APPRAISE}),
    "project": frozenset({Duty.PROJECT}),
}


@dataclass(frozen=True, slots=True)
class Together:
    """Posts of different kinds that one person holds now (交叉任职), the kinds in the order of the table of posts.

    ``name`` is the holder's, where he agreed to be named with each of them; it is for the estate's own people (C1).
    """

    kinds: tuple[str, ...]
    name: str

    @property
    def duties(self) -> frozenset[Duty]:
        """What he is trusted with, all posts taken together."""
        return frozenset().union(*(KINDS[kind].duties for kind in self.kinds if kind in KINDS))


def held_together(estate: Estate, *, now: datetime) -> tuple[Together, ...]:
    """Return for each person who holds posts of several kinds for an estate which these are, without who he is."""
    regions = interests.regions_above(estate)
    current = Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))
    here = Q(post__estate=estate) | Q(post__region__in=regions)
    kinds: dict[int, list[str]] = defaultdict(list)
    named: dict[int, list[bool]] = defaultdict(list)
    names: dict[int, str] = {}
    rows = Term.objects.filter(current, here).values_list("person_id", "post__kind", "name_public", "person__name")
    for person, kind, public, name in rows:
        kinds[person].append(kind)
        named[person].append(public)
        names[person] = name
    order = list(KINDS)
    found = []
    for person, several in kinds.items():
        different = sorted(set(several), key=lambda kind: order.index(kind) if kind in order else len(order))
        if len(different) > 1:
            found.append(Together(tuple(different), names[person] if all(named[person]) else ""))
    return tuple(sorted(found, key=lambda each: (order.index(each.kinds[0]), each.kinds, each.name)))


def beside(found: Iterable[Together], kind: str, posts: Collection[str] = ()) -> list[Together]:
    """Return those that a page about a thing of ``kind`` discloses: who may run it, and who holds one of ``posts``."""
    duties = SHOWN_WITH.get(kind, frozenset())
    return [each for each in found if each.duties & duties or not set(posts).isdisjoint(each.kinds)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the register is narrowed to: words in a name, a kind of post, and which terms."""

    search: str = ""
    kind: str = ""
    which: str = "now"


def terms(actor: Actor, estate: Estate, wanted: Wanted, *, now: datetime) -> QuerySet[Term]:
    """Return the terms of an estate's posts as the register lists them; ``which``: now, several, past or all."""
    rows = policy.terms_visible_to(actor, estate)
    current = Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))
    if wanted.which == "now":
        rows = rows.filter(current)
    elif wanted.which == "past":
        rows = rows.filter(until__lte=now)
    elif wanted.which == "several":
        several = rows.filter(current).order_by().values("person").annotate(n=Count("pk")).filter(n__gt=1)
        rows = rows.filter(current, person__in=several.values("person"))
    if wanted.kind:
        rows = rows.filter(post__kind=wanted.kind)
    if wanted.search:
        rows = rows.filter(person__name__icontains=wanted.search)
    return rows.select_related("post__organisation", "post__building", "post__entrance__building", "person").order_by(
        "person__name", "person", "-since", "pk"
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the register: a term, the holder's other posts of now, and how many interests of his stand."""

    term: Term
    others: tuple[str, ...]
    interests: int


def lines(rows: Iterable[Term], estate: Estate, *, now: datetime) -> list[Line]:
    """Return lines of an estate's register (three queries, however many).

    Of posts and interests those of this estate: what somebody is elsewhere is read there.
    """
    found = list(rows)
    people = {row.person_id for row in found}
    current = Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))
    here = Q(post__estate=estate) | Q(post__region__in=interests.regions_above(estate))
    held: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for person, pk, kind in Term.objects.filter(current, here, person__in=people).values_list(
        "person_id", "pk", "post__kind"
    ):
        held[person].append((pk, kind))
    declared = interests.standing(now).filter(estate=estate, person__in=people).order_by()
    standing = dict(declared.values_list("person").annotate(n=Count("pk")))
    return [
        Line(
            row,
            tuple(dict.fromkeys(kind for pk, kind in held[row.person_id] if pk != row.pk and kind != row.post.kind)),
            standing.get(row.person_id, 0),
        )
        for row in found
    ]


@dataclass(frozen=True, slots=True)
class Shown:
    """An interest as its reader sees it: whose, in what (in words, with its number where it is a thing)."""

    row: Interest
    who: str
    in_what: Sentence
    thing: Named | None


_THINGS: Mapping[str, str] = {
    "matter": gettext_noop("第 {no} 件事项“{title}”"),
    "vote": gettext_noop("第 {no} 次表决“{title}”"),
    "project": gettext_noop("第 {no} 个项目“{title}”"),
}


def shown(rows: Iterable[Interest]) -> list[Shown]:
    """Return interests with what they are in (a query for each kind of thing)."""
    found = list(rows)
    things: dict[tuple[str, int], Named] = {}
    for kind, room in interests.ROOMS.items():
        ids = {row.thing_id for row in found if row.thing_kind == kind and row.thing_id is not None}
        if ids and room.named:
            things |= {(kind, pk): named for pk, named in room.named(ids).items()}
    return [_shown(row, things.get((row.thing_kind, row.thing_id or 0))) for row in found]


def _shown(row: Interest, thing: Named | None) -> Shown:
    if row.organisation is not None:
        words = Sentence("{name}", name=row.organisation.name)
    elif row.home is not None:
        words = Sentence("{name}", name=str(row.home))
    elif thing is not None:
        words = Sentence(_THINGS[thing.kind], no=thing.no, title=thing.title)
    else:
        words = Sentence(gettext_noop("一件已经找不到的事"))
    who = row.person.name if row.person is not None else row.body.name if row.body is not None else ""
    return Shown(row, who, words, thing)


def listed(actor: Actor, estate: Estate, *, search: str = "", which: str = "now", now: datetime) -> QuerySet[Interest]:
    """Return an estate's interests for whoever may see its register; ``which``: now, over or all."""
    rows = policy.interests_visible_to(actor).filter(estate=estate)
    if not policy.can_see_register(actor, estate.pk):
        rows = rows.none()
    stands = Q(withdrawn_at__isnull=True) & (Q(until__isnull=True) | Q(until__gt=now))
    if which == "now":
        rows = rows.filter(stands)
    elif which == "over":
        rows = rows.exclude(stands)
    if search:
        rows = rows.filter(Q(person__name__icontains=search) | Q(body__name__icontains=search))
    return rows.select_related(*_WITH)


def mine(actor: Actor) -> QuerySet[Interest]:
    """Return what is declared of the actor, by himself or by staff, the latest first."""
    return Interest.objects.filter(person=actor.person_id or 0).select_related(*_WITH)


_WITH = ("estate", "person", "body", "organisation", "home__entrance__building", "declared_by")
