"""Several matters at once, by page and by call: tried, then each in its own right."""

from __future__ import annotations

from typing import Any

import pytest

from tests.parity.twins import APART, Call, Page, Side, Twins, assert_driven
from yishiting.council.matters.models import Matter
from yishiting.council.matters.tests import making
from yishiting.reach.api import door

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]
WORKER, GRID, LIMITED = "community_worker", "grid_worker", "property_manager"
TITLES = ("路灯", "灯不亮", "公交站", "漏水", "门禁", "坏了的门禁")


@pytest.fixture
def twins(monkeypatch: pytest.MonkeyPatch) -> Twins:
    monkeypatch.setattr(door, "RATES", {})
    made = Twins(monkeypatch)
    for side in made.sides:
        side.world.now = made.now
        for who, title in enumerate(TITLES):
            making.reported(side.world, who, title=title)
        side.entries()
    return made


def pk(side: Side, no: int) -> int:
    return Matter.objects.get(estate=side.world.estate, no=no).pk


def both(
    verb: str, numbers: tuple[int, ...], form: dict[str, Any], more: dict[str, Any], way: str = ""
) -> tuple[Page, Call]:
    """The form as its last page sends it, and the request; with ``/trial`` both only look."""
    said = {"verb": verb, "reason": "一起办"}
    sure = {} if way else {"sure": "1"}
    chosen = [lambda s, no=no: pk(s, no) for no in numbers]
    page = Page("desk/matters/together/", {**said, **form, **sure, "chosen": chosen})
    return page, Call("POST", "desk/matters/together" + way, {**said, **more, "matters": list(numbers)})


def test_several_matters_by_page_and_by_call(twins: Twins) -> None:
    version = making.shipped("five-step")
    playbook = {"playbook": "five-step", "version": version.version}
    accept = ("accept", (1, 2), {"playbook": version.pk}, playbook)
    told = twins.do(WORKER, *both(*accept, way="/trial"), status=200)
    assert (told["done"], told["refused"], [each["no"] for each in told["matters"]]) == (2, 0, [1, 2])
    assert {row.status for row in Matter.objects.filter(no__in=(1, 2))} == {"open"}
    assert not Matter.objects.filter(playbook__isnull=False).exists()
    twins.do(WORKER, *both(*accept), status=200, kind="matters.accepted")
    told = twins.do(WORKER, *both("accept", (2, 3), {"playbook": version.pk}, playbook), status=200, kind="matters.accepted")  # fmt: skip
    assert [(each["no"], each["done"], bool(each["refusal"])) for each in told["matters"]] == [
        (2, False, True),
        (3, True, False),
    ]
    told = twins.do(LIMITED, *both("decline", (4,), {}, {}), status=200)
    assert (told["done"], told["refused"]) == (0, 1)
    twins.do(WORKER, *both("decline", (4,), {}, {}), status=200, kind="matters.declined")
    into = both("merge", (5, 6), {"into": lambda s: pk(s, 5)}, {"into": 5})
    told = twins.do(WORKER, *into, status=200, kind="matters.merged")
    assert [each["no"] for each in told["matters"]] == [6]
    raised(twins)
    for who, status in ((None, 401), (0, 404)):
        refused = twins.by_call.caller(who).send("POST", "desk/matters/together", {"verb": "decline", "reason": "不行", "matters": [5]})  # fmt: skip
        assert refused.status_code == status
        assert twins.by_page.page(who).post("/desk/matters/together/", {"verb": "decline", "chosen": [1]}).status_code == 302  # fmt: skip
    assert all(side.entries() == [] for side in twins.sides)
    assert_driven(twins, {name for name in APART if name.startswith("matters.")})


def raised(twins: Twins) -> None:
    """What was raised when it was looked at is not raised twice."""
    text = making.SIMPLE.replace('"simple"', '"lower"').replace("community_worker", GRID, 1)
    for side in twins.sides:
        side.world.now = twins.now
        making.accepted(side.world, Matter.objects.get(pk=pk(side, 5)), making.own_playbook(side.world, text))
        side.entries()
    told = twins.do(WORKER, *both("raise", (5,), {}, {}, way="/trial"), status=200)
    (line,) = told["matters"]
    assert line["run"]
    twins.keep("seen", lambda s: making.run_of(Matter.objects.get(pk=pk(s, 5))))
    page, call = both(
        "raise",
        (5,),
        {"seen": lambda s: f"{pk(s, 5)}:{s.kept['seen'].pk}:{s.kept['seen'].post_id}"},
        {"seen": [{"no": 5, "run": lambda s: s.kept["seen"].pk, "post": lambda s: s.kept["seen"].post_id}]},
    )
    twins.do(GRID, page, call, status=200, kind="matters.raised")
    told = twins.do(GRID, page, call, status=200)
    assert (told["done"], told["refused"]) == (0, 1)
