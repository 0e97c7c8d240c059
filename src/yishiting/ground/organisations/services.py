"""Writes of organisations: bodies, posts, who holds them and until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import override

from yishiting.ground.organisations import kinds
from yishiting.ground.organisations.models import Organisation, Post, Term
from yishiting.ground.organisations.recount import OFFICES, estates_below
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Building, Entrance, Estate, Region
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Listed, Sentence, gettext_noop
from yishiting.timeline.attest import Whole
from yishiting.timeline.services import book


@transaction.atomic
def found_organisation(
    *,
    kind: str,
    name: str,
    estate: Estate | None = None,
    region: Region | None = None,
    parent: Organisation | None = None,
) -> Organisation:
    """Register a body of an estate or of a region."""
    if estate is None and region is None:
        raise BadInput(gettext_noop("请说明这个组织属于哪个小区，或哪个社区、街道。"))
    return Organisation.objects.create(kind=kind, name=name, estate=estate, region=region, parent=parent)


@transaction.atomic
def create_post(
    *,
    organisation: Organisation,
    kind: str,
    region: Region | None = None,
    estate: Estate | None = None,
    building: Building | None = None,
    entrance: Entrance | None = None,
) -> Post:
    """Set up a post for one place: a region, or an estate or a part of it."""
    if kind not in kinds.KINDS:
        raise BadInput(Sentence(gettext_noop("没有“{kind}”这种岗位。"), kind=kind))
    return Post.objects.create(
        organisation=organisation, kind=kind, region=region, estate=estate, building=building, entrance=entrance
    )


@transaction.atomic
def appoint(
    *,
    post: Post,
    person: Person,
    since: datetime,
    actor_id: int | None,
    until: datetime | None = None,
    name_public: bool = False,
) -> Term:
    """Let a person hold a post from ``since``; who holds it already in that time is refused a second time."""
    same = Term.objects.filter(Q(until__isnull=True) | Q(until__gt=since), post=post, person=person)
    if (same if until is None else same.filter(since__lt=until)).exists():
        raise WrongState(gettext_noop("这个人现在就在这个岗位上，不用再任命。"))
    term = Term.objects.create(post=post, person=person, since=since, until=until, name_public=name_public)
    _write_down("organisations.appointed", term, actor_id=actor_id, now=since)
    return term


@transaction.atomic
def end_term(*, term: Term, now: datetime, actor_id: int | None) -> None:
    """End a term now, before its last day where it has one; the post stands vacant until somebody is appointed.

    Raises :class:`WrongState` for one that is over, so that the record says once that it ended.
    """
    standing = Term.objects.filter(Q(until__isnull=True) | Q(until__gt=now), pk=term.pk)
    # In one statement, so that of two who end it at once one is told.
    if not standing.update(until=now):
        raise WrongState(gettext_noop("这个任期已经结束了。"), code="over")
    _write_down("organisations.term_ended", term, actor_id=actor_id, now=now)


def _write_down(kind: str, term: Term, *, actor_id: int | None, now: datetime) -> None:
    """Write an entry into the record of each estate that the post answers for, with who holds which post from now on."""
    post = term.post
    estates = [post.estate_id] if post.estate_id else estates_below(post.region_id) if post.region_id else []
    for estate_id in estates:
        with book(estate_id, actor_id=actor_id, now=now) as record:
            record.write(kind, subject=("term", term.pk), facts={"kind": post.kind}, attests=[Whole(OFFICES)])


#: In which body of an estate a post is set up where none stands yet.
BODIES: Mapping[str, str] = {
    "community_worker": Organisation.Kind.COMMUNITY,
    "community_secretary": Organisation.Kind.COMMUNITY,
    "grid_worker": Organisation.Kind.COMMUNITY,
    "recorder": Organisation.Kind.COMMUNITY,
    "subdistrict_worker": Organisation.Kind.COMMUNITY,
    "moderator": Organisation.Kind.COUNCIL,
    "branch_secretary": Organisation.Kind.BRANCH,
    "committee_chair": Organisation.Kind.COMMITTEE,
    "committee_member": Organisation.Kind.COMMITTEE,
    "property_manager": Organisation.Kind.PROPERTY,
    "police_officer": Organisation.Kind.POLICE,
    "supervisor": Organisation.Kind.SUPERVISORS,
}


@transaction.atomic
def fill_post(
    *,
    estate: Estate,
    kind: str,
    person: Person,
    since: datetime,
    actor_id: int | None,
    building: Building | None = None,
) -> Term:
    """Let a person hold the estate's (or the building's) post of ``kind``, set up with its body where there is none yet."""
    if kind not in kinds.KINDS:
        raise BadInput(
            Sentence(gettext_noop("没有“{kind}”这种岗位。可以写：{known}。"), kind=kind, known=Listed(kinds.KINDS))
        )
    post = Post.objects.filter(estate=estate, kind=kind, building=building, entrance=None).first()
    if post is None:
        body = BODIES.get(kind, Organisation.Kind.RESIDENTS)
        # A name that is kept is Chinese, whatever language the one who writes it reads.
        with override(settings.LANGUAGE_CODE):
            name = f"{estate.name}{Organisation.Kind(body).label}"
        organisation = Organisation.objects.filter(estate=estate, kind=body).first() or found_organisation(
            kind=body, name=name, estate=estate
        )
        post = create_post(organisation=organisation, kind=kind, estate=estate, building=building)
    return appoint(post=post, person=person, since=since, actor_id=actor_id)
