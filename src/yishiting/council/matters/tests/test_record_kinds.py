"""Notices and canvasses behind the steps that ask for them: what is offered, and both ways of meeting a gate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tests.support.world import World, make_world
from yishiting.council.matters import kinds, services
from yishiting.council.matters.models import StepRun
from yishiting.council.matters.services import engine
from yishiting.council.matters.tests import making
from yishiting.kernel.errors import WrongState
from yishiting.record.notices import services as notices
from yishiting.record.notices.models import Canvass, Version
from yishiting.record.notices.tests import making as posting
from yishiting.timeline import entries
from yishiting.timeline.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def world() -> World:
    made = make_world(12)
    services.ensure_library(now=made.now)
    return made


def at_notice(world: World) -> Any:
    """A matter that waits for the posted notice of the cleared stairwells."""
    report = making.reported(world)
    return making.accepted(world, report.matter, making.shipped("clear-stairwells"))


def present(matter: Any) -> StepRun:
    return StepRun.objects.get(matter=matter, ended_at=None)


def gates(matter: Any, world: World) -> dict[str, tuple[int, int]]:
    at = engine.measuring(matter, present(matter), engine.state_of(matter), world.now)
    assert at is not None
    return {str(need): (state.have, state.want) for need, state in kinds.measure_all(at).items()}


def offered(matter: Any) -> list[tuple[str, str]]:
    run = present(matter)
    found = kinds.handler_of(run.kind).offers
    return [(each.action, str(each.label)) for each in found(run)] if found else []


def bound(matter: Any) -> dict[str, Any]:
    return {"thread": matter.thread, "run": present(matter).pk}


def test_a_step_that_is_a_notice_offers_to_draft_one_and_then_leads_to_it(world: World) -> None:
    matter = at_notice(world)
    assert present(matter).kind == "notice"
    assert offered(matter) == [("draft_notice", "起草公示")]
    posting.drafted(world, **bound(matter))
    assert offered(matter) == [("open_notice_page", "去第 1 号公示")]


def test_what_hangs_at_one_entrance_and_what_was_recorded_at_the_other_meet_the_gate_together(world: World) -> None:
    matter = at_notice(world)
    assert gates(matter, world)["posted:each_entrance"] == (0, 2)
    version = posting.published(world, **bound(matter))
    posting.posted(world, version, entrance_ids=[world.entrances[0].pk], upload=posting.photo())
    assert gates(matter, world)["posted:each_entrance"] == (1, 2)
    worker = world.actor("community_worker")
    with pytest.raises(WrongState):
        services.end_step(actor=worker, matter_id=matter.pk, outcome="done", now=world.now)
    services.add_evidence(
        actor=worker, matter_id=matter.pk, kind="posted", entrance_id=world.entrances[1].pk,
        photo=making.stored(world, making.STAFF), now=world.now,
    )  # fmt: skip
    assert gates(matter, world)["posted:each_entrance"] == (2, 2)
    services.end_step(actor=worker, matter_id=matter.pk, outcome="done", now=world.now)
    assert present(matter).kind == "canvass"


def test_an_entrance_that_is_posted_twice_does_not_read_as_two(world: World) -> None:
    matter = at_notice(world)
    for entrance in (0, 0, 1):
        services.add_evidence(
            actor=world.actor("community_worker"), matter_id=matter.pk, kind="posted",
            entrance_id=world.entrances[entrance].pk, photo=making.stored(world, making.STAFF), now=world.now,
        )  # fmt: skip
    told = [
        entries.describe(row.kind, row.facts).render(str)
        for row in Entry.objects.filter(kind="matters.evidence_added").order_by("pk")
    ]
    assert [("又贴好一个单元" in words, "贴过的一个单元又贴了一次" in words) for words in told] == [
        (True, False), (False, True), (True, False)
    ]  # fmt: skip


def test_words_alone_prove_no_posting_and_a_notice_of_something_else_counts_nothing(world: World) -> None:
    matter = at_notice(world)
    mine, other = posting.published(world, **bound(matter)), posting.published(world)
    posting.posted(world, mine, entrance_ids=[row.pk for row in world.entrances])
    posting.everywhere(world, other)
    assert gates(matter, world)["posted:each_entrance"] == (0, 2)


def test_a_new_version_has_to_be_posted_anew(world: World) -> None:
    matter = at_notice(world)
    version = posting.published(world, **bound(matter))
    posting.everywhere(world, version)
    assert gates(matter, world)["posted:each_entrance"] == (2, 2)
    notices.revise_notice(**posting.at(world, version.notice), draft=posting.said(title="改期"))
    notices.publish_notice(**posting.at(world, version.notice))
    assert gates(matter, world)["posted:each_entrance"] == (0, 2)
    assert Version.objects.count() == 2


def test_homes_reached_by_a_round_and_homes_recorded_meet_the_gate_together(world: World) -> None:
    matter = at_notice(world)
    posting.everywhere(world, posting.published(world, **bound(matter)))
    worker = world.actor("community_worker")
    services.end_step(actor=worker, matter_id=matter.pk, outcome="done", now=world.now)
    assert offered(matter) == [("begin_canvass", "开始逐户")]
    round_ = posting.canvass(world, **bound(matter))
    assert offered(matter) == [("open_canvass_page", "去第 1 次逐户走访")]
    for home in range(10):
        posting.knocked(world, round_, home)
    posting.knocked(world, round_, 10, "away")
    assert gates(matter, world)["contacted:each_home"] == (10, 12)
    services.add_evidence(
        actor=worker, matter_id=matter.pk, kind="contacted", home_ids=[world.homes[n].pk for n in (10, 11)],
        now=world.now,
    )  # fmt: skip
    assert gates(matter, world)["contacted:each_home"] == (12, 12)
    assert Canvass.objects.count() == 1


def test_channels_of_a_notice_and_recorded_ones_are_each_counted_once(world: World) -> None:
    from yishiting.council.matters.kinds import record
    from yishiting.council.matters.models import Evidence

    matter = at_notice(world)
    version = posting.published(world, **bound(matter))
    posting.posted(world, version, "group")
    posting.posted(world, version, "group", note="又发了一次")
    posting.posted(world, version, "other", label="电子屏")
    at = engine.measuring(matter, present(matter), engine.state_of(matter), world.now)
    assert at is not None
    assert record.channels(at, "3").have == 2
    for label in ("业主群", "广播站"):
        Evidence.objects.create(
            estate=world.estate, run=present(matter), kind="channel", label=label, note="发了", added_at=world.now
        )
    assert record.channels(at, "3").met
    assert record.channels(at, "3").have == 3


def test_the_step_waits_until_each_objection_to_its_notice_is_answered(world: World) -> None:
    matter = at_notice(world)
    version = posting.published(world, **bound(matter), least_days=2)
    posting.everywhere(world, version)
    row = notices.object_to_notice(**posting.at(world, version.notice, 0), words="过道本来就窄。")

    def answer(no: int, outcome: str, remedy: str) -> None:
        at = posting.at(world, version.notice, "committee_chair")
        notices.answer_objection(**at, objection_no=no, outcome=outcome, text="看过了。", remedy=remedy)

    def end() -> None:
        worker = world.actor("community_worker")
        services.end_step(actor=worker, matter_id=matter.pk, outcome="done", now=world.now)

    def says() -> str:
        at = engine.measuring(matter, present(matter), engine.state_of(matter), world.now)
        assert at is not None
        (state,) = kinds.measure_all(at).values()
        return "" if state.met else str(state.explanation)

    assert "已贴 2 / 2" in says()
    assert "1 条异议没有答复" in says()
    offers = kinds.handler_of("notice").offers
    assert offers is not None
    assert "1 条异议没有答复" in str(offers(present(matter))[0].state)
    with pytest.raises(WrongState, match="1 条异议"):
        end()
    answer(row.no, "partly", "revise")
    assert "新的一版" in says()
    with pytest.raises(WrongState, match="新的一版"):
        end()
    notices.revise_notice(**posting.at(world, version.notice), draft=posting.said(least_days=2))
    second = notices.publish_notice(**posting.at(world, version.notice))
    posting.everywhere(world, second)
    assert says() == ""
    other = notices.object_to_notice(**posting.at(world, version.notice, 1), words="还是窄。")
    answer(other.no, "upheld", "withdraw")
    # What was withdrawn is posted nowhere, whatever its pictures show.
    assert "已贴 0 / 2" in says()
    notices.revise_notice(**posting.at(world, version.notice), draft=posting.said())
    posting.everywhere(world, notices.publish_notice(**posting.at(world, version.notice)))
    end()
    assert present(matter).kind == "canvass"


def test_a_notice_step_without_gates_waits_for_the_answer_too(world: World) -> None:
    text = making.SIMPLE.replace('"simple"', '"sheet"').replace('kind = "work"', 'kind = "notice"')
    text = text.replace(" done =", " posted =").replace(', not_done = "answer"', "")
    matter = making.accepted(world, making.reported(world).matter, making.own_playbook(world, text))
    version = posting.published(world, **bound(matter), least_days=9)
    row = notices.object_to_notice(**posting.at(world, version.notice, 0), words="看不懂。")
    worker = world.actor(making.STAFF)
    with pytest.raises(WrongState, match="1 条异议没有答复"):
        services.end_step(actor=worker, matter_id=matter.pk, outcome="posted", now=world.now)
    notices.withdraw_objection(**posting.at(world, version.notice, 0), objection_no=row.no)
    services.end_step(actor=worker, matter_id=matter.pk, outcome="posted", now=world.now)


CONSENT = """
id = "consent"
version = 1
name = "逐户同意"

