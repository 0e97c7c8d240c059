"""Verbs of a chart as a whole: draft a version of its levels, publish it in place of the last, end it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max, QuerySet

from yishiting.ground.organisations import charts, policy
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.charting import events
from yishiting.ground.organisations.charting.carrying import carry_over, in_force
from yishiting.ground.organisations.charting.recount import UNITS
from yishiting.ground.organisations.charting.tables import Chart, ChartUnit
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import BadInput, NotFound, WrongState
from yishiting.kernel.line import one_line
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.attest import Whole
from yishiting.timeline.services import Book, book

LONGEST_REASON = 200


def draft_chart(
    *, actor: Actor, estate: Estate, name: str, levels: Sequence[str], people_last: bool, now: datetime,
    carry: bool = False,
) -> Chart:  # fmt: skip
    """Draft a version of the estate's chart with these levels, from the top down; an estate has one draft at a time.

    ``carry``: begin with the units, places and people of the version in force, which must have as many levels.

    Raises :class:`BadInput` (fields ``name``, ``levels``, ``carry``) and :class:`WrongState` where a draft stands already.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_keep_charts(actor, estate.pk).enforce()
        kept, ordered = checked_name(name), [one_line(level) for level in levels]
        if faults := charts.level_faults(ordered):
            raise BadInput(faults[0], fields={"levels": faults[0]})
        if Chart.objects.filter(estate=estate, published_at__isnull=True, ended_at__isnull=True).exists():
            text = gettext_noop("已经有一版草稿。请接着做那一版，或者先把它作废。")
            raise WrongState(text, code="draft_stands")
        last = Chart.objects.filter(estate=estate).aggregate(last=Max("no"))["last"] or 0
        chart = Chart.objects.create(
            estate=estate,
            no=last + 1,
            name=kept,
            levels=ordered,
            people_last=people_last,
            drafted_at=now,
            drafted_by_id=actor.person_id,
        )
        units = carry_over(in_force(estate.pk), chart, now=now) if carry else []
        facts = {"chart": chart.no, "levels": len(ordered), "units": len(units)}
        sealed: list[Chart | Whole] = [chart, *([Whole(UNITS, units)] if units else [])]
        record.write(events.DRAFTED, subject=("chart", chart.pk), facts=facts, attests=sealed)
    return chart


def publish_chart(*, actor: Actor, estate: Estate, no: int, now: datetime) -> Chart:
    """Put a draft in force; the version that was in force until now ends in the same moment, and stays on record.

    Raises :class:`WrongState` for what is no draft, and for a draft without any unit.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        chart = kept_chart(actor, estate, no)
        if chart.state != "draft":
            raise WrongState(gettext_noop("这一版已经公布过了，不用再公布。"), code="published")
        units = standing_units(chart).values_list("pk", "level", "parent")
        if not units:
            raise WrongState(gettext_noop("这一版还没有单位。请先加上最上面一级的单位，再公布。"), code="empty")
        # Each unit was checked as it was hung; a chart goes in force only if that still holds for all of it.
        if faults := charts.chart_faults(chart.levels, [charts.Hung(*row) for row in units]):
            raise WrongState(faults[0], code="faulty")
        former = in_force(estate.pk)
        if former is not None:
            _end(record, former, actor=actor, reason="", now=now)
        chart.published_at, chart.published_by_id = now, actor.person_id
        chart.save(update_fields=["published_at", "published_by"])
        facts = {"chart": chart.no, "levels": len(chart.levels), "units": len(units)}
        record.write(events.PUBLISHED, subject=("chart", chart.pk), facts=facts, attests=[chart])
    return chart


def end_chart(*, actor: Actor, estate: Estate, no: int, reason: str, now: datetime) -> Chart:
    """Give a draft up, or take the version in force away without another; it stays on record, with the reason.

    Raises :class:`WrongState` where it is over already, :class:`BadInput` (field ``reason``) without a reason.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        chart = kept_chart(actor, estate, no)
        if chart.state == "ended":
            raise WrongState(gettext_noop("这一版已经不用了。"), code="ended")
        _end(record, chart, actor=actor, reason=checked_reason(reason), now=now)
    return chart


def _end(record: Book, chart: Chart, *, actor: Actor, reason: str, now: datetime) -> None:
    chart.ended_at, chart.ended_by_id, chart.end_reason = now, actor.person_id, reason
    chart.save(update_fields=["ended_at", "ended_by", "end_reason"])
    record.write(events.ENDED, subject=("chart", chart.pk), facts={"chart": chart.no}, attests=[chart])


def kept_chart(actor: Actor, estate: Estate, no: int) -> Chart:
    """Return a chart to somebody who may change it; raises :class:`NotAllowed` and :class:`NotFound`."""
    policy.can_keep_charts(actor, estate.pk).enforce()
    chart = Chart.objects.filter(estate=estate, no=no).first()
    if chart is None:
        raise NotFound(gettext_noop("没有这一版组织架构。请回“组织架构”重新打开。"))
    return chart


def open_chart(actor: Actor, estate: Estate, no: int) -> Chart:
    """Return a chart to somebody who may change what is in it; what is over is not changed any more."""
    chart = kept_chart(actor, estate, no)
    if chart.state == "ended":
        raise WrongState(gettext_noop("这一版已经不用了，不能再改。请改现在用的那一版。"), code="ended")
    return chart


def standing_units(chart: Chart) -> QuerySet[ChartUnit]:
    """Return the units of a chart that were not ended."""
    return ChartUnit.objects.filter(chart=chart, until__isnull=True)


def checked_name(name: str) -> str:
    """Return a name as one line; raises :class:`BadInput` (field ``name``) for none, or one that is too long."""
    kept = one_line(name)
    if not kept:
        text = Sentence(gettext_noop("请写名字。"))
        raise BadInput(text, fields={"name": text})
    if len(kept) > charts.LONGEST:
        text = Sentence(gettext_noop("名字太长了，最多 {most} 个字。"), most=charts.LONGEST)
        raise BadInput(text, fields={"name": text})
    return kept


def checked_reason(reason: str) -> str:
    """Return a reason as one line; raises :class:`BadInput` (field ``reason``) for none, or one that is too long."""
    kept = one_line(reason)
    if not kept:
        text = Sentence(gettext_noop("请写明为什么。"))
        raise BadInput(text, code="empty", fields={"reason": text})
    if len(kept) > LONGEST_REASON:
        text = Sentence(gettext_noop("写得太长了，最多 {most} 个字。"), most=LONGEST_REASON)
        raise BadInput(text, fields={"reason": text})
    return kept
