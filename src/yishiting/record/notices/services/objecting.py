"""Objections to what hangs (异议): made while its days run, taken back by who made them, answered one by one."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db.models import Max

from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places import selectors as places
from yishiting.ground.places.models import Home
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, NotAllowed, WrongState
from yishiting.kernel.line import one_line
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.kernel.workdays import Term
from yishiting.record.notices import hearing, policy, rules
from yishiting.record.notices.models import Notice, Objection, Version
from yishiting.record.notices.services.drafting import LONGEST_NOTE, fetch
from yishiting.record.notices.services.publishing import hung
from yishiting.timeline.models import Entry
from yishiting.timeline.services import Book, book

LONGEST_OBJECTION = 1000
LONGEST_ANSWER = 1000
READ = "notices.objections_read"


def window_of(version: Version, today: date) -> rules.Window:
    """Return when objections to a published version are heard (as many queries as :func:`hung`)."""
    ended = bool(version.replaced_at or version.archived_at)
    return rules.window(hung(version, today), today=today, ended=ended)


def _latest_published(notice: Notice, version_no: int | None) -> Version:
    version = notice.versions.filter(published_at__isnull=False).order_by("-no").first()
    if version is None:
        raise WrongState(gettext_noop("这份公示还没有发布，现在不收异议。"), code="not_hanging")
    if version_no is not None and version.no != version_no:
        raise WrongState(gettext_noop("刚刚发布了新的一版。请先看新的一版，再提异议。"), code="changed")
    return version


def _checked(words: str, most: int) -> str:
    words = words.strip()
    text = None
    if not one_line(words) or len(words) > most:
        text = Sentence(gettext_noop("请写明不同意什么、为什么，不超过 {most} 个字。"), most=most)
    elif rules.holds_an_id_number(words):
        text = Sentence(gettext_noop("里面有像身份证号的数字。不用写身份证号，请删去。"))
    if text:
        raise BadInput(text, fields={"words": text})
    return words


def _write(
    record: Book, version: Version, *, home_id: int, words: str, on: date, actor: Actor, paper: bool, now: datetime
) -> Objection:
    notice = version.notice
    last = Objection.objects.filter(notice=notice).aggregate(no=Max("no"))["no"] or 0
    due = Term(version.answer_days, "workdays").after(now, places.calendar(version.estate_id))
    made = Objection.objects.create(
        estate_id=version.estate_id,
        notice=notice,
        version=version,
        no=last + 1,
        home_id=home_id,
        person_id=None if paper else actor.person_id,
        words=words,
        on=on,
        made_at=now,
        written_by_id=actor.person_id if paper else None,
        due_at=due,
    )
    record.write(
        "notices.objection_written" if paper else "notices.objected",
        subject=("notice", notice.pk),
        facts={"no": notice.no, "version": version.no, "objection": made.no},
        attests=[made],
        thread=notice.thread,
    )
    return made


def object_to_notice(
    *, actor: Actor, estate_id: int, no: int, words: str, now: datetime, home_id: int | None = None,
    version_no: int | None = None,
) -> Objection:  # fmt: skip
    """Object in writing to the version that hangs, for a home of one's own in its scope, while its days run.

    ``home_id`` may be left out by who has one home there. What was said is never edited: it is taken back and said anew.
    Raises :class:`NotAllowed` for who has no home in the scope, :class:`WrongState` outside of the time and for a second
    objection to the same version.
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        version = _latest_published(fetch(actor, estate_id, no), version_no)
        homes = policy.homes_within(actor, version)
        policy.can_object(actor, homes).enforce()
        today = now.astimezone(CHINA).date()
        rules.check_objecting(window_of(version, today))
        words = _checked(words, LONGEST_OBJECTION)
        chosen = homes[0] if home_id is None and len(homes) == 1 else home_id
        if chosen not in homes:
            text = gettext_noop("请选您是为哪一户提的，只能选公示范围里您自己的家。")
            raise BadInput(text, fields={"home": text})
        before = Objection.objects.filter(
            version=version, person_id=actor.person_id or 0, withdrawn_at__isnull=True
        ).first()
        if before is not None:
            raise WrongState(
                gettext_noop("您对这一版提过异议了。要换个说法，请先撤回原来的；有了答复的，请另外反映一件事。"),
                code="objected_already",
            )
        return _write(record, version, home_id=chosen, words=words, on=today, actor=actor, paper=False, now=now)


