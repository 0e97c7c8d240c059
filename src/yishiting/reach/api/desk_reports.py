"""Reports as the staff sort them: valid or not, apart again after a merge, on a matter of their own, one tier up."""

from __future__ import annotations

from ninja import Router, Schema

from yishiting.council.matters import selectors, services
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.matters import done
from yishiting.reach.api.operations import writes
from yishiting.reach.api.shapes import Done, Id, Line, No, Pk, Reason, Slug

router = Router(tags=["desk: matters"])


class JudgeIn(Reason):
    """Whether an opinion is valid; the reason is the answer to one that is not."""

    valid: bool


class Judged(Schema):
    """An opinion was judged."""

    report: int
    valid: bool


class SeparateIn(Reason):
    """What the report is about instead."""

    title: Line
    category: Line


class RaiseIn(Reason):
    """``run`` is the passage that was looked at."""

    run: Id


class Raised(Schema):
    """From which tier to which a matter went."""

    no: int
    from_tier: int
    to_tier: int


def _report_id(request: Request, slug: str, no: int, pk: int) -> int:
    """Return a report that stands on the matter on the actor's desk; raises :class:`NotFound` for any other."""
    desk = selectors.desk_matter(request.actor, estate_at(slug), no, now=request.now)
    if pk not in {row.pk for row in desk.reports}:
        raise NotFound(gettext_noop("没有这条反映。请从事项页里重新打开。"))
    return pk


@writes(router, "/estates/{slug}/desk/matters/{no}/reports/{pk}/judgement", scope="matters:write", answer=Judged)
def judge_report(request: Request, slug: Slug, no: No, pk: Pk, data: JudgeIn) -> Judged:
    """Judge an opinion: valid, or not with the reason."""
    report = _report_id(request, slug, no, pk)
    made = services.judge_report(
        actor=request.actor, report_id=report, valid=data.valid, reason=data.reason, now=request.now
    )
    return Judged(report=report, valid=made.valid)


@writes(router, "/estates/{slug}/desk/matters/{no}/reports/{pk}/separation", scope="matters:write", answer=Done)
def separate_report(request: Request, slug: Slug, no: No, pk: Pk, data: SeparateIn) -> Done:
    """Give a report a matter of its own that was joined to one about something else."""
    made = services.separate_report(
        actor=request.actor,
        report_id=_report_id(request, slug, no, pk),
        title=data.title,
        category=data.category,
        reason=data.reason,
        now=request.now,
    )
    return done(made)


@writes(router, "/estates/{slug}/desk/matters/{no}/separation", scope="matters:write", answer=Done)
def unmerge_matter(request: Request, slug: Slug, no: No, data: Reason) -> Done:
    """Separate a merged matter again."""
    desk = selectors.desk_matter(request.actor, estate_at(slug), no, now=request.now)
    return done(services.unmerge(actor=request.actor, matter_id=desk.matter.pk, reason=data.reason, now=request.now))


@writes(router, "/estates/{slug}/desk/matters/{no}/raise", scope="matters:write", answer=Raised)
def raise_matter(request: Request, slug: Slug, no: No, data: RaiseIn) -> Raised:
    """Raise the present step one tier, because it is beyond one's authority."""
    desk = selectors.desk_matter(request.actor, estate_at(slug), no, now=request.now)
    made = services.raise_matter(
        actor=request.actor, matter_id=desk.matter.pk, reason=data.reason, run_id=data.run, now=request.now
    )
    return Raised(no=no, from_tier=made.from_tier, to_tier=made.to_tier)
