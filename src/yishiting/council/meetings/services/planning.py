"""Before a meeting: plan it, invite, move it, call it off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Max, Model

from yishiting.council.matters import services as matters_services
from yishiting.council.matters.models import Matter, StepRun
from yishiting.council.meetings import affairs, lifecycle, policy
from yishiting.council.meetings.kinds import COUNCIL, KINDS
from yishiting.council.meetings.models import AgendaItem, Meeting, Party
from yishiting.council.meetings.services.asking import ask_those_of_playbooks
from yishiting.ground.organisations import restating
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places.models import Building, Estate
from yishiting.kernel.errors import BadInput, NotFound, WrongState
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.services import Book, book

KIND = "meeting"


def fetch(actor: Actor, estate_id: int, no: int) -> Meeting:
    """Return the meeting of that number as ``actor`` may see it; raises :class:`NotFound`."""
    meeting = policy.visible_to(actor).filter(estate_id=estate_id, no=no).first()
    if meeting is None:
        raise NotFound(Sentence(gettext_noop("没有第 {no} 次会议。"), no=no))
    return meeting


def note_on_threads(
    record: Book, meeting: Meeting, kind: str, *, attests: Sequence[Model] = (), **facts: int | str
) -> None:
    """Write the entry on the way of each matter on the agenda; the first attests the meeting as it now is, and the rows."""
    attests = [meeting, *attests]
    for item in meeting.agenda.select_related("matter"):
        record.write(
            kind,
            subject=("meeting", meeting.pk),
            facts={"no": meeting.no, **facts},
            attests=attests,
            thread=item.matter.thread,
        )
        attests = []
    if attests:
        # A regular meeting before it has a topic belongs to no matter's way.
        record.write(kind, subject=("meeting", meeting.pk), facts={"no": meeting.no, **facts}, attests=attests)


def waiting_runs(estate_id: int, matters: Sequence[int]) -> list[StepRun]:
    runs = {
        run.matter_id: run
        for run in StepRun.objects.select_related("matter__playbook").filter(
            estate_id=estate_id,
            matter_id__in=matters,
            kind=KIND,
            ended_at__isnull=True,
            matter__status=Matter.Status.OPEN,
        )
    }
    planned = set(
        AgendaItem.objects.filter(
            run__in=list(runs.values()), meeting__closed_at__isnull=True, meeting__cancelled_at__isnull=True
        ).values_list("matter_id", flat=True)
    )
    found = []
    for matter_id in matters:
        if matter_id not in runs:
            raise WrongState(gettext_noop("选的事项里，有一件现在没有走到开会这一步。请只选等着开会的。"))
        if matter_id in planned:
            raise WrongState(
                Sentence(
                    gettext_noop("第 {no} 件事项已经排进另一次会议。请去掉它，或先取消那次会议。"),
                    no=runs[matter_id].matter.no,
                )
            )
        found.append(runs[matter_id])
    return found


def parties_asked_for(runs: Sequence[StepRun]) -> tuple[str, ...]:
    """Return the sides that the playbooks of these steps require, in order, each once."""
    names: dict[str, None] = {}
    for run in runs:
        names.update(dict.fromkeys(matters_services.parties_of(run)))
    return tuple(names)


def check_sides(
    *,
    kind: str,
    parties: Sequence[tuple[str, bool]],
    least: Mapping[str, int] | None,
    needed: Sequence[str],
    in_building: bool,
    matters: int = 1,
) -> tuple[list[tuple[str, bool]], dict[str, int]]:
    """Return the sides and how many people each takes, without blanks; refuses what the kind or a playbook does not allow."""
    if kind not in KINDS:
        raise BadInput(gettext_noop("没有这种会议。请重新选。"), fields={"kind": gettext_noop("请重新选。")})
    people = {name.strip(): count for name, count in (least or {}).items()}
    asked = [(name.strip(), required) for name, required in parties if name.strip()]
    lifecycle.check_plan(
        parties=[name for name, _ in asked],
        matters=matters,
        required=[name for name, required in asked if required],
        needed=needed,
        kind=KINDS[kind],
        least=people,
        in_building=in_building,
    )
    return asked, people


def seat(meeting: Meeting, asked: Sequence[tuple[str, bool]], least: Mapping[str, int]) -> list[Party]:
    """Write down the sides of a meeting."""
    core = {side.name for side in meeting.rule.core}
    return Party.objects.bulk_create(
        [
            Party(
                estate_id=meeting.estate_id,
                meeting=meeting,
                name=name,
                required=required,
                core=name in core,
                least=least.get(name, 1),
            )
            for name, required in asked
        ]
    )


def plan_meeting(
    *,
    actor: Actor,
    estate: Estate,
    title: str,
    place: str,
    starts_at: datetime,
    parties: Sequence[tuple[str, bool]],
    matters: Sequence[int],
    now: datetime,
    kind: str = COUNCIL,
    least: Mapping[str, int] | None = None,
    building_id: int | None = None,
) -> Meeting:
    """Plan a meeting of a kind on matters that wait for one; ``parties`` are (side, required).

    ``least`` says how many people it takes for a side to be there, where more than one. Refused where a core side of the
    kind is left out, or a side that a matter's playbook names is not among the required ones, or a matter stands on the agenda
    of another meeting that is still to come.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_run(actor, estate.pk).enforce()
        building = Building.objects.filter(estate=estate, pk=building_id or 0).first()
        runs = waiting_runs(estate.pk, list(dict.fromkeys(matters)))
        asked, people = check_sides(
            kind=kind,
            parties=parties,
            least=least,
            needed=parties_asked_for(runs),
            in_building=building is not None,
            matters=len(runs),
        )
        rule = KINDS[kind]
        lifecycle.check_start(starts_at=starts_at, now=now)
        if not place.strip():
            raise BadInput(gettext_noop("请写上开会的地点。"), fields={"place": gettext_noop("请写上地点。")})
        lifecycle.check_words(title=title, place=place)
        last = Meeting.objects.filter(estate=estate).aggregate(no=Max("no"))["no"] or 0
        meeting = Meeting.objects.create(
            estate=estate,
            no=last + 1,
            kind=kind,
            quorum=rule.quorum(asked=len(asked), required=sum(required for _, required in asked)),
            building=building if rule.one_building else None,
            title=title.strip() or runs[0].title,
            place=place.strip(),
            starts_at=starts_at,
            planned_at=now,
            planned_by_id=actor.person_id,
        )
        seat(meeting, asked, people)
        AgendaItem.objects.bulk_create(
            [
                AgendaItem(estate=estate, meeting=meeting, no=no, matter=run.matter, run=run)
                for no, run in enumerate(runs, 1)
            ]
        )
        note_on_threads(
            record, meeting, "meetings.planned", attests=[*meeting.parties.all(), *meeting.agenda.order_by("no")]
        )
        ask_those_of_playbooks(record, runs, now)
    return meeting


