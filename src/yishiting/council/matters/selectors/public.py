"""What anybody may see: the list, a matter's page, a playbook, a published picture. No person, no home, no words of a report."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Prefetch, Q, QuerySet

from yishiting.council.matters import policy
from yishiting.council.matters.affairs import KIND
from yishiting.council.matters.models import (
    COUNTS,
    Answer,
    Decision,
    Evidence,
    Matter,
    Photo,
    PlaybookVersion,
    Report,
    Resolution,
    StepRun,
)
from yishiting.council.matters.playbooks.definition import STAGES, Playbook, Stage, Step
from yishiting.council.matters.registry import outcome_label, outcome_word
from yishiting.council.matters.selectors.counting import how_many
from yishiting.council.matters.selectors.tiers import Raised, raised_of
from yishiting.council.matters.services.engine import INTAKE, OUTSIDE
from yishiting.council.matters.services.playbooks import newest, playbook_of, selectable
from yishiting.council.matters.tasks import ownerless
from yishiting.council.votes.models import Item, Vote
from yishiting.ground.desks import search as index
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import label as post_label
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import Sentence, gettext_noop

SORTS: Mapping[str, tuple[str, ...]] = {
    "new": ("-no",),
    "homes": ("-home_count", "-urgent", "no"),
    "old": ("no",),
}
_NUMBERED = re.compile(r"第\s*(\d+)\s*([件号])")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader asked of the list. ``state``: a stage, ``open``, ``closed``, ``declined``, ``merged`` or empty."""

    search: str = ""
    state: str = ""
    category: str = ""
    sort: str = "new"


def words_of(search: str) -> list[str]:
    """Return the words that are looked for; a number as pages write it (``第 6 件``) is one."""
    return _NUMBERED.sub(r"第\1\2", search.replace("\0", " ")).split()


def matching(
    matters: QuerySet[Matter], search: str, *, estates: Collection[int], said: bool = False
) -> QuerySet[Matter]:  # fmt: skip
    """Narrow ``matters`` of some estates to those whose public words hold each word of ``search``; ``第 6 件`` finds by number.

    ``said``: also by what the reporter wrote and nobody has looked at yet, for staff.
    """
    words = words_of(search)
    # What may be a number is looked for beside the words, which the index of words does not know.
    in_words = " ".join(word for word in words if not any(sign.isdigit() for sign in word))
    few = index.found(in_words, estates) if in_words and estates else None
    if few is not None and few.words and few.refs is not None:
        # The index holds what staff may read. Where it finds few, those are looked at, here as ever by what the reader may.
        matters = matters.filter(pk__in=few.refs.get(KIND, ()))
    for word in words:
        found = (
            Q(title__icontains=word)
            | Q(spot__icontains=word)
            | Q(category__icontains=word)
            | Q(building__label__icontains=word)
        )
        if said:
            found |= Q(proposed_title__icontains=word) | Q(proposed_spot__icontains=word)
        number = word.strip("第件#号")
        if number.isascii() and number.isdigit() and len(number) < 10:
            found |= Q(no=int(number))
        matters = matters.filter(found)
    return matters


def in_state(matters: QuerySet[Matter], state: str) -> QuerySet[Matter]:
    """Narrow ``matters`` to a stage of those under way, or to a status."""
    if state in tuple(STAGES):
        return matters.filter(status=Matter.Status.OPEN, stage=state)
    return matters.filter(status=state) if state in Matter.Status.values else matters


def listed(actor: Actor, estate: Estate, wanted: Filter) -> QuerySet[Matter]:
    """Return an estate's matters for its list; one query a page and one to count, and one where words are looked for."""
    matters = policy.visible_to(actor).filter(estate=estate).select_related("building", "entrance__building")
    matters = in_state(matching(matters, wanted.search, estates={estate.pk}), wanted.state)
    if wanted.category and "\0" not in wanted.category:
        matters = matters.filter(category=wanted.category)
    return matters.order_by(*SORTS.get(wanted.sort, SORTS["new"]))


def recently_solved(actor: Actor, estate_id: int, *, limit: int = 3) -> list[Matter]:
    """Return the matters of an estate that were closed last (one query)."""
    closed = policy.visible_to(actor).filter(estate_id=estate_id, status=Matter.Status.CLOSED)
    return list(closed.select_related("building", "entrance__building").order_by("-ended_at", "-no")[:limit])


