"""What a reporter does with a report of his own while nobody has taken it up: withdraws it, or says it anew."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from yishiting.council.matters import policy
from yishiting.council.matters.models import COUNTS, Answer, Matter, Photo, Report
from yishiting.council.matters.recount import separated
from yishiting.council.matters.services import engine
from yishiting.council.matters.services.engine import open_matter
from yishiting.council.matters.services.reports import check_words, recount
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.errors import NotFound, WrongState
from yishiting.kernel.words import gettext_noop
from yishiting.timeline.services import Book

WITHDRAWN = "withdrawn"


def untouched(report: Report, matter: Matter) -> bool:
    """Return whether nobody has taken a report up yet: its matter waits for that and nothing was answered."""
    if matter.status != Matter.Status.OPEN or report.withdrawn_at or report.invalid_at:
        return False
    run = engine.current_run(matter)
    return run is not None and run.kind == engine.INTAKE and not Answer.objects.filter(report=report).exists()


def withdraw_report(*, actor: Actor, report_id: int, now: datetime) -> Matter:
    """Take a report of one's own back. It stays on record and counts no longer; a matter without another one ends."""
    with _own(actor, report_id, now) as (record, matter, found):
        found.withdrawn_at = now
        found.save(update_fields=["withdrawn_at"])
        recount(matter)
        ended = []
        if not Report.objects.filter(COUNTS, matter=matter).exists():
            ended = engine.leave_run(matter, outcome=WITHDRAWN, note="", actor_id=actor.person_id, now=now)
            engine.close(record, matter, status=Matter.Status.WITHDRAWN, stage=matter.stage, now=now)
        record.write(
            "matters.withdrawn" if ended else "matters.report_withdrawn",
            subject=("matter", matter.pk),
            facts={"no": matter.no, "homes": matter.home_count},
            attests=[found, matter, *ended],
            thread=matter.thread,
        )
    return matter


def correct_report(*, actor: Actor, report_id: int, words: str, now: datetime) -> Report:
    """Say a report of one's own anew; the earlier words stay on record beside the new ones, pictures go along."""
    with _own(actor, report_id, now) as (record, matter, found):
        check_words(words)
        found.withdrawn_at = now
        found.save(update_fields=["withdrawn_at"])
        # Where it belongs is kept, so that a merge that is taken apart brings it back there.
        belongs = separated(matter.estate_id).get(found.pk, found.first_matter_id)
        made = Report.objects.create(
            estate_id=found.estate_id,
            matter=matter,
            first_matter_id=belongs,
            person_id=found.person_id,
            home_id=found.home_id,
            words=words.strip(),
            made_at=now,
            urgent=found.urgent,
            replaces=found,
            salt=secrets.token_hex(16),
        )
        Photo.objects.filter(report=found).update(report=made)
        recount(matter)
        record.write(
            "matters.report_corrected",
            subject=("matter", matter.pk),
            facts={"no": matter.no, "report": made.pk},
            attests=[found, made, matter, *made.photos.order_by("pk")],
            thread=matter.thread,
        )
    return made


@contextmanager
def _own(actor: Actor, report_id: int, now: datetime) -> Iterator[tuple[Book, Matter, Report]]:
    found = Report.objects.filter(pk=report_id).first()
    if found is None:
        raise NotFound(gettext_noop("没有这条反映。请从“我的”里重新打开。"))
    with open_matter(actor, found.matter_id, now) as (record, matter):
        policy.is_reporter(actor, found).enforce()
        found.refresh_from_db()
        if found.matter_id != matter.pk or not untouched(found, matter):
            text = gettext_noop("这条反映已经有人受理了，不能再改、再撤。要补充的，请点“我也说一句”。")
            raise WrongState(text, code="taken_up")
        yield record, matter, found