def invite(*, actor: Actor, estate_id: int, no: int, now: datetime) -> Meeting:
    """Send the invitation: from now on the meeting and its agenda are announced."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        meeting = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        lifecycle.check_invite(state=meeting.state, starts_at=meeting.starts_at, now=now, topics=meeting.agenda.count())
        meeting.invited_at, meeting.announced_at = now, meeting.announced_at or now
        meeting.save(update_fields=["invited_at", "announced_at"])
        note_on_threads(record, meeting, "meetings.invited", parties=meeting.parties.count())
        restating.restate(record, [affairs.affair(meeting)], estate=meeting.estate, now=now)
    return meeting


def move_meeting(*, actor: Actor, estate_id: int, no: int, starts_at: datetime, place: str, now: datetime) -> Meeting:
    """Move a meeting that has not opened; it must be announced anew, and whom it is about asked anew.

    Raises :class:`BadInput` (fields ``day``, ``place``).
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        meeting = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        lifecycle.check_move(state=meeting.state, starts_at=starts_at, now=now)
        where = place.strip() or meeting.place
        lifecycle.check_words(place=where)
        meeting.starts_at, meeting.place, meeting.invited_at = starts_at, where, None
        meeting.moves += 1
        meeting.save(update_fields=["starts_at", "place", "invited_at", "moves"])
        note_on_threads(record, meeting, "meetings.moved")
    return meeting


def cancel_meeting(*, actor: Actor, estate_id: int, no: int, now: datetime) -> Meeting:
    """Call a meeting off before it opens; its matters wait for another one. Not by whoever has an interest in one of them."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        meeting = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        affairs.may_chair(actor, meeting, now).enforce()
        lifecycle.check_cancel(state=meeting.state)
        meeting.cancelled_at = now
        meeting.save(update_fields=["cancelled_at"])
        note_on_threads(record, meeting, "meetings.cancelled")
    return meeting


def call_off(*, actor: Actor, estate_id: int, no: int, reason: str, now: datetime) -> Meeting:
    """Break off a meeting that has opened and cannot go on: a power cut, a side that left.

    What was proposed stays on record as it was said; nothing is resolved, and the matters wait for another meeting.
    ``reason`` is shown to everyone. Raises :class:`WrongState` unless it is sitting.
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        meeting = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        affairs.may_chair(actor, meeting, now).enforce()
        lifecycle.check_interrupt(state=meeting.state, ended_at=meeting.ended_at, reason=reason)
        meeting.cancelled_at, meeting.cancel_reason = now, reason.strip()
        meeting.save(update_fields=["cancelled_at", "cancel_reason"])
        note_on_threads(record, meeting, "meetings.interrupted")
    return meeting
