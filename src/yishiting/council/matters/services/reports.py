"""Reporting: a neighbour's own words, on a matter of its own or joining one that goes on."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Max, Q

from yishiting.council.matters import categories, policy
from yishiting.council.matters.models import COUNTS, Answer, Matter, Photo, Report, StepRun
from yishiting.council.matters.services import photos as pictures
from yishiting.council.matters.services.engine import begin_intake
from yishiting.council.matters.services.playbooks import newest, selectable
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.people.models import Holding, Person, Residence
from yishiting.ground.places.models import Building, Entrance, Estate, Home
from yishiting.kernel.errors import BadInput, NotFound, WrongState
from yishiting.kernel.line import contact_in, one_line
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.services import Book, book

LONGEST_TITLE = 80
LONGEST_SPOT = 80
LONGEST_WORDS = 2000
#: What the public reads of a matter until staff have looked at its title.
UNTITLED = "{category}：题目核对后公布"


def categories_of(estate_id: int) -> tuple[str, ...]:
    """Return what a matter of the estate can be about: ours and what its playbooks name."""
    named = [name for version in newest(list(selectable(estate_id))) for name in version.categories]
    return categories.known(named)


def report(
    *,
    actor: Actor,
    estate: Estate,
    category: str = "",
    title: str = "",
    words: str,
    home_id: int | None = None,
    building: Building | None = None,
    entrance: Entrance | None = None,
    spot: str = "",
    photos: Sequence[Photo] = (),
    join_matter_id: int | None = None,
    urgent: bool = False,
    written_for: Person | None = None,
    now: datetime,
) -> Report:
    """Keep what a neighbour says, as a new matter or joined to ``join_matter_id``.

    Nothing of it is public but category and building until staff take it up; then the title and spot that they let stand.

    ``written_for``: staff write it down for this neighbour, whose report it then is. Without ``home_id`` the reporter's
    only home counts. ``photos`` are the actor's own, kept by ``store_photo`` and not used yet. A matter that was merged
    meanwhile is joined where it went. Raises :class:`BadInput` by field; nothing is kept then.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_report(actor, estate.pk).enforce()
        title, spot = one_line(title), one_line(spot)
        if written_for is not None or actor.person_id is None:
            policy.can_write_for_others(actor, estate.pk).enforce()
        person_id = written_for.pk if written_for else actor.person_id
        home = _home(actor, estate, home_id, written_for, now)
        joined = _joinable(estate, join_matter_id) if join_matter_id is not None else None
        _check(category if joined is None else None, title if joined is None else None, words, spot, photos, estate)
        if person_id is None:
            raise BadInput(
                gettext_noop("请写明是替谁反映的。"), fields={"written_for": gettext_noop("请写明是替谁反映的。")}
            )
        if entrance is not None:
            building = entrance.building
        for place in (building, entrance):
            if place is not None and place.estate_id != estate.pk:
                text = gettext_noop("选的楼栋不在这个小区。请重新选择地点。")
                raise BadInput(text, fields={"place": text})
        matter = joined or new_matter(estate, category, title, building, entrance, spot, urgent, now)
        made = Report.objects.create(
            estate=estate,
            matter=matter,
            first_matter=matter,
            person_id=person_id,
            home=home,
            words=words.strip(),
            made_at=now,
            written_by_id=actor.person_id if person_id != actor.person_id else None,
            urgent=urgent,
            salt=secrets.token_hex(16),
        )
        _use(photos, made)
        before = matter.home_count
        recount(matter)
        waiting = begin_intake(matter, now) if joined is None else None
        again = joined is not None and home is not None and matter.home_count == before
        _write(record, matter, made, photos, waiting, again=again)
    return made


def join(
    *,
    actor: Actor,
    matter_id: int,
    words: str,
    home_id: int | None = None,
    photos: Sequence[Photo] = (),
    urgent: bool = False,
    written_for: Person | None = None,
    now: datetime,
) -> Report:
    """Join a matter that goes on with a report of one's own."""
    matter = policy.visible_to(actor).select_related("estate").filter(pk=matter_id).first()
    if matter is None:
        raise NotFound(gettext_noop("没有这件事。请从事项列表里重新打开。"))
    return report(
        actor=actor, estate=matter.estate, words=words, home_id=home_id, photos=photos, join_matter_id=matter.pk,
        urgent=urgent, written_for=written_for, now=now,
    )  # fmt: skip


