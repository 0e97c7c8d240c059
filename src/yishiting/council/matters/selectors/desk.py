"""What the desk shows: matters by clock over all estates that the actor's posts answer for, and one matter to work on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Prefetch, Q, QuerySet
from django.db.models.expressions import OrderBy

from yishiting.council.matters import affairs, kinds, lifecycle, policy, recusals
from yishiting.council.matters.kinds import Offer
from yishiting.council.matters.kinds.evidence import taken_for, that_meets
from yishiting.council.matters.lifecycle import GateState, MatterState
from yishiting.council.matters.models import Answer, Decision, Evidence, Judgement, Matter, Report, StepRun
from yishiting.council.matters.playbooks.definition import Need, Step
from yishiting.council.matters.registry import gate_label, outcome_label
from yishiting.council.matters.selectors.counting import how_many
from yishiting.council.matters.selectors.public import in_state, matching
from yishiting.council.matters.selectors.tiers import Raised, raised_by, raised_of
from yishiting.council.matters.services import engine, escalation
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.models import Term
from yishiting.ground.places.models import Estate
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import Sentence, gettext_noop

SORTS: Mapping[str, tuple[str | OrderBy, ...]] = {
    "due": (F("due_at").asc(nulls_last=True), "-urgent", "pk"),
    "homes": ("-home_count", "-urgent", "pk"),
    "new": ("-created_at", "-pk"),
}


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """What was asked of the desk's list.

    ``due``: ``today``, ``late``, ``mine``, ``raised`` (from a post of one's own) or empty; ``state`` as on the public list.
    """

    search: str = ""
    estate_id: int | None = None
    state: str = "open"
    due: str = ""
    sort: str = "due"


@dataclass(frozen=True, slots=True)
class Due:
    """How many matters are due today, overdue and under way on the actor's desk (件)."""

    today: int
    late: int
    under_way: int
    urgent: int


def _ends_today(now: datetime) -> datetime:
    return now.astimezone(CHINA).replace(hour=23, minute=59, second=59, microsecond=999999)


def mine(actor: Actor) -> Q:
    """Matters whose present step is the actor's own."""
    posts = [office.post_id for office in actor.offices]
    runs = StepRun.objects.filter(post_id__in=posts, ended_at__isnull=True)
    return Q(pk__in=runs.values("matter_id"))


def desk_list(actor: Actor, wanted: DeskFilter, *, now: datetime) -> QuerySet[Matter]:
    """Return the matters of the desk's list, each with its present step (one query, two prefetches, one to count; one for words)."""
    estates = actor.estates_served if wanted.estate_id is None else actor.estates_served & {wanted.estate_id}
    matters = in_state(matching(policy.desk_scope(actor), wanted.search, estates=estates, said=True), wanted.state)
    if wanted.estate_id is not None:
        matters = matters.filter(estate_id=wanted.estate_id)
    if wanted.due == "today":
        matters = matters.filter(due_at__gte=now, due_at__lte=_ends_today(now))
    elif wanted.due == "late":
        matters = matters.filter(due_at__lt=now)
    elif wanted.due == "mine":
        matters = matters.filter(mine(actor))
    elif wanted.due == "raised":
        matters = matters.filter(raised_by(actor))
    current = StepRun.objects.filter(ended_at__isnull=True).select_related("post")
    return (
        matters.select_related("building", "entrance__building")
        # The estate apart: joined, it would have SQLite sort all that is open and not read the page by its index.
        .prefetch_related("estate", Prefetch("steps", current, to_attr="under_way"))
        .order_by(*SORTS.get(wanted.sort, SORTS["due"]))
    )


def due_counts(actor: Actor, *, now: datetime) -> Due:
    """Count the actor's desk (one query)."""
    here = policy.desk_scope(actor).filter(status=Matter.Status.OPEN)
    counted = how_many(
        today=here.filter(due_at__gte=now, due_at__lte=_ends_today(now)),
        late=here.filter(due_at__lt=now),
        under_way=here,
        urgent=here.filter(Q(urgent=True) | Q(emergency_at__isnull=False)),
    )
    return Due(**counted)


@dataclass(frozen=True, slots=True)
class GateLine:
    """A gate of the present step: what it demands, how far it is met, and which kinds of evidence are taken for it."""

    need: Need
    label: Sentence
    state: GateState
    takes: tuple[str, ...]

    @property
    def takes_evidence(self) -> bool:
        """Whether evidence recorded on the step counts for it."""
        return bool(self.takes)


@dataclass(frozen=True, slots=True)
class DeskMatter:
    """A matter to work on. ``reports`` is empty for who may not read them; names only with ``names``.

    ``can_settle``: decline it or merge it into another, which of what was raised is for the tier that has it.
    """

    matter: Matter
    state: MatterState
    run: StepRun | None
    step: Step | None
    holders: tuple[str, ...]
    stands_in: bool
    recused: bool
    asked_post: str
    raised: tuple[Raised, ...]
    at_top: bool
    can_raise: bool
    gates: tuple[GateLine, ...]
    outcomes: tuple[tuple[str, Sentence], ...]
    offers: tuple[Offer, ...]
    evidence: tuple[Evidence, ...]
    reports: tuple[Report, ...]
    decisions: tuple[Decision, ...]
    merged: tuple[Matter, ...]
    names: bool
    can_work: bool
    can_triage: bool
    can_settle: bool
    by_hand: bool
    overdue: bool
    escalates: bool

    @property
    def is_intake(self) -> bool:
        """Whether the matter waits to be taken up."""
        return self.run is not None and self.run.kind == engine.INTAKE

    @property
    def is_emergency(self) -> bool:
        """Whether it is dealt with at once, outside its playbook."""
        return self.matter.emergency_at is not None

    @property
    def answers(self) -> bool:
        """Whether this is where reporters are answered."""
        return self.run is not None and self.run.kind in {"answer", engine.EMERGENCY}

    @property
    def asked(self) -> tuple[str, ...]:
        """The kinds of evidence that the present step takes; a note always."""
        found = dict.fromkeys(kind for gate in self.gates for kind in gate.takes)
        return (*(kind for kind in found if kind != Evidence.Kind.NOTE), Evidence.Kind.NOTE)

    @property
    def ready(self) -> bool:
        """Whether each gate is met."""
        return all(gate.state.met for gate in self.gates)


def desk_matter(actor: Actor, estate: Estate, no: int, *, now: datetime) -> DeskMatter:
    """Gather a matter for its worker; raises :class:`NotFound` for who has no post in its place."""
    matter = (
        policy.desk_scope(actor)
        .filter(estate=estate, no=no)
        .select_related("estate__region", "playbook", "building", "entrance__building", "merged_into")
        .first()
    )
    if matter is None:
        raise NotFound(Sentence(gettext_noop("您的工作台上没有第 {no} 件事。请核对小区和编号。"), no=no))
    state = engine.state_of(matter)
    run = engine.current_run(matter)
    at = engine.measuring(matter, run, state, now) if run else None
    gates = kinds.measure_all(at) if at else {}
    kind = run.kind if run else ""
    handler = kinds.handler_of(kind)
    playbook, step = state.playbook, state.step
    answers = Answer.objects.filter(matter=matter, round=matter.round)
    said = Report.objects.filter(matter=matter, replaced_by__isnull=True)
    reports = said.select_related("home__entrance__building", "person", "first_matter", "replaces")
    may_read = policy.reads_reports(actor, matter, run)
    raised = raised_of(matter, notes=True)
    went_to = [each.escalation.asked for each in raised if run is not None and each.escalation.run_id == run.pk]
    asked = went_to[-1] if went_to else run.who if run else ""
    # Who keeps out of it is shown no button that would refuse him.
    free = bool(affairs.is_free(actor, matter, now))
    return DeskMatter(
        matter=matter,
        state=state,
        run=run,
        step=step,
        holders=_holders(run, now),
        stands_in=bool(run and run.post and run.post.kind != asked),
        recused=bool(run and (run.post is None or run.post.kind != asked) and recusals.shifted([run])),
        asked_post=asked,
        raised=raised,
        at_top=bool(run and escalation.is_top(run)),
        can_raise=bool(run and policy.can_raise(actor, matter, run) and not escalation.is_top(run)),
        gates=tuple(
            GateLine(need, gate_label(need), gate, that_meets(need) if taken_for(need, gate, kind) else ())
            for need, gate in gates.items()
        ),
        outcomes=tuple((each, outcome_label(playbook, step, each)) for each in lifecycle.choices(state))
        if playbook and step
        else (),
        offers=handler.offers(run) if run and handler.offers else (),
        evidence=tuple(
            Evidence.objects.filter(run=run).select_related("entrance__building", "home__entrance__building", "photo")
        )
        if run
        else (),
        reports=tuple(
            reports.prefetch_related(
                "photos",
                Prefetch("answers", answers, to_attr="now_answered"),
                Prefetch("judgements", Judgement.objects.order_by("pk"), to_attr="judged"),
            )
        )
        if may_read
        else (),
        decisions=tuple(matter.decisions.select_related("target")),
        merged=tuple(matter.merged.order_by("no")),
        names=policy.sees_reporters(actor, matter),
        can_work=bool(free and run and policy.can_work(actor, matter, run)),
        can_triage=bool(free and policy.can_triage(actor, matter)),
        can_settle=bool(free and policy.can_settle(actor, matter, run)),
        by_hand=handler.by_hand,
        overdue=lifecycle.overdue(state, now)
        or bool(
            run and _past(run, now) and (run.kind in engine.OUTSIDE or any(not gate.met for gate in gates.values()))
        ),
        escalates=bool(run and not escalation.is_top(run) and escalation.rises(run, matter, now)),
    )


def _past(run: StepRun, now: datetime) -> bool:
    return run.due_at is not None and run.due_at < now


def _holders(run: StepRun | None, now: datetime) -> tuple[str, ...]:
    """Return the names of who holds the post now: for colleagues at the desk."""
    if run is None or run.post_id is None:
        return ()
    held = Term.objects.filter(post_id=run.post_id, since__lte=now).filter(Q(until__isnull=True) | Q(until__gt=now))
    return tuple(held.order_by("since").values_list("person__name", flat=True))


def merge_targets(matter: Matter, *, limit: int = 200) -> list[Matter]:
    """Return the open matters of the estate that ``matter`` can be merged into: its category first, most homes first."""
    others = Matter.objects.filter(estate_id=matter.estate_id, status=Matter.Status.OPEN).exclude(pk=matter.pk)
    found = list(others.order_by("-home_count", "no")[:limit])
    return sorted(found, key=lambda other: other.category != matter.category)
