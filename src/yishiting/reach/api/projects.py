"""Projects: how far each is and what it waits for, and the verbs of whoever runs them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from yishiting.council.projects import policy, selectors, services
from yishiting.council.projects.models import Phase, Project
from yishiting.ground.organisations.kinds import label as post_label
from yishiting.kernel.clock import CHINA
from yishiting.reach.api.disclosures import Disclosed, disclosed
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.matters import pictures
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page
from yishiting.reach.api.shapes import Day, Done, Id, Line, No, Number, Slug, said

router = Router(tags=["projects"])

StepKind = Literal["started", "finished", "accepted", "operating", "noted"]


def _verb(kind: StepKind) -> Callable[..., Phase]:
    """Return the verb of a step; looked up when it is called, as any other verb is."""
    return {
        "started": services.start_phase,
        "finished": services.finish_phase,
        "accepted": services.accept_phase,
        "operating": services.operate_phase,
        "noted": services.note_progress,
    }[kind]


class ProjectLine(Schema):
    """A project with what was accepted of its total."""

    no: int
    title: str
    unit: str
    total: int
    accepted: int
    state: str
    waits_for: str


class Projects(Schema):
    """A page of projects."""

    items: list[ProjectLine]
    next: str | None


class PhaseStepOut(Schema):
    """What was done on a phase, on which day. ``photo`` is one that everybody may see."""

    kind: str
    on: date
    note: str
    photo: int | None


class PhaseIn(Schema):
    """A phase of a plan; without a title it is called by its number."""

    title: Line = ""
    planned: Number
    due_on: Day | None = None


class PhaseOut(Schema):
    """A phase with its steps."""

    no: int
    title: str
    planned: int
    due_on: date | None
    started: bool
    finished: bool
    accepted: bool
    operating: bool
    steps: list[PhaseStepOut]


class CoverOut(Schema):
    """Whether the project is insured today, in words, and until when."""

    words: str
    until: date | None


class PlanChange(Schema):
    """A change of the plan: when, why, and which phases it took out before they began."""

    changed_at: datetime
    reason: str
    dropped: list[PhaseIn]


class ProjectOut(ProjectLine):
    """A project with its phases, who answers for it by post, what it came from, and each change of its plan."""

    post: str
    matter: int | None
    resolution: int | None
    vote: int | None
    waits_since: datetime | None
    needs_insurance: bool
    cover: CoverOut | None
    must_pause: bool
    phases: list[PhaseOut]
    changes: list[PlanChange]
    disclosed: Disclosed


class ProjectIn(Schema):
    """A project; the phases sum to the total. ``matter`` is the number of the one that it carries out."""

    title: Line
    unit: Line
    total: Number
    phases: list[PhaseIn] = Field(max_length=100)
    matter: Number | None = None
    needs_insurance: bool = False
    post_kind: Line = "committee_chair"


class PhaseStepIn(Schema):
    """What was done on a phase, on which day; each but a note asks for a picture."""

    kind: StepKind
    on: Day | None = None
    note: Line = ""
    photo_id: Id | None = None


class PhaseDone(Schema):
    """Which phase of which project."""

    no: int
    phase: int


class PlanChangeIn(Schema):
    """What takes the place of the phases that have not begun, and why."""

    phases: list[PhaseIn] = Field(max_length=100)
    reason: Line


class InsuranceIn(Schema):
    """A policy, both days covered."""

    insurer: Line
    policy_no: Line
    valid_from: Day
    valid_to: Day


class Insured(Schema):
    """A policy was recorded."""

    id: int
    valid_to: date


def _line(project: Project, today: date) -> dict[str, Any]:
    return {
        "no": project.no,
        "title": project.title,
        "unit": project.unit,
        "total": project.total,
        "accepted": selectors.progress(project)[0],
        "state": project.state,
        "waits_for": said(selectors.waits_for(project, today)),
    }


def _drafts(phases: list[PhaseIn], first: int = 1) -> list[tuple[str, int, date | None]]:
    return [(phase.title or f"第{no}期", phase.planned, phase.due_on) for no, phase in enumerate(phases, first)]


def _today(request: Request) -> date:
    return request.now.astimezone(CHINA).date()


@reads(router, "/estates/{slug}/projects", scope="projects:read", answer=Projects)
def list_projects(request: Request, slug: Slug, cursor: Cursor = "", limit: Limit = 20) -> Projects:
    """List what was set up here, the newest first."""
    rows = selectors.listed(request.actor, [estate_at(slug).pk])
    found, after = page(rows, by=("-no",), cursor=cursor, limit=limit)
    return Projects(items=[ProjectLine.model_validate(_line(row, _today(request))) for row in found], next=after)


@reads(router, "/estates/{slug}/projects/{no}", scope="projects:read", answer=ProjectOut)
def get_project(request: Request, slug: Slug, no: No) -> ProjectOut:
    """Tell a project with its phases and their steps."""
    found = selectors.project_page(request.actor, estate_at(slug).pk, no)
    today = _today(request)
    cover, waits = selectors.cover(found, today), selectors.waits(found, today)
    return ProjectOut.model_validate(
        {
            **_line(found, today),
            "post": _(post_label(found.post.kind)) if found.post else "",
            "matter": found.matter.no if found.matter else None,
            "resolution": found.resolution.no if found.resolution else None,
            "vote": found.vote.no if found.vote else None,
            "waits_since": waits.since if waits else None,
            "needs_insurance": found.needs_insurance,
            "cover": CoverOut(words=said(cover.words), until=cover.until) if cover else None,
            "must_pause": selectors.must_pause(found, today),
            "phases": [
                PhaseOut(
                    no=phase.no,
                    title=phase.title,
                    planned=phase.planned,
                    due_on=phase.due_on,
                    started=phase.started_at is not None,
                    finished=phase.finished_at is not None,
                    accepted=phase.accepted_at is not None,
                    operating=phase.operating_at is not None,
                    steps=[
                        PhaseStepOut(
                            kind=step.kind,
                            on=step.on,
                            note=step.note,
                            photo=step.photo_id if step.photo and step.photo.public else None,
                        )
                        for step in phase.steps.all()
                    ],
                )
                for phase in found.phases.all()
            ],
            "changes": [
                PlanChange(
                    changed_at=change.changed_at,
                    reason=change.reason,
                    dropped=[
                        PhaseIn(title=phase.title, planned=phase.planned, due_on=phase.due_on)
                        for phase in change.dropped.all()
                    ],
                )
                for change in found.replans.all()
            ],
            "disclosed": disclosed(
                found.estate, "project", found.pk, now=request.now, post=found.post.kind if found.post else ""
            ),
        }
    )


@writes(router, "/estates/{slug}/projects", scope="projects:write", answer=Done, status=201)
def create_project(request: Request, slug: Slug, data: ProjectIn) -> Done:
    """Set a project up."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    made = services.create_project(
        actor=request.actor,
        estate=estate,
        title=data.title,
        unit=data.unit,
        total=data.total,
        phases=_drafts(data.phases),
        matter_no=data.matter,
        needs_insurance=data.needs_insurance,
        post_kind=data.post_kind,
        now=request.now,
    )
    return Done(no=made.no, state=made.state)


