"""Regular meetings: planned ahead, each one a meeting of its own that takes its topics before it is announced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time

from django.db.models import Max

from yishiting.council.meetings import lifecycle, policy
from yishiting.council.meetings.kinds import KINDS
from yishiting.council.meetings.models import AgendaItem, Meeting, Party, Series
from yishiting.council.meetings.recurrence import Rule, check_rule, occurrences
from yishiting.council.meetings.services.asking import ask_those_of_playbooks
from yishiting.council.meetings.services.planning import (
    check_sides,
    fetch,
    note_on_threads,
    parties_asked_for,
    seat,
    waiting_runs,
)
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places import selectors as places
from yishiting.ground.places.models import Building, Estate
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, NotFound, WrongState
from yishiting.kernel.words import gettext_noop
from yishiting.timeline.services import book


def plan_series(
    *,
    actor: Actor,
    estate: Estate,
    title: str,
    place: str,
    kind: str,
    parties: Sequence[tuple[str, bool]],
    rule: Rule,
    at: time,
    count: int,
    now: datetime,
    least: Mapping[str, int] | None = None,
    building_id: int | None = None,
) -> Series:
    """Plan the next ``count`` meetings by ``rule``, with the same sides. What each talks about is put on its agenda later.

    Raises :class:`BadInput` for a rule that names no day, and as :func:`plan_meeting` does for its sides.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_run(actor, estate.pk).enforce()
        check_rule(rule, count)
        building = Building.objects.filter(estate=estate, pk=building_id or 0).first()
        asked, least = check_sides(kind=kind, parties=parties, least=least, needed=(), in_building=building is not None)
        if not place.strip() or not title.strip():
            name = "place" if not place.strip() else "title"
            raise BadInput(gettext_noop("请写上会议的名称和地点。"), fields={name: gettext_noop("请写上。")})
        lifecycle.check_words(title=title, place=place)
        series = Series.objects.create(
            estate=estate,
            kind=kind,
            title=title.strip(),
            place=place.strip(),
            month_day=rule.month_day,
            nth=rule.nth,
            weekday=rule.weekday,
            workdays_only=rule.workdays_only,
            at=at.strftime("%H:%M"),
            planned_at=now,
        )
        last = Meeting.objects.filter(estate=estate).aggregate(no=Max("no"))["no"] or 0
        days = occurrences(rule, after=now.astimezone(CHINA).date(), count=count, calendar=places.calendar(estate.pk))
        rows: list[Meeting | Party] = []
        for no, day in enumerate(days, last + 1):
            meeting = Meeting.objects.create(
                estate=estate,
                no=no,
                kind=kind,
                quorum=KINDS[kind].quorum(asked=len(asked), required=sum(required for _, required in asked)),
                building=building if KINDS[kind].one_building else None,
                series=series,
                title=series.title,
                place=series.place,
                starts_at=datetime.combine(day, at, CHINA),
                planned_at=now,
                planned_by_id=actor.person_id,
            )
            rows += [meeting, *seat(meeting, asked, least)]
        record.write(
            "meetings.series_planned",
            subject=("series", series.pk),
            facts={"count": count, "no": last + 1},
            attests=[series, *rows],
        )
    return series


def end_series(*, actor: Actor, estate_id: int, series_id: int, now: datetime) -> Series:
    """End a series: its meetings that were neither announced nor given a topic are called off; the others stand."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        policy.can_run(actor, estate_id).enforce()
        series = Series.objects.filter(estate_id=estate_id, pk=series_id).first()
        if series is None:
            raise NotFound(gettext_noop("没有这个例会。"))
        if series.ended_at is not None:
            raise WrongState(gettext_noop("这个例会已经停了。"))
        series.ended_at = now
        series.save(update_fields=["ended_at"])
        left = list(
            series.meetings.filter(
                announced_at__isnull=True, opened_at__isnull=True, cancelled_at__isnull=True, agenda__isnull=True
            )
        )
        for meeting in left:
            meeting.cancelled_at = now
            meeting.save(update_fields=["cancelled_at"])
        record.write(
            "meetings.series_ended",
            subject=("series", series.pk),
            facts={"count": len(left)},
            attests=[series, *left],
        )
    return series


def put_on_agenda(*, actor: Actor, estate_id: int, no: int, matters: Sequence[int], now: datetime) -> Meeting:
    """Put matters that wait for a meeting on the agenda of one that is not announced yet (nothing is added afterwards).

    The sides that their playbooks ask for must come; those that are not asked yet are added.
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        meeting = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        lifecycle.check_add(state=meeting.state, announced=meeting.announced_at is not None, matters=len(matters))
        runs = waiting_runs(estate_id, list(dict.fromkeys(matters)))
        seated = {party.name: party for party in meeting.parties.all()}
        changed = []
        for name in parties_asked_for(runs):
            party = seated.get(name) or Party(estate_id=estate_id, meeting=meeting, name=name[:40])
            if party.pk is None or not party.required:
                party.required = True
                party.save()
                changed.append(party)
        sides = list(meeting.parties.all())
        meeting.quorum = meeting.rule.quorum(asked=len(sides), required=sum(party.required for party in sides))
        meeting.save(update_fields=["quorum"])
        last = meeting.agenda.aggregate(no=Max("no"))["no"] or 0
        items = AgendaItem.objects.bulk_create(
            [
                AgendaItem(estate_id=estate_id, meeting=meeting, no=at, matter=run.matter, run=run)
                for at, run in enumerate(runs, last + 1)
            ]
        )
        note_on_threads(record, meeting, "meetings.agenda_set", attests=[*changed, *items])
        ask_those_of_playbooks(record, runs, now)
    return meeting
