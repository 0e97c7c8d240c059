"""Matters as the staff work on them: the desk's list, one to work on, and each verb of the desk."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema
from pydantic import Field

from yishiting.council.matters import selectors, services
from yishiting.council.matters.models import Report
from yishiting.council.matters.selectors import DeskMatter
from yishiting.ground.organisations.tiers import Tier
from yishiting.ground.places.models import Estate
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.matters import MatterLine, done, line, pictures
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page
from yishiting.reach.api.shapes import Done, Id, Line, No, Number, Pk, Reason, Search, Slug, Words, said

router = Router(tags=["desk: matters"])


class DeskLine(MatterLine):
    """A matter on the desk, with its present step."""

    due_at: datetime | None
    step: str


class DeskMatters(Schema):
    """A page of the desk."""

    items: list[DeskLine]
    next: str | None


class GateOut(Schema):
    """What the present step needs: whether it is there, and which kinds of evidence are taken for it."""

    gate: str
    words: str
    met: bool
    takes: list[str]


class OutcomeOut(Schema):
    """An outcome that the present step may end with."""

    outcome: str
    words: str


class DeskReport(Schema):
    """A report on the desk. ``home`` and ``name`` (C2) only for whoever takes reports up or supervises."""

    id: int
    words: str
    made_at: datetime
    place: str
    home: str
    name: str
    waits: bool


class DeskMatterOut(DeskLine):
    """A matter to work on. ``run`` is the passage under way: send it with what ends or proves a step.

    ``run_post`` is the post that has it; ``alike`` are matters that are likely about the same, for whoever takes reports up.
    """

    run: int | None
    run_post: int | None
    alike: list[int]
    gates: list[GateOut]
    outcomes: list[OutcomeOut]
    reports: list[DeskReport]
    evidence: int
    can_work: bool
    can_triage: bool
    overdue: bool


class AcceptIn(Reason):
    """Which playbook the matter runs on, and a public title and spot where the reporter's name somebody."""

    playbook: Line
    version: Number
    title: Line = ""
    spot: Line | None = None


class DeclineIn(Reason):
    """The reason is the answer to each reporter; ``texts`` says something else to some, by the id of the report."""

    texts: dict[int, Words] = Field(default_factory=dict, max_length=500)


class MergeIn(Reason):
    """The number of the matter that takes the reports over."""

    into: Number


class EmergencyIn(Reason):
    """``tier`` (1 building to 4 subdistrict): to which it goes at once, over those between."""

    tier: int | None = Field(default=None, ge=1, le=4)


class StepIn(Schema):
    """How the present step ends; ``run`` is the passage that was looked at."""

    outcome: Line
    note: Words = ""
    run: Id


class EvidenceIn(Schema):
    """What shows that a gate is met, or a note. Several homes make a row each."""

    kind: Line
    run: Id
    label: Line = ""
    note: Words = ""
    entrance_id: Id | None = None
    home_ids: list[Id] = Field(default_factory=list, max_length=5000)
    photo_id: Id | None = None


class EvidenceKept(Schema):
    """How many rows were written."""

    rows: int


class AnswersIn(Schema):
    """One text for all who wait, or one each by the id of the report."""

    text: Words = ""
    texts: dict[int, Words] = Field(default_factory=dict, max_length=500)
    outcome: Line = ""
    run: Id


class PhotoIn(Schema):
    """Whether everybody may see the picture."""

    public: bool


class PhotoShown(Schema):
    """Who sees a picture now."""

    id: int
    public: bool


def _desk(request: Request, slug: str, no: int) -> tuple[Estate, DeskMatter]:
    estate = estate_at(slug)
    return estate, selectors.desk_matter(request.actor, estate, no, now=request.now)


def _report(desk: DeskMatter, row: Report) -> DeskReport:
    waits = {each.report_id for each in desk.state.unanswered}
    home = row.home
    return DeskReport(
        id=row.pk,
        words=row.words,
        made_at=row.made_at,
        place=str(home.entrance) if home else "",
        home=str(home) if home and desk.names else "",
        name=row.person.name if desk.names else "",
        waits=row.pk in waits,
    )


@reads(router, "/estates/{slug}/desk/matters", scope="matters:read", answer=DeskMatters, public=False)
def list_desk_matters(
    request: Request,
    slug: Slug,
    q: Search = "",
    state: Search = "open",
    due: Search = "",
    cursor: Cursor = "",
    limit: Limit = 20,
) -> DeskMatters:
    """List the matters on one's desk, the newest first; `due` is today, late or mine."""
    estate = estate_at(slug)
    wanted = selectors.DeskFilter(search=q, estate_id=estate.pk, state=state, due=due)
    rows = selectors.desk_list(request.actor, wanted, now=request.now)
    found, after = page(rows, by=("-no",), cursor=cursor, limit=limit)
    return DeskMatters(
        items=[
            DeskLine.model_validate(
                # What the list has read with each matter stands beside its own columns.
                {**line(row), "due_at": row.due_at, "step": next((run.title for run in vars(row)["under_way"]), "")}
            )
            for row in found
        ],
        next=after,
    )


