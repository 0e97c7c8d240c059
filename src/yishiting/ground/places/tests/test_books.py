"""The rule book of an estate: what it takes, what is refused, and what stays of what it had."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.world import World, make_world
from yishiting.ground.packs.shipped import source_of
from yishiting.ground.packs.span import Span
from yishiting.ground.places import books, services
from yishiting.ground.places.models import AdoptedPack
from yishiting.kernel.errors import BadInput, NotAllowed, WrongState
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db

OURS = """\
id = "ours"
version = 3
name = "本小区"
base = "beijing"

[[figure]]
key = "vote.least"
value = "10 days"
source = "业主大会通过的议事规则"
read_on = 2026-03-01
verified = true
"""


@pytest.fixture
def world() -> World:
    return make_world(3)


def adopt(world: World, text: str, *, who: str = "community_worker", reason: str = "本市的规定") -> AdoptedPack:
    return services.adopt_pack(actor=world.actor(who), estate=world.estate, text=text, reason=reason, now=world.now)


def test_an_estate_that_took_nothing_goes_by_the_nations(world: World) -> None:
    assert books.rules_in(world.estate.pk).pack.id == "national"
    assert books.in_force(world.estate.pk) is None


def test_what_was_taken_last_holds_and_rests_on_its_place(world: World) -> None:
    adopt(world, source_of("hangzhou"))
    row = adopt(world, OURS, reason="业主大会通过")
    assert (row.no, row.pack_id, row.version, row.name) == (2, "ours", 3, "本小区")
    book = books.rules_in(world.estate.pk)
    assert book.span("vote.least") == Span(10, "day")
    assert book.holds("ballot.one_way_only")
    assert book.span("vote.most") == Span(60, "day")
    assert Entry.objects.filter(kind="places.pack_adopted").count() == 2
    assert verify(world.estate.pk).faults == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (OURS.replace("10 days", "ten days"), 8),
        (OURS.replace("vote.least", "quorum").replace("10 days", "1/2"), 8),
        (OURS.replace("beijing", "atlantis"), 1),
        ("no toml at all [", 1),
        ("", 1),
    ],
)
def test_a_pack_with_a_fault_is_not_taken_and_its_lines_are_named(world: World, text: str, line: int) -> None:
    with pytest.raises(services.FaultyPack) as refusal:
        adopt(world, text)
    assert line in {fault.line for fault in refusal.value.faults}
    assert not AdoptedPack.objects.exists()


def test_who_may_not_and_what_stands_already_and_no_reason_are_refused(world: World) -> None:
    with pytest.raises(NotAllowed):
        adopt(world, OURS, who="grid_worker")
    with pytest.raises(BadInput) as refusal:
        adopt(world, OURS, reason="  ")
    assert set(refusal.value.fields) == {"reason"}
    adopt(world, OURS)
    with pytest.raises(WrongState):
        adopt(world, OURS)
    assert AdoptedPack.objects.count() == 1


def test_an_estate_goes_on_by_the_nations_where_its_pack_is_edited_into_nonsense_and_the_record_says_so(
    world: World,
) -> None:
    from django.db import connection

    from yishiting.timeline import guards

    adopt(world, OURS)
    guards.remove(connection)
    AdoptedPack.objects.update(text="nonsense [")
    guards.install(connection)
    assert books.rules_in(world.estate.pk).pack.id == "national"
    assert len(verify(world.estate.pk).faults) == 1
    assert world.now + timedelta(0) == world.now
