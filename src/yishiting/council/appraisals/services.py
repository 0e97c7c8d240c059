"""The verbs of appraisals."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db.models import Count, Max

from yishiting.council.appraisals import affairs, lifecycle, policy
from yishiting.council.appraisals.models import Appraisal, AppraisalAnswer, AppraisalHome, AppraisalNote
from yishiting.council.matters.models import Matter, Report
from yishiting.ground.organisations import restating
from yishiting.ground.organisations.actors import SYSTEM, Actor
from yishiting.ground.places.models import Building, Entrance, Estate, Home
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.kernel.words import gettext_noop
from yishiting.timeline.models import Entry
from yishiting.timeline.services import book

READ = "appraisals.read"


def fetch(actor: Actor, estate_id: int, no: int) -> Appraisal:
    """Return the appraisal of that number; raises :class:`NotFound`."""
    found = policy.visible_to(actor).filter(estate_id=estate_id, no=no).first()
    if found is None:
        raise NotFound(gettext_noop("没有这次评议。请从事项的页面进。"))
    return found


def is_finished(matter: Matter) -> bool:
    """Whether the work on a matter is done: it is closed, or its carrying out is over and it waits for its answer."""
    if matter.status == Matter.Status.CLOSED:
        return True
    return (
        matter.status == Matter.Status.OPEN
        and matter.stage == Matter.Stage.FEEDBACK
        and matter.steps.filter(stage=Matter.Stage.CARRY_OUT, round=matter.round, ended_at__isnull=False).exists()
    )


def open_appraisal(
    *,
    actor: Actor,
    estate: Estate,
    matter_no: int,
    scope: str,
    threshold: int,
    closes_at: datetime,
    now: datetime,
    building: Building | None = None,
    entrance: Entrance | None = None,
) -> Appraisal:
    """Ask the homes concerned how well a matter was dealt with, until ``closes_at``.

    ``threshold`` is in tenths of a point and stays: nobody moves the line once answers are in. A second appraisal of a
    matter waits for the first to be over, and for the note that its low score asked for (评议→整改→再评); it asks the same
    homes, or a circle from whose difference nobody's answer can be read.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        matter = Matter.objects.filter(estate=estate, no=matter_no).first()
        if matter is None:
            raise NotFound(gettext_noop("没有这件事项。请回评议页重新选。"))
        policy.can_run(actor, matter, now=now).enforce()
        before = Appraisal.objects.filter(matter=matter).order_by("-no").first()
        if before is not None and before.closed_at is None:
            raise WrongState(gettext_noop("这件事正在评议。等这一次结束了再评。"), code="open_already")
        if before is not None and result_of(before).low and not before.notes.exists():
            raise WrongState(gettext_noop("上一次评分低，还没有写整改说明。请先写，整改了再评。"), code="note_owed")
        homes = _homes(matter, scope, building, entrance)
        lifecycle.check_opening(
            finished=is_finished(matter), homes=len(homes), threshold=threshold, closes_at=closes_at, now=now
        )
        lifecycle.check_apart(homes, _told(matter))
        last = Appraisal.objects.filter(estate=estate).aggregate(no=Max("no"))["no"] or 0
        appraisal = Appraisal.objects.create(
            estate=estate,
            no=last + 1,
            matter=matter,
            scope=scope,
            building=building if scope == Appraisal.Scope.BUILDING else None,
            entrance=entrance if scope == Appraisal.Scope.ENTRANCE else None,
            threshold=threshold,
            opened_at=now,
            opened_by_id=actor.person_id,
            closes_at=closes_at,
        )
        AppraisalHome.objects.bulk_create(
            [AppraisalHome(estate=estate, appraisal=appraisal, home_id=home) for home in homes]
        )
        record.write(
            "appraisals.opened",
            subject=("appraisal", appraisal.pk),
            facts={"no": appraisal.no, "homes": len(homes)},
            attests=[appraisal, *appraisal.homes.order_by("pk")],
            thread=matter.thread,
        )
        restating.restate(record, [affairs.judged(matter, appraisal)], estate=estate, now=now)
    return appraisal