def recount(matter: Matter) -> None:
    """Count a matter's distinct homes and the reports that wait for an answer, and keep both with whether it is urgent.

    Reports that were withdrawn or judged not valid count nowhere. A matter without one that counts keeps its urgency.
    """
    reports = Report.objects.filter(COUNTS, matter=matter)
    matter.home_count = reports.exclude(home=None).values("home_id").distinct().count()
    answered = Answer.objects.filter(matter=matter, round=matter.round).values("report_id")
    ended = matter.status != Matter.Status.OPEN
    matter.unanswered = 0 if ended else reports.exclude(pk__in=answered).count()
    said = list(reports.order_by().values_list("urgent", flat=True).distinct())
    if said:
        matter.urgent = any(said)
    matter.save(update_fields=["home_count", "unanswered", "urgent"])


def people_of(home: Home, now: datetime) -> list[Person]:
    """Return who owns or lives in a home now, owners first: for whom staff may write."""
    current = Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))
    owners = Person.objects.filter(pk__in=Holding.objects.filter(current, home=home).values("person_id"))
    others = Person.objects.filter(pk__in=Residence.objects.filter(current, home=home).values("person_id"))
    return list(dict.fromkeys([*owners.order_by("pk"), *others.order_by("pk")]))


def _home(actor: Actor, estate: Estate, home_id: int | None, written_for: Person | None, now: datetime) -> Home | None:
    if home_id is not None:
        home = Home.objects.filter(pk=home_id, estate=estate).first()
        staff = bool(policy.can_write_for_others(actor, estate.pk))
        # Staff, too, speak in their own name for their own home alone, since homes are what matters rank by; but for one of
        # which the register knows nobody there is no other name.
        nobodys = staff and home is not None and not people_of(home, now)
        if home is None or (written_for is None and (estate.pk, home_id) not in actor.homes and not nobodys):
            text = (
                gettext_noop("请选您自己的住处。替邻居反映的，请写明是替谁。")
                if staff
                else gettext_noop("请选您自己的住处。")
            )
            raise BadInput(text, fields={"home": text})
        if written_for is not None and written_for not in people_of(home, now):
            text = gettext_noop("这一户登记的人里没有他。请重新选择，或先请社区更正名册。")
            raise BadInput(text, fields={"written_for": text})
        return home
    if written_for is not None:
        text = gettext_noop("请写明是哪一户。")
        raise BadInput(text, fields={"home": text})
    mine = sorted(home for estate_id, home in actor.homes if estate_id == estate.pk)
    if len(mine) > 1:
        text = gettext_noop("您在这个小区有几处房子，请选是哪一处。")
        raise BadInput(text, fields={"home": text})
    return Home.objects.get(pk=mine[0]) if mine else None


def _joinable(estate: Estate, matter_id: int) -> Matter:
    matter = Matter.objects.select_related("merged_into").filter(pk=matter_id, estate=estate).first()
    while matter is not None and matter.merged_into_id is not None:
        matter = Matter.objects.filter(pk=matter.merged_into_id).first()
    if matter is None:
        raise NotFound(gettext_noop("没有这件事。请从事项列表里重新打开。"))
    if matter.status != Matter.Status.OPEN:
        text = gettext_noop("第 {no} 件已经办完了，不能再附议。请单独反映一件，我们重新受理。")
        raise WrongState(Sentence(text, no=matter.no), code="not_open")
    return matter


def check_category(category: str, estate_id: int) -> None:
    """Raise :class:`BadInput` for a category that the estate has not."""
    if category not in categories_of(estate_id):
        text = Sentence(gettext_noop("请选是哪一类的事。"))
        raise BadInput(text, fields={"category": text})


