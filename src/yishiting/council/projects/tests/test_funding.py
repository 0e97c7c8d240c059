"""Money from several sources and what has to be done before the works: sums to the cent, order, refusals that name it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.world import World, make_world
from yishiting.council.matters import services as matters
from yishiting.council.projects import funding, selectors, services
from yishiting.council.projects.funding import LineDraft, LineFacts, amount_in, parse_lines
from yishiting.council.projects.models import FundingLine, Prerequisite, Project
from yishiting.council.projects.tests import building
from yishiting.ground.organisations.actors import NOBODY
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.kernel.exact import two_places
from yishiting.timeline.verify import verify

TWO = (LineDraft("改造资金", Decimal("60000")), LineDraft("维修资金", Decimal("32000.50")))


@pytest.fixture
def world(db: None) -> World:
    return make_world(6)


def at(world: World, project: Project) -> dict[str, Any]:
    return {
        "actor": world.actor("committee_chair"),
        "estate_id": world.estate.pk,
        "no": project.no,
        "now": world.now,
    }


def plan(world: World, project: Project, *lines: LineDraft, total: str = "92000.50", reason: str = "") -> None:
    services.plan_funding(**at(world, project), total=Decimal(total), lines=lines or TWO, reason=reason)


def tell(world: World, project: Project, line: int, kind: str, amount: str = "", **more: Any) -> None:
    services.tell_funding(
        **{"said_by": "房产局", "on": building.today(world), **at(world, project), **more},
        line_no=line, kind=kind, amount=Decimal(amount) if amount else None,
    )  # fmt: skip


# ---------------------------------------------------------------- pure
@given(st.decimals(min_value="0.01", max_value="999999999", places=2))
def test_an_amount_that_was_typed_is_the_amount(value: Decimal) -> None:
    text = two_places(value)
    assert amount_in(text) == amount_in(f" {value:,.2f} 元") == Decimal(text)


@pytest.mark.parametrize("text", ["", "0", "-3", "1.005", "3e4", "3万", "1,00x", "NaN", "9" * 13, "一百"])
def test_what_is_no_amount_in_yuan_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        amount_in(text)
    assert list(refused.value.fields) == ["amount"]


def test_sources_are_read_a_line_each() -> None:
    assert parse_lines("改造资金 60000\n\n维修资金：32,000.50元") == TWO
    for text, line in (("维修资金", "1"), ("甲 1\n200", "2"), ("甲 1.005", "1")):
        with pytest.raises(BadInput) as refused:
            parse_lines(text)
        assert f"第 {line} 行" in str(refused.value.message)


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=8), st.integers(-3, 3))
def test_sources_that_do_not_sum_to_the_cent_are_refused_with_the_gap(cents: list[int], off: int) -> None:
    lines = [LineDraft(f"来源{no}", Decimal(each) / 100) for no, each in enumerate(cents)]
    budget = sum((line.planned for line in lines), Decimal(0)) + Decimal(off) / 100
    asked: dict[str, Any] = {"budget": budget, "lines": lines, "standing": (), "reason": "", "first": True}
    if not off:
        funding.check_plan(**asked)
        return
    with pytest.raises(BadInput) as refused:
        funding.check_plan(**asked)
    assert f"0.0{abs(off)} 元。" in str(refused.value.message)


def test_a_source_goes_from_applied_to_approved_to_received_and_nothing_is_skipped() -> None:
    day = building.date(2026, 3, 2)

    def may(kind: str, state: str, received: int = 0) -> bool:
        try:
            funding.check_news(
                kind=kind, line=LineFacts("甲", Decimal(10), state, Decimal(received)), said_by="社区", on=day, today=day,
                amount={"approved": Decimal(10), "received": Decimal(10 - received) or Decimal(1)}.get(kind),
            )  # fmt: skip
        except (BadInput, WrongState):
            return False
        return True

    allowed = {state: [kind for kind in ("applied", "approved", "refused", "received") if may(kind, state)] for state in (
        "planned", "applied", "refused", "approved", "received",
    )}  # fmt: skip
    assert allowed == {
        "planned": ["applied", "approved", "refused"],
        "applied": ["approved", "refused"],
        "refused": ["applied"],
        "approved": ["received"],
        "received": ["received"],
    }
    assert not may("received", "received", 10), "all of it came"


# ---------------------------------------------------------------- verbs
def test_the_works_wait_for_each_source_and_the_page_says_for_which_since_when(world: World) -> None:
    project = building.create(world, 1)
    plan(world, project)

    def waits() -> tuple[str, Any]:
        found = selectors.waits(selectors.project_page(NOBODY, world.estate.pk, project.no), building.today(world))
        assert found is not None
        return str(found.words), found.since

    begun = world.now
    assert waits() == ("等“改造资金”的 60,000.00 元批下来", begun)
    world.now += timedelta(days=1)
    tell(world, project, 1, "applied")
    assert waits() == ("等“改造资金”的 60,000.00 元批下来", world.now)
    tell(world, project, 1, "approved", "60000")
    assert waits() == ("等“维修资金”的 32,000.50 元批下来", begun)
    with pytest.raises(WrongState, match="维修资金") as refused:
        building.step(world, project, 1, "start")
    assert refused.value.code == "not_approved"
    tell(world, project, 2, "approved", "32000.50", note="第 12 次办公会")
    assert waits() == ("等第 1 期开工", world.now)
    building.step(world, project, 1, "start")
    assert waits()[0] == "第 1 期正在施工"
    money = selectors.money_of(selectors.project_page(NOBODY, world.estate.pk, project.no))
    assert money is not None
    assert (money.budget.total, money.approved, money.received) == (
        Decimal("92000.50"),
        Decimal("92000.50"),
        Decimal(0),
    )
    assert verify(world.estate.pk).faults == ()


def test_money_comes_only_where_it_was_approved_and_never_more_than_that(world: World) -> None:
    project = building.create(world, 1)
    plan(world, project)
    for kind, amount, more, error in (
        ("received", "5", {}, WrongState),
        ("approved", "59999.99", {}, BadInput),
        ("approved", "", {}, BadInput),
        ("approved", "60000", {"said_by": " "}, BadInput),
        ("approved", "60000", {"on": building.today(world) + timedelta(days=1)}, BadInput),
        ("granted", "60000", {}, BadInput),
        ("applied", "", {"note": "说" * 201}, BadInput),
    ):
        with pytest.raises(error):
            tell(world, project, 1, kind, amount, **more)
    with pytest.raises(NotFound):
        tell(world, project, 9, "applied")
    tell(world, project, 1, "approved", "60000")
    tell(world, project, 1, "received", "59999.99")
    with pytest.raises(BadInput, match=r"最多 0\.01 元"):
        tell(world, project, 1, "received", "0.02")
    tell(world, project, 1, "received", "0.01")
    with pytest.raises(WrongState):
        tell(world, project, 1, "received", "0.01")
    assert services.funding.line_facts(project)[0].complete


def test_a_plan_of_money_is_changed_with_a_reason_and_keeps_what_was_approved(world: World) -> None:
    project = building.create(world, 1)
    plan(world, project)
    tell(world, project, 1, "approved", "60000")
    kept, other = TWO[0], LineDraft("居民自筹", Decimal("32000.50"))
    with pytest.raises(BadInput) as silent:
        plan(world, project, kept, other)
    assert list(silent.value.fields) == ["reason"]
    with pytest.raises(BadInput, match="已经批下来"):
        plan(
            world, project, LineDraft("改造资金", Decimal(50000)), LineDraft("自筹", Decimal("42000.50")), reason="少批"
        )
    with pytest.raises(BadInput, match="和原来的资金计划一样"):
        plan(world, project, reason="没变")
    plan(world, project, kept, other, reason="维修资金没有批")
    assert [(line.no, line.source) for line in project.funding.all()] == [(1, "改造资金"), (3, "居民自筹")]
    assert FundingLine.every.get(no=2).dropped_by is not None
    assert verify(world.estate.pk).faults == ()
    with pytest.raises(NotAllowed):
        services.plan_funding(
            **{**at(world, project), "actor": world.actor(0)}, total=Decimal("92000.50"), lines=TWO, reason="x"
        )


def test_a_task_or_another_project_comes_first_and_two_never_wait_for_each_other(world: World) -> None:
    first, then = building.create(world, 1), building.create(world, 1)
    task = services.add_task(**at(world, then), title=" 腾挪  太阳能 ", who="支部")
    assert task.title == "腾挪 太阳能"
    services.add_task(**at(world, then), first_no=first.no)
    for wrong in (
        {"title": ""},
        {"title": "腾挪 太阳能"},
        {"title": "长" * 121},
        {"first_no": 99},
        {"first_no": then.no},
    ):
        with pytest.raises(BadInput):
            services.add_task(**at(world, then), **wrong)
    with pytest.raises(BadInput) as circle:
        services.add_task(**at(world, first), first_no=then.no)
    assert circle.value.code == "waits_for_itself"
    with pytest.raises(WrongState) as refused:
        building.step(world, then, 1, "start")
    assert (refused.value.code, str(refused.value.message).count("、")) == ("task_first", 1)
    with pytest.raises(WrongState, match="完成了自动算办完"):
        services.finish_task(**at(world, then), task_no=2, note="办了")
    with pytest.raises(BadInput):
        services.finish_task(**at(world, then), task_no=1, note=" ")
    services.finish_task(**at(world, then), task_no=1, note="挪好了", photo=building.picture(world))
    with pytest.raises(WrongState):
        services.drop_task(**at(world, then), task_no=1, reason="不用")
    building.through(world, first, 1)
    building.step(world, then, 1, "start")
    with pytest.raises(WrongState):
        services.add_task(**at(world, then), title="晚了")
    assert verify(world.estate.pk).faults == ()


def test_a_task_that_is_not_needed_after_all_holds_nothing_back(world: World) -> None:
    project = building.create(world, 1)
    services.add_task(**at(world, project), title="断电")
    services.drop_task(**at(world, project), task_no=1, reason="线路不用动")
    assert not Prerequisite.objects.get().stands
    building.step(world, project, 1, "start")


def test_the_matter_shows_how_far_money_and_tasks_are_and_goes_on_when_all_is_there(world: World) -> None:
    matter = building.matter_for(world, needs='needs = ["auxiliary", "funds"]')
    project = building.create(world, 1, matter=matter)

    def gate(name: str) -> tuple[bool, str]:
        matter.refresh_from_db()
        found = matters.gate_of(matter, name, world.now)
        assert found is not None
        return found.met, str(found.explanation)

    services.add_task(**at(world, project), title="腾挪太阳能")
    plan(world, project)
    assert gate("auxiliary") == (False, "已办完 0 / 1 件，还差腾挪太阳能")
    assert gate("funds") == (False, "已到账 0 / 2 笔，还差改造资金、维修资金")
    services.finish_task(**at(world, project), task_no=1, note="挪好了")
    for line, amount in ((1, "60000"), (2, "32000.50")):
        tell(world, project, line, "approved", amount)
    building.through(world, project, 1)
    tell(world, project, 1, "received", "60000")
    assert matter.steps.get(ended_at=None).kind == "project"
    tell(world, project, 2, "received", "32000.50")
    assert (gate("auxiliary")[0], matter.steps.get(ended_at=None).kind) == (True, "answer")
