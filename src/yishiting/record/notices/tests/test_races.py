"""Two at once: one of them does it, the other is told, and the record has it once."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.support.together import codes, together
from tests.support.world import World, make_world
from yishiting.record.notices import services
from yishiting.record.notices.models import Attempt, Posting, Version
from yishiting.record.notices.services.canvassing import told_homes
from yishiting.record.notices.tests import making
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def world() -> World:
    return make_world(6)


def test_two_who_publish_the_same_version_publish_it_once(world: World) -> None:
    notice = making.drafted(world)
    answers = together(
        lambda: services.publish_notice(**making.at(world, notice)),
        lambda: services.publish_notice(**making.at(world, notice, "committee_chair")),
    )
    assert codes(answers) == ["not_draft"]
    assert Version.objects.filter(published_at__isnull=False).count() == 1
    assert Entry.objects.filter(kind="notices.published").count() == 1
    assert verify(world.estate.pk).faults == ()


def test_who_publishes_while_another_revises_does_not_publish_what_he_did_not_see(world: World) -> None:
    notice = making.drafted(world)
    answers = together(
        lambda: services.publish_notice(**making.at(world, notice), version_no=1),
        lambda: services.revise_notice(
            **making.at(world, notice, "committee_chair"), draft=making.said(title="另一种说法")
        ),
    )
    assert codes(answers) in ([], ["changed"])
    published = Version.objects.filter(published_at__isnull=False)
    assert [row.no for row in published] in ([1], [])
    assert verify(world.estate.pk).faults == ()


def test_two_who_post_at_one_entrance_post_once(world: World) -> None:
    version = making.published(world)
    at = {"channel": "entrance", "entrance_ids": [world.entrances[0].pk]}
    answers = together(
        lambda: services.post_notice(**making.at(world, version.notice), **at, upload=making.photo()),
        lambda: services.post_notice(**making.at(world, version.notice, "building_head"), **at, note="我贴的"),
    )
    assert codes(answers) == ["already_posted"]
    assert Posting.objects.count() == 1
    assert verify(world.estate.pk).faults == ()


def test_two_presses_at_once_are_one_knock(world: World) -> None:
    round_ = making.canvass(world)
    answers = together(*[lambda: making.knocked(world, round_, 0)] * 2)
    assert codes(answers) == ["already_recorded"]
    assert Attempt.objects.count() == 1
    assert verify(world.estate.pk).faults == ()


def test_two_people_at_one_door_are_two_attempts_and_one_home(world: World) -> None:
    round_ = making.canvass(world)
    answers = together(
        lambda: making.knocked(world, round_, 0), lambda: making.knocked(world, round_, 0, by="building_head")
    )
    assert codes(answers) == []
    assert Attempt.objects.count() == 2
    assert told_homes(round_) == {world.homes[0].pk}
    assert verify(world.estate.pk).faults == ()


def test_a_round_that_is_closed_takes_no_knock_of_the_same_moment_uncounted(world: World) -> None:
    round_ = making.canvass(world)
    answers = together(
        lambda: services.close_canvass(**making.at(world, round_), reason="今天先到这里"),
        lambda: making.knocked(world, round_, 0, by="building_head"),
    )
    round_.refresh_from_db()
    assert codes(answers) in ([], ["closed"])
    assert round_.left == 6 - len(told_homes(round_))
    assert verify(world.estate.pk).faults == ()
