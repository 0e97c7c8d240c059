"""A notice from its draft to the archive: who may, what is asked for, what is kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.support.world import World, make_world
from yishiting.ground.desks import gathering
from yishiting.ground.organisations.actors import NOBODY
from yishiting.ground.places.models import Estate
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.record.notices import policy, selectors, services
from yishiting.record.notices.models import Notice, Picture, Posting, Version
from yishiting.record.notices.services.publishing import hung
from yishiting.record.notices.tests import making
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def world() -> World:
    return make_world(12)


def kinds(world: World) -> list[str]:
    return list(Entry.objects.filter(estate_id=world.estate.pk).values_list("kind", flat=True))


def test_a_notice_is_drafted_published_posted_and_archived(world: World) -> None:
    version = making.published(world, least_days=2)
    making.everywhere(world, version)
    making.later(world, days=3)
    today = world.now.astimezone(CHINA).date()
    assert hung(selectors.published_version(world.estate.pk, 1), today).days == 2
    services.archive_notice(**making.at(world, version.notice))
    version.refresh_from_db()
    assert version.state == "archived"
    assert kinds(world) == [
        "notices.drafted", "notices.published", *["notices.posted"] * 3, "notices.archived",
    ]  # fmt: skip
    assert verify(world.estate.pk).faults == ()


def test_a_draft_is_read_by_staff_alone(world: World) -> None:
    notice = making.drafted(world)
    assert not policy.visible_to(NOBODY).exists()
    assert not policy.visible_to(world.actor(0)).exists()
    assert policy.visible_to(world.actor("supervisor")).get() == notice
    with pytest.raises(NotFound):
        selectors.published_version(world.estate.pk, notice.no)
    services.publish_notice(**making.at(world, notice))
    assert policy.visible_to(NOBODY).get() == notice


@pytest.mark.parametrize("who", ["police_officer", "building_head", "committee_member"])
def test_without_the_duty_for_the_estate_nothing_is_drafted(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        making.drafted(world, who)
    assert not Notice.objects.exists()


def test_what_names_homes_passes_through_two_people(world: World) -> None:
    notice = making.drafted(world, text="1栋1单元302室的雨棚月底前请拆。", names_homes=True)
    mine, other = making.at(world, notice), making.at(world, notice, "committee_chair")
    with pytest.raises(WrongState, match="复核"):
        services.publish_notice(**other)
    with pytest.raises(NotAllowed, match="另一个人"):
        services.review_notice(**mine, agrees=True)
    services.review_notice(**other, agrees=True)
    with pytest.raises(NotAllowed, match="另一个人"):
        services.publish_notice(**mine)
    assert services.publish_notice(**other).state == "published"
    assert verify(world.estate.pk).faults == ()


def test_a_room_in_the_text_asks_for_the_second_person(world: World) -> None:
    with pytest.raises(BadInput) as refused:
        making.drafted(world, text="302室的雨棚请拆。")
    assert "names_homes" in refused.value.fields


def test_an_identity_number_is_never_taken(world: World) -> None:
    with pytest.raises(BadInput) as refused:
        making.drafted(world, text="张某 11010119900101123X", names_homes=True)
    assert "text" in refused.value.fields


def test_a_returned_draft_comes_back_as_another_version(world: World) -> None:
    notice = making.drafted(world, text="302室的雨棚请拆。", names_homes=True)
    other = making.at(world, notice, "committee_chair")
    with pytest.raises(BadInput, match="退回"):
        services.review_notice(**other, agrees=False)
    services.review_notice(**other, agrees=False, note="写上依据")
    with pytest.raises(WrongState):
        services.publish_notice(**other)
    services.revise_notice(**making.at(world, notice), draft=making.said(text="依据规约，302室……", names_homes=True))
    assert [row.state for row in notice.versions.order_by("no")] == ["replaced", "draft"]
    assert verify(world.estate.pk).faults == ()


def test_a_new_version_takes_the_place_of_the_one_that_hangs_when_it_is_published(world: World) -> None:
    first = making.published(world)
    making.everywhere(world, first)
    services.revise_notice(**making.at(world, first.notice), draft=making.said(title="清理楼道改期"))
    assert selectors.published_version(world.estate.pk, 1).title == "清理楼道的告知"
    with pytest.raises(WrongState, match="草稿"):
        services.archive_notice(**making.at(world, first.notice), note="换了")
    services.publish_notice(**making.at(world, first.notice))
    shown = selectors.published_version(world.estate.pk, 1)
    assert (shown.title, shown.no, shown.postings.count()) == ("清理楼道改期", 2, 0)
    assert selectors.published_version(world.estate.pk, 1, 1).title == "清理楼道的告知"
    assert [row.no for row in selectors.versions_published(first.notice)] == [2, 1]
    assert verify(world.estate.pk).faults == ()


def test_who_looked_at_an_older_version_is_told_so(world: World) -> None:
    notice = making.drafted(world)
    services.revise_notice(**making.at(world, notice), draft=making.said(title="另一种说法"))
    with pytest.raises(WrongState, match="新的一版"):
        services.publish_notice(**making.at(world, notice), version_no=1)


def test_a_picture_is_kept_with_its_digest_and_belongs_to_one_entrance(world: World) -> None:
    version = making.published(world)
    with pytest.raises(BadInput) as refused:
        making.posted(world, version, entrance_ids=[row.pk for row in world.entrances], upload=making.photo())
    assert "picture" in refused.value.fields
    making.posted(world, version, entrance_ids=[world.entrances[0].pk], upload=making.photo())
    picture = Picture.objects.get()
    assert picture.file.storage.exists(str(picture.file.name))
    assert Entry.objects.get(kind="notices.posted").facts["pictures"] == [picture.sha256]
    assert selectors.spots(selectors.published_version(world.estate.pk, 1))[1].posting is None


def test_a_refused_posting_leaves_no_file(world: World, tmp_path: Path) -> None:
    version = making.published(world)
    making.posted(world, version, entrance_ids=[world.entrances[0].pk], upload=making.photo())
    kept = sorted(tmp_path.rglob("*.jpg"))
    with pytest.raises(WrongState, match="登记过"):
        making.posted(world, version, entrance_ids=[world.entrances[0].pk], upload=making.photo())
    assert sorted(tmp_path.rglob("*.jpg")) == kept
    assert Posting.objects.count() == 1


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"channel": "group", "note": ""}, "note"),
        ({"channel": "other", "note": "发了"}, "label"),
        ({"channel": "entrance", "note": "贴了"}, "entrances"),
        ({"channel": "电线杆", "note": "贴了"}, "channel"),
        ({"channel": "group", "note": "字" * 201}, "note"),
    ],
)
def test_evidence_that_is_none_is_refused(world: World, told: dict[str, str], field: str) -> None:
    version = making.published(world)
    with pytest.raises(BadInput) as refused:
        services.post_notice(**making.at(world, version.notice), **told)
    assert field in refused.value.fields


def test_nothing_is_posted_before_it_is_published(world: World) -> None:
    notice = making.drafted(world)
    with pytest.raises(WrongState, match="发布"):
        services.post_notice(**making.at(world, notice), channel="group", note="发了")


def test_a_building_head_posts_at_his_own_building_alone(world: World) -> None:
    version = making.published(world)
    head = making.at(world, version.notice, "building_head")
    services.post_notice(**head, channel="entrance", entrance_ids=[world.entrances[0].pk], note="贴好了")
    with pytest.raises(NotAllowed):
        services.post_notice(**head, channel="group", note="发了")


def test_the_desk_counts_its_days_as_the_page_does_whatever_else_it_was_shown_in(world: World) -> None:
    """Whether a month ends or a group is told later: the desk's day is the first on which it hung long enough."""
    version = making.published(world, least_days=9, channels=["board", "sms"])
    notice = version.notice
    making.posted(world, version, "sms")
    making.later(world, days=4)
    making.posted(world, version, "board")
    complete = world.now.astimezone(CHINA).date()
    making.later(world, days=2)
    # Beyond what was planned, and a second time: neither begins the days anew.
    making.posted(world, version, "group")
    making.posted(world, version, "board")
    (line,) = (
        row
        for row in gathering.DueList(world.actor("grid_worker"), gathering.DueFilter(room="notices"), now=world.now)[
            0:9
        ]
        if row.what == "archive"
    )
    assert line.due_at is not None
    over = line.due_at.astimezone(CHINA)
    assert (over.date() - complete, over.hour) == (timedelta(days=10), 18)
    again = selectors.published_version(world.estate.pk, notice.no)
    assert [hung(again, over.date() + timedelta(days=n)).enough for n in (-1, 0)] == [False, True]


