"""Verbs of seats: appoint who leads a unit, attach who belongs to it, end a seat, say whether its holder is named.

Everybody is entered with his consent and how he gave it; to be named in public is a consent of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from yishiting.ground.organisations import charts, policy
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.charting import events, people
from yishiting.ground.organisations.charting.charts import checked_reason, open_chart
from yishiting.ground.organisations.charting.recount import UNITS
from yishiting.ground.organisations.charting.tables import Chart, ChartSeat, ChartUnit
from yishiting.ground.organisations.charting.units import unit_of
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import BadInput, NotFound, WrongState
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.attest import Whole
from yishiting.timeline.services import book

_OVER = gettext_noop("这一条登记已经结束了。")


def appoint_leader(
    *,
    actor: Actor,
    estate: Estate,
    chart_no: int,
    unit_no: int,
    person_id: int,
    consent: str,
    now: datetime,
    name_public: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
) -> ChartSeat:
    """Let a person lead a unit from ``since`` (now unless said) until ``until`` or until it is ended.

    Raises :class:`BadInput` (fields ``person``, ``consent``, ``until``), and :class:`WrongState` (``led``) where somebody
    leads the unit in that time: his term is ended first, so of two who appoint at once one is told.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        chart = open_chart(actor, estate, chart_no)
        unit = unit_of(chart, unit_no)
        begins = since or now
        _check_people(estate, [person_id], consent, now=now)
        if until is not None and until <= max(begins, now):
            text = Sentence(gettext_noop("任期结束的日子要在开始以后、今天以后。没有期限的，请空着。"))
            raise BadInput(text, fields={"until": text})
        for other in unit.seats.filter(role=ChartSeat.Role.LEADER).select_related("person"):
            if charts.overlap((begins, until), (other.since, other.until)):
                led = gettext_noop("“{unit}”在这段时间里已经有负责人{name}。请先结束他的任期，再任命别人。")
                raise WrongState(Sentence(led, unit=unit.name, name=other.person.name), code="led")
        seat = _seat(unit, person_id, ChartSeat.Role.LEADER, consent, begins)
        seat.until, seat.name_public = until, name_public
        seat.save()
        facts = {"chart": chart.no, "unit": unit.no, "level": unit.level}
        record.write(events.LED, subject=("seat", seat.pk), facts=facts, attests=[Whole(UNITS, [unit.pk])])
    return seat


def attach_members(
    *,
    actor: Actor,
    estate: Estate,
    chart_no: int,
    unit_no: int,
    person_ids: Sequence[int],
    consent: str,
    now: datetime,
    role: str = ChartSeat.Role.MEMBER,
) -> list[ChartSeat]:
    """Attach people to a unit: as its members, or as colleagues of its leader. One entry, however many there are.

    A member belongs to one unit: who belonged to another one moves, and who is here already stays. Members are attached
    where the way up is complete, else :class:`BadInput` (field ``unit``) says where.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        chart = open_chart(actor, estate, chart_no)
        unit = unit_of(chart, unit_no)
        if role not in (ChartSeat.Role.MEMBER, ChartSeat.Role.COLLEAGUE):
            text = Sentence(gettext_noop("请选是成员还是委员。"))
            raise BadInput(text, fields={"role": text})
        fault = charts.member_fault(chart.levels, unit.level, people_last=chart.people_last)
        if fault is not None and role == ChartSeat.Role.MEMBER:
            raise BadInput(fault, code="wrong_level", fields={"unit": fault})
        wanted = list(dict.fromkeys(person_ids))
        _check_people(estate, wanted, consent, now=now)
        standing = _standing(chart, now).filter(person__in=wanted, role=role)
        here = set(standing.filter(unit=unit).values_list("person_id", flat=True))
        new = [person for person in wanted if person not in here]
        if not new:
            raise WrongState(gettext_noop("选的人都已经在这里了，不用再加。"), code="attached")
        left: set[int] = set()
        if role == ChartSeat.Role.MEMBER:
            for seat in standing.exclude(unit=unit).filter(person__in=new):
                seat.until = max(now, seat.since)
                seat.save(update_fields=["until"])
                left.add(seat.unit_id)
        made = ChartSeat.objects.bulk_create([_seat(unit, person, role, consent, now) for person in new])
        facts = {"chart": chart.no, "unit": unit.no, "n": len(made)}
        touched = [Whole(UNITS, sorted({unit.pk, *left}))]
        record.write(events.ATTACHED, subject=("unit", unit.pk), facts=facts, attests=touched)
    return made


def end_seat(*, actor: Actor, estate: Estate, seat_id: int, reason: str, now: datetime) -> ChartSeat:
    """End a seat now; it stays on record with the reason. A unit whose leader leaves is vacant, and says so.

    Who leaves the version in force leaves a draft that carried him over, too: publishing it must not bring him back.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_keep_charts(actor, estate.pk).enforce()
        seat = seat_of(estate, seat_id)
        open_chart(actor, estate, seat.chart.no)
        if seat.until is not None and seat.until <= now:
            raise WrongState(_OVER, code="over")
        kept, rows = checked_reason(reason), [seat, *_carried(seat, now)]
        for row in rows:
            row.until, row.end_reason = max(now, row.since), kept
            row.save(update_fields=["until", "end_reason"])
        facts = {"chart": seat.chart.no, "unit": seat.unit.no, "role": seat.role}
        record.write(events.SEAT_ENDED, subject=("seat", seat.pk), facts=facts, attests=[_units_of(rows)])
    return seat