def stage_counts(estate: Estate) -> dict[str, int]:
    """Return how many matters stand at each stage, and how many in each status (one query)."""
    rows = Matter.objects.filter(estate=estate)
    sets = {str(status): rows.filter(status=status) for status in Matter.Status.values}
    sets |= {str(stage): rows.filter(status=Matter.Status.OPEN, stage=stage) for stage in STAGES}
    return {key: n for key, n in how_many(**sets).items() if n}


def matter_by_no(actor: Actor, estate: Estate, no: int) -> Matter:
    """Return the estate's matter of that number; raises :class:`NotFound`."""
    matter = (
        policy.visible_to(actor)
        .filter(estate=estate, no=no)
        .select_related("estate__region", "playbook", "building", "entrance__building", "merged_into")
        .first()
    )
    if matter is None:
        raise NotFound(Sentence(gettext_noop("没有第 {no} 件事。请从事项列表里找一找。"), no=no))
    return matter


def matter_on(actor: Actor, thread: str) -> Matter | None:
    """Return the matter whose way ``thread`` is, or None for a vote or project that no matter asked for (one query)."""
    kind, _, number = thread.partition("/")
    if kind != "matter" or not number.isdecimal():
        return None
    return policy.visible_to(actor).filter(pk=int(number)).first()


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """How many homes of a building reported, and how often (户, 次)."""

    label: str
    homes: int
    times: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage through a step as a reader sees it."""

    run: StepRun
    outcome: Sentence | None
    post: Sentence
    visit: int
    note: str


@dataclass(frozen=True, slots=True)
class MatterPage:
    """A matter's page. ``reasons`` and notes are empty for who does not belong to the estate."""

    matter: Matter
    passages: tuple[Passage, ...]
    current: Passage | None
    ended_stages: Mapping[str, datetime]
    passed_stages: frozenset[str]
    places: tuple[PlaceCount, ...]
    times: int
    answered: int
    reasons: tuple[Decision, ...]
    resolutions: tuple[Resolution, ...]
    votes: tuple[Vote, ...]
    photos: tuple[Photo, ...]
    merged: tuple[Matter, ...]
    ratings: Mapping[int, int]
    overdue: bool
    raised: tuple[Raised, ...]
    unowned: bool


def matter_page(actor: Actor, matter: Matter, *, now: datetime) -> MatterPage:
    """Gather a matter's page (thirteen queries, whatever its size)."""
    inside = policy.sees_notes(actor, matter)
    runs = list(StepRun.objects.filter(matter=matter).select_related("post").order_by("seq"))
    playbook = playbook_of(matter.playbook) if matter.playbook else None
    passages = tuple(_passages(runs, playbook, notes=inside))
    current = next((each for each in passages if each.run.ended_at is None), None)
    published = Photo.objects.filter(public=True).filter(
        Q(report__matter=matter) | Q(pk__in=Evidence.objects.filter(run__matter=matter).values("photo_id"))
    )
    rated = Answer.objects.filter(matter=matter, rating__isnull=False).order_by()
    ratings = dict(rated.values_list("rating").annotate(n=Count("pk")))
    places = _places(matter)
    return MatterPage(
        matter=matter,
        passages=passages,
        current=current,
        ended_stages=_ended_stages(runs, matter),
        passed_stages=frozenset(map(str, STAGES)) - {run.stage for run in runs if run.round == matter.round},
        places=places,
        times=sum(place.times for place in places),
        answered=Answer.objects.filter(matter=matter, round=matter.round).count(),
        reasons=tuple(matter.decisions.select_related("target")) if inside else (),
        resolutions=tuple(matter.resolutions.all()),
        votes=tuple(
            Vote.objects.filter(
                estate_id=matter.estate_id, thread=matter.thread, opened_at__isnull=False, cancelled_at__isnull=True
            )
            .prefetch_related(Prefetch("items", Item.objects.select_related("result").order_by("no")))
            .order_by("no")
        ),
        photos=tuple(published.order_by("pk")),
        merged=tuple(matter.merged.order_by("no")),
        # Who rated is not told apart by a single rating; from two on the figures are shown.
        ratings=ratings if sum(ratings.values()) > 1 else {},
        overdue=bool(current and current.run.due_at and current.run.due_at < now),
        raised=raised_of(matter, notes=inside),
        unowned=bool(current) and ownerless(now).filter(matter=matter).exists(),
    )


