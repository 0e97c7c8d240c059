"""Everybody who may come to an estate: nobody, its people and those of another, each kind of post here and elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.world import START, World, add_tenant, make_person, make_world
from yishiting.ground.organisations.actors import NOBODY, Actor, actor_for
from yishiting.ground.organisations.kinds import KINDS, Duty
from yishiting.ground.organisations.models import Organisation, Post, Term
from yishiting.ground.people.models import Person


@dataclass(frozen=True)
class Role:
    """Somebody with what he is to the estate that is asked about."""

    name: str
    person: Person | None
    #: What he is here: ``inside``, ``household``, ``reporter``, ``elector``, ``party`` … as the rules of the table name it.
    is_: frozenset[str] = frozenset()
    duties: frozenset[Duty] = frozenset()
    #: Whether the post is of one building.
    of_building: bool = False

    def actor(self, world: World) -> Actor:
        """Return him as the verbs know him."""
        return actor_for(self.person, now=world.now) if self.person is not None else NOBODY


def _duties(person: Person, world: World) -> frozenset[Duty]:
    """Return what somebody is trusted with by all posts that he holds or stands in for: in these tests some have two."""
    return actor_for(person, now=world.now).duties


def roles(world: World) -> Iterator[Role]:
    """Yield every role, made once."""
    yield Role("nobody", None)
    yield Role(
        "owner here", world.owners[0], frozenset({"signed", "inside", "household", "reporter", "elector", "party"})
    )
    yield Role("owner of another building", world.owners[8], frozenset({"signed", "inside", "household"}))
    tenant = add_tenant(world, world.homes[5], name="租客甲")
    yield Role("tenant here", tenant, frozenset({"signed", "inside", "household"}))
    elsewhere = make_world(3, name="别处苑")
    yield Role("owner elsewhere", elsewhere.owners[0], frozenset({"signed"}))
    yield Role("tenant elsewhere", add_tenant(elsewhere, elsewhere.homes[1], name="租客乙"), frozenset({"signed"}))
    body = Organisation.objects.create(kind="community", name="另一个居委会", estate=world.estate)
    there = Organisation.objects.create(kind="community", name="别处居委会", estate=elsewhere.estate)
    for code in KINDS:
        holder = world.staff.get(code)
        if holder is None:
            holder = make_person(f"新任{code}", "")
            post = Post.objects.create(organisation=body, kind=code, estate=world.estate)
            Term.objects.create(post=post, person=holder, since=START)
        yield Role(
            code,
            holder,
            frozenset({"signed", "inside", "office", code}),
            _duties(holder, world),
            of_building=code == "building_head",
        )
        other = make_person(f"别处{code}", "")
        post = Post.objects.create(organisation=there, kind=code, estate=elsewhere.estate)
        Term.objects.create(post=post, person=other, since=START)
        yield Role(f"{code} elsewhere", other, frozenset({"signed", "office"}))
