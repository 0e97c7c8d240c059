"""Answering: every reporter gets one, rates it, and the matter closes only then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from yishiting.council.matters import affairs, kinds, lifecycle, policy
from yishiting.council.matters.lifecycle import ANSWERED
from yishiting.council.matters.models import Answer, Matter, Rating, Report, StepRun
from yishiting.council.matters.services import engine
from yishiting.council.matters.services.engine import open_matter, require_run, state_of
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places import selectors as places
from yishiting.kernel.errors import BadInput, NotFound, WrongState
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.services import Book

LONGEST = 2000
LONGEST_RATING = 500


def store_answers(matter: Matter, texts: Mapping[int, str], *, actor: Actor, now: datetime) -> list[Answer]:
    """Keep the answers by report; raises :class:`BadInput` where one is empty. Writes nothing down itself."""
    fields: dict[str, Sentence] = {}
    for report_id, text in texts.items():
        if not text.strip():
            fields[f"answer_{report_id}"] = Sentence(gettext_noop("答复不能空着。办不了也请写明为什么。"))
        elif len(text.strip()) > LONGEST:
            fields[f"answer_{report_id}"] = Sentence(gettext_noop("答复太长了，最多 {most} 个字。"), most=LONGEST)
    if fields:
        raise BadInput(next(iter(fields.values())), code="empty", fields=fields)
    return [
        Answer.objects.create(
            estate_id=matter.estate_id,
            matter=matter,
            report_id=report_id,
            round=matter.round,
            text=text.strip(),
            given_by_id=actor.person_id,
            given_at=now,
        )
        for report_id, text in texts.items()
    ]


def answer(
    *,
    actor: Actor,
    matter_id: int,
    texts: str | Mapping[int, str],
    now: datetime,
    outcome: str = "",
    note: str = "",
    run_id: int | None = None,
) -> Matter:
    """Answer the reporters of a matter: one text for all who wait, or one each by report.

    Only in an answer step or in an emergency. Once everybody is answered the step ends: with ``outcome``, or as answered,
    or with the only outcome that the playbook names. A gate that is not met keeps the step open; the answers stand.
    """
    with open_matter(actor, matter_id, now) as (record, matter):
        run = require_run(matter, run_id)
        policy.can_work(actor, matter, run).enforce()
        affairs.is_free(actor, matter, now).enforce()
        if run.kind not in {"answer", engine.EMERGENCY}:
            text = gettext_noop("还没有到答复这一步，现在是“{title}”。请先办完这一步。")
            raise WrongState(Sentence(text, title=run.title), code="not_answering")
        state = state_of(matter)
        waiting = [report.report_id for report in state.unanswered]
        given = store_answers(matter, _by_report(texts, waiting), actor=actor, now=now)
        if given:
            matter.unanswered = len(waiting) - len(given)
            matter.save(update_fields=["unanswered"])
            record.write(
                "matters.answered",
                subject=("matter", matter.pk),
                facts={"no": matter.no, "answers": len(given), "reports": [each.report_id for each in given]},
                attests=given,
                thread=matter.thread,
            )
        if matter.unanswered == 0:
            _finish(record, matter, run, outcome, note=note, actor=actor, now=now)
    return matter


def _by_report(texts: str | Mapping[int, str], waiting: Sequence[int]) -> dict[int, str]:
    if isinstance(texts, str):
        if waiting and not texts.strip():
            text = gettext_noop("答复不能空着。办不了也请写明为什么。")
            raise BadInput(text, code="empty", fields={"text": text})
        return dict.fromkeys(waiting, texts)
    unknown = set(texts) - set(waiting)
    if unknown:
        raise BadInput(gettext_noop("有的反映刚才已经答复过了。请刷新页面，再答复剩下的。"), code="not_waiting")
    return dict(texts)


def _finish(
    record: Book, matter: Matter, run: StepRun, outcome: str, *, note: str, actor: Actor, now: datetime
) -> None:
    state = state_of(matter)
    if matter.emergency_at is not None:
        departure = lifecycle.close_emergency(state)
        ended = engine.end_run(run, outcome=ANSWERED, note=note, actor_id=actor.person_id, now=now)
        engine.close(record, matter, status=Matter.Status.CLOSED, stage=departure.stage, now=now)
        record.write(
            "matters.closed",
            subject=("matter", matter.pk),
            facts={"no": matter.no, "round": matter.round, "homes": matter.home_count},
            attests=[ended, matter],
            thread=matter.thread,
        )
        return
    choices = lifecycle.choices(state)
    chosen = outcome or (ANSWERED if ANSWERED in choices else choices[0] if len(choices) == 1 else "")
    if not chosen:
        return
    at = engine.measuring(matter, run, state, now)
    gates = kinds.measure_all(at) if at else {}
    try:
        advance = lifecycle.end_step(state, chosen, gates, now=now, calendar=places.calendar(matter.estate_id))
    except WrongState as refusal:
        if refusal.code != "gate_unmet":
            raise
        return
    engine.follow(record, matter, state, run, advance, note=note, actor_id=actor.person_id, now=now)


def rate(*, actor: Actor, report_id: int, rating: int, words: str = "", now: datetime) -> Answer:
    """Rate the latest answer that one got, 1 to 5, once."""
    found = Report.objects.filter(pk=report_id).first()
    if found is None:
        raise NotFound(gettext_noop("没有这条反映。请从“我的”里重新打开。"))
    with open_matter(actor, found.matter_id, now) as (record, matter):
        policy.is_reporter(actor, found).enforce()
        if isinstance(rating, bool) or not 1 <= rating <= 5:
            text = gettext_noop("请选 1 到 5 分。")
            raise BadInput(text, fields={"rating": text})
        if len(words.strip()) > LONGEST_RATING:
            text = gettext_noop("写得太长了，最多 500 个字。")
            raise BadInput(text, fields={"words": text})
        latest = Answer.objects.filter(report=found).order_by("-round", "-pk").first()
        if latest is None:
            raise WrongState(gettext_noop("您还没有收到答复，等收到了再评价。"), code="not_answered")
        if latest.rated_at is not None:
            raise WrongState(gettext_noop("您已经评价过了。要是事情没办好，可以申请重新办理。"), code="rated")
        latest.rating, latest.rating_words, latest.rated_at = rating, words.strip(), now
        latest.save(update_fields=["rating", "rating_words", "rated_at"])
        record.write(
            "matters.rated",
            subject=("matter", matter.pk),
            facts={"no": matter.no, "answer": latest.pk},
            attests=[Rating.objects.get(pk=latest.pk)],
            thread=matter.thread,
        )
    return latest
