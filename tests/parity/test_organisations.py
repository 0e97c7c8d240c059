"""Interests and companies, by page and by call: of oneself, of others, of bodies, and taken back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.parity.twins import Call, Page, Side, Twins, assert_driven
from yishiting.council.matters.tests import making
from yishiting.ground.organisations.charting import services
from yishiting.ground.organisations.models import Interest, Organisation
from yishiting.reach.api import door
from yishiting.reach.api.tests import inventory

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]
WORKER, GRID, CHAIR = "community_worker", "grid_worker", "committee_chair"
NOTHING = {"organisation": "", "door": "", "no": "", "until": ""}


@pytest.fixture
def twins(monkeypatch: pytest.MonkeyPatch) -> Twins:
    monkeypatch.setattr(door, "RATES", {})
    return Twins(monkeypatch)


def newest(side: Side) -> int:
    return Interest.objects.filter(estate=side.world.estate).order_by("-pk")[0].pk


def body(side: Side, kind: str = "property") -> int:
    return Organisation.objects.filter(estate=side.world.estate, kind=kind).order_by("-pk")[0].pk


def now(side: Side) -> str:
    return side.world.now.isoformat()


def test_interests_by_page_and_by_call(twins: Twins) -> None:
    company = {"name": "江宁便民充电有限公司"}
    page, call = Page("desk/{slug}/companies/new/", company), Call("POST", "desk/companies", company)
    twins.refuse(GRID, page, call)
    twins.refuse(None, page, call)
    twins.do(WORKER, page, call, kind="organisations.company_registered")
    twins.refuse(WORKER, page, call, says="已经有一个单位叫这个名字")
    for side in twins.sides:
        side.world.now = twins.now
        side.kept["no"] = making.reported(side.world, title="充电桩").matter.no
        side.entries()
    own(twins)
    of_others(twins)
    twins.read(WORKER, Page("desk/posts/?estate={slug}"), Call("GET", "desk/posts"))
    # Charts have a test of their own.
    charts = {f"organisations.{name}" for name in services.__all__}
    assert_driven(twins, {name for name in inventory.REACHED if name.startswith("organisations.")} - charts)


def own(twins: Twins) -> None:
    """A matter of one's own is declared, found among one's own, and taken back."""
    said = {"relation": "party", "reason": "是我家报的"}
    page = Page("me/interests/{slug}/new/", {**NOTHING, **said, "in_what": "matter", "no": lambda s: s.kept["no"]})
    asked = {**said, "thing_kind": "matter", "thing_no": lambda s: s.kept["no"], "since": now}
    call = Call("POST", "interests", asked)
    twins.refuse(None, page, call)
    twins.do(GRID, page, call, kind="organisations.interest_declared")
    twins.refuse(GRID, page, call, says="现在就有效")
    twins.keep("mine", newest)
    told = twins.read(GRID, Page("me/interests/"), Call("GET", "/api/v1/me/interests"))
    (mine,) = told["items"]
    assert (mine["thing"], mine["by_himself"], mine["stands"]) == ({"kind": "matter", "no": 1}, True, True)
    until = {**said, "reason": "那家是姐姐的", "relation": "family"}
    page = Page("me/interests/{slug}/new/", {**NOTHING, **until, "in_what": "home", "door": "1栋1单元201", "until": "2026-03-01"})  # fmt: skip
    at = {"home_id": lambda s: s.world.homes[1].pk, "until": "2026-03-01T18:00:00+08:00"}
    twins.refuse(0, page, Call("POST", "interests", {**until, **at}), says="结束的日子")
    at["until"] = "2026-09-01T18:00:00+08:00"
    page = Page(page.address, {**page.form, "until": "2026-09-01"})
    twins.do(0, page, Call("POST", "interests", {**until, **at}), kind="organisations.interest_declared")
    why = {"reason": "记错了"}
    page, call = Page("me/interests/{mine}/", why), Call("POST", "interests/{mine}/withdrawal", why)
    twins.refuse(0, page, call, says="没有这一条登记")
    twins.do(GRID, page, call, kind="organisations.interest_withdrawn")
    assert twins.by_call.caller(GRID).send(*call.on(twins.by_call)[:3]).json()["code"] == "withdrawn"


def declared(whose: dict[str, Any], what: dict[str, Any]) -> tuple[Page, Call]:
    """The form and the request of an interest of another: ``whose`` and ``what`` by the interface's names."""
    ((of, pk),) = whose.items()
    said = {"relation": "owns", "reason": "有一成股份"}
    form = {"in_what": "organisation", "organisation": what.get("organisation_id", "")}
    if "thing_kind" in what:
        form = {"in_what": what["thing_kind"], "no": what["thing_no"]}
    page = Page(
        "desk/{slug}/interests/new/",
        {**NOTHING, **said, **form, "who": lambda s: f"{of.removesuffix('_id')}-{pk(s)}"},
    )
    return page, Call("POST", "desk/interests", {**said, **whose, **what})


def of_others(twins: Twins) -> None:
    """Staff declare what a holder of a post and a body are tied by; nobody frees himself of it."""
    chair = {"person_id": lambda s: s.world.staff[CHAIR].pk}
    page, call = declared(chair, {"organisation_id": lambda s: body(s, "company")})
    twins.refuse(GRID, page, call)
    twins.do(WORKER, page, call, kind="organisations.interest_declared")
    twins.keep("his", newest)
    paid = {"thing_kind": "matter", "thing_no": lambda s: s.kept["no"]}
    page, call = declared({"body_id": body}, paid)
    twins.do(WORKER, page, call, kind="organisations.interest_declared")
    twins.read(WORKER, Page("desk/interests/?estate={slug}"), Call("GET", "desk/interests"))
    twins.read("supervisor", Page("desk/{slug}/interests/{his}/"), Call("GET", "desk/interests/{his}"))
    why = {"reason": "已经卖掉了"}
    call = Call("POST", "interests/{his}/withdrawal", why)
    twins.refuse(CHAIR, Page("me/interests/{his}/", why), call, says="不能由您自己撤销")
    page = Page("desk/{slug}/interests/{his}/", why)
    twins.refuse("supervisor", page, call)
    twins.do(WORKER, page, call, kind="organisations.interest_withdrawn")
