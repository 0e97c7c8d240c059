"""Objections to what hangs: who may, until when, what each asks for, and what they keep from being over."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from tests.support.world import World, add_tenant, make_world
from yishiting.ground.desks import gathering
from yishiting.ground.organisations.actors import NOBODY, actor_for
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, Refusal, WrongState
from yishiting.record.notices import hearing, rules, services
from yishiting.record.notices.models import Objection, Version
from yishiting.record.notices.services import objecting
from yishiting.record.notices.tests import making
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

WORDS = "车位划到了消防通道上，不同意。"
TODAY = date(2026, 3, 10)


# ------------------------------------------------------------------------------------------------------- pure
@pytest.mark.parametrize(
    ("since", "least", "today", "ended", "state", "until"),
    [
        (None, 7, TODAY, False, "open", None),
        (None, 0, TODAY, False, "none", None),
        (date(2026, 3, 3), 7, TODAY, False, "open", TODAY),
        (date(2026, 3, 2), 7, TODAY, False, "over", date(2026, 3, 9)),
        (date(2026, 3, 9), 7, TODAY, True, "over", date(2026, 3, 16)),
    ],
)
def test_objections_are_heard_to_the_end_of_the_last_whole_day(
    since: date | None, least: int, today: date, ended: bool, state: str, until: date | None
) -> None:
    heard = rules.window(rules.hung(since=since, least=least, today=today), today=today, ended=ended)
    assert (heard.state, heard.until) == (state, until)


@given(since=st.integers(0, 60), least=st.integers(1, 30), today=st.integers(0, 120))
def test_the_time_is_over_as_soon_as_it_has_hung_enough_and_never_before(since: int, least: int, today: int) -> None:
    first = date(2026, 1, 1)
    time = rules.hung(since=first + timedelta(since), least=least, today=first + timedelta(max(since, today)))
    heard = rules.window(time, today=first + timedelta(max(since, today)), ended=False)
    assert heard.is_open is not time.enough


@pytest.mark.parametrize(
    ("outcome", "text", "remedy", "hangs", "fields", "kept"),
    [
        ("upheld", "您说得对", "withdraw", True, set(), "withdraw"),
        ("partly", "一半对", "revise", True, set(), "revise"),
        ("rejected", "依据规约", "withdraw", True, set(), ""),
        ("upheld", "您说得对", "revise", False, set(), ""),
        ("upheld", "您说得对", "", True, {"remedy"}, ""),
        ("rejected", "  ", "", True, {"text"}, ""),
        ("maybe", "嗯" * 30, "burn", True, {"outcome", "text"}, ""),
    ],
)
def test_an_answer_says_whether_why_and_what_follows(
    outcome: str, text: str, remedy: str, hangs: bool, fields: set[str], kept: str
) -> None:
    try:
        found, wrong = rules.check_answer(outcome, text, remedy, hangs=hangs, most=20), set[str]()
    except BadInput as refusal:
        found, wrong = "", set(refusal.fields)
    assert (found, wrong) == (kept, fields)


# -------------------------------------------------------------------------------------------------- the verbs
@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def world() -> World:
    return make_world(12)


def by(world: World, version: Version, who: int | str) -> dict[str, Any]:
    return {"actor": world.actor(who), "estate_id": world.estate.pk, "no": version.notice.no, "now": world.now}


def objected(world: World, version: Version, who: int = 0, words: str = WORDS) -> Objection:
    return services.object_to_notice(**by(world, version, who), words=words)


def answered(world: World, row: Objection, outcome: str = "rejected", remedy: str = "", **more: Any) -> Objection:
    at = by(world, row.version, more.pop("who", "committee_chair"))
    return services.answer_objection(
        **at, objection_no=row.no, outcome=outcome, remedy=remedy, text="看过现场，按规约办。", **more
    )


def days(world: World, at: datetime) -> int:
    return (at.astimezone(CHINA).date() - world.now.astimezone(CHINA).date()).days


@pytest.mark.django_db
def test_a_neighbour_of_the_scope_objects_once_takes_it_back_and_says_it_anew(world: World) -> None:
    here = [world.homes[0].entrance_id]
    version = making.published(world, least_days=7, answer_days=3, entrance_ids=here)
    row = objected(world, version)
    assert (row.no, row.home_id, row.state, row.person_id) == (1, world.homes[0].pk, "open", world.owners[0].pk)
    assert row.due_at.astimezone(CHINA).hour == 18
    assert days(world, row.due_at) >= 3
    tenant = actor_for(add_tenant(world, world.homes[0], name="租客乙"), now=world.now)
    services.object_to_notice(**{**by(world, version, 0), "actor": tenant}, words="我也不同意")
    elsewhere = next(i for i, home in enumerate(world.homes) if home.entrance_id not in here)
    for who in (world.actor(elsewhere), world.actor("supervisor"), NOBODY):
        with pytest.raises(NotAllowed, match="反映"):
            services.object_to_notice(**{**by(world, version, 0), "actor": who}, words=WORDS)
    with pytest.raises(WrongState, match="撤回"):
        objected(world, version, words="再说一遍")
    services.withdraw_objection(**by(world, version, 0), objection_no=1)
    again = objected(world, version, words="换个说法")
    assert (again.no, hearing.heard(version)) == (3, hearing.Heard(2, 0))
    with pytest.raises(WrongState):
        services.withdraw_objection(**by(world, version, 0), objection_no=1)
    with pytest.raises(NotFound):
        services.withdraw_objection(**by(world, version, elsewhere), objection_no=3)
    with pytest.raises(NotAllowed, match="自己撤回"):
        services.withdraw_objection(**by(world, version, "committee_chair"), objection_no=3)
    assert Objection.objects.get(no=1).words == WORDS
    assert verify(world.estate.pk).faults == ()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "home", "field"),
    [
        (" ", None, "words"),
        ("长" * 1001, None, "words"),
        ("身份证11010119900101123X", None, "words"),
        (WORDS, 3, "home"),
    ],
)
def test_what_cannot_be_taken_says_at_which_field(world: World, words: str, home: int | None, field: str) -> None:
    version = making.published(world, least_days=7)
    home_id = world.homes[home].pk if home is not None else None
    with pytest.raises(BadInput) as refused:
        services.object_to_notice(**by(world, version, 0), words=words, home_id=home_id)
    assert list(refused.value.fields) == [field]


@pytest.mark.django_db
def test_after_the_days_and_without_days_one_is_told_what_to_do_instead(world: World) -> None:
    bare = making.published(world)
    with pytest.raises(WrongState, match="反映一件事"):
        objected(world, bare)
    version = making.published(world, least_days=2)
    making.everywhere(world, version)
    making.later(world, days=2)
    last = objected(world, version)
    making.later(world, days=1)
    with pytest.raises(WrongState, match="反映一件事"):
        objected(world, version, 1)
    at = by(world, version, "grid_worker")
    today = world.now.astimezone(CHINA).date()
    with pytest.raises(BadInput, match="公示期") as refused:
        services.write_down_objection(**at, home_id=world.homes[1].pk, words="纸上写的")
    assert list(refused.value.fields) == ["on"]
    paper = services.write_down_objection(
        **at, home_id=world.homes[1].pk, words="纸上写的", on=today - timedelta(days=1)
    )
    assert (paper.person_id, paper.paper, paper.written_by_id) == (None, True, world.staff["grid_worker"].pk)
    with pytest.raises(WrongState, match="录过"):
        services.write_down_objection(**at, home_id=world.homes[1].pk, words="又一张", on=paper.on)
    with pytest.raises(BadInput, match="为什么"):
        services.withdraw_objection(**at, objection_no=paper.no)
    services.withdraw_objection(**at, objection_no=paper.no, note="录错户了")
    for who in ("supervisor", "building_head", 1):
        with pytest.raises(NotAllowed):
            services.write_down_objection(**by(world, version, who), home_id=world.homes[2].pk, words="纸", on=paper.on)
    assert (last.state, verify(world.estate.pk).faults) == ("open", ())


@pytest.mark.django_db
def test_nothing_is_archived_before_each_objection_has_its_answer(world: World) -> None:
    version = making.published(world, least_days=1)
    making.everywhere(world, version)
    row, other = objected(world, version), objected(world, version, 1)
    making.later(world, days=3)
    with pytest.raises(WrongState, match="2 条异议"):
        services.archive_notice(**making.at(world, version.notice))
    answered(world, row)
    with pytest.raises(WrongState, match="答复或者撤回"):
        answered(world, row)
    with pytest.raises(WrongState, match="1 条异议"):
        services.archive_notice(**making.at(world, version.notice))
    services.withdraw_objection(**by(world, version, 1), objection_no=other.no)
    services.archive_notice(**making.at(world, version.notice))
    with pytest.raises(WrongState):
        services.withdraw_objection(**by(world, version, 0), objection_no=row.no)
    assert verify(world.estate.pk).faults == ()


@pytest.mark.django_db
def test_whoever_was_right_gets_another_version_or_sees_it_withdrawn(world: World) -> None:
    version = making.published(world, least_days=1)
    making.everywhere(world, version)
    row = objected(world, version)
    late = objected(world, version, 1)
    making.later(world, days=3)
    answered(world, row, "partly", "revise")
    answered(world, late)
    with pytest.raises(WrongState, match="新的一版"):
        services.archive_notice(**making.at(world, version.notice))
    services.revise_notice(**making.at(world, version.notice), draft=making.said(title="改过的", least_days=3))
    second = services.publish_notice(**making.at(world, version.notice))
    assert hearing.in_the_way([version.notice_id]) == (0, 0)
    right, open_one = objected(world, second), objected(world, second, 1)
    answered(world, right, "upheld", "withdraw")
    second.refresh_from_db()
    assert (second.state, second.archived_by_id) == ("withdrawn", world.staff["committee_chair"].pk)
    with pytest.raises(WrongState):
        objected(world, second, 2)
    # What waits is answered although it hangs no more, and nothing follows from it.
    assert answered(world, open_one, "upheld", "revise").remedy == ""
    services.revise_notice(**making.at(world, version.notice), draft=making.said(title="第三版"))
    assert services.publish_notice(**making.at(world, version.notice)).state == "published"
    second.refresh_from_db()
    assert second.state == "replaced"
    assert verify(world.estate.pk).faults == ()


@pytest.mark.django_db
def test_who_answers_serves_the_estate_and_answers_neither_his_own_nor_his_homes(world: World) -> None:
    version = making.published(world, least_days=7)
    row = objected(world, version)
    for who in ("supervisor", "building_head", "police_officer", 0):
        with pytest.raises(NotAllowed):
            answered(world, row, who=who)
    actor = world.actor("committee_chair")
    kin = type(actor)(actor.person_id, offices=actor.offices, owned=frozenset({(world.estate.pk, row.home_id)}))
    with pytest.raises(NotAllowed, match="换一位"):
        services.answer_objection(
            **{**by(world, version, 0), "actor": kin}, objection_no=row.no, outcome="rejected", text="不"
        )
    with pytest.raises(NotFound):
        services.answer_objection(
            **by(world, version, "committee_chair"), objection_no=9, outcome="rejected", text="不"
        )
    answered(world, row)


@pytest.mark.django_db
def test_an_objection_stands_on_the_desk_until_its_clock_and_reading_it_is_on_record_once_a_day(world: World) -> None:
    version = making.published(world, least_days=7)
    assert services.read_objections(**by(world, version, "grid_worker")) == version.notice
    row = objected(world, version)

    def lines(who: str) -> list[tuple[str, int, datetime | None]]:
        actor = world.actor(who)
        rows = gathering.DueList(actor, gathering.DueFilter(), now=world.now)[0:50]
        return [(each.what, each.n, each.due_at) for each in rows if each.source == "notices" and each.n]

    assert lines("committee_chair") == [("objection", row.no, row.due_at)]
    assert lines("building_head") == []
    for _ in range(2):
        services.read_objections(**by(world, version, "grid_worker"))
    with pytest.raises(NotAllowed):
        services.read_objections(**by(world, version, "supervisor"))
    making.later(world, days=1)
    services.read_objections(**by(world, version, "grid_worker"))
    assert Entry.objects.filter(kind=objecting.READ).count() == 2
    answered(world, row, "upheld", "revise")
    assert lines("committee_chair") == []
    told = gathering.DueList(world.actor("committee_chair"), gathering.DueFilter(), now=world.now)[0:50]
    assert "rewrite" in {each.what for each in told}


@pytest.mark.django_db
def test_two_who_press_at_once_and_a_hand_in_the_table_are_refused_by_the_database(world: World) -> None:
    version = making.published(world, least_days=7)
    row = objected(world, version)
    again = Objection(
        **{each.attname: getattr(row, each.attname) for each in Objection._meta.concrete_fields if each.name != "id"}
    )
    again.no = 2
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()
    for change in ({"words": "别的"}, {"person_id": world.owners[1].pk}, {"due_at": world.now}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Objection.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.filter(pk=row.pk).update(outcome="upheld")
    with pytest.raises(Refusal), transaction.atomic():
        objected(world, version)
