"""Questions listed on a matter, inside the book of whichever verb lists them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max

from yishiting.council.matters import services as matters
from yishiting.council.matters.models import Matter, StepRun
from yishiting.council.meetings.models import Question
from yishiting.timeline.services import Book


def standing(matter_id: int) -> list[Question]:
    """Return the questions of a matter that were not taken back, in their order."""
    return list(Question.objects.filter(matter_id=matter_id, lifted_at__isnull=True))


def ask_those_of_playbooks(record: Book, runs: Sequence[StepRun], now: datetime) -> None:
    """List what the playbooks of these meeting steps ask, where the matter does not have it yet; inside a verb's book."""
    for run in runs:
        known = {question.text for question in standing(run.matter_id)}
        for text in matters.questions_of(run):
            if text not in known:
                list_question(record, run.matter, text, (), now, from_playbook=True)


def list_question(
    record: Book, matter: Matter, text: str, options: Sequence[str], now: datetime, *, from_playbook: bool
) -> Question:
    """List a question on a matter, numbered after those that it has."""
    last = Question.objects.filter(matter=matter).aggregate(no=Max("no"))["no"] or 0
    question = Question.objects.create(
        estate_id=matter.estate_id,
        matter=matter,
        no=last + 1,
        text=text,
        options="\n".join(options),
        from_playbook=from_playbook,
        asked_at=now,
    )
    record.write(
        "meetings.question_asked",
        subject=("question", question.pk),
        facts={"matter": matter.no, "question": question.no},
        attests=[question],
        thread=matter.thread,
    )
    return question
