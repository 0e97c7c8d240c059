"""What is due over all rooms: each line is of the reader's, opens, and stands where its clock puts it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.record.everything import live
from tests.support.signing import sign_in
from tests.support.world import World
from yishiting.council.matters import services as matters
from yishiting.council.matters.models import Matter, StepRun
from yishiting.council.matters.tests import making
from yishiting.ground.desks import due, search, services
from yishiting.ground.desks.gathering import Due, DueFilter, Edges
from yishiting.ground.organisations.models import Term
from yishiting.reach.web.desk import reading
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """An estate where everything happened, made once, and left as it was by each test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield live()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _undone(world: World) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _standing_clock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YISHITING_NOW", world.now.isoformat())


def report(world: World, title: str, **given: Any) -> Matter:
    """Have a neighbour report something."""
    return making.reported(world, title=title, **given).matter


def of(world: World, who: str, **wanted: Any) -> list[Due]:
    return reading.due_list(world.actor(who), DueFilter(**wanted), world.now)[0:1000]


def test_every_line_of_every_member_of_staff_opens_and_says_what_is_to_be_done(world: World) -> None:
    seen: set[str] = set()
    for who in world.staff:
        client = sign_in(Client(), world.staff[who])
        for line in reading.lines(of(world, who), {world.estate.pk: world.estate}):
            seen.add(line.due.source)
            assert line.says
            assert "{" not in line.says
            assert line.due.called
            assert client.get(line.href).status_code == 200, (who, line)
    assert seen >= {"matters", "meetings", "notices", "canvasses", "cases", "appraisals"}


def test_lines_stand_by_their_clocks_and_those_without_one_stand_last(world: World) -> None:
    rows = of(world, "community_worker")
    clocks = [row.due_at for row in rows if row.due_at is not None]
    assert clocks == sorted(clocks)
    assert [row.due_at is None for row in rows] == sorted(row.due_at is None for row in rows)
    edges = Edges.at(world.now)
    assert all(row.bucket == edges.bucket(row.due_at) for row in rows)


def test_figures_are_those_of_the_lines_and_pages_follow_one_another(world: World) -> None:
    for who in world.staff:
        listed = reading.due_list(world.actor(who), DueFilter(), world.now)
        rows = listed[0:1000]
        counts = listed.counts
        assert counts.all == len(rows) == listed.count()
        for bucket in due.BUCKETS:
            here = [row for row in rows if row.bucket == bucket]
            assert getattr(counts, bucket) == len(here)
            assert of(world, who, bucket=bucket) == here
        assert listed[0:3] + listed[3:6] == rows[:6]


def test_a_filter_by_room_and_estate_keeps_to_them(world: World) -> None:
    rows = of(world, "community_worker")
    for room in due.sources():
        assert of(world, "community_worker", room=room) == [row for row in rows if row.source == room]
    assert of(world, "community_worker", estate_id=world.estate.pk) == [
        row for row in rows if row.estate_id == world.estate.pk
    ]


def test_search_narrows_the_desk_by_two_signs(world: World) -> None:
    report(world, title="地下车库返潮")
    hits = of(world, "community_worker", search="返潮")
    assert [row.called for row in hits] == ["地下车库返潮"]
    assert of(world, "community_worker", search="返库") == []
    assert len(of(world, "community_worker", search="潮")) == 1


def test_the_desk_asks_two_questions_whatever_the_rooms_hold(world: World) -> None:
    with CaptureQueriesContext(connection) as queries:
        listed = reading.due_list(world.actor("community_worker"), DueFilter(), world.now)
        before = len(queries)
        assert listed.counts.all
        assert listed[0:20]
        assert len(queries) - before == 2


def test_a_stand_in_sees_and_does_it_and_the_record_says_for_whom(world: World) -> None:
    matter = report(world, title="路灯不亮")
    run = StepRun.objects.get(matter=matter, ended_at__isnull=True)
    giver = next(
        kind for kind, person in world.staff.items() if Term.objects.filter(post=run.post, person=person).exists()
    )
    term = Term.objects.get(post=run.post, person=world.staff[giver], until__isnull=True)
    before = {(row.source, row.ref) for row in of(world, "police_officer")}
    services.hand_over(
        actor=world.actor(giver), term_id=term.pk, stand_in_id=world.staff["police_officer"].pk, since=world.now,
        until=world.now + timedelta(days=3), reason="培训", now=world.now,
    )  # fmt: skip
    mine = of(world, "police_officer", whose="own")
    assert {(row.source, row.ref) for row in mine} == before
    lent = of(world, "police_officer", whose="stand_in")
    assert ("matters", matter.pk) in {(row.source, row.ref) for row in lent}
    assert {row.stands_for for row in lent} == {world.staff[giver].pk}
    # Cases of mediation do not go along.
    assert "cases" not in {row.source for row in lent}
    matters.decline(
        actor=world.actor("police_officer"), matter_id=matter.pk, reason="不归小区管，请打热线。", now=world.now
    )
    said = Entry.objects.filter(kind="desks.acted_for", thread=matter.thread).get()
    done = Entry.objects.get(estate_id=world.estate.pk, seq=said.facts["seq"])
    assert (done.kind, done.actor_id) == ("matters.declined", world.staff["police_officer"].pk)
    assert not verify(world.estate.pk).faults


def test_what_ones_own_post_does_is_not_said_to_be_done_for_another(world: World) -> None:
    matter = report(world, title="垃圾没清")
    term = Term.objects.get(person=world.staff["moderator"], until__isnull=True)
    services.hand_over(
        actor=world.actor("moderator"), term_id=term.pk, stand_in_id=world.staff["community_worker"].pk,
        since=world.now, until=world.now + timedelta(days=3), reason="培训", now=world.now,
    )  # fmt: skip
    matters.decline(actor=world.actor("community_worker"), matter_id=matter.pk, reason="已有人管。", now=world.now)
    assert not Entry.objects.filter(kind="desks.acted_for", thread=matter.thread).exists()


# ---------------------------------------------------------------- search
def test_words_made_anew_are_those_that_verbs_told(world: World) -> None:
    from yishiting.ground.desks.models import SearchText

    told = list(SearchText.objects.order_by("kind", "ref").values_list("kind", "ref", "no", "title", "words", "grams"))
    search.rebuild()
    assert (
        list(SearchText.objects.order_by("kind", "ref").values_list("kind", "ref", "no", "title", "words", "grams"))
        == told
    )


def test_search_finds_over_rooms_what_the_readers_posts_open_and_nothing_else(world: World) -> None:
    report(world, title="三号楼外墙渗水", spot="配电房旁")
    for asked in ("外墙", "渗水", "墙", "配电房", "三号 渗水"):
        hits, more = search.search(world.actor("community_worker"), asked)
        assert ("三号楼外墙渗水" in [hit.title for hit in hits], more) == (True, False), asked
    assert search.search(world.actor("community_worker"), "水墙") == ([], False)
    assert search.search(world.actor(0), "渗水") == ([], False)
    # A title that nobody has looked at is for staff; without a duty in matters it is not found.
    kinds = {hit.kind for hit in search.search(world.actor("supervisor"), "水")[0]}
    assert "project" not in kinds


@pytest.mark.parametrize("asked", ['"', "* OR 1", "'); --", "NEAR(", "%", "_", "\\", "漏 OR 水", "-水"])
def test_signs_of_a_query_are_no_operators(world: World, asked: str) -> None:
    report(world, title="楼顶漏雨")
    hits, _ = search.search(world.actor("community_worker"), asked)
    assert "楼顶漏雨" not in [hit.title for hit in hits]
