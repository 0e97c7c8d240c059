"""Mediation by page and by call, from the asking to looking back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.parity.steps import (
    CHAIR,
    WORKER,
    assert_reached,
    newest,
    report,
)
from tests.parity.twins import Call, Page, Side, Twins
from yishiting.ground.organisations.models import Organisation, Term

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]
CASE = "desk/{slug}/cases/{case}/"
LEADER, SUPERVISOR = "grid_worker", "case_supervisor"


def both(act: str, form: dict[str, Any], path: str, body: Any = None, method: str = "POST") -> tuple[Page, Call]:
    return Page(CASE + act, form), Call(method, "desk/cases/{case}/" + path, body)


def test_mediation_by_page_and_by_call(twins: Twins) -> None:
    asked = {"topic": "leak", "words": "楼上卫生间漏水。"}
    mine, theirs = (lambda s: s.world.homes[0].pk), (lambda s: s.world.homes[1].pk)
    page = Page("me/cases/{slug}/new/", {**asked, "as_home": mine, "other": "1栋1单元201"})
    call = Call("POST", "cases", {**asked, "as_home_id": mine, "other_home_id": theirs})
    twins.refuse(None, page, call)
    twins.do(0, page, call, kind="cases.opened")
    twins.keep("case", lambda _s: 1)
    page, call = both("mediator/", {"mediator": lambda s: s.world.staff[LEADER].pk}, "mediator", {"person_id": lambda s: s.world.staff[LEADER].pk}, "PUT")  # fmt: skip
    twins.refuse(CHAIR, page, call)
    twins.do(SUPERVISOR, page, call, kind="cases.mediator_chosen")
    twins.refuse(SUPERVISOR, page, call, says="已经是这一位")

    def third(s: Side):
        return s.world.homes[2].pk

    page, call = both(
        "party/", {"side": "b", "door": "1栋1单元301", "name": ""}, "parties", {"side": "b", "home_id": third}
    )
    twins.refuse(5, page, call)
    twins.do(LEADER, page, call, kind="cases.party_added")
    word = Page("me/cases/{slug}/{case}/2/agreed/"), Call("POST", "/api/v1/me/cases/{slug}/{case}/parties/2/words", {"act": "agreed"})  # fmt: skip
    twins.refuse(5, *word)
    twins.do(1, *word, kind="cases.consent")
    twins.later(hours=1)
    said = {"party": 3, "act": "agreed", "how": "phone"}
    page, call = both("consent/", {**said, "day": "2026-03-02", "clock": "10:30"}, "consents", {**said, "at": "2026-03-02T10:30:00+08:00"})  # fmt: skip
    twins.refuse(5, page, call)
    twins.do(LEADER, page, call, kind="cases.consent")
    twins.later(hours=1)
    held = {"place": "居委会调解室", "came": [1, 2, 3], "said": "楼上说愿意修。"}
    page, call = both("session/", {**held, "day": "2026-03-02", "clock": "11:30"}, "sessions", {**held, "held_at": "2026-03-02T11:30:00+08:00"})  # fmt: skip
    twins.refuse(SUPERVISOR, page, call)
    twins.do(LEADER, page, call, kind="cases.session")
    terms = {"kind": "written", "terms": "十天内修好防水。", "follow_up_on": "2026-03-20"}
    page, call = both("agreement/", terms, "agreement", terms)
    twins.refuse(SUPERVISOR, page, call)
    twins.do(LEADER, page, call, kind="cases.agreement")
    for party in (1, 2, 3, None):
        page, call = both("sign/", {"signed": ["mediator" if party is None else str(party)]}, "signatures", {"party": party})  # fmt: skip
        twins.do(LEADER, page, call, kind="cases.signed")
    twins.refuse(SUPERVISOR, page, call)
    page, call = both("seal/", {"sure": "on"}, "seal")
    twins.refuse(LEADER, page, call)
    twins.do(SUPERVISOR, page, call, kind="cases.sealed")
    on = {"on": "2026-03-02"}
    page, call = both("court/", on, "court", on)
    twins.refuse(5, page, call)
    twins.do(LEADER, page, call, kind="cases.court")
    looked = {"words": "做了一半"}
    page, call = both("follow-up/", {**looked, "fulfilled": "no", "follow_up_on": "2026-04-01"}, "follow-ups", {**looked, "fulfilled": False, "again_on": "2026-04-01"})  # fmt: skip
    twins.refuse(5, page, call)
    twins.do(LEADER, page, call, kind="cases.follow_up")
    ended(twins)

    def company(s: Side):
        return newest(s, Organisation, kind="property").pk

    page = Page("me/cases/{slug}/new/", {**asked, "as_home": "", "other": "", "company": company})
    twins.do(5, page, Call("POST", "cases", {**asked, "other_organisation_id": company}), kind="cases.opened")
    assert_reached(twins, "cases")


def ended(twins: Twins) -> None:
    opened = {"topic": "noise", "words": "半夜装修。"}
    report(twins, 0, "半夜装修")
    third, fourth = (lambda s: s.world.homes[2].pk), (lambda s: s.world.homes[3].pk)
    doors = {"a_door": "1栋1单元301", "a_name": "", "b_door": "1栋1单元401", "b_name": ""}
    page = Page("desk/{slug}/cases/new/", {**opened, **doors, "matter": lambda s: s.kept["no"]})
    parties = [{"side": "a", "home_id": third}, {"side": "b", "home_id": fourth}]
    call = Call("POST", "desk/cases", {**opened, "parties": parties, "matter": lambda s: s.kept["no"]})
    twins.refuse(CHAIR, page, call)
    twins.do(LEADER, page, call, kind="cases.opened")
    twins.keep("case", lambda _s: 2)
    over = {"outcome": "failed", "words": "说不到一起。"}
    page, call = both("end/", over, "end", over)
    twins.refuse(5, page, call)
    twins.do(LEADER, page, call, kind="cases.ended")
    twins.refuse(LEADER, page, call)
    twins.do(LEADER, Page("desk/{slug}/cases/new/", {**opened, **doors, "matter": ""}), Call("POST", "desk/cases", {**opened, "parties": parties}))  # fmt: skip
    twins.later(hours=1)
    for side in twins.sides:
        Term.objects.filter(person=side.world.staff[SUPERVISOR]).update(until=twins.now)
    twins.later(hours=1)
    page, call = Page("desk/{slug}/cases/take-over/"), Call("POST", "desk/cases-left-alone/taking-over")
    twins.refuse(LEADER, page, call)
    twins.do(WORKER, page, call, kind="cases.taken_over")
