"""The register of posts keeps to its own estate, and a term ends once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.interests.tying import declare, second_post
from tests.support.world import START, World, make_person, make_world, own
from yishiting.ground.organisations import declaring, registers, services
from yishiting.ground.organisations.models import Interest, Organisation, Post, Term
from yishiting.ground.organisations.registers import Wanted
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.timeline.models import Entry

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    return make_world(12)


def told(world: World, who: str) -> registers.Line:
    """Return the one line of somebody's, as who supervises reads the register."""
    rows = registers.terms(world.actor("supervisor"), world.estate, Wanted(), now=world.now)
    (line,) = registers.lines(rows.filter(person=world.staff[who]), world.estate, now=world.now)
    return line


def test_nobody_of_another_estate_is_named_in_this_ones_list_of_interests(world: World) -> None:
    stranger = make_world(3, name="别处苑").owners[0]
    company = Organisation.objects.create(kind="company", name="江宁充电", estate=world.estate)
    for person in (stranger.pk, make_person("没有登记", "").pk, 10**9):
        with pytest.raises(BadInput) as refused:
            declare(world, person_id=person, organisation_id=company.pk)
        assert "who" in refused.value.fields
    assert not Interest.objects.exists()
    # Of whoever lives or works here, and by himself, as before.
    declare(world, person_id=world.owners[7].pk, organisation_id=company.pk)
    declare(world, by="grid_worker", person_id=world.staff["grid_worker"].pk, organisation_id=company.pk)


def test_what_somebody_is_and_has_declared_elsewhere_is_not_counted_here(world: World) -> None:
    both, other = world.staff["grid_worker"], make_world(3, name="别处苑")
    there = second_post(other, both, "property_manager")
    own(other.estate, [other.homes[0]], [both])
    company = Organisation.objects.create(kind="company", name="别处的公司", estate=other.estate)
    declaring.declare_interest(
        actor=other.actor("community_worker"), estate=other.estate, person_id=both.pk, relation="owns", reason="有股份",
        organisation_id=company.pk, now=world.now,
    )  # fmt: skip
    line = told(world, "grid_worker")
    assert (line.others, line.interests) == ((), 0)
    second_post(world, both, "mediator")
    declare(world, person_id=both.pk, home_id=world.homes[3].pk)
    line = next(
        each
        for each in registers.lines(Term.objects.filter(person=both), world.estate, now=world.now)
        if each.term.post.kind == "grid_worker"
    )
    assert (line.others, line.interests) == (("mediator",), 1)
    assert there.post.kind not in line.others


def test_a_term_with_a_last_day_ends_before_it_and_no_term_ends_twice(world: World) -> None:
    post = Post.objects.get(kind="moderator", estate=world.estate)
    term = services.appoint(
        post=post, person=make_person("代任", ""), since=START, until=START + 90 * DAY, actor_id=None
    )  # fmt: skip
    now = START + 5 * DAY
    services.end_term(term=term, now=now, actor_id=None)
    term.refresh_from_db()
    assert term.until == now
    with pytest.raises(WrongState, match="已经结束"):
        services.end_term(term=term, now=now + DAY, actor_id=None)
    assert Entry.objects.filter(kind="organisations.term_ended").count() == 1


def test_nobody_holds_a_post_twice_in_the_same_time(world: World) -> None:
    post, person = Post.objects.get(kind="moderator", estate=world.estate), make_person("代任", "")

    def appoint(first: int, last: int | None) -> Term:
        until = START + last * DAY if last is not None else None
        return services.appoint(post=post, person=person, since=START + first * DAY, until=until, actor_id=None)

    appoint(10, 20)
    for first, last in ((10, 20), (19, None), (5, 11), (0, None), (12, 15)):
        with pytest.raises(WrongState):
            appoint(first, last)
    appoint(0, 10)
    appoint(20, None)
    assert Term.objects.filter(person=person).count() == 3