@writes(router, "/estates/{slug}/projects/{no}/plan", scope="projects:write", answer=Done, method="PUT")
def change_plan(request: Request, slug: Slug, no: No, data: PlanChangeIn) -> Done:
    """Plan anew what has not begun; the total stays."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    found = selectors.project_page(request.actor, estate.pk, no)
    begun = sum(phase.started_at is not None for phase in found.phases.all())
    made = services.change_plan(
        actor=request.actor,
        estate_id=estate.pk,
        no=no,
        phases=_drafts(data.phases, begun + 1),
        reason=data.reason,
        now=request.now,
    )
    return Done(no=made.no, state=made.state)


@writes(router, "/estates/{slug}/projects/{no}/insurance", scope="projects:write", answer=Insured, status=201)
def add_insurance(request: Request, slug: Slug, no: No, data: InsuranceIn) -> Insured:
    """Record a policy that covers the project."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    made = services.add_insurance(
        actor=request.actor,
        estate_id=estate.pk,
        no=no,
        insurer=data.insurer,
        policy_no=data.policy_no,
        valid_from=data.valid_from,
        valid_to=data.valid_to,
        now=request.now,
    )
    return Insured(id=made.pk, valid_to=made.valid_to)


@writes(
    router, "/estates/{slug}/projects/{no}/phases/{phase}/steps", scope="projects:write", answer=PhaseDone, status=201
)
def record_phase_step(request: Request, slug: Slug, no: No, phase: No, data: PhaseStepIn) -> PhaseDone:
    """Record a step of a phase."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    photos = pictures(request, estate, [data.photo_id] if data.photo_id else [])
    made = _verb(data.kind)(
        actor=request.actor,
        estate_id=estate.pk,
        no=no,
        phase_no=phase,
        on=data.on or _today(request),
        note=data.note,
        photo=photos[0] if photos else None,
        now=request.now,
    )
    return PhaseDone(no=no, phase=made.no)
