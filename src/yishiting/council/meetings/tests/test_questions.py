"""Questions that have to be settled one by one: who lists them and when, what settles them, what waits for them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.world import World, make_world
from yishiting.council.matters import services as matters
from yishiting.council.matters.models import Matter
from yishiting.council.meetings import fixed, selectors, services
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.meetings.models import Meeting, Question, Settlement
from yishiting.council.meetings.tests import sitting
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.timeline.verify import verify

ONE, TWO, THREE = "装不装？", "怎么收费？", "钱怎么用？"


@pytest.fixture
def world(db: None) -> World:
    return make_world(12)


def ask(world: World, meeting: Meeting, text: str, *options: str) -> Question:
    return services.ask_question(
        actor=world.actor("moderator"), estate_id=world.estate.pk, no=meeting.no, item_id=meeting.agenda.get().pk,
        text=text, options=options, now=world.now,
    )  # fmt: skip


def settle(world: World, meeting: Meeting, question: Question, text: str = "装") -> Settlement:
    return services.settle_question(
        actor=world.actor("moderator"), estate_id=world.estate.pk, no=meeting.no, question_id=question.pk, text=text,
        now=world.now,
    )  # fmt: skip


def lift(world: World, question: Question, reason: str = "问重了") -> Question:
    return services.lift_question(
        actor=world.actor("moderator"), estate_id=world.estate.pk, question_id=question.pk, reason=reason, now=world.now
    )


def seat(world: World, meeting: Meeting) -> Meeting:
    services.invite(actor=world.actor("moderator"), estate_id=world.estate.pk, no=meeting.no, now=world.now)
    sitting.sign_in(world, meeting, *sitting.SIDES)
    return services.open_meeting(
        actor=world.actor("moderator"), estate_id=world.estate.pk, no=meeting.no, now=world.now
    )


def gate(world: World, matter: Matter) -> tuple[bool, int, int, str]:
    found = matters.gate_of(Matter.objects.get(pk=matter.pk), "questions", world.now)
    assert found is not None
    return found.met, found.have, found.want, str(found.explanation)


def test_what_one_meeting_leaves_open_the_next_one_settles_and_only_then_the_matter_goes_on(world: World) -> None:
    matter = sitting.matter_for(world)
    meeting = sitting.planned(world, matter)
    one, two, three = (ask(world, meeting, text) for text in (ONE, TWO, THREE))
    seat(world, meeting)
    settle(world, meeting, one)
    settle(world, meeting, two, "每月一百")
    settle(world, meeting, two, "每月三十")
    with pytest.raises(BadInput) as refused:
        sitting.close(world, meeting, Decision("project", "装"))
    assert refused.value.code == "question_open"
    assert THREE in str(refused.value.message)
    assert ONE not in str(refused.value.message)
    assert gate(world, matter)[:3] == (False, 0, 3), "what is said holds from the closing"
    sitting.close(world, meeting, Decision("adjourned"))
    assert gate(world, matter) == (False, 2, 3, f"已议定 2 / 3 个问题，还差{THREE}")

    world.now += timedelta(days=3)
    again = sitting.planned(world, matter)
    seat(world, again)
    with pytest.raises(WrongState) as settled:
        settle(world, again, one, "不装")
    assert (settled.value.code, str(meeting.no) in str(settled.value.message)) == ("settled", True)
    settle(world, again, three, "修路")
    sitting.propose(world, again)
    sitting.decide(world, again, 1)
    sitting.close(world, again, Decision("project", "装"))
    assert gate(world, matter) == (True, 3, 3, "已议定 3 / 3 个问题")
    shown = selectors.questions_of([matter.pk])[matter.pk]
    assert [(each.row.text, each.settled and each.settled.text) for each in shown] == [
        (ONE, "装"), (TWO, "每月三十"), (THREE, "修路"),
    ]  # fmt: skip
    assert [each.settled.item.meeting.no for each in shown if each.settled] == [meeting.no, meeting.no, again.no]
    assert verify(world.estate.pk).faults == ()


def test_a_meeting_that_is_broken_off_has_settled_nothing(world: World) -> None:
    matter = sitting.matter_for(world)
    meeting = sitting.planned(world, matter)
    question = ask(world, meeting, ONE)
    seat(world, meeting)
    settle(world, meeting, question)
    assert selectors.questions_of([matter.pk], at=meeting)[matter.pk][0].so_far is not None
    services.call_off(
        actor=world.actor("moderator"), estate_id=world.estate.pk, no=meeting.no, reason="停电", now=world.now
    )
    meeting.refresh_from_db()
    shown = selectors.questions_of([matter.pk], at=meeting)[matter.pk][0]
    assert (shown.settled, shown.so_far) == (None, None)
    again = seat(world, sitting.planned(world, matter))
    settle(world, again, question, "不装")
    sitting.close(world, again, Decision("rejected"))
    assert gate(world, matter)[0]


def test_what_was_settled_before_somebody_was_named_does_not_hold_until_they_are_asked(world: World) -> None:
    matter = sitting.matter_for(world, "狗笼")
    meeting = sitting.planned(world, matter)
    question = ask(world, meeting, ONE)
    seat(world, meeting)
    settle(world, meeting, question)
    services.name_concerned(
        actor=world.actor("moderator"), estate_id=world.estate.pk, matter_no=matter.no, home_id=world.homes[2].pk,
        now=world.now,
    )  # fmt: skip
    with pytest.raises(WrongState, match="中断会议") as refused:
        sitting.close(world, meeting, Decision("adjourned"))
    assert refused.value.code == "concerned_not_invited"
    services.call_off(
        actor=world.actor("moderator"), estate_id=world.estate.pk, no=meeting.no, reason="缺了一家", now=world.now
    )
    assert gate(world, matter)[:3] == (False, 0, 1)


def test_going_no_further_is_free_while_a_question_is_open(world: World) -> None:
    matter = sitting.matter_for(world)
    meeting = sitting.planned(world, matter)
    ask(world, meeting, ONE)
    seat(world, meeting)
    sitting.close(world, meeting, Decision("rejected"))
    matter.refresh_from_db()
    assert matter.stage == "feedback"


def test_nothing_is_slipped_in_or_taken_back_once_people_were_invited(world: World) -> None:
    meeting = sitting.planned(world)
    kept, gone = ask(world, meeting, ONE), ask(world, meeting, TWO)
    assert lift(world, gone).lifted_at == world.now
    with pytest.raises(WrongState):
        lift(world, gone)
    again = ask(world, meeting, TWO, "每月三十", " 不收 ", "每月三十")
    assert again.choices == ("每月三十", "不收")
    services.invite(actor=world.actor("moderator"), estate_id=world.estate.pk, no=meeting.no, now=world.now)
    for late in (lambda: ask(world, meeting, THREE), lambda: lift(world, kept)):
        with pytest.raises(WrongState) as refused:
            late()
        assert refused.value.code == "announced"
    sitting.sign_in(world, meeting, *sitting.SIDES)
    services.open_meeting(actor=world.actor("moderator"), estate_id=world.estate.pk, no=meeting.no, now=world.now)
    with pytest.raises(BadInput, match="选项"):
        settle(world, meeting, again, "免费")
    assert settle(world, meeting, again, "不收").text == "不收"


@pytest.mark.parametrize(
    ("text", "options", "field"),
    [
        ("", (), "text"),
        ("　 ", (), "text"),
        ("长" * 101, (), "text"),
        (ONE, (), "text"),
        (TWO, ("只有一个",), "options"),
        (TWO, tuple(f"第{n}个" for n in range(11)), "options"),
        (TWO, ("短", "长" * 101), "options"),
    ],
)
def test_a_question_that_nobody_could_answer_is_refused_by_its_field(
    world: World, text: str, options: tuple[str, ...], field: str
) -> None:
    meeting = sitting.planned(world)
    ask(world, meeting, ONE)
    with pytest.raises(BadInput) as refused:
        ask(world, meeting, text, *options)
    assert list(refused.value.fields) == [field]
    assert Question.objects.count() == 1


def test_an_outcome_says_something_at_a_sitting_meeting_on_its_own_agenda(world: World) -> None:
    meeting = sitting.planned(world)
    question = ask(world, meeting, ONE)
    with pytest.raises(WrongState):
        settle(world, meeting, question)
    with pytest.raises(NotFound):
        settle(world, sitting.planned(world, sitting.matter_for(world, "别的事")), question)
    seat(world, meeting)
    for text in ("", "长" * 501):
        with pytest.raises(BadInput):
            settle(world, meeting, question, text)
    with pytest.raises(NotAllowed):
        services.settle_question(
            actor=world.actor(0), estate_id=world.estate.pk, no=meeting.no, question_id=question.pk, text="装",
            now=world.now,
        )  # fmt: skip
    assert Settlement.objects.count() == 0


def test_nothing_is_settled_about_somebody_who_was_not_asked_to_come(world: World) -> None:
    matter = sitting.matter_for(world)
    meeting = sitting.planned(world, matter)
    question = ask(world, meeting, ONE)
    services.name_concerned(
        actor=world.actor("moderator"), estate_id=world.estate.pk, matter_no=matter.no, home_id=world.homes[2].pk,
        now=world.now,
    )  # fmt: skip
    seat(world, meeting)
    with pytest.raises(WrongState) as refused:
        settle(world, meeting, question)
    assert refused.value.code == "concerned_not_invited"


def test_twenty_questions_are_the_most() -> None:
    asked = {"state": "planned", "announced": False, "options": (), "going": True}
    fixed.check_ask(**asked, text="最后一个", standing=[str(n) for n in range(19)])
    with pytest.raises(BadInput):
        fixed.check_ask(**asked, text="多一个", standing=[str(n) for n in range(20)])
