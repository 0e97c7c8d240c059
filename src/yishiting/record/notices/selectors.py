"""Reads of notices and canvasses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places.models import Entrance, Home
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.record.notices import policy, rules
from yishiting.record.notices.models import Attempt, Canvass, CanvassHome, Channel, Notice, Picture, Posting, Version

SHOWN_STATES = ("hanging", "past")
DESK_STATES = ("draft", "reviewed", "returned", "published", "archived", "withdrawn")


def hanging(estate_ids: Sequence[int]) -> QuerySet[Version]:
    """Return the versions that anyone reads: for each notice the one that was published last."""
    return (
        Version.objects.filter(estate_id__in=estate_ids, published_at__isnull=False, replaced_at__isnull=True)
        .select_related("notice", "estate", "post")
        .order_by("archived_at", "-published_at")
    )


def listed(estate_id: int, *, words: str = "", kind: str = "", state: str = "") -> QuerySet[Version]:
    """Return an estate's notices for anyone, those that hang first; searched in title and text."""
    rows = hanging([estate_id])
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(text__icontains=words))
    if kind:
        rows = rows.filter(kind=kind)
    if state in SHOWN_STATES:
        rows = rows.filter(archived_at__isnull=state == "hanging")
    hung_first = rows.filter(archived_at__isnull=True).values("pk")
    return rows.annotate(hangs=Exists(hung_first.filter(pk=OuterRef("pk")))).order_by("-hangs", "-published_at", "-pk")


def _whole() -> tuple[Prefetch[str], Prefetch[str]]:
    return (
        Prefetch("places"),
        Prefetch("postings", Posting.objects.select_related("entrance__building", "picture").order_by("on", "pk")),
    )


def published_version(estate_id: int, no: int, version_no: int | None = None) -> Version:
    """Return the version of a notice that hangs, or an earlier published one by its number; raises :class:`NotFound`."""
    rows = Version.objects.filter(estate_id=estate_id, notice__no=no, published_at__isnull=False)
    rows = rows.filter(replaced_at__isnull=True) if version_no is None else rows.filter(no=version_no)
    found = rows.select_related("notice", "estate", "post__organisation").prefetch_related(*_whole()).first()
    if found is None:
        raise NotFound(Sentence(gettext_noop("没有第 {no} 号公示，或者还没有发布。"), no=no))
    return found


def versions_published(notice: Notice) -> list[Version]:
    """Return every version that ever hung, the newest first."""
    return list(notice.versions.filter(published_at__isnull=False).order_by("-no"))


def desk_rows(actor: Actor, estate_ids: Sequence[int], *, words: str = "", state: str = "") -> QuerySet[Version]:
    """Return the newest version that ``actor`` may read of each notice that he works on, what waits for somebody first."""
    readable = Version.objects.filter(policy.versions_visible_to(actor), notice=OuterRef("notice"))
    newest = readable.order_by("-no").values("pk")[:1]
    rows = (
        Version.objects.filter(estate_id__in=estate_ids, pk=Subquery(newest))
        .filter(notice__in=policy.visible_to(actor))
        .select_related("notice", "estate")
        .prefetch_related(*_whole())
    )
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(text__icontains=words))
    narrowed: Mapping[str, Q] = {
        "draft": Q(published_at__isnull=True, reviewed_at__isnull=True),
        "reviewed": Q(published_at__isnull=True, reviewed_at__isnull=False, returned=False),
        "returned": Q(returned=True, published_at__isnull=True),
        "published": Q(published_at__isnull=False, archived_at__isnull=True),
        "archived": Q(archived_at__isnull=False, withdrawn=False),
        "withdrawn": Q(withdrawn=True),
    }
    if state in narrowed:
        rows = rows.filter(narrowed[state])
    return rows.order_by("published_at", "-notice__no") if state == "draft" else rows.order_by("-notice__no")