def write_down_objection(
    *, actor: Actor, estate_id: int, no: int, home_id: int, words: str, now: datetime, on: date | None = None
) -> Objection:
    """Write down what a home of the scope handed in on paper; ``on``, the day on which it came, lies within the time."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        notice = fetch(actor, estate_id, no)
        policy.can_hear(actor, estate_id).enforce()
        version = _latest_published(notice, None)
        today = now.astimezone(CHINA).date()
        on = on or today
        assert version.published_at is not None
        if version.replaced_at or version.archived_at:
            raise WrongState(
                gettext_noop("这份公示已经收起来了，不再收异议。请替他反映一件事，会有人答复。"), code="window_over"
            )
        rules.check_paper(
            window_of(version, today), on=on, published_on=version.published_at.astimezone(CHINA).date(), today=today
        )
        words = _checked(words, LONGEST_OBJECTION)
        here = Home.objects.filter(pk=home_id, estate_id=estate_id, entrance__in=version.places.values("entrance"))
        text = gettext_noop("请选公示范围里的一户。")
        if not here.exists():
            raise BadInput(text, fields={"home": text})
        if Objection.objects.filter(
            version=version, home_id=home_id, person__isnull=True, withdrawn_at__isnull=True
        ).exists():
            text = gettext_noop("这一户对这一版的纸质异议录过了。请到列表里看。")
            raise WrongState(text, code="objected_already")
        return _write(record, version, home_id=home_id, words=words, on=on, actor=actor, paper=True, now=now)


def withdraw_objection(
    *, actor: Actor, estate_id: int, no: int, objection_no: int, now: datetime, note: str = ""
) -> Objection:
    """Take back one's own objection before it is answered; it stays on record and is counted no more.

    One on paper is taken back by staff, with a reason: its home said so, or it was written down wrongly.
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        notice = fetch(actor, estate_id, no)
        note = one_line(note)
        if policy.can_hear(actor, estate_id):
            row = hearing.numbered(notice, objection_no)
            if not row.paper and row.person_id != actor.person_id:
                raise NotAllowed(gettext_noop("异议只能由提的人自己撤回。请直接答复。"))
        else:
            row = hearing.own(actor, estate_id, no, objection_no)
        if len(note) > LONGEST_NOTE or (row.paper and not note):
            text = Sentence(gettext_noop("请写明为什么撤回，不超过 {most} 个字。"), most=LONGEST_NOTE)
            raise BadInput(text, fields={"note": text})
        if row.state != "open":
            raise WrongState(gettext_noop("这条异议已经答复或者撤回了，不用再撤。"), code="not_open")
        row.withdrawn_at, row.withdrawn_by_id, row.withdraw_note = now, actor.person_id, note
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdraw_note"])
        record.write(
            "notices.objection_withdrawn",
            subject=("notice", notice.pk),
            facts={"no": no, "objection": row.no},
            attests=[row],
            thread=notice.thread,
        )
    return row


def answer_objection(
    *, actor: Actor, estate_id: int, no: int, objection_no: int, outcome: str, text: str, now: datetime, remedy: str = ""
) -> Objection:  # fmt: skip
    """Answer an objection, once: ``upheld``, ``partly`` or ``rejected``, with the reason.

    Where it is right and the version still hangs, ``remedy`` says what follows: ``withdraw`` takes the version down at once,
    ``revise`` promises another one, and until that is out the notice is not over. Nobody answers his own.
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        notice = fetch(actor, estate_id, no)
        policy.can_hear(actor, estate_id).enforce()
        row = hearing.numbered(notice, objection_no)
        policy.can_answer(actor, row).enforce()
        if row.state != "open":
            raise WrongState(gettext_noop("这条异议已经答复或者撤回了。请刷新页面看一看。"), code="not_open")
        version, text = row.version, text.strip()
        hangs = version.replaced_at is None and version.archived_at is None
        remedy = rules.check_answer(outcome, text, remedy, hangs=hangs, most=LONGEST_ANSWER)
        row.answered_at, row.answered_by_id = now, actor.person_id
        row.outcome, row.answer, row.remedy = outcome, text, remedy
        row.save(update_fields=["answered_at", "answered_by", "outcome", "answer", "remedy"])
        record.write(
            "notices.objection_answered",
            subject=("notice", notice.pk),
            facts={"no": no, "objection": row.no, "outcome": outcome, "remedy": remedy},
            attests=[row],
            thread=notice.thread,
        )
        if remedy == Objection.Remedy.WITHDRAW:
            _take_down(record, version, actor, now)
    return row


def _take_down(record: Book, version: Version, actor: Actor, now: datetime) -> None:
    version.archived_at, version.archived_by_id, version.withdrawn = now, actor.person_id, True
    version.save(update_fields=["archived_at", "archived_by", "withdrawn"])
    notice = version.notice
    record.write(
        "notices.withdrawn",
        subject=("notice", notice.pk),
        facts={"no": notice.no, "version": version.no},
        attests=[version],
        thread=notice.thread,
    )


def read_objections(*, actor: Actor, estate_id: int, no: int, now: datetime) -> Notice:
    """Open the objections to a notice, with their words and doors (C2); a day's reading is one entry."""
    notice = fetch(actor, estate_id, no)
    policy.can_hear(actor, estate_id).enforce()
    start = datetime.combine(now.astimezone(CHINA).date(), time.min, CHINA)
    read = Entry.objects.filter(
        estate_id=estate_id, kind=READ, subject_kind="notice", subject_id=notice.pk, actor_id=actor.person_id,
        at__gte=start, at__lte=now,
    )  # fmt: skip
    if not notice.objections.exists() or read.exists():
        return notice
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        # Two pages opened at once ask again inside the lock.
        if not read.exists():
            record.write(READ, subject=("notice", notice.pk), facts={"no": no}, thread=notice.thread)
    return notice