def _told(matter: Matter) -> list[set[int]]:
    """Return which homes each earlier appraisal of a matter asked whose result was told (two queries)."""
    enough = (
        Appraisal.objects.filter(matter=matter, closed_at__isnull=False)
        .annotate(answered=Count("homes__answer"))
        .filter(answered__gte=lifecycle.LEAST_SHOWN)
    )
    found: dict[int, set[int]] = {}
    for appraisal, home in AppraisalHome.objects.filter(appraisal__in=enough.values("pk")).values_list(
        "appraisal_id", "home_id"
    ):
        found.setdefault(appraisal, set()).add(home)
    return list(found.values())


def _homes(matter: Matter, scope: str, building: Building | None, entrance: Entrance | None) -> Sequence[int]:
    """Return the homes concerned, in order; the place must be of the estate, and where the matter is if that is known."""
    if scope == Appraisal.Scope.REPORTERS:
        homes = Report.objects.filter(matter=matter, home__isnull=False).order_by("home_id")
        return list(homes.values_list("home_id", flat=True).distinct())
    here = Home.objects.filter(estate_id=matter.estate_id).order_by("order", "pk")
    lifecycle.check_place(
        where=matter.where,
        at=(matter.building_id, matter.entrance_id),
        asked=(building.pk, None)
        if scope == Appraisal.Scope.BUILDING and building
        else (entrance.building_id, entrance.pk)
        if scope == Appraisal.Scope.ENTRANCE and entrance
        else (None, None),
    )
    if scope == Appraisal.Scope.BUILDING and building is not None:
        return list(here.filter(building=building).values_list("pk", flat=True))
    if scope == Appraisal.Scope.ENTRANCE and entrance is not None:
        return list(here.filter(entrance=entrance).values_list("pk", flat=True))
    text = gettext_noop("请选请哪些住户来评；选了楼栋或单元的，要写明是哪一个。")
    raise BadInput(text, fields={"scope": text})


def answer(
    *, actor: Actor, estate_id: int, no: int, home_id: int, score: int, now: datetime, words: str = ""
) -> AppraisalAnswer:
    """Answer for a home of one's own: once, while it is open. Raises ``NotAllowed`` for others and for who is judged."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        appraisal = fetch(actor, estate_id, no)
        if (estate_id, home_id) not in actor.homes:
            raise NotAllowed(gettext_noop("只有住在那一户或有那一户产权的人能替它评。"))
        policy.can_answer(actor, appraisal.matter).enforce()
        row = _take(appraisal, home_id, score, words, now)
        row.answered_by_id = actor.person_id
        row.save()
        record.write(
            "appraisals.answered", subject=("appraisal", appraisal.pk), facts={"no": appraisal.no}, attests=[row]
        )
    return row


def write_down(
    *, actor: Actor, estate_id: int, no: int, home_id: int, score: int, now: datetime, words: str = ""
) -> AppraisalAnswer:
    """Write down what a home answered by word of mouth or on paper."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        appraisal = fetch(actor, estate_id, no)
        policy.can_run(actor, appraisal.matter, now=now).enforce()
        row = _take(appraisal, home_id, score, words, now)
        row.written_by_id = actor.person_id
        row.save()
        record.write(
            "appraisals.answered", subject=("appraisal", appraisal.pk), facts={"no": appraisal.no}, attests=[row]
        )
    return row


def _take(appraisal: Appraisal, home_id: int, score: int, words: str, now: datetime) -> AppraisalAnswer:
    asked = appraisal.homes.filter(home_id=home_id).first()
    if asked is None:
        raise NotAllowed(gettext_noop("这次评议没有请这一户。请的是办这件事关系到的住户。"), code="not_asked")
    lifecycle.check_answer(
        closed=appraisal.closed_at is not None,
        closes_at=appraisal.closes_at,
        answered=AppraisalAnswer.objects.filter(asked=asked).exists(),
        score=score,
        words=words.strip(),
        now=now,
    )
    return AppraisalAnswer(
        estate_id=appraisal.estate_id,
        asked=asked,
        score=score,
        words=words.strip(),
        answered_at=now,
        salt=secrets.token_hex(16),
    )


