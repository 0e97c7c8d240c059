"""Questions that have to be settled one by one: listed before the invitation, settled at a meeting, by the playbook or the convener."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yishiting.council.meetings import affairs, fixed, lifecycle, policy
from yishiting.council.meetings.models import AgendaItem, Meeting, Question, Settlement
from yishiting.council.meetings.services.asking import list_question, standing
from yishiting.council.meetings.services.concerned import unasked
from yishiting.council.meetings.services.planning import fetch
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.errors import BadInput, NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.timeline.services import book


def settled_in(question: Question) -> Settlement | None:
    """Return what a closed meeting settled on a question, or None while it is open."""
    return (
        Settlement.objects.filter(question=question, item__meeting__closed_at__isnull=False)
        .select_related("item__meeting")
        .order_by("-pk")
        .first()
    )


def open_questions(matter_id: int, *, at: Meeting | None = None) -> list[Question]:
    """Return the questions of a matter that nothing has settled yet; ``at``: what is settled at this meeting holds too."""
    found = Question.objects.filter(matter_id=matter_id, lifted_at__isnull=True)
    done = Settlement.objects.filter(question__matter_id=matter_id, item__meeting__closed_at__isnull=False)
    if at is not None:
        done = done | Settlement.objects.filter(question__matter_id=matter_id, item__meeting=at)
    return list(found.exclude(pk__in=done.values("question_id")))


def ask_question(
    *,
    actor: Actor,
    estate_id: int,
    no: int,
    item_id: int,
    text: str,
    now: datetime,
    options: Sequence[str] = (),
) -> Question:
    """List a question that the matter of an agenda item has to settle before it is carried out.

    ``options`` are the outcomes to choose from; without any the meeting finds its own words. Raises :class:`WrongState` once
    the meeting is announced, :class:`BadInput` (fields ``text``, ``options``).
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        meeting = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        item = AgendaItem.objects.select_related("matter", "run").filter(meeting=meeting, pk=item_id).first()
        if item is None:
            raise BadInput(gettext_noop("请选好是哪项议题。"), fields={"item": gettext_noop("请选一项议题。")})
        words, choices = " ".join(text.split()), fixed.cleaned(options)
        fixed.check_ask(
            state=meeting.state,
            announced=meeting.announced_at is not None,
            text=words,
            options=choices,
            standing={question.text for question in standing(item.matter_id)},
            going=item.run.ended_at is None,
        )
        return list_question(record, item.matter, words, choices, now, from_playbook=False)


def _fetch(actor: Actor, estate_id: int, question_id: int) -> Question:
    row: Question | None = Question.objects.select_related("matter").filter(estate_id=estate_id, pk=question_id).first()
    if row is None:
        raise NotFound(gettext_noop("没有这个问题。请刷新页面看看。"))
    return row


def lift_question(*, actor: Actor, estate_id: int, question_id: int, reason: str, now: datetime) -> Question:
    """Take back a question of the convener's that no invitation named yet; the row stays, with the reason.

    Not by whoever has an interest in the matter: it would no longer have to be settled.
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        policy.can_run(actor, estate_id).enforce()
        question = _fetch(actor, estate_id, question_id)
        affairs.may_drop(actor, question, now).enforce()
        announced = AgendaItem.objects.filter(
            matter_id=question.matter_id, meeting__announced_at__gte=question.asked_at
        ).exists()
        fixed.check_lift(
            lifted=question.lifted_at is not None,
            from_playbook=question.from_playbook,
            announced=announced,
            reason=reason,
        )
        question.lifted_at, question.lift_reason = now, reason.strip()
        question.save(update_fields=["lifted_at", "lift_reason"])
        record.write(
            "meetings.question_lifted",
            subject=("question", question.pk),
            facts={"matter": question.matter.no, "question": question.no},
            attests=[question],
            thread=question.matter.thread,
        )
    return question


def settle_question(*, actor: Actor, estate_id: int, no: int, question_id: int, text: str, now: datetime) -> Settlement:
    """Write down what the meeting settled on a question; said otherwise later in the same meeting, the last holds.

    It holds from the closing of the meeting: one that is broken off has settled nothing. Refused while somebody whom the
    matter is about was not asked to come (M19).
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        meeting = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        question = _fetch(actor, estate_id, question_id)
        item = AgendaItem.objects.select_related("matter").filter(meeting=meeting, matter=question.matter_id).first()
        if item is None:
            raise NotFound(gettext_noop("这次会议不议这件事。"))
        affairs.may_decide(actor, item, now).enforce()
        before = settled_in(question)
        words = " ".join(text.split())
        fixed.check_settle(
            state=meeting.state,
            ended_at=meeting.ended_at,
            lifted=question.lifted_at is not None,
            settled_in=before.item.meeting.no if before else None,
            text=words,
            options=question.choices,
        )
        if count := unasked(meeting, [item]).get(item.no, 0):
            raise lifecycle.not_asked(item.no, count)
        settlement = Settlement.objects.create(
            estate_id=estate_id, question=question, item=item, text=words, settled_at=now
        )
        record.write(
            "meetings.question_settled",
            subject=("question", question.pk),
            facts={"no": meeting.no, "matter": item.matter.no, "question": question.no},
            attests=[settlement],
            thread=item.matter.thread,
        )
    return settlement
