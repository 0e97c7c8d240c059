"""Interests: what somebody is tied by, declared by himself or by who keeps the register, and taken back with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from yishiting.ground.organisations import declaring, policy, registers
from yishiting.ground.organisations.models import Interest
from yishiting.ground.organisations.registers import Shown
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.api.door import Request, estate_at, person_of
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page
from yishiting.reach.api.shapes import Id, Line, Moment, Number, Pk, Reason, Search, Slug, said

router = Router(tags=["interests"])
Which = Literal["now", "over", "all"]


class ThingOut(Schema):
    """The matter, vote or project that an interest is in, by its number."""

    kind: str
    no: int


class InterestOut(Schema):
    """An interest: whose (a person or a body), in what, since when and until when. ``by_himself``: he declared it himself."""

    id: int
    estate: str
    person: int | None
    body: int | None
    who: str
    in_what: str
    organisation: int | None
    home: int | None
    thing: ThingOut | None
    relation: str
    relation_words: str
    reason: str
    since: datetime
    until: datetime | None
    declared_at: datetime
    by_himself: bool
    stands: bool
    withdrawn_at: datetime | None
    withdraw_reason: str


class Interests(Schema):
    """A page of interests, the latest first."""

    items: list[InterestOut]
    next: str | None


class InterestIn(Schema):
    """In what one is tied: one of a body, a home, or a matter, vote or project by its number; from now unless ``since`` says."""

    relation: Line = Field(description="works, owns, family, paid, judged, party or other")
    reason: Line
    organisation_id: Id | None = None
    home_id: Id | None = None
    thing_kind: Line = Field(default="", description="matter, vote or project")
    thing_no: Number | None = None
    since: Moment | None = None
    until: Moment | None = None


class InterestOfOtherIn(InterestIn):
    """Whose it is: a person's, or a body's, which is paid or judged by the thing."""

    person_id: Id | None = None
    body_id: Id | None = None


class Declared(Schema):
    """An interest stands, or no longer does."""

    id: int
    stands: bool


def _interest(each: Shown, now: datetime) -> InterestOut:
    row = each.row
    return InterestOut(
        id=row.pk,
        estate=row.estate.slug,
        person=row.person_id,
        body=row.body_id,
        who=each.who,
        in_what=said(each.in_what),
        organisation=row.organisation_id,
        home=row.home_id,
        thing=ThingOut(kind=each.thing.kind, no=each.thing.no) if each.thing else None,
        relation=row.relation,
        relation_words=_(str(Interest.Relation(row.relation).label)),
        reason=row.reason,
        since=row.since,
        until=row.until,
        declared_at=row.declared_at,
        by_himself=row.person_id is not None and row.declared_by_id == row.person_id,
        stands=row.stands_at(now),
        withdrawn_at=row.withdrawn_at,
        withdraw_reason=row.withdraw_reason,
    )


def _declare(request: Request, estate: Estate, data: InterestIn, *, person: int | None, body: int | None) -> Declared:
    made = declaring.declare_interest(
        actor=request.actor,
        estate=estate,
        relation=data.relation,
        reason=data.reason,
        person_id=person,
        body_id=body,
        organisation_id=data.organisation_id,
        home_id=data.home_id,
        thing_kind=data.thing_kind,
        thing_no=data.thing_no,
        since=data.since,
        until=data.until,
        now=request.now,
    )
    return Declared(id=made.pk, stands=made.stands_at(request.now))


@reads(router, "/estates/{slug}/desk/interests", scope="posts:read", answer=Interests, public=False)
def list_interests(
    request: Request, slug: Slug, q: Search = "", which: Which = "now", cursor: Cursor = "", limit: Limit = 20
) -> Interests:
    """List an estate's interests for whoever keeps or supervises its register; `which` is now, over or all."""
    estate = estate_at(slug)
    policy.can_see_register(request.actor, estate.pk).enforce()
    rows = registers.listed(request.actor, estate, search=q.strip(), which=which, now=request.now)
    found, after = page(rows, by=("-pk",), cursor=cursor, limit=limit)
    return Interests(items=[_interest(each, request.now) for each in registers.shown(found)], next=after)


@reads(router, "/estates/{slug}/desk/interests/{pk}", scope="posts:read", answer=InterestOut, public=False)
def get_interest(request: Request, slug: Slug, pk: Pk) -> InterestOut:
    """Tell one interest of the register."""
    estate = estate_at(slug)
    policy.can_see_register(request.actor, estate.pk).enforce()
    row = registers.listed(request.actor, estate, which="all", now=request.now).filter(pk=pk).first()
    if row is None:
        raise NotFound(gettext_noop("没有这一条登记。请回名册重新打开。"))
    return _interest(registers.shown([row])[0], request.now)


@writes(router, "/estates/{slug}/desk/interests", scope="posts:write", answer=Declared, status=201)
def declare_for_other(request: Request, slug: Slug, data: InterestOfOtherIn) -> Declared:
    """Declare an interest of a holder of a post, or of a body, as who keeps the register."""
    estate = estate_at(slug)
    policy.can_keep(request.actor, estate.pk).enforce()
    return _declare(request, estate, data, person=data.person_id, body=data.body_id)


@reads(router, "/me/interests", scope="posts:read", answer=Interests, public=False)
def list_my_interests(request: Request, cursor: Cursor = "", limit: Limit = 20) -> Interests:
    """List what is declared of oneself, by oneself or by staff, the latest first."""
    person_of(request.actor)
    found, after = page(registers.mine(request.actor), by=("-pk",), cursor=cursor, limit=limit)
    return Interests(items=[_interest(each, request.now) for each in registers.shown(found)], next=after)


@writes(router, "/estates/{slug}/interests", scope="posts:write", answer=Declared, status=201)
def declare_interest(request: Request, slug: Slug, data: InterestIn) -> Declared:
    """Declare an interest of one's own; from then on one keeps out of what it touches."""
    return _declare(request, estate_at(slug), data, person=person_of(request.actor), body=None)


@writes(router, "/estates/{slug}/interests/{pk}/withdrawal", scope="posts:write", answer=Declared)
def withdraw_interest(request: Request, slug: Slug, pk: Pk, data: Reason) -> Declared:
    """Withdraw an interest that is over or was declared wrongly: one's own, or as who keeps the register."""
    estate = estate_at(slug)
    if not policy.interests_visible_to(request.actor).filter(estate=estate, pk=pk).exists():
        keeps = policy.can_see_register(request.actor, estate.pk)
        here, own = (
            gettext_noop("没有这一条登记。请回名册重新打开。"),
            gettext_noop("没有这一条登记。请从“我的”里重新打开。"),
        )
        raise NotFound(here if keeps else own)
    made = declaring.withdraw_interest(actor=request.actor, interest_id=pk, reason=data.reason, now=request.now)
    return Declared(id=made.pk, stands=False)
