"""A project's money and what has to be done first, by page and by call."""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.parity.twins import APART, Call, Page, Twins, assert_driven
from yishiting.council.projects.tests import building
from yishiting.reach.api import door

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]
CHAIR, FORBIDDEN = "committee_chair", "supervisor"
PROJECT = "desk/{slug}/projects/{project}/"


class Picture(BytesIO):
    """A picture as a form sends it."""

    name = "现场.jpg"


@pytest.fixture
def twins(monkeypatch: pytest.MonkeyPatch) -> Twins:
    monkeypatch.setattr(door, "RATES", {})
    made = Twins(monkeypatch)
    for side in made.sides:
        side.world.now = made.now
        matter = building.matter_for(side.world)
        side.kept["project"] = building.create(side.world, 4, 1, matter=matter).no
        side.kept["first"] = building.create(side.world, 2).no
        side.kept["photo"] = building.picture(side.world).pk
        side.entries()
    return made


def planned(total: str, *sources: tuple[str, str], reason: str = "") -> tuple[Page, Call]:
    lines = "\n".join(f"{name} {amount}" for name, amount in sources)
    body = {"total": total, "sources": [{"source": name, "planned": amount} for name, amount in sources]}
    why = {"reason": reason} if reason else {}
    page = Page(PROJECT + "funding/", {"total": total, "lines": lines, **why})
    return page, Call("PUT", "projects/{project}/funding", {**body, **why})


def news(line: int, kind: str, amount: str = "") -> tuple[Page, Call]:
    said = {"kind": kind, "said_by": "市房产局维修资金中心", "on": "2026-03-02", "note": "有批文", "amount": amount}
    path = f"funding/{line}/"
    return Page(PROJECT + path, said), Call("POST", "projects/{project}/" + path + "news", said)


def test_money_and_what_comes_first_by_page_and_by_call(twins: Twins) -> None:
    page, call = planned("32000.50", ("维修资金", "30000"), ("居民自筹", "2,000.50"))
    twins.refuse(FORBIDDEN, page, call)
    twins.refuse(None, page, call)
    twins.do(CHAIR, page, call, kind="projects.funding_planned")
    twins.refuse(CHAIR, *planned("32000.50", ("维修资金", "30000"), reason="少了一笔"), says="少了 2,000.50 元")
    page, call = planned("32000.50", ("维修资金", "30000"), ("社区经费", "2000.50"), reason="社区出")
    twins.do(CHAIR, page, call, kind="projects.funding_planned")
    page, call = news(1, "applied")
    twins.refuse(FORBIDDEN, page, call)
    twins.do(CHAIR, page, call, kind="projects.funding_told")
    twins.refuse(CHAIR, *news(1, "approved", "一万"), says="金额请写成")
    twins.refuse(CHAIR, *news(1, "approved", "100"), says="计划是 30,000.00 元")
    twins.do(CHAIR, *news(1, "approved", "30000"), kind="projects.funding_told")
    twins.do(CHAIR, *news(1, "received", "12000.25"), kind="projects.funding_told")
    told = twins.read(None, Page("e/{slug}/projects/{project}/"), Call("GET", "projects/{project}/funding"))
    assert (told["version"], told["total"], told["approved"], told["received"]) == (
        2,
        "32000.50",
        "30000.00",
        "12000.25",
    )
    assert [each["state"] for each in told["sources"]] == ["received", "planned"]
    tasks(twins)
    assert_driven(twins, {name for name in APART if name.startswith("projects.")})


def tasks(twins: Twins) -> None:
    for form, body in (
        ({"title": "挪开太阳能", "who": "物业", "first": ""}, {"title": "挪开太阳能", "who": "物业"}),
        ({"title": "断电", "who": "", "first": ""}, {"title": "断电"}),
        ({"title": "", "who": "", "first": lambda s: s.kept["first"]}, {"first": lambda s: s.kept["first"]}),
    ):
        page, call = Page(PROJECT + "tasks/new/", form), Call("POST", "projects/{project}/tasks", body)
        twins.refuse(FORBIDDEN, page, call)
        twins.do(CHAIR, page, call, kind="projects.task_added")
    done = {"on": "2026-03-02", "note": "都挪走了"}
    page = Page(PROJECT + "tasks/1/", {**done, "photo": lambda _s: Picture(building.jpeg().read())})
    call = Call("POST", "projects/{project}/tasks/1/completion", {**done, "photo_id": lambda s: s.kept["photo"]})
    twins.refuse(FORBIDDEN, page, call)
    twins.do(CHAIR, page, call, kind="projects.task_done")
    done["on"] = "2026-03-09"
    page, call = Page(PROJECT + "tasks/2/", done), Call("POST", "projects/{project}/tasks/2/completion", done)
    twins.refuse(CHAIR, page, call, says="日期还没到")
    page = Page(PROJECT + "tasks/2/drop/", {"note": "不用断"})
    call = Call("POST", "projects/{project}/tasks/2/dropping", {"reason": "不用断"})
    twins.refuse(FORBIDDEN, page, call)
    twins.do(CHAIR, page, call, kind="projects.task_dropped")
    twins.refuse(CHAIR, page, call, says="已经办完或撤掉了")
    told = twins.read(None, Page("e/{slug}/projects/{project}/"), Call("GET", "projects/{project}/tasks"))
    assert [(each["no"], each["stands"]) for each in told["items"]] == [(3, True), (2, False), (1, False)]