def set_naming(*, actor: Actor, estate: Estate, seat_id: int, public: bool, now: datetime) -> ChartSeat:
    """Say whether a unit's leader is named with it: by himself, or by who keeps the chart and has asked him.

    Members are named nowhere, so there is nothing to set for them. It holds of a draft that carried the seat over as well:
    what somebody takes back does not come back with the next version.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        seat = seat_of(estate, seat_id)
        policy.can_set_naming(actor, seat).enforce()
        if seat.role == ChartSeat.Role.MEMBER:
            text = gettext_noop("成员的姓名在哪里都不公开，不用设。")
            raise WrongState(text, code="never_named")
        if seat.until is not None and seat.until <= now:
            raise WrongState(_OVER, code="over")
        rows = [seat, *_carried(seat, now)]
        for row in rows:
            row.name_public = public
            row.save(update_fields=["name_public"])
        facts = {"chart": seat.chart.no, "public": public}
        record.write(events.NAMING, subject=("seat", seat.pk), facts=facts, attests=[_units_of(rows)])
    return seat


def seat_of(estate: Estate, pk: int) -> ChartSeat:
    """Return a seat of an estate's charts; raises :class:`NotFound`."""
    seat = ChartSeat.objects.select_related("chart", "unit", "person").filter(estate=estate, pk=pk).first()
    if seat is None:
        raise NotFound(gettext_noop("没有这一条登记。请回组织架构重新打开。"))
    return seat


def _standing(chart: Chart, now: datetime) -> QuerySet[ChartSeat]:
    return ChartSeat.objects.filter(Q(until__isnull=True) | Q(until__gt=now), chart=chart)


def _carried(seat: ChartSeat, now: datetime) -> list[ChartSeat]:
    """Return what the draft carried over of a seat in the version in force and still has.

    A member has one seat in it, wherever it was moved to; one who leads or works is known by his unit and his term.
    """
    if seat.chart.state != "in_force":
        return []
    drafts = Chart.objects.filter(estate=seat.estate_id, published_at__isnull=True, ended_at__isnull=True)
    rows = ChartSeat.objects.filter(chart__in=drafts, person=seat.person_id, role=seat.role)
    if seat.role != ChartSeat.Role.MEMBER:
        rows = rows.filter(since=seat.since, unit__no=seat.unit.no)
    return list(rows.filter(Q(until__isnull=True) | Q(until__gt=now)))


def _units_of(rows: Sequence[ChartSeat]) -> Whole:
    return Whole(UNITS, sorted({row.unit_id for row in rows}))


def _seat(unit: ChartUnit, person_id: int, role: str, consent: str, since: datetime) -> ChartSeat:
    return ChartSeat(
        estate_id=unit.estate_id, chart_id=unit.chart_id, unit=unit, person_id=person_id, role=role, since=since,
        consent=consent,
    )  # fmt: skip


def _check_people(estate: Estate, ids: Sequence[int], consent: str, *, now: datetime) -> None:
    fields: dict[str, str | Sentence] = {}
    if not ids:
        fields["person"] = gettext_noop("请写是谁。")
    elif people.of_estate(estate, now=now).filter(pk__in=ids).count() != len(ids):
        fields["person"] = gettext_noop("名册和岗位里没有这个人。请核对姓名，或者先登记到名册里。")
    if consent not in ChartSeat.Consent.values:
        fields["consent"] = gettext_noop("请先征得本人同意，再选他是怎么同意的。没有同意的不登记。")
    if fields:
        raise BadInput(next(iter(fields.values())), fields=fields)
