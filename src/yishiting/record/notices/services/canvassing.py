"""Going from home to home: begin a round, record each attempt, close it with what was left."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Max

from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places.models import Entrance, Estate, Home
from yishiting.kernel.errors import BadInput, NotFound, WrongState
from yishiting.kernel.line import one_line
from yishiting.kernel.verdict import allow_if
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.record.notices import policy, rules
from yishiting.record.notices.models import Attempt, Canvass, CanvassHome
from yishiting.timeline import attest
from yishiting.timeline.services import book

LONGEST_TITLE = 60
LONGEST_WORDS = 1000
LONGEST_NOTE = 200
MOST_NOTES = 5
DOORS = "notices.doors"
#: The same person with the same outcome at the same door within this time pressed the button twice.
TWICE_WITHIN = timedelta(minutes=5)


def canvass_at(estate_id: int, no: int) -> Canvass:
    """Return the canvass of that number; its counts are for anybody. Raises :class:`NotFound`."""
    canvass = Canvass.objects.filter(estate_id=estate_id, no=no).first()
    if canvass is None:
        raise NotFound(Sentence(gettext_noop("没有第 {no} 次逐户走访。"), no=no))
    return canvass


def begin_canvass(
    *, actor: Actor, estate: Estate, title: str, now: datetime, words: str = "", notes_suffice: int = 0,
    entrance_ids: Collection[int] = (), thread: str = "", run: int | None = None,
) -> Canvass:  # fmt: skip
    """Begin a round to every home of some entrances, or of the estate: whom it is to reach is kept as of now.

    ``notes_suffice``: so many notes left at a door count as told; 0: they never do.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_begin(actor, estate.pk).enforce()
        title, words = one_line(title), words.strip()
        fields: dict[str, Sentence] = {}
        if not title or len(title) > LONGEST_TITLE:
            fields["title"] = Sentence(gettext_noop("请写为什么事走访，不超过 {most} 个字。"), most=LONGEST_TITLE)
        if len(words) > LONGEST_WORDS:
            fields["words"] = Sentence(gettext_noop("太长了，最多 {most} 个字。"), most=LONGEST_WORDS)
        if not 0 <= notes_suffice <= MOST_NOTES:
            fields["notes_suffice"] = Sentence(gettext_noop("请填 0 到 {most}。"), most=MOST_NOTES)
        wanted, scope = Home.objects.filter(estate=estate).order_by("pk"), set(entrance_ids)
        if scope:
            wanted = wanted.filter(entrance_id__in=scope)
        homes = list(wanted.values_list("pk", "building_id"))
        if Entrance.objects.filter(estate=estate, pk__in=scope).count() != len(scope):
            # One that is not there would make the round smaller than was asked for, and nobody would be told.
            fields["entrances"] = Sentence(gettext_noop("请选这个小区里的楼栋和单元。"))
        elif not homes:
            fields["entrances"] = Sentence(gettext_noop("选的地方没有住户。请重新选楼栋和单元。"))
        if fields:
            raise BadInput(next(iter(fields.values())), fields=fields)
        rules.check_public_line(title, "title")
        last = Canvass.objects.filter(estate=estate).aggregate(no=Max("no"))["no"] or 0
        canvass = Canvass.objects.create(
            estate=estate,
            no=last + 1,
            title=title,
            words=words,
            notes_suffice=notes_suffice,
            thread=thread,
            run=run,
            begun_at=now,
            begun_by_id=actor.person_id,
        )
        CanvassHome.objects.bulk_create(
            [
                CanvassHome(estate=estate, canvass=canvass, home_id=home, building_id=building)
                for home, building in homes
            ]
        )
        record.write(
            "notices.canvass_begun",
            subject=("canvass", canvass.pk),
            facts={"no": canvass.no, "homes": len(homes), "title": title},
            attests=[canvass, attest.Whole(DOORS, [canvass.pk])],
            thread=thread,
        )
    return canvass


def _open_place(actor: Actor, estate_id: int, no: int, home_id: int) -> CanvassHome:
    canvass = canvass_at(estate_id, no)
    place = CanvassHome.objects.filter(canvass=canvass, home_id=home_id).select_related("canvass").first()
    if place is None:
        raise NotFound(gettext_noop("这一户不在这次走访里。请回到名单重新选。"))
    policy.can_visit(actor, estate_id, place.building_id).enforce()
    if canvass.closed_at is not None:
        raise WrongState(gettext_noop("这次走访已经结束，不能再登记。"), code="closed")
    return place


