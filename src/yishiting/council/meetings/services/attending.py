"""Who came to a meeting, for which side, and who sent whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, Sum

from yishiting.council.meetings import attendance, policy
from yishiting.council.meetings.lifecycle import PartyFacts
from yishiting.council.meetings.models import Attendance, Meeting, Party
from yishiting.council.meetings.services.planning import fetch
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.models import Term
from yishiting.ground.people.models import Holding, Residence
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import BadInput, NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.timeline.attest import Gone
from yishiting.timeline.services import book

#: Under which label the record attests who came.
ATTENDANCE = "meetings.attendance"


def party_facts(meeting: Meeting) -> list[PartyFacts]:
    """Return each side with how many came for it (one query)."""
    return [
        PartyFacts(party.name, party.required, party.present or 0, party.core, party.least)
        for party in meeting.parties.annotate(present=Sum("attendances__count"))
    ]


def holders_of(estate_id: int, now: datetime) -> list[Term]:
    """Return the terms now held in posts that answer for the estate, a part of it, or a region above it (four queries)."""
    estate = Estate.objects.select_related("region").get(pk=estate_id)
    regions: list[int] = []
    region = estate.region
    while region is not None:
        regions.append(region.pk)
        region = region.parent
    current = Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))
    here = Q(post__estate_id=estate_id) | Q(post__region_id__in=regions)
    return list(
        Term.objects.filter(current, here)
        .select_related("post__building", "post__entrance__building", "person")
        .order_by("post__kind", "post_id", "pk")
    )


def attend(
    *,
    actor: Actor,
    estate_id: int,
    no: int,
    party_id: int,
    now: datetime,
    person_id: int | None = None,
    stands_for_id: int | None = None,
    count: int = 1,
) -> Attendance:
    """Take down who came for a side: a person (who counts once, whatever posts he holds), or a number of people.

    ``stands_for_id`` is the post whose holder sent this person as a delegate: the holder counts through him, so that he can
    neither come as well nor send another for a second post. Raises :class:`WrongState` for whoever counts already,
    :class:`BadInput` (fields ``person``, ``stands_for``) for who has nothing to do with the estate.
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        meeting = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        party = Party.objects.filter(meeting=meeting, pk=party_id).first()
        if party is None:
            raise NotFound(gettext_noop("这次会议没有请这一方。"))
        holders = holders_of(estate_id, now)
        _check_held(stands_for_id, holders)
        _check_known(estate_id, person_id, holders, now)
        counted = _counted(meeting, holders)
        counting = {person_id, *(term.person_id for term in holders if term.post_id == stands_for_id)} - {None}
        named = person_id is not None or stands_for_id is not None
        attendance.check_attend(state=meeting.state, count=count, named=named, counted=not counted.isdisjoint(counting))
        row = Attendance.objects.create(
            estate_id=estate_id,
            meeting=meeting,
            party=party,
            person_id=person_id,
            stands_for_id=stands_for_id,
            count=count,
            at=now,
        )
        record.write(
            "meetings.attended",
            subject=("meeting", meeting.pk),
            facts={"no": meeting.no, "party": party.pk, "count": count},
            attests=[row],
        )
    return row


def _check_held(post_id: int | None, holders: Sequence[Term]) -> None:
    if post_id is not None and post_id not in {term.post_id for term in holders}:
        text = gettext_noop("这个岗位现在没有人，不能派人替他来。请不选，只写人数。")
        raise BadInput(text, fields={"stands_for": text})


def _check_known(estate_id: int, person_id: int | None, holders: Sequence[Term], now: datetime) -> None:
    """Refuse to name whoever has nothing to do with the estate: he comes as a number of people, without his name."""
    if person_id is None or person_id in {term.person_id for term in holders}:
        return
    here = Q(estate=estate_id, person=person_id, since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))
    if not Holding.objects.filter(here).exists() and not Residence.objects.filter(here).exists():
        text = gettext_noop("这个人在小区里没有岗位，也不住在这里，不能写明是谁。请不选，只写人数。")
        raise BadInput(text, fields={"person": text})


def _counted(meeting: Meeting, holders: Sequence[Term]) -> set[int | None]:
    """Return everybody who counts already: who came by name, and whoever holds a post that sent a delegate."""
    rows = list(meeting.attendances.values_list("person_id", "stands_for_id"))
    sent = {post for _, post in rows if post is not None}
    counted: set[int | None] = {term.person_id for term in holders if term.post_id in sent}
    return counted | {person for person, _ in rows if person is not None}


def withdraw_attendance(*, actor: Actor, estate_id: int, no: int, attendance_id: int, now: datetime) -> None:
    """Take back an attendance that was written down wrongly; possible until the meeting closes."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        meeting = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        row = meeting.attendances.select_related("party").filter(pk=attendance_id).first()
        if row is None:
            raise NotFound(gettext_noop("没有这条签到，可能已经撤掉了。请刷新页面看看。"))
        attendance.check_withdraw(
            state=meeting.state,
            parties=party_facts(meeting),
            party=row.party.name,
            count=row.count,
            quorum=meeting.quorum,
        )
        facts = {"no": meeting.no, "party": row.party_id, "count": row.count}
        row.delete()
        record.write(
            "meetings.attendance_withdrawn",
            subject=("meeting", meeting.pk),
            facts=facts,
            attests=[Gone(ATTENDANCE, attendance_id)],
        )