def test_an_estate_without_entrances_has_nowhere_to_hang_it(world: World) -> None:
    world.estate = Estate.objects.create(name="还没导入苑", slug="empty", region=world.estate.region)
    with pytest.raises(BadInput) as refused:
        making.drafted(world, "community_worker")
    assert "entrances" in refused.value.fields
    assert not Notice.objects.exists()


def test_taking_it_down_too_early_asks_for_a_reason(world: World) -> None:
    version = making.published(world, least_days=7)
    with pytest.raises(BadInput, match="7 整天"):
        services.archive_notice(**making.at(world, version.notice))
    services.archive_notice(**making.at(world, version.notice), note="内容不对，另起一份")
    with pytest.raises(WrongState):
        services.revise_notice(**making.at(world, version.notice), draft=making.said())


def test_what_everyone_reads_and_nobody_reviews_points_at_no_home(world: World) -> None:
    version = making.published(world, least_days=7)
    round_ = making.canvass(world, title="3栋各家敲门，2026年外墙")
    for said in ("3栋2单元402不同意", "四零二室老王", "有事打 139 0000 1234", "5-1-0603 漏水"):
        with pytest.raises(BadInput) as refused:
            services.archive_notice(**making.at(world, version.notice), note=said)
        assert "note" in refused.value.fields
        with pytest.raises(BadInput) as refused:
            services.close_canvass(**making.at(world, round_), reason=said)
        assert "reason" in refused.value.fields
        with pytest.raises(BadInput) as refused:
            making.canvass(world, title=said)
        assert "title" in refused.value.fields
    services.archive_notice(**making.at(world, version.notice), note="1单元改到下月再贴")
    services.close_canvass(**making.at(world, round_), reason="11户在外地，3栋停水")


def test_verify_finds_words_that_were_changed_by_hand(world: World) -> None:
    from django.db import connection

    from yishiting.timeline import guards

    making.published(world)
    guards.remove(connection)
    Version.objects.update(text="另一种说法")
    guards.install(connection)
    assert [str(fault) for fault in verify(world.estate.pk).faults if "第 1 号公示第 1 版" in str(fault)]


def test_a_list_finds_by_word_and_kind(world: World) -> None:
    making.published(world)
    making.published(world, title="电梯方案", kind="plan", text="三种方案。")
    at = world.estate.pk
    assert [row.title for row in selectors.listed(at)] == ["电梯方案", "清理楼道的告知"]
    assert [row.title for row in selectors.listed(at, words="楼道")] == ["清理楼道的告知"]
    assert [row.title for row in selectors.listed(at, kind="plan")] == ["电梯方案"]
    assert not selectors.listed(at, state="past").exists()