def waiting_for_review(actor: Actor) -> QuerySet[Version]:
    """Return the drafts that name homes and that another than the actor drafted, the oldest first."""
    estates = [pk for pk in actor.estates_served if policy.can_review(actor, pk)]
    rows = Version.objects.filter(
        estate_id__in=estates, names_homes=True, reviewed_at__isnull=True, published_at__isnull=True,
        replaced_at__isnull=True,
    )  # fmt: skip
    mine = Q(drafted_by_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    return rows.exclude(mine).select_related("notice", "estate").order_by("drafted_at")


def versions(actor: Actor, notice: Notice) -> list[Version]:
    """Return the versions of a notice that ``actor`` may read at the desk, the newest first (three queries)."""
    rows = notice.versions.filter(policy.versions_visible_to(actor)).select_related("estate", "post", "notice")
    return list(rows.prefetch_related(*_whole()).order_by("-no"))


@dataclass(frozen=True, slots=True)
class Spot:
    """An entrance of a notice's scope, with the evidence that it hangs there."""

    entrance: Entrance
    posting: Posting | None


def spots(version: Version) -> list[Spot]:
    """Return the entrances of a version's scope in walking order, posted or not (one query)."""
    postings = {row.entrance_id: row for row in version.postings.all() if row.entrance_id}
    ids = [row.entrance_id for row in version.places.all()]
    rows = Entrance.objects.filter(pk__in=ids).select_related("building").order_by("building__order", "order", "pk")
    return [Spot(row, postings.get(row.pk)) for row in rows]


def scope_words(version: Version, entrances: Collection[Entrance], all_entrances: int) -> Sentence | None:
    """Say a scope in words: None for the whole estate, whole buildings by their label, else the entrances."""
    if len(entrances) >= all_entrances:
        return None
    buildings: dict[int, list[Entrance]] = {}
    for entrance in entrances:
        buildings.setdefault(entrance.building_id, []).append(entrance)
    sizes = dict(
        Entrance.objects.filter(building_id__in=buildings)
        .order_by()
        .values("building_id")
        .annotate(n=Count("pk"))
        .values_list("building_id", "n")
    )
    labels: list[str] = []
    for pk, rows in buildings.items():
        labels += [rows[0].building.label] if len(rows) == sizes[pk] else [str(row) for row in rows]
    return rules.span(labels)


def picture_for(actor: Actor, estate_id: int, pk: int) -> Picture:
    """Return a picture for staff of the estate; raises :class:`NotFound`."""
    policy.can_read_drafts(actor, estate_id).enforce()
    found = Picture.objects.filter(estate_id=estate_id, pk=pk).first()
    if found is None:
        raise NotFound(gettext_noop("没有这张照片。"))
    return found


def of_run(run_id: int) -> list[Version]:
    """Return the newest version of each notice that is bound to a passage through a step."""
    rows = Version.objects.filter(notice__run=run_id).select_related("notice").order_by("notice__no", "no")
    return list({row.notice_id: row for row in rows}.values())


def posted_entrances(run_id: int) -> frozenset[int]:
    """Return the entrances with a picture of a notice of this passage that hangs, or hung until it was archived."""
    rows = Posting.objects.filter(
        version__notice__run=run_id, version__replaced_at__isnull=True, version__withdrawn=False,
        entrance__isnull=False, picture__isnull=False,
    )  # fmt: skip
    return frozenset(pk for pk in rows.values_list("entrance_id", flat=True) if pk is not None)


def channels_shown(run_id: int) -> frozenset[str]:
    """Return the names of the channels in which a notice of this passage was made known, with evidence for each."""
    rows = Posting.objects.filter(
        version__notice__run=run_id, version__replaced_at__isnull=True, version__withdrawn=False
    )
    return frozenset(
        label if channel == Channel.OTHER else str(Channel(channel).label)
        for channel, label in rows.values_list("channel", "label").distinct()
    )


# ---------------------------------------------------------------- canvasses
@dataclass(frozen=True, slots=True)
class Part:
    """A building of a canvass: homes told of its homes."""

    building_id: int
    label: str
    count: rules.Count

    @property
    def left(self) -> int:
        """Homes still to be reached."""
        return self.count.homes - self.count.told


def _went(canvass_ids: Sequence[int]) -> dict[int, list[tuple[int, rules.Went]]]:
    """Return what came of each attempt that counts, with its building, by canvass (one query)."""
    found: dict[int, list[tuple[int, rules.Went]]] = {}
    rows = Attempt.objects.filter(place__canvass_id__in=canvass_ids, withdrawn_at__isnull=True)
    values = rows.values_list("place__canvass_id", "place__building_id", "place__home_id", "outcome")
    for canvass, building, home, outcome in values:
        found.setdefault(canvass, []).append((building, rules.Went(home, outcome)))
    return found


def parts_of(canvasses: Sequence[Canvass]) -> dict[int, list[Part]]:
    """Return the progress of several canvasses by building, in walking order (two queries)."""
    ids = [row.pk for row in canvasses]
    went = _went(ids)
    told: dict[int, dict[int, int]] = {}
    for row in canvasses:
        building_of = {each.home: building for building, each in went.get(row.pk, ())}
        here = rules.reached((each for _, each in went.get(row.pk, ())), notes_suffice=row.notes_suffice)
        counts = told.setdefault(row.pk, {})
        for home in here:
            counts[building_of[home]] = counts.get(building_of[home], 0) + 1
    found: dict[int, list[Part]] = {pk: [] for pk in ids}
    sizes = (
        CanvassHome.objects.filter(canvass_id__in=ids)
        .order_by("building__order", "building__label")
        .values("canvass_id", "building_id", "building__label", "building__order")
        .annotate(n=Count("pk"))
    )
    for size in sizes:
        building = size["building_id"]
        count = rules.Count(told[size["canvass_id"]].get(building, 0), size["n"])
        found[size["canvass_id"]].append(Part(building, size["building__label"], count))
    return found


def total(parts: Collection[Part]) -> rules.Count:
    """Add the buildings up."""
    return rules.Count(sum(part.count.told for part in parts), sum(part.count.homes for part in parts))


def told_of_run(run_id: int) -> frozenset[int]:
    """Return the homes that a canvass of this passage reached."""
    found: set[int] = set()
    canvasses = list(Canvass.objects.filter(run=run_id))
    went = _went([row.pk for row in canvasses])
    for row in canvasses:
        found |= rules.reached((each for _, each in went.get(row.pk, ())), notes_suffice=row.notes_suffice)
    return frozenset(found)


def shown_to_all(estate_id: int, limit: int = 10) -> list[Canvass]:
    """Return an estate's latest canvasses, those that go on first; only their counts are for everyone."""
    latest = Canvass.objects.filter(estate_id=estate_id).order_by("-no")[:limit]
    return sorted(latest, key=lambda row: row.closed_at is not None)


def canvasses_of_run(run_id: int) -> list[Canvass]:
    """Return the canvasses of a passage through a step."""
    return list(Canvass.objects.filter(run=run_id).order_by("no"))


def public_counts(canvass: Canvass) -> tuple[rules.Count | None, list[Part]]:
    """Return what everyone may read of a canvass: its total and its buildings, none of them too small."""
    parts = parts_of([canvass])[canvass.pk]
    whole, shown = rules.for_everyone({part.building_id: part.count for part in parts})
    return whole, [part for part in parts if part.building_id in shown]


@dataclass(frozen=True, slots=True)
class Door:
    """A home in the order of walking, with who went there; ``told`` where it was reached."""

    home: Home
    told: bool
    attempts: tuple[Attempt, ...]

    @property
    def last(self) -> Attempt | None:
        """The latest attempt that counts."""
        return next((each for each in reversed(self.attempts) if each.withdrawn_at is None), None)


def doors(canvass: Canvass, building_ids: Collection[int] | None, *, home_id: int | None = None) -> list[Door]:
    """Return the homes of a canvass in some buildings (None: all), sorted for walking (two queries)."""
    rows = CanvassHome.objects.filter(canvass=canvass)
    if building_ids is not None:
        rows = rows.filter(building_id__in=list(building_ids))
    if home_id is not None:
        rows = rows.filter(home_id=home_id)
    rows = rows.select_related("home__entrance__building").prefetch_related(
        Prefetch("attempts", Attempt.objects.order_by("at", "pk"))
    )
    rows = rows.order_by("building__order", "home__entrance__order", "home__order", "home_id")
    found = []
    for row in rows:
        attempts = tuple(row.attempts.all())
        went = [rules.Went(row.home_id, each.outcome) for each in attempts if each.withdrawn_at is None]
        told = bool(rules.reached(went, notes_suffice=canvass.notes_suffice))
        found.append(Door(row.home, told, attempts))
    return found
