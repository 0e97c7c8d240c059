"""Whom a matter is about: named at the desk, asked to come before anything about them is decided (M19), shown to nobody else."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, time
from typing import TYPE_CHECKING

from django.db.models import Count

from yishiting.council.matters.models import Matter
from yishiting.council.meetings import about, affairs, policy
from yishiting.council.meetings.models import AgendaItem, Concerned, ConcernedInvitation, Meeting
from yishiting.council.meetings.services.planning import fetch
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places.models import Home
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.timeline.models import Entry
from yishiting.timeline.services import book

if TYPE_CHECKING:
    from yishiting.council.meetings.selectors import ConcernedShown

READ = "meetings.concerned_read"


def unasked(meeting: Meeting, items: Iterable[AgendaItem]) -> dict[int, int]:
    """Return for each item (by its number) how many whom its matter is about were not asked to come to this meeting.

    An invitation from before the meeting was moved does not count, whether its time or its room changed, and whether it was
    moved back. Items with everybody asked are left out (one query).
    """
    numbers = {item.matter_id: item.no for item in items}
    asked = ConcernedInvitation.objects.filter(meeting=meeting, moves=meeting.moves).values("concerned_id")
    rows = (
        Concerned.objects.filter(matter_id__in=numbers, lifted_at__isnull=True)
        .exclude(pk__in=asked)
        .order_by()
        .values_list("matter_id")
        .annotate(n=Count("pk"))
    )
    return {numbers[matter_id]: count for matter_id, count in rows}


def _fetch(actor: Actor, estate_id: int, concerned_id: int) -> Concerned:
    row = (
        policy.concerned_visible_to(actor, estate_id).select_related("matter", "estate").filter(pk=concerned_id).first()
    )
    if row is None:
        raise NotFound(gettext_noop("没有这条所涉住户。请刷新页面看看。"))
    return row


def read_concerned(*, actor: Actor, meeting: Meeting, now: datetime) -> list[ConcernedShown]:
    """Return whom a meeting's matters are about, and record that the actor read it (C2); a day's reading is one entry.

    Nothing is on record for who is shown nobody. Which home was read is not said: the entry names the meeting.
    """
    # Selectors read what verbs say of posts and sides, and stand above them.
    from yishiting.council.meetings.selectors import concerned_of

    shown = concerned_of(actor, meeting)
    start = datetime.combine(now.astimezone(CHINA).date(), time.min, CHINA)
    read = Entry.objects.filter(
        estate_id=meeting.estate_id, kind=READ, subject_kind="meeting", subject_id=meeting.pk,
        actor_id=actor.person_id, at__gte=start, at__lte=now,
    )  # fmt: skip
    if shown and not read.exists():
        with book(meeting.estate_id, actor_id=actor.person_id, now=now) as record:
            # Two pages opened at once ask again inside the lock.
            if not read.exists():
                record.write(READ, subject=("meeting", meeting.pk), facts={"no": meeting.no})
    return shown


def name_concerned(
    *, actor: Actor, estate_id: int, matter_no: int, now: datetime, home_id: int | None = None, who: str = ""
) -> Concerned:
    """Say which home (or who, in words) a matter is about. From now on no meeting decides on it without having asked them.

    Raises :class:`BadInput` where nobody is named and :class:`WrongState` for a matter that has ended or a home named twice.
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        policy.can_run(actor, estate_id).enforce()
        matter = Matter.objects.filter(estate_id=estate_id, no=matter_no).first()
        if matter is None:
            raise NotFound(gettext_noop("没有这件事项。"))
        home = Home.objects.filter(estate_id=estate_id, pk=home_id).first() if home_id is not None else None
        if home_id is not None and home is None:
            raise BadInput(gettext_noop("没有这一户。"), fields={"home": gettext_noop("没有这一户，请重新选。")})
        about.check_concerned(
            going=matter.status == Matter.Status.OPEN,
            home=home is not None,
            who=who,
            known=home is not None
            and Concerned.objects.filter(matter=matter, home=home, lifted_at__isnull=True).exists(),
        )
        row = Concerned.objects.create(
            estate_id=estate_id,
            matter=matter,
            home=home,
            who=who.strip(),
            named_at=now,
            salt=secrets.token_hex(16),
        )
        record.write(
            "meetings.concerned_named",
            subject=("concerned", row.pk),
            facts={"matter": matter.no},
            attests=[row],
            thread=matter.thread,
        )
        affairs.restate(record, estate_id, now)
    return row


def lift_concerned(*, actor: Actor, estate_id: int, concerned_id: int, reason: str, now: datetime) -> Concerned:
    """Take somebody off whom the matter is not about after all; the row stays, with the reason."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        policy.can_run(actor, estate_id).enforce()
        row = _fetch(actor, estate_id, concerned_id)
        affairs.may_lift(actor, row, now).enforce()
        about.check_lift(lifted=row.lifted_at is not None, reason=reason)
        row.lifted_at, row.lift_reason = now, reason.strip()
        row.save(update_fields=["lifted_at", "lift_reason"])
        record.write(
            "meetings.concerned_lifted",
            subject=("concerned", row.pk),
            facts={"matter": row.matter.no},
            attests=[row],
            thread=row.matter.thread,
        )
        affairs.restate(record, estate_id, now)
    return row


def ask_concerned(
    *, actor: Actor, estate_id: int, no: int, concerned_id: int, how: str, now: datetime
) -> ConcernedInvitation:
    """Put down that somebody concerned was asked to come to a meeting, and how; only before it opens.

    A meeting that is moved asks anew. Raises :class:`WrongState` for a meeting that has begun and for a second note.
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        meeting = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        row = _fetch(actor, estate_id, concerned_id)
        if not meeting.agenda.filter(matter_id=row.matter_id).exists():
            raise NotFound(gettext_noop("这次会议不议这件事。"))
        if how not in ConcernedInvitation.How.values:
            raise BadInput(gettext_noop("请选怎么通知的。"), fields={"how": gettext_noop("请选一种。")})
        asked = ConcernedInvitation.objects.filter(meeting=meeting, concerned=row, moves=meeting.moves)
        about.check_ask(state=meeting.state, lifted=row.lifted_at is not None, asked=asked.exists())
        invitation = ConcernedInvitation.objects.create(
            estate_id=estate_id,
            meeting=meeting,
            concerned=row,
            how=how,
            starts_at=meeting.starts_at,
            moves=meeting.moves,
            invited_at=now,
        )
        record.write(
            "meetings.concerned_asked",
            subject=("meeting", meeting.pk),
            facts={"no": meeting.no},
            attests=[invitation],
            thread=row.matter.thread,
        )
    return invitation
