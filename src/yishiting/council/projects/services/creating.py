"""Setting a project up, and insuring it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Max

from yishiting.council.matters import services as matters
from yishiting.council.matters.models import Matter, Resolution, StepRun
from yishiting.council.projects import affairs, lifecycle, policy
from yishiting.council.projects.models import Insurance, Phase, Project
from yishiting.council.votes.models import Vote
from yishiting.ground.organisations import interests, restating
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.selectors import responsible
from yishiting.ground.places.models import Estate
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, NotFound, WrongState
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.services import Book, book

PhaseDraft = tuple[str, int, date | None]
"""A phase as it is planned: its title, how many, and until which day."""

KIND = "project"
GATE = "insurance"
#: The post that answers for a project where nobody says another.
OWNER = "committee_chair"
PASSED = "passed"
NO_DECISION = gettext_noop(
    "项目要有依据才能立：这件事项要先在会上作出决议，或者表决通过。请从走到“立项落实”这一步的事项立项。"
)
LONGEST_UNIT = 10
LONGEST_TITLE = 120
LONGEST_PHASE = 80
LONGEST_INSURER = 80
LONGEST_POLICY = 60


def fetch(actor: Actor, estate_id: int, no: int) -> Project:
    """Return the project of that number as ``actor`` may see it; raises :class:`NotFound`."""
    project = policy.visible_to(actor).filter(estate_id=estate_id, no=no).select_related("matter", "run").first()
    if project is None:
        raise NotFound(Sentence(gettext_noop("没有第 {no} 个项目。"), no=no))
    return project


def thread(project: Project) -> str:
    """Return the matter's thread on which the project's entries stand."""
    return project.matter.thread if project.matter else ""


def _waiting_run(estate_id: int, matter_no: int) -> StepRun:
    run: StepRun | None = (
        StepRun.objects.select_related("matter")
        .filter(estate_id=estate_id, matter__no=matter_no, kind=KIND, ended_at__isnull=True)
        .filter(matter__status=Matter.Status.OPEN)
        .first()
    )
    if run is None:
        raise WrongState(Sentence(gettext_noop("第 {no} 件事项现在不在立项落实这一步。"), no=matter_no))
    if run.projects.exists():
        raise WrongState(gettext_noop("这件事项的这一步已经立了项目，请直接登记进度。"))
    return run


def _check_questions(estate_id: int, matter_no: int, now: datetime) -> None:
    """Refuse to begin (and so to buy anything) while a question of the matter is not settled, naming it (M24)."""
    matter = (
        Matter.objects.select_related("playbook")
        .filter(estate_id=estate_id, no=matter_no, status=Matter.Status.OPEN)
        .first()
    )
    gate = matters.gate_of(matter, "questions", now) if matter else None
    if gate is not None and not gate.met:
        text = gettext_noop("{state}。请在会上都议定了，再立项。")
        raise WrongState(Sentence(text, state=gate.explanation), code="question_open")


def decision_behind(matter: Matter) -> tuple[Resolution | None, Vote | None]:
    """Return what a project of the matter may rest on: its latest resolution, and its latest vote where that passed.

    A meeting leaves a resolution only by closing. A vote has passed where each of its questions has. Raises
    :class:`WrongState` where there is neither: nothing is carried out that nobody decided.
    """
    resolution = matter.resolutions.order_by("-no").first()
    vote = (
        Vote.objects.filter(
            estate_id=matter.estate_id, thread=matter.thread, counted_at__isnull=False, cancelled_at__isnull=True
        )
        .order_by("-no")
        .prefetch_related("items__result")
        .first()
    )
    if vote is not None and any(item.result.outcome != PASSED for item in vote.items.all()):
        vote = None
    if resolution is None and vote is None:
        raise WrongState(NO_DECISION, code="no_decision")
    return resolution, vote


def resolved_on(resolution: Resolution | None, vote: Vote | None = None) -> date | None:
    """Return the day in China on which it was decided: that of the resolution, else that of the count."""
    at = resolution.adopted_at if resolution else vote.counted_at if vote else None
    return at.astimezone(CHINA).date() if at else None


def phase_rows(project: Project, phases: Sequence[PhaseDraft], first: int = 1) -> list[Phase]:
    """Return the rows of a plan, numbered from ``first``, not yet saved; refuses a title without room for it (``phases``)."""
    for name, _planned, _due_on in phases:
        lifecycle.check_room(name, most=LONGEST_PHASE, field="phases")
    return [
        Phase(
            estate_id=project.estate_id,
            project=project,
            no=no,
            title=name.strip(),
            planned=planned,
            due_on=due_on,
        )
        for no, (name, planned, due_on) in enumerate(phases, first)
    ]


def asks_for_insurance(run: StepRun | None) -> bool:
    """Return whether the playbook's step that a project carries out demands insurance."""
    step = matters.step_of(run) if run else None
    return step is not None and any(need.name == GATE for need in step.needs)