def check_title(title: str) -> None:
    """Raise :class:`BadInput` for a title that says nothing or is too long."""
    text = None
    if not title.strip():
        text = Sentence(gettext_noop("请用一句话说是什么事。"))
    elif contact_in(title):
        text = Sentence(gettext_noop("题目以后会公开，请不要写电话和证件号。要留电话，请写到下面“详细说说”里。"))
    elif len(title.strip()) > LONGEST_TITLE:
        long = gettext_noop("这一句太长了，最多 {most} 个字。细节请写到下面“详细说说”里。")
        text = Sentence(long, most=LONGEST_TITLE)
    if text is not None:
        raise BadInput(text, fields={"title": text})


def check_words(words: str) -> None:
    """Raise :class:`BadInput` for words that say nothing or are too long."""
    text = None
    if not words.strip():
        text = Sentence(gettext_noop("请写几个字，说说是怎么回事。"))
    elif len(words.strip()) > LONGEST_WORDS:
        text = Sentence(gettext_noop("写得太长了，最多 {most} 个字。请挑要紧的写。"), most=LONGEST_WORDS)
    if text is not None:
        raise BadInput(text, fields={"words": text})


def _check(
    category: str | None, title: str | None, words: str, spot: str, photos: Sequence[Photo], estate: Estate
) -> None:
    fields: dict[str, Sentence] = {}
    checks: list[Callable[[], None]] = [lambda: check_words(words)]
    if category is not None:
        checks.append(partial(check_category, category, estate.pk))
    if title is not None:
        checks.append(partial(check_title, title))
    for check in checks:
        try:
            check()
        except BadInput as wrong:
            fields.update(wrong.fields)
    if len(spot.strip()) > LONGEST_SPOT:
        fields["spot"] = Sentence(gettext_noop("地点太长了，最多 {most} 个字。"), most=LONGEST_SPOT)
    elif contact_in(spot):
        fields["spot"] = Sentence(gettext_noop("地点以后会公开，请不要写电话和证件号。"))
    if len(photos) > pictures.MOST:
        fields["photos"] = Sentence(gettext_noop("照片最多 {most} 张。请去掉几张。"), most=pictures.MOST)
    if fields:
        raise BadInput(next(iter(fields.values())), fields=fields)


def new_matter(
    estate: Estate, category: str, title: str, building: Building | None, entrance: Entrance | None, spot: str,
    urgent: bool, now: datetime, *, looked_at: bool = False,
) -> Matter:  # fmt: skip
    """Store a matter under the estate's next number.

    ``looked_at``: staff chose title and spot, so they are public at once; a neighbour's own are when it is taken up.
    """
    last = Matter.objects.filter(estate=estate).aggregate(no=Max("no"))["no"] or 0
    return Matter.objects.create(
        estate=estate,
        no=last + 1,
        category=category,
        title=title.strip() if looked_at else UNTITLED.format(category=category),
        building=building,
        entrance=entrance,
        spot=spot.strip() if looked_at else "",
        proposed_title=title.strip(),
        proposed_spot=spot.strip(),
        urgent=urgent,
        created_at=now,
    )


def _use(photos: Sequence[Photo], made: Report) -> None:
    # Conditional, so that a picture sent twice belongs to the report that came first.
    Photo.objects.filter(pk__in=[photo.pk for photo in photos], estate_id=made.estate_id, report__isnull=True).update(
        report=made
    )


def _write(
    record: Book, matter: Matter, made: Report, photos: Sequence[Photo], waiting: StepRun | None, *, again: bool
) -> None:
    """Write the report down; ``waiting`` is the passage in which a new matter waits to be taken up.

    ``again``: a home that had spoken already says more.
    """
    facts: dict[str, Any] = {
        "no": matter.no,
        "report": made.pk,
        "category": matter.category,
        "homes": matter.home_count,
        "urgent": matter.urgent,
        "photos": [photo.sha256 for photo in photos],
    }
    if again:
        facts["again"] = True
    record.write(
        "matters.reported" if waiting else "matters.joined",
        subject=("matter", matter.pk),
        facts=facts,
        attests=[made, matter, *made.photos.order_by("pk"), *([waiting] if waiting else [])],
        thread=matter.thread,
    )
