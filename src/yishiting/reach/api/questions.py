"""Questions that a meeting has to settle one by one: listed before it is announced, settled while it sits."""

from __future__ import annotations

from ninja import Router, Schema
from pydantic import Field

from yishiting.council.meetings import policy, selectors, services
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.meetings import at_meeting
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.shapes import Id, Line, No, Pk, Reason, Slug, Words

router = Router(tags=["meetings"])


class QuestionOut(Schema):
    """A question of an item, the outcomes to choose from, and what was settled; ``so_far`` holds once the meeting closes."""

    id: int
    item: int
    text: str
    options: list[str]
    settled: str
    so_far: str


class Questions(Schema):
    """What a meeting has to settle, in the order of its agenda."""

    items: list[QuestionOut]


class QuestionIn(Schema):
    """A question of an item; without options the meeting finds its own words."""

    item_id: Id
    text: Words
    options: list[Line] = Field(default_factory=list, max_length=50)


class SettleQuestionIn(Schema):
    """What was settled."""

    text: Words


class QuestionDone(Schema):
    """Which question."""

    id: int


@reads(router, "/estates/{slug}/meetings/{no}/questions", scope="meetings:read", answer=Questions, public=False)
def list_questions(request: Request, slug: Slug, no: No) -> Questions:
    """List what the matters of a meeting have to settle, for those who run it."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    found = selectors.meeting_page(request.actor, estate.pk, no)
    items = list(found.agenda.all())
    asked = selectors.questions_of([item.matter_id for item in items], at=found)
    return Questions(
        items=[
            QuestionOut(
                id=one.row.pk,
                item=item.no,
                text=one.row.text,
                options=list(one.row.choices),
                settled=one.settled.text if one.settled else "",
                so_far=one.so_far.text if one.so_far else "",
            )
            for item in items
            for one in asked.get(item.matter_id, ())
        ]
    )


@writes(router, "/estates/{slug}/meetings/{no}/questions", scope="meetings:write", answer=QuestionDone, status=201)
def ask_question(request: Request, slug: Slug, no: No, data: QuestionIn) -> QuestionDone:
    """List a question that an item has to settle, before the meeting is announced."""
    at = at_meeting(request, slug, no)
    made = services.ask_question(**at, item_id=data.item_id, text=data.text, options=data.options)
    return QuestionDone(id=made.pk)


@writes(router, "/estates/{slug}/questions/{pk}/lifting", scope="meetings:write", answer=QuestionDone)
def lift_question(request: Request, slug: Slug, pk: Pk, data: Reason) -> QuestionDone:
    """Take back a question that no invitation has named yet."""
    estate = estate_at(slug)
    services.lift_question(
        actor=request.actor, estate_id=estate.pk, question_id=pk, reason=data.reason, now=request.now
    )
    return QuestionDone(id=pk)


@writes(
    router, "/estates/{slug}/meetings/{no}/questions/{pk}", scope="meetings:write", answer=QuestionDone, method="PUT"
)
def settle_question(request: Request, slug: Slug, no: No, pk: Pk, data: SettleQuestionIn) -> QuestionDone:
    """Write down what the meeting settled; it holds from the closing of the meeting."""
    services.settle_question(**at_meeting(request, slug, no), question_id=pk, text=data.text)
    return QuestionDone(id=pk)
