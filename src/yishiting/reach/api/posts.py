"""The register of posts: who holds which from when until when, the bodies that an interest may name, companies from outside."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _
from ninja import Router, Schema

from yishiting.ground.organisations import companies, declaring, policy, registers
from yishiting.ground.organisations.kinds import label as post_label
from yishiting.ground.organisations.registers import Wanted
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page, page_of
from yishiting.reach.api.shapes import Line, Search, Slug

router = Router(tags=["posts"])
Which = Literal["now", "several", "past", "all"]


class TermOut(Schema):
    """Somebody holds a post from a moment until a moment. ``interests``: how many of his stand (条)."""

    id: int
    post: str
    post_words: str
    place: str
    body: int
    body_name: str
    person: int
    name: str
    since: datetime
    until: datetime | None
    other_posts: list[str]
    interests: int


class Terms(Schema):
    """A page of the register."""

    items: list[TermOut]
    next: str | None


class SeveralPosts(Schema):
    """Kinds of post that one person holds now. ``name`` for the estate's own people, where he agreed to be named with each."""

    posts: list[str]
    posts_words: list[str]
    name: str


class HeldTogether(Schema):
    """Posts that are held by one person."""

    items: list[SeveralPosts]


class BodyOut(Schema):
    """A body of the estate or of the places above it."""

    id: int
    kind: str
    name: str


class Bodies(Schema):
    """A page of bodies."""

    items: list[BodyOut]
    next: str | None


class CompanyIn(Schema):
    """The company's whole name."""

    name: Line


@reads(router, "/estates/{slug}/desk/posts", scope="posts:read", answer=Terms, public=False)
def list_terms(
    request: Request,
    slug: Slug,
    q: Search = "",
    kind: Search = "",
    which: Which = "now",
    cursor: Cursor = "",
    limit: Limit = 20,
) -> Terms:
    """List who holds which post, whoever was registered last first; `which` is now, several (posts of one person), past or all."""
    estate = estate_at(slug)
    policy.can_see_register(request.actor, estate.pk).enforce()
    wanted = Wanted(search=q.strip(), kind=kind, which=which)
    rows = registers.terms(request.actor, estate, wanted, now=request.now)
    found, after = page(rows, by=("-pk",), cursor=cursor, limit=limit)
    return Terms(
        items=[
            TermOut(
                id=line.term.pk,
                post=line.term.post.kind,
                post_words=_(post_label(line.term.post.kind)),
                place=str(line.term.post.entrance or line.term.post.building or ""),
                body=line.term.post.organisation_id,
                body_name=line.term.post.organisation.name,
                person=line.term.person_id,
                name=line.term.person.name,
                since=line.term.since,
                until=line.term.until,
                other_posts=list(line.others),
                interests=line.interests,
            )
            for line in registers.lines(found, estate, now=request.now)
        ],
        next=after,
    )


@reads(router, "/estates/{slug}/posts-held-together", scope="estates:read", answer=HeldTogether)
def list_held_together(request: Request, slug: Slug) -> HeldTogether:
    """List posts of several kinds that one person holds now; names for the estate's own people, where holders agreed."""
    estate = estate_at(slug)
    inside = request.actor.belongs_to(estate.pk)
    return HeldTogether(
        items=[
            SeveralPosts(
                posts=list(each.kinds),
                posts_words=[_(post_label(kind)) for kind in each.kinds],
                name=each.name if inside else "",
            )
            for each in registers.held_together(estate, now=request.now)
        ]
    )


@reads(router, "/estates/{slug}/bodies", scope="posts:read", answer=Bodies, public=False)
def list_bodies(request: Request, slug: Slug, cursor: Cursor = "", limit: Limit = 20) -> Bodies:
    """List the bodies that an interest may name, for whoever may declare one here."""
    estate = estate_at(slug)
    policy.can_declare(request.actor, estate.pk, person_id=request.actor.person_id).enforce()
    found, after = page_of(declaring.bodies_of(estate), by=lambda row: row.pk, cursor=cursor, limit=limit)
    return Bodies(items=[BodyOut(id=row.pk, kind=row.kind, name=row.name) for row in found], next=after)


@writes(router, "/estates/{slug}/desk/companies", scope="posts:write", answer=BodyOut, status=201)
def register_company(request: Request, slug: Slug, data: CompanyIn) -> BodyOut:
    """Put a company from outside on the list of bodies, so that an interest can name it."""
    made = companies.register_company(actor=request.actor, estate=estate_at(slug), name=data.name, now=request.now)
    return BodyOut(id=made.pk, kind=made.kind, name=made.name)
