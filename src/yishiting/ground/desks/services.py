"""Writes of desks: handing a post over, ending that early; and the entry that says in whose stead a deed was done."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from yishiting.ground.desks import policy, rules, selectors
from yishiting.ground.desks.models import HandOver
from yishiting.ground.desks.rules import Held, Span
from yishiting.ground.organisations.actors import LENT, Actor
from yishiting.ground.organisations.kinds import KINDS, Duty
from yishiting.ground.organisations.models import Term
from yishiting.ground.places.models import Estate
from yishiting.ground.places.recount import path
from yishiting.kernel.errors import BadInput, NotFound, WrongState
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline import subscribers
from yishiting.timeline.models import Entry
from yishiting.timeline.services import Book, book


def hand_over(
    *, actor: Actor, term_id: int, stand_in_id: int, since: datetime, until: datetime, reason: str, now: datetime
) -> list[HandOver]:
    """Have another do the work of a post of one's own from ``since`` (now at the earliest) until ``until``; return a row for
    each estate of it.

    The stand-in holds a post of the same body or the same place. He gets what falls due at a desk (:data:`LENT`), works on it
    under his own name, and cannot hand it on. Raises :class:`NotFound` for a post that is not the actor's own,
    :class:`BadInput` by field, :class:`WrongState` where it is handed over on one of the days already.
    """
    office = policy.own_office(actor, term_id)
    span = Span(since, until)
    rules.check_times(span, now=now)
    # What was done until now was done by oneself, whatever day it is said to begin on.
    span = Span(max(since, now), until)
    reason = rules.check_reason(reason)
    if all(person.pk != stand_in_id for person in selectors.candidates(office, actor.person_id, now=now)):
        text = gettext_noop("请从同一个单位、同一个小区有岗位的人里选一位。")
        raise BadInput(text, fields={"stand_in": Sentence(text)})
    made, salt = [], secrets.token_hex(16)
    with transaction.atomic():
        # In the order in which every verb over several estates locks their records.
        for estate_id in sorted(office.estate_ids):
            with book(estate_id, actor_id=actor.person_id, now=now) as record:
                standing = HandOver.objects.filter(ended_at__isnull=True, until__gt=now)
                for gone in standing.filter(term_id=term_id, estate_id=estate_id).exclude(stand_in=stand_in_id):
                    if not selectors.in_office([gone.stand_in_id], now):
                        # Nobody has looked after it since that one lost his own post: it gives way to the next.
                        _end(record, gone, office.kind, actor_id=actor.person_id, now=now)
                rules.check_free(
                    span,
                    mine=_spans(standing.filter(term_id=term_id, estate_id=estate_id)),
                    theirs=_spans(standing.filter(term__person_id=stand_in_id)),
                    lent=_spans(standing.filter(stand_in_id=actor.person_id)),
                )
                row = HandOver.objects.create(
                    estate_id=estate_id, term_id=term_id, stand_in_id=stand_in_id, since=span.since, until=until,
                    reason=reason, made_at=now, salt=salt,
                )  # fmt: skip
                record.write(
                    "desks.handed_over",
                    subject=("hand_over", row.pk),
                    facts={"post": office.kind, "since": span.since.isoformat(), "until": until.isoformat()},
                    attests=[row],
                )
                made.append(row)
    return made


def _spans(rows: QuerySet[HandOver]) -> list[Span]:
    return [Span(since, until) for since, until in rows.values_list("since", "until")]


def end_hand_over(*, actor: Actor, hand_over_id: int, now: datetime) -> list[HandOver]:
    """End a hand-over now, in all estates that it was made in: by the holder who is back, or by who stands in."""
    first = HandOver.objects.select_related("term__post").filter(pk=hand_over_id).first()
    if first is None:
        raise NotFound(gettext_noop("没有这次代办。请回“请人代办”页再看看。"))
    policy.can_end(actor, first).enforce()
    rows = HandOver.objects.filter(salt=first.salt).order_by("estate_id")
    ended = []
    with transaction.atomic():
        for estate_id in sorted(rows.values_list("estate_id", flat=True)):
            with book(estate_id, actor_id=actor.person_id, now=now) as record:
                row = rows.get(estate_id=estate_id)
                if row.ended_at is not None or row.until <= now:
                    raise WrongState(gettext_noop("这次代办已经结束了。"), code="over")
                _end(record, row, first.term.post.kind, actor_id=actor.person_id, now=now)
                ended.append(row)
    return ended


def _end(record: Book, row: HandOver, post: str, *, actor_id: int | None, now: datetime) -> None:
    row.ended_at, row.ended_by_id = now, actor_id
    row.save(update_fields=["ended_at", "ended_by"])
    record.write("desks.hand_over_ended", subject=("hand_over", row.pk), facts={"post": post}, attests=[row])


# ---------------------------------------------------------------- in whose stead
@dataclass(frozen=True, slots=True)
class Exercise:
    """Entries by which a duty is exercised. ``with_post`` gives the post that the thing was with, where it was with one."""

    duty: Duty
    with_post: Callable[[Entry], int | None] | None = None


_exercises: dict[str, Exercise] = {}


def exercised(kinds: Mapping[str, Duty], *, with_post: Callable[[Entry], int | None] | None = None) -> None:
    """Register the kinds of entry by which duties are exercised, so that the record says whose it was where one stands in."""
    for kind, duty in kinds.items():
        if kind in _exercises:
            raise ValueError(f"entry kind {kind!r} exercises a duty twice")
        _exercises[kind] = Exercise(duty, with_post)
    subscribers.must_agree(kinds, _say_for_whom)


def _say_for_whom(entry: Entry, record: Book) -> None:
    """Write after a deed that it was done in another's stead; nothing for who stands in for nobody (one quick query)."""
    if entry.actor_id is None or not selectors.lent_to(entry.actor_id, record.now):
        return
    lent = list(
        selectors.standing(record.now)
        .filter(stand_in_id=entry.actor_id, estate_id=entry.estate_id)
        .select_related("term__post")
        .order_by("pk")
    )
    if not lent:
        return
    exercise = _exercises[entry.kind]
    found = rules.in_whose_right(
        duty=exercise.duty,
        post_id=exercise.with_post(entry) if exercise.with_post else None,
        own=_own(entry, record.now),
        lent=[Held(row.term.post_id, _duties(row.term.post.kind) & LENT, row.pk) for row in lent],
    )
    if not found:
        return
    said = Entry.objects.filter(
        estate_id=entry.estate_id, kind=selectors.ACTED, at=record.now, subject_id=found, thread=entry.thread
    )
    if said.exists():
        return
    post = next(row.term.post.kind for row in lent if row.pk == found)
    record.write(
        selectors.ACTED,
        subject=("hand_over", found),
        facts={"post": post, "seq": entry.seq},
        thread=entry.thread,
    )


def _own(entry: Entry, now: datetime) -> list[Held]:
    region_id = Estate.objects.filter(pk=entry.estate_id).values_list("region_id", flat=True).first()
    above = [region.pk for region in path(region_id)]
    terms = Term.objects.filter(
        Q(until__isnull=True) | Q(until__gt=now),
        Q(post__estate_id=entry.estate_id) | Q(post__region_id__in=above),
        person_id=entry.actor_id or 0,
        since__lte=now,
    )
    return [Held(post_id, _duties(kind)) for post_id, kind in terms.values_list("post_id", "post__kind")]


def _duties(kind: str) -> frozenset[Duty]:
    return KINDS[kind].duties if kind in KINDS else frozenset()
