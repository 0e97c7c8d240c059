"""When a meeting may open, decide and close: the decisions alone, over cases and over all mixtures."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yishiting.council.meetings import attendance, lifecycle
from yishiting.council.meetings.lifecycle import Decision, PartyFacts, ProposalFacts
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, Refusal, WrongState

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)
OUTCOMES = ("adopted", "merged", "rejected", "deferred")
STATES = ("planned", "invited", "open", "closed", "cancelled", "interrupted")


def refusal_of(**facts: object) -> str:
    """What closing says no with, or an empty string where it may close."""
    base: dict[str, object] = {
        "state": "open",
        "proposals": [],
        "minutes": "记录",
        "decisions": {1: Decision("vote", "决议")},
        "allowed": {1: ("vote", "project")},
    }
    try:
        lifecycle.check_close(**{**base, **facts})
    except Refusal as refusal:
        return str(refusal.message)
    return ""


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), min_size=1, max_size=6))
def test_a_meeting_opens_exactly_when_no_required_side_is_missing(sides: list[tuple[bool, int]]) -> None:
    parties = [PartyFacts(f"第{i}方", required, present) for i, (required, present) in enumerate(sides)]
    missing = [party.name for party in parties if party.required and party.present == 0]

    if not missing:
        lifecycle.check_open(state="invited", parties=parties)
        return
    with pytest.raises(WrongState) as refused:
        lifecycle.check_open(state="invited", parties=parties)
    assert refused.value.code == "party_missing"
    assert "、".join(missing) in str(refused.value.message)


@given(st.lists(st.sampled_from(("", *OUTCOMES)), max_size=6))
def test_a_meeting_closes_exactly_when_every_proposal_has_an_outcome(outcomes: list[str]) -> None:
    proposals = [ProposalFacts(no, 1, outcome) for no, outcome in enumerate(outcomes, 1)]
    left = [str(no) for no, outcome in enumerate(outcomes, 1) if not outcome]

    said = refusal_of(proposals=proposals)

    assert (f"第 {'、'.join(left)} 条" in said) if left else said == ""


def test_closing_names_what_is_missing_in_the_order_in_which_it_is_to_be_mended() -> None:
    assert "宣布开会" in refusal_of(state="invited")
    assert "会议记录" in refusal_of(minutes="  ")
    assert "第 1 项" in refusal_of(decisions={})
    assert "第 1 项" in refusal_of(decisions={1: Decision("nowhere")})
    assert "决议" in refusal_of(proposals=[ProposalFacts(1, 1, "adopted")], decisions={1: Decision("vote", " ")})
    assert refusal_of(proposals=[ProposalFacts(1, 1, "rejected")], decisions={1: Decision("vote")}) == ""
    assert refusal_of(allowed={}, decisions={}) == ""


@pytest.mark.parametrize("state", [state for state in STATES if state not in ("planned", "invited")])
def test_what_has_begun_or_was_called_off_is_neither_moved_nor_cancelled_nor_opened(state: str) -> None:
    with pytest.raises(WrongState):
        lifecycle.check_move(state=state, starts_at=NOW + timedelta(days=1), now=NOW)
    with pytest.raises(WrongState):
        lifecycle.check_cancel(state=state)
    with pytest.raises(WrongState):
        lifecycle.check_open(state=state, parties=[PartyFacts("社区", True, 1)])


def test_an_invitation_goes_out_once_and_only_for_a_time_to_come() -> None:
    lifecycle.check_invite(state="planned", starts_at=NOW + timedelta(minutes=1), now=NOW)
    with pytest.raises(WrongState, match="已经过了"):
        lifecycle.check_invite(state="planned", starts_at=NOW, now=NOW)
    with pytest.raises(WrongState, match="已经发出"):
        lifecycle.check_invite(state="invited", starts_at=NOW + timedelta(days=1), now=NOW)


def test_a_meeting_is_moved_to_a_time_to_come_alone() -> None:
    with pytest.raises(BadInput) as refused:
        lifecycle.check_move(state="planned", starts_at=NOW, now=NOW)

    assert set(refused.value.fields) == {"day"}


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        ({"parties": []}, "parties"),
        ({"parties": ["社区", "社区"]}, "parties"),
        ({"matters": 0}, "matters"),
        ({"needed": ["社区", "物业"]}, "parties"),
        ({"parties": ["社区", "物业"], "needed": ["社区", "物业"]}, "parties"),
    ],
)
def test_a_plan_without_its_sides_or_its_matters_is_refused_at_the_field(plan: dict[str, object], field: str) -> None:
    base: dict[str, object] = {"parties": ["社区"], "matters": 1, "required": ["社区"], "needed": ["社区"]}

    with pytest.raises(BadInput) as refused:
        lifecycle.check_plan(**{**base, **plan})

    assert set(refused.value.fields) == {field}


@pytest.mark.parametrize("outcome", [outcome for outcome in OUTCOMES if outcome != "adopted"])
def test_what_is_not_adopted_needs_a_reason(outcome: str) -> None:
    with pytest.raises(BadInput) as refused:
        lifecycle.check_decision(state="open", outcome=outcome, reason=" ", outcomes=OUTCOMES)

    assert "reason" in refused.value.fields
    lifecycle.check_decision(state="open", outcome=outcome, reason="太贵", outcomes=OUTCOMES)
    lifecycle.check_decision(state="open", outcome="adopted", reason="", outcomes=OUTCOMES)


def test_an_outcome_that_there_is_not_or_that_comes_too_late_is_refused() -> None:
    with pytest.raises(BadInput):
        lifecycle.check_decision(state="open", outcome="maybe", reason="x", outcomes=OUTCOMES)
    with pytest.raises(WrongState):
        lifecycle.check_decision(state="closed", outcome="adopted", reason="x", outcomes=OUTCOMES)


def test_a_correction_of_minutes_says_something_new_and_why() -> None:
    lifecycle.check_minutes(state="open", text="一", previous="", reason="")
    lifecycle.check_minutes(state="closed", text="二", previous="一", reason="写错了人数")
    with pytest.raises(BadInput, match="空的"):
        lifecycle.check_minutes(state="open", text=" ", previous="", reason="")
    with pytest.raises(BadInput, match="一样"):
        lifecycle.check_minutes(state="closed", text="一 ", previous="一", reason="x")
    with pytest.raises(BadInput, match="原因"):
        lifecycle.check_minutes(state="closed", text="二", previous="一", reason=" ")
    with pytest.raises(WrongState):
        lifecycle.check_minutes(state="cancelled", text="一", previous="", reason="")


def test_attendance_is_a_number_that_a_room_holds_and_taken_before_the_end() -> None:
    attendance.check_attend(state="open", count=lifecycle.MOST_PEOPLE)
    for count in (0, -1, lifecycle.MOST_PEOPLE + 1):
        with pytest.raises(BadInput):
            attendance.check_attend(state="open", count=count)
    for state in ("closed", "cancelled"):
        with pytest.raises(WrongState):
            attendance.check_attend(state=state, count=1)


def test_attendance_is_not_taken_back_where_an_open_meeting_would_miss_a_side() -> None:
    parties = [PartyFacts("社区", True, 2), PartyFacts("志愿者", False, 1)]

    attendance.check_withdraw(state="invited", parties=parties, party="社区", count=2)
    attendance.check_withdraw(state="open", parties=parties, party="社区", count=1)
    attendance.check_withdraw(state="open", parties=parties, party="志愿者", count=1)
    with pytest.raises(WrongState, match="社区"):
        attendance.check_withdraw(state="open", parties=parties, party="社区", count=2)
    with pytest.raises(WrongState):
        attendance.check_withdraw(state="closed", parties=parties, party="社区", count=1)


@given(st.integers(-400 * 24, 9000 * 24).map(lambda hours: timedelta(hours=hours)))
def test_a_meeting_starts_after_now_and_within_a_year(ahead: timedelta) -> None:
    fits = timedelta(0) < ahead <= timedelta(days=365)

    if fits:
        lifecycle.check_start(starts_at=NOW + ahead, now=NOW)
        return
    with pytest.raises(BadInput) as refused:
        lifecycle.check_start(starts_at=NOW + ahead, now=NOW)
    assert "改到" in str(refused.value.fields["day"])


@pytest.mark.parametrize("at", [datetime(1, 1, 1, tzinfo=CHINA), datetime(9999, 12, 31, 23, 59, tzinfo=CHINA)])
def test_the_first_and_the_last_day_of_the_calendar_are_refused_like_any_other(at: datetime) -> None:
    with pytest.raises(BadInput):
        lifecycle.check_start(starts_at=at, now=NOW)


@pytest.mark.parametrize("state", [state for state in STATES if state != "open"])
def test_only_a_sitting_meeting_is_broken_off(state: str) -> None:
    with pytest.raises(WrongState) as refused:
        lifecycle.check_interrupt(state=state, ended_at=NOW, reason="停电")
    assert ("3月2日 09:00" in str(refused.value.message)) == (state not in lifecycle.BEFORE)


@pytest.mark.parametrize("reason", ["", " \n", "长" * 201])
def test_a_meeting_is_not_broken_off_without_a_short_reason(reason: str) -> None:
    with pytest.raises(BadInput) as refused:
        lifecycle.check_interrupt(state="open", ended_at=None, reason=reason)
    assert list(refused.value.fields) == ["reason"]
