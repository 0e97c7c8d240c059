"""Screening opinions (意见): each is judged valid or not, with a reason that its reporter reads and may rate."""

from __future__ import annotations

from datetime import datetime

from yishiting.council.matters import affairs, policy
from yishiting.council.matters.models import Answer, Judgement, Matter, Report
from yishiting.council.matters.services.answers import store_answers
from yishiting.council.matters.services.engine import open_matter, state_of
from yishiting.council.matters.services.reports import recount
from yishiting.council.matters.services.triage import post_kind, require_reason
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.errors import NotFound, WrongState
from yishiting.kernel.words import gettext_noop


def judge_report(*, actor: Actor, report_id: int, valid: bool, reason: str, now: datetime) -> Judgement:
    """Judge one opinion. One that is not valid gets ``reason`` as its answer, counts no longer, and stays on record.

    By whom may triage, while the matter goes on and the opinion was not answered. Refused for the last opinion of a matter
    that counts: then the matter itself is declined.
    """
    found = Report.objects.filter(pk=report_id).first()
    if found is None:
        raise NotFound(gettext_noop("没有这条反映。请从事项页里重新打开。"))
    with open_matter(actor, found.matter_id, now) as (record, matter):
        policy.can_triage(actor, matter).enforce()
        affairs.is_free(actor, matter, now).enforce()
        require_reason(reason)
        found.refresh_from_db()
        _require_waiting(matter, found)
        if not valid and len(state_of(matter).reports) <= 1:
            text = gettext_noop("这件事只剩这一条意见。意见不成立的，请对整件事选“不予采纳”。")
            raise WrongState(text, code="nothing_left")
        judgement = Judgement.objects.create(
            estate_id=matter.estate_id,
            report=found,
            matter=matter,
            valid=valid,
            reason=reason.strip(),
            post=post_kind(actor, matter),
            judged_by_id=actor.person_id,
            judged_at=now,
        )
        given: list[Answer] = []
        if not valid:
            given = store_answers(matter, {found.pk: reason}, actor=actor, now=now)
            found.invalid_at = now
            found.save(update_fields=["invalid_at"])
        recount(matter)
        record.write(
            "matters.judged" if valid else "matters.rejected",
            subject=("matter", matter.pk),
            facts={"no": matter.no, "reports": [found.pk], "homes": matter.home_count},
            attests=[judgement, found, matter, *given],
            thread=matter.thread,
        )
    return judgement


def _require_waiting(matter: Matter, found: Report) -> None:
    if found.matter_id != matter.pk or found.withdrawn_at or found.invalid_at:
        text = gettext_noop("这条意见刚才已经撤回、认定过或者分到别的事里了。请刷新页面看看。")
        raise WrongState(text, code="report_moved")
    if matter.status != Matter.Status.OPEN:
        raise WrongState(gettext_noop("这件事已经不在办理，不用再认定意见。"), code="not_open")
    if Answer.objects.filter(report=found, matter=matter, round=matter.round).exists():
        raise WrongState(gettext_noop("这条意见已经答复过了，不能再认定。"), code="answered")