def create_project(
    *,
    actor: Actor,
    estate: Estate,
    title: str,
    unit: str,
    total: int,
    phases: Sequence[PhaseDraft],
    now: datetime,
    matter_no: int | None = None,
    needs_insurance: bool = False,
    post_kind: str = OWNER,
) -> Project:
    """Set a project up: ``phases`` are (title, planned, due day) and sum to ``total`` in ``unit`` (M42).

    It carries out the current project step of the matter ``matter_no`` and cites what was decided on it: without a resolution
    of a closed meeting or a vote that passed there is no project. A step that demands
    insurance makes a project that demands it, whatever ``needs_insurance`` says.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_run(actor, estate.pk).enforce()
        fields = {}
        if not title.strip() or len(title.strip()) > LONGEST_TITLE:
            fields["title"] = gettext_noop("请写上项目的名称，不超过 120 个字。")
        if not unit.strip() or len(unit.strip()) > LONGEST_UNIT:
            fields["unit"] = gettext_noop("请写上单位，如：个、处、米。")
        if fields:
            raise BadInput(next(iter(fields.values())), fields=fields)
        lifecycle.check_plan(total=total, planned=[planned for _, planned, _ in phases])
        if matter_no is None:
            raise BadInput(NO_DECISION, code="no_decision")
        _check_questions(estate.pk, matter_no, now)
        run = _waiting_run(estate.pk, matter_no)
        matter = run.matter
        affairs.may_plan(actor, estate, matter, now).enforce()
        resolution, vote = decision_behind(matter)
        lifecycle.check_due(
            due=[due_on for _, _, due_on in phases],
            resolved_on=resolved_on(resolution, vote),
            today=now.astimezone(CHINA).date(),
        )
        answerable = responsible(
            kind=post_kind,
            estate=estate,
            now=now,
            without=interests.tied_people(affairs.planned(matter), estate=estate, now=now),
        )
        last = Project.objects.filter(estate=estate).aggregate(no=Max("no"))["no"] or 0
        project = Project.objects.create(
            estate=estate,
            no=last + 1,
            title=title.strip(),
            unit=unit.strip(),
            total=total,
            needs_insurance=needs_insurance or asks_for_insurance(run),
            matter=matter,
            run=run,
            resolution=resolution,
            vote=vote,
            post=answerable.post if answerable else None,
            created_at=now,
            created_by_id=actor.person_id,
        )
        Phase.objects.bulk_create(phase_rows(project, phases))
        record.write(
            "projects.created",
            subject=("project", project.pk),
            facts={
                "no": project.no,
                "total": total,
                "unit": project.unit,
                "phases": len(phases),
                "planned": [planned for _, planned, _ in phases],
            },
            attests=[project, *project.phases.all()],
            thread=thread(project),
        )
        restating.restate(record, [affairs.affair(project)], estate=estate, now=now)
    return project


def stop_project(record: Book, project: Project, now: datetime) -> None:
    """End a project whose matter's step ended otherwise than done, inside the book of the verb that ended it."""
    project.ended_at = project.stopped_at = now
    project.save(update_fields=["ended_at", "stopped_at"])
    record.write(
        "projects.stopped",
        subject=("project", project.pk),
        facts={"no": project.no},
        attests=[project],
        thread=thread(project),
    )


def add_insurance(
    *,
    actor: Actor,
    estate_id: int,
    no: int,
    insurer: str,
    policy_no: str,
    valid_from: date,
    valid_to: date,
    now: datetime,
) -> Insurance:
    """Record a policy that covers the project's operation.

    Where the project is complete and its matter's step waited for nothing but this, the step ends.
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        project = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        fields = {}
        if not insurer.strip():
            fields["insurer"] = gettext_noop("请写上保险公司。")
        if not policy_no.strip():
            fields["policy_no"] = gettext_noop("请写上保单号。")
        # A policy is renewed under its number, and days entered wrongly are entered again: only the very same is refused.
        if project.policies.filter(policy_no=policy_no.strip(), valid_from=valid_from, valid_to=valid_to).exists():
            fields["policy_no"] = gettext_noop("这张保单、这段日期已经登记过了。续保的，请把日期改成新的。")
        if fields:
            raise BadInput(next(iter(fields.values())), fields=fields)
        lifecycle.check_room(insurer, most=LONGEST_INSURER, field="insurer")
        lifecycle.check_room(policy_no, most=LONGEST_POLICY, field="policy_no")
        lifecycle.check_policy_days(valid_from=valid_from, valid_to=valid_to, today=now.astimezone(CHINA).date())
        insurance = Insurance.objects.create(
            estate_id=estate_id,
            project=project,
            insurer=insurer.strip(),
            policy_no=policy_no.strip(),
            valid_from=valid_from,
            valid_to=valid_to,
            added_by_id=actor.person_id,
            added_at=now,
        )
        record.write(
            "projects.insured",
            subject=("project", project.pk),
            facts={"no": project.no, "valid_to": valid_to.isoformat()},
            attests=[insurance],
            thread=thread(project),
        )
        if project.run is not None and project.run.ended_at is None:
            matters.try_pending(record, project.run.matter, actor, now)
    return insurance
