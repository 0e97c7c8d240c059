"""Reports as the staff sort them: valid or not, apart again after a merge, on a matter of their own, one tier up."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema

from yishiting.council.matters import policy, selectors, services
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.people.selectors import tenants_of
from yishiting.ground.people.services import note_tenants
from yishiting.ground.places.models import Home
from yishiting.kernel.errors import NotAllowed, NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.matters import done
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page
from yishiting.reach.api.shapes import Done, Id, Line, No, Pk, Reason, Search, Slug

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
    """``run`` is the passage that was looked at, ``post`` the one that had it: raised twice at once, it rises once."""

    run: Id
    post: Id | None = None


class Raised(Schema):
    """From which tier to which a matter went."""

    no: int
    from_tier: int
    to_tier: int


class ReportOut(Schema):
    """A report in words, where and how it stands; never who said it."""

    id: int
    matter: int
    words: str
    made_at: datetime
    place: str
    standing: str


class Reports(Schema):
    """A page of reports."""

    items: list[ReportOut]
    next: str | None


@reads(router, "/estates/{slug}/desk/reports", scope="matters:read", answer=Reports, public=False)
def list_desk_reports(
    request: Request,
    slug: Slug,
    q: Search = "",
    standing: Search = "",
    category: Search = "",
    cursor: Cursor = "",
    limit: Limit = 20,
) -> Reports:
    """List what was said in the estate, the newest first; `standing` as the page of reports has it."""
    estate = estate_at(slug)
    if not any(request.actor.has_duty(duty, estate.pk) for duty in (Duty.TRIAGE, Duty.SUPERVISE)):
        raise NotAllowed(gettext_noop("反映的原话只给受理和监督的人看。您要办的事在“事项”里。"))
    wanted = selectors.ReportFilter(search=q.strip(), estate_id=estate.pk, standing=standing, category=category)
    found, after = page(selectors.desk_reports(request.actor, wanted), by=("-pk",), cursor=cursor, limit=limit)
    return Reports(
        items=[
            ReportOut(
                id=row.pk,
                matter=row.matter.no,
                words=row.words,
                made_at=row.made_at,
                place=str(row.home.entrance) if row.home else "",
                standing=selectors.standing_of(row),
            )
            for row in found
        ],
        next=after,
    )


class HomePerson(Schema):
    """Somebody of a home (C2), for whom staff may write a report down."""

    id: int
    name: str


class HomePeople(Schema):
    """Who owns or lives in a home now, owners first."""

    items: list[HomePerson]


@reads(router, "/estates/{slug}/desk/homes/{pk}/people", scope="matters:read", answer=HomePeople, public=False)
def list_people_of_home(request: Request, slug: Slug, pk: Pk) -> HomePeople:
    """List for whom of a home staff who take reports up may write one down; that a tenant's name was read is on record."""
    estate = estate_at(slug)
    policy.can_write_for_others(request.actor, estate.pk).enforce()
    home = Home.objects.filter(estate=estate, pk=pk).first()
    if home is None:
        raise NotFound(gettext_noop("没有找到这个门牌，请写全，例如 1栋2单元301。"))
    note_tenants(
        actor=request.actor,
        estate=estate,
        person_ids=tenants_of(home, now=request.now, but=request.actor.person_id),
        now=request.now,
    )
    return HomePeople(items=[HomePerson(id=each.pk, name=each.name) for each in services.people_of(home, request.now)])


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
        actor=request.actor,
        matter_id=desk.matter.pk,
        reason=data.reason,
        run_id=data.run,
        from_post_id=data.post,
        now=request.now,
    )
    return Raised(no=no, from_tier=made.from_tier, to_tier=made.to_tier)