def passages_of(actor: Actor, matter: Matter) -> tuple[Passage, ...]:
    """Return the passages of a matter in order, with notes for who belongs to its estate (one query)."""
    runs = list(StepRun.objects.filter(matter=matter).select_related("post").order_by("seq"))
    playbook = playbook_of(matter.playbook) if matter.playbook else None
    return tuple(_passages(runs, playbook, notes=policy.sees_notes(actor, matter)))


def _passages(runs: Iterable[StepRun], playbook: Playbook | None, *, notes: bool) -> Iterable[Passage]:
    visits: dict[tuple[int, str], int] = {}
    steps = {step.id: step for step in playbook.steps} if playbook else {}
    triaged = {run.round for run in runs if run.kind == "triage"}
    for run in runs:
        # Being taken up is told once: by the playbook's own triage step where it has one.
        if run.kind == INTAKE and run.ended_at is not None and run.round in triaged:
            continue
        visits[run.round, run.step] = visits.get((run.round, run.step), 0) + 1
        kind = run.post.kind if run.post else run.who
        yield Passage(
            run=run,
            outcome=_outcome(run, steps.get(run.step), playbook),
            post=Sentence(post_label(kind)),
            visit=visits[run.round, run.step],
            note=run.note if notes else "",
        )


_LEFT = {
    "accepted": gettext_noop("受理"),
    "declined": gettext_noop("没有立项"),
    "merged": gettext_noop("并入另一件"),
    "withdrawn": gettext_noop("反映人撤回"),
    "emergency": gettext_noop("转应急处理"),
    "answered": gettext_noop("已答复"),
}


def _outcome(run: StepRun, step: Step | None, playbook: Playbook | None) -> Sentence | None:
    if run.ended_at is None:
        return None
    if run.kind not in OUTSIDE and step is not None and playbook is not None and run.outcome in step.next:
        return outcome_label(playbook, step, run.outcome)
    if (word := outcome_word(run.outcome)) is not None and run.kind not in OUTSIDE:
        return word
    return Sentence(_LEFT.get(run.outcome, gettext_noop("已办完")))


def _ended_stages(runs: Iterable[StepRun], matter: Matter) -> dict[str, datetime]:
    """Return when each stage ended in the present round; one that was passed ended when a later one began."""
    ended: dict[str, datetime] = {}
    for run in runs:
        if run.round != matter.round:
            continue
        for stage in STAGES[: Stage(run.stage).order]:
            ended.setdefault(str(stage), run.started_at)
    if matter.ended_at:
        ended[str(Stage.FEEDBACK)] = matter.ended_at
    return ended


def _places(matter: Matter) -> tuple[PlaceCount, ...]:
    rows = (
        Report.objects.filter(COUNTS, matter=matter)
        .order_by("home__building__order", "home__building__label")
        .values_list("home__building__label")
        .annotate(homes=Count("home", distinct=True), times=Count("pk"))
    )
    return tuple(PlaceCount(label or "", homes, times) for label, homes, times in rows.values_list(
        "home__building__label", "homes", "times"
    ))  # fmt: skip


def available_playbooks(estate: Estate) -> list[PlaybookVersion]:
    """Return the newest version of each playbook that a matter of the estate may be given (one query)."""
    return newest(list(selectable(estate.pk)))


def available_playbook(estate: Estate, playbook: str, version: int) -> PlaybookVersion:
    """Return a version by its name and number, retired ones too; raises :class:`NotFound`."""
    found = (
        PlaybookVersion.objects.filter(Q(estate=estate) | Q(estate__isnull=True), playbook=playbook, version=version)
        # An estate's own before a shipped one of the same number, on either database.
        .order_by(F("estate_id").desc(nulls_last=True))
        .first()
    )
    if found is None:
        raise NotFound(gettext_noop("没有这个工作法。请从事项页里打开。"))
    return found


def photo_for(actor: Actor, estate: Estate, photo_id: int) -> Photo:
    """Return a picture that the actor may see; raises :class:`NotFound` for any other."""
    photo = policy.photos_visible_to(actor).filter(estate=estate, pk=photo_id).first()
    if photo is None:
        raise NotFound(gettext_noop("没有这张照片，或者还没有公开。"))
    return photo