@reads(router, "/estates/{slug}/desk/matters/{no}", scope="matters:read", answer=DeskMatterOut, public=False)
def get_desk_matter(request: Request, slug: Slug, no: No) -> DeskMatterOut:
    """Tell a matter as its worker has it: what the step needs, how it may end, who waits for an answer."""
    _estate, desk = _desk(request, slug, no)
    run = desk.run
    return DeskMatterOut.model_validate(
        {
            **line(desk.matter),
            "due_at": run.due_at if run else None,
            "step": run.title if run else "",
            "run": run.pk if run else None,
            "run_post": run.post_id if run else None,
            "alike": [row.no for row in selectors.likely_same(request.actor, desk.matter)]
            if desk.is_intake and desk.can_triage
            else [],
            "gates": [
                GateOut(gate=str(each.need), words=said(each.label), met=each.state.met, takes=list(each.takes))
                for each in desk.gates
            ],
            "outcomes": [OutcomeOut(outcome=outcome, words=said(words)) for outcome, words in desk.outcomes],
            "reports": [_report(desk, row) for row in desk.reports],
            "evidence": len(desk.evidence),
            "can_work": desk.can_work,
            "can_triage": desk.can_triage,
            "overdue": desk.overdue,
        }
    )


@writes(router, "/estates/{slug}/desk/matters/{no}/acceptance", scope="matters:write", answer=Done)
def accept_matter(request: Request, slug: Slug, no: No, data: AcceptIn) -> Done:
    """Take a matter up with a version of a playbook."""
    estate, desk = _desk(request, slug, no)
    version = selectors.available_playbook(estate, data.playbook, data.version)
    return done(
        services.triage_accept(
            actor=request.actor,
            matter_id=desk.matter.pk,
            playbook_id=version.pk,
            reason=data.reason,
            title=data.title,
            spot=data.spot,
            now=request.now,
        )
    )


@writes(router, "/estates/{slug}/desk/matters/{no}/refusal", scope="matters:write", answer=Done)
def decline_matter(request: Request, slug: Slug, no: No, data: DeclineIn) -> Done:
    """Decline a matter; every reporter is answered."""
    _estate, desk = _desk(request, slug, no)
    return done(
        services.decline(
            actor=request.actor,
            matter_id=desk.matter.pk,
            reason=data.reason,
            texts=data.texts or None,
            now=request.now,
        )
    )


@writes(router, "/estates/{slug}/desk/matters/{no}/merger", scope="matters:write", answer=Done)
def merge_matter(request: Request, slug: Slug, no: No, data: MergeIn) -> Done:
    """Merge a matter into another, which takes over every report."""
    estate, desk = _desk(request, slug, no)
    into = selectors.matter_by_no(request.actor, estate, data.into)
    return done(
        services.merge(
            actor=request.actor, matter_id=desk.matter.pk, into_id=into.pk, reason=data.reason, now=request.now
        )
    )


@writes(router, "/estates/{slug}/desk/matters/{no}/emergency", scope="matters:write", answer=Done)
def declare_emergency(request: Request, slug: Slug, no: No, data: EmergencyIn) -> Done:
    """Take a matter out of its playbook to be dealt with at once, if need be at a tier further up."""
    _estate, desk = _desk(request, slug, no)
    return done(
        services.emergency(
            actor=request.actor,
            matter_id=desk.matter.pk,
            reason=data.reason,
            tier=Tier(data.tier) if data.tier else None,
            now=request.now,
        )
    )


@writes(router, "/estates/{slug}/desk/matters/{no}/step", scope="matters:write", answer=Done)
def end_step(request: Request, slug: Slug, no: No, data: StepIn) -> Done:
    """End the present step with an outcome that its playbook names."""
    _estate, desk = _desk(request, slug, no)
    return done(
        services.end_step(
            actor=request.actor,
            matter_id=desk.matter.pk,
            outcome=data.outcome,
            note=data.note,
            run_id=data.run,
            now=request.now,
        )
    )


@writes(router, "/estates/{slug}/desk/matters/{no}/evidence", scope="matters:write", answer=EvidenceKept, status=201)
def add_evidence(request: Request, slug: Slug, no: No, data: EvidenceIn) -> EvidenceKept:
    """Record what shows that a gate of the present step is met, or a note."""
    estate, desk = _desk(request, slug, no)
    photos = pictures(request, estate, [data.photo_id] if data.photo_id else [])
    made = services.add_evidence(
        actor=request.actor,
        matter_id=desk.matter.pk,
        kind=data.kind,
        label=data.label,
        note=data.note,
        entrance_id=data.entrance_id,
        home_ids=data.home_ids,
        photo=photos[0] if photos else None,
        run_id=data.run,
        now=request.now,
    )
    return EvidenceKept(rows=len(made))


@writes(router, "/estates/{slug}/desk/matters/{no}/answers", scope="matters:write", answer=Done)
def answer_matter(request: Request, slug: Slug, no: No, data: AnswersIn) -> Done:
    """Answer those who wait; once everybody is answered the step ends."""
    _estate, desk = _desk(request, slug, no)
    return done(
        services.answer(
            actor=request.actor,
            matter_id=desk.matter.pk,
            texts=data.texts or data.text,
            outcome=data.outcome,
            run_id=data.run,
            now=request.now,
        )
    )


@writes(router, "/estates/{slug}/desk/matters/{no}/photos/{pk}", scope="matters:write", answer=PhotoShown, method="PUT")
def publish_photo(request: Request, slug: Slug, no: No, pk: Pk, data: PhotoIn) -> PhotoShown:
    """Let everybody see a picture, or no longer."""
    _estate, desk = _desk(request, slug, no)
    photo = services.publish_photo(
        actor=request.actor, matter_id=desk.matter.pk, photo_id=pk, public=data.public, now=request.now
    )
    return PhotoShown(id=photo.pk, public=photo.public)