def record_attempt(
    *, actor: Actor, estate_id: int, no: int, home_id: int, outcome: str, now: datetime, how: str = Attempt.How.VISIT,
    note: str = "", at: datetime | None = None,
) -> Attempt:  # fmt: skip
    """Record that somebody went to a home, or called it, and what came of it; who is the actor himself.

    A second press of the button is refused, so that one knock is one attempt. ``at``: when it was, now unless said.
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        place = _open_place(actor, estate_id, no, home_id)
        note, at = one_line(note), at or now
        fields: dict[str, Sentence] = {}
        if outcome not in Attempt.Outcome.values:
            fields["outcome"] = Sentence(gettext_noop("请选结果怎么样。"))
        if how not in Attempt.How.values:
            fields["how"] = Sentence(gettext_noop("请选是怎么联系的。"))
        if len(note) > LONGEST_NOTE:
            fields["note"] = Sentence(gettext_noop("说明太长了，最多 {most} 个字。"), most=LONGEST_NOTE)
        if not place.canvass.begun_at - timedelta(minutes=1) <= at <= now:
            fields["at"] = Sentence(gettext_noop("时间要在走访开始以后、现在以前。"))
        if fields:
            raise BadInput(next(iter(fields.values())), fields=fields)
        again = place.attempts.filter(
            by_id=actor.person_id,
            outcome=outcome,
            how=how,
            withdrawn_at__isnull=True,
            at__gt=at - TWICE_WITHIN,
            at__lt=at + TWICE_WITHIN,
        )
        if again.exists():
            raise WrongState(gettext_noop("这一户刚才已经登记过了，不用再按。"), code="already_recorded")
        attempt = Attempt.objects.create(
            estate_id=estate_id,
            place=place,
            how=how,
            outcome=outcome,
            note=note,
            at=at,
            by_id=actor.person_id,
            recorded_at=now,
        )
        record.write(
            "notices.attempted",
            subject=("canvass", place.canvass_id),
            facts={"no": no},
            attests=[attempt],
            thread=place.canvass.thread,
        )
    return attempt


def withdraw_attempt(*, actor: Actor, estate_id: int, no: int, home_id: int, attempt_id: int, now: datetime) -> Attempt:
    """Take back what was recorded at the wrong door; the row stays and counts no more."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        place = _open_place(actor, estate_id, no, home_id)
        attempt = place.attempts.filter(pk=attempt_id).first()
        if attempt is None:
            raise NotFound(gettext_noop("没有这一条登记。请刷新页面再看。"))
        if attempt.withdrawn_at is not None:
            raise WrongState(gettext_noop("这一条已经撤掉了。"), code="withdrawn")
        attempt.withdrawn_at, attempt.withdrawn_by_id = now, actor.person_id
        attempt.save(update_fields=["withdrawn_at", "withdrawn_by"])
        record.write(
            "notices.attempt_withdrawn",
            subject=("canvass", place.canvass_id),
            facts={"no": no},
            attests=[attempt],
            thread=place.canvass.thread,
        )
    return attempt


def told_homes(canvass: Canvass) -> frozenset[int]:
    """Return the ids of the homes that were reached (one query)."""
    rows = Attempt.objects.filter(place__canvass=canvass, withdrawn_at__isnull=True)
    return rules.reached(
        (rules.Went(home, outcome) for home, outcome in rows.values_list("place__home_id", "outcome")),
        notes_suffice=canvass.notes_suffice,
    )


def close_canvass(*, actor: Actor, estate_id: int, no: int, now: datetime, reason: str = "") -> Canvass:
    """End a round; how many homes were not reached is kept with the reason, which is then asked for."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        canvass = canvass_at(estate_id, no)
        policy.can_begin(actor, estate_id).enforce()
        if canvass.closed_at is not None:
            raise WrongState(gettext_noop("这次走访已经结束了。"), code="closed")
        reason = one_line(reason)
        if len(reason) > LONGEST_NOTE:
            text = Sentence(gettext_noop("说明太长了，最多 {most} 个字。"), most=LONGEST_NOTE)
            raise BadInput(text, fields={"reason": text})
        rules.check_public_line(reason, "reason")
        homes = CanvassHome.objects.filter(canvass=canvass).count()
        left = homes - len(told_homes(canvass))
        rules.check_close(left=left, reason=reason)
        canvass.closed_at, canvass.closed_by_id = now, actor.person_id
        canvass.left, canvass.close_note = left, reason
        canvass.save(update_fields=["closed_at", "closed_by", "left", "close_note"])
        record.write(
            "notices.canvass_closed",
            subject=("canvass", canvass.pk),
            facts={"no": no, "homes": homes, "told": homes - left, "left": left},
            attests=[canvass],
            thread=canvass.thread,
        )
    return canvass


def note_export(*, actor: Actor, estate_id: int, no: int, homes: int, now: datetime) -> None:
    """Record that the actor takes what came of ``homes`` homes away in a file (C2, logged in bulk)."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        canvass = canvass_at(estate_id, no)
        buildings = policy.buildings_of(actor, estate_id)
        allow_if(
            buildings is None or canvass.homes.filter(building_id__in=buildings).exists(), policy.ASK_CANVASS
        ).enforce()
        record.write(
            "notices.doors_exported",
            subject=("canvass", canvass.pk),
            facts={"no": no, "homes": homes},
            thread=canvass.thread,
        )