def scores(appraisal: Appraisal) -> list[int]:
    """Return the scores given, without whose they are."""
    return list(AppraisalAnswer.objects.filter(asked__appraisal=appraisal).values_list("score", flat=True))


def result_of(appraisal: Appraisal) -> lifecycle.Result:
    """Count the answers of an appraisal. Only for one that is closed may it be shown."""
    return lifecycle.result(homes=appraisal.homes.count(), scores=scores(appraisal), threshold=appraisal.threshold)


def close_appraisal(*, actor: Actor, estate_id: int, no: int, now: datetime) -> Appraisal:
    """Close an appraisal whose time is over; from now on its result is for everyone."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        appraisal = fetch(actor, estate_id, no)
        policy.can_run(actor, appraisal.matter, now=now).enforce()
        lifecycle.check_close(closed=appraisal.closed_at is not None, closes_at=appraisal.closes_at, now=now)
        appraisal.closed_at = now
        appraisal.save(update_fields=["closed_at"])
        told = result_of(appraisal)
        record.write(
            "appraisals.closed",
            subject=("appraisal", appraisal.pk),
            facts={"no": appraisal.no, "homes": told.homes, "answered": told.answered, "low": told.low},
            attests=[appraisal],
            thread=appraisal.matter.thread,
        )
    return appraisal


def close_due(now: datetime) -> int:
    """Close every appraisal whose time is over; return how many. Run by the worker, and again without harm."""
    done = 0
    for estate_id, no in Appraisal.objects.filter(closed_at__isnull=True, closes_at__lte=now).values_list(
        "estate_id", "no"
    ):
        try:
            close_appraisal(actor=SYSTEM, estate_id=estate_id, no=no, now=now)
        except WrongState:
            # Another worker was there first.
            continue
        done += 1
    return done


def note_follow_up(*, actor: Actor, estate_id: int, no: int, text: str, now: datetime) -> AppraisalNote:
    """Write, for everyone, what is done about a low score."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        appraisal = fetch(actor, estate_id, no)
        policy.can_run(actor, appraisal.matter, now=now).enforce()
        closed = appraisal.closed_at is not None
        kept = lifecycle.check_note(closed=closed, low=closed and result_of(appraisal).low, text=text)
        note = AppraisalNote.objects.create(
            estate_id=estate_id, appraisal=appraisal, text=kept, written_by_id=actor.person_id, written_at=now
        )
        record.write(
            "appraisals.noted",
            subject=("appraisal", appraisal.pk),
            facts={"no": appraisal.no},
            attests=[note],
            thread=appraisal.matter.thread,
        )
    return note


def read_answers(*, actor: Actor, estate_id: int, no: int, now: datetime) -> list[AppraisalAnswer]:
    """Return single answers without their homes, for whoever may read them, once it is closed; the reading is on record.

    Ordered by score and words, so that the order tells nothing of who came when. Empty where fewer than three answered.
    """
    appraisal = fetch(actor, estate_id, no)
    policy.can_run(actor, appraisal.matter, now=now).enforce()
    if appraisal.closed_at is None or result_of(appraisal).answered is None:
        return []
    today = datetime.combine(now.astimezone(CHINA).date(), time.min, CHINA)
    read = Entry.objects.filter(
        estate_id=estate_id,
        kind=READ,
        subject_id=appraisal.pk,
        actor_id=actor.person_id,
        at__gte=today,
        at__lt=today + timedelta(days=1),
    )
    if not read.exists():
        with book(estate_id, actor_id=actor.person_id, now=now) as record:
            if not read.exists():
                record.write(READ, subject=("appraisal", appraisal.pk), facts={"no": appraisal.no})
    rows = AppraisalAnswer.objects.filter(asked__appraisal=appraisal).order_by("-score", "words", "pk")
    return list(rows.only("score", "words", "asked_id"))