[[step]]
id = "ask"
stage = "deliberate"
kind = "canvass"
title = "逐户征求同意"
who = "community_worker"
needs = ["contacted:each_home"]
next = {{ agreed = "answer", disagreed = "answer" }}

[[step]]
id = "answer"
stage = "feedback"
kind = "answer"
title = "答复反映人"
who = "community_worker"
next = {{ answered = "end" }}
"""


def test_all_have_agreed_only_when_the_last_home_of_the_round_has(world: World) -> None:
    matter = making.accepted(world, making.reported(world).matter, making.own_playbook(world, CONSENT))
    worker = world.actor("community_worker")

    def agreed() -> str:
        try:
            services.end_step(actor=worker, matter_id=matter.pk, outcome="agreed", now=world.now)
        except WrongState as refusal:
            return f"{refusal.code}: {refusal.message}"
        return ""

    round_ = posting.canvass(world, **bound(matter))
    for home in range(10):
        posting.knocked(world, round_, home, "agreed")
    posting.knocked(world, round_, 10, "refused")
    posting.knocked(world, round_, 11)
    # All were reached, and two did not say yes.
    assert gates(matter, world)["contacted:each_home"] == (12, 12)
    assert "not_so: 逐户走访里还有 2 户没有记“同意”" in agreed()
    for home, said in ((10, "agreed"), (11, "agreed"), (0, "refused")):
        posting.later(world, hours=1)
        posting.knocked(world, round_, home, said)
    assert "还有 1 户" in agreed(), "who agreed may think again"
    posting.later(world, hours=1)
    posting.knocked(world, round_, 0, "agreed")
    posting.later(world, hours=1)
    posting.knocked(world, round_, 0, "away")
    assert agreed() == ""
    assert present(matter).step == "answer"


def test_another_outcome_is_open_while_not_all_agree(world: World) -> None:
    matter = making.accepted(world, making.reported(world).matter, making.own_playbook(world, CONSENT))
    round_ = posting.canvass(world, **bound(matter))
    for home in range(12):
        posting.knocked(world, round_, home, "refused" if home == 3 else "agreed")
    services.end_step(actor=world.actor("community_worker"), matter_id=matter.pk, outcome="disagreed", now=world.now)
    assert present(matter).step == "answer"
