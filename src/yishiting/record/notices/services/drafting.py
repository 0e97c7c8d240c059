"""Drafting a notice, writing its next version, having it reviewed by somebody else."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places.models import Entrance, Estate
from yishiting.kernel.errors import BadInput, NotFound, WrongState
from yishiting.kernel.line import one_line
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.record.notices import policy, rules
from yishiting.record.notices.models import Channel, Notice, Version, VersionPlace
from yishiting.timeline import attest
from yishiting.timeline.services import Book, book

LONGEST_TITLE = 60
LONGEST_TEXT = 4000
LONGEST_NOTE = 200
MOST_DAYS = 90
#: Work days within which an objection is answered, where a draft says nothing else.
ANSWER_DAYS = 5
PLACES = "notices.places"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a version is to say. ``entrance_ids`` empty: the whole estate."""

    kind: str
    title: str
    text: str
    names_homes: bool = False
    least_days: int = 0
    answer_days: int = ANSWER_DAYS
    channels: Sequence[str] = (Channel.BOARD, Channel.ENTRANCE)
    entrance_ids: Collection[int] = ()


def fetch(actor: Actor, estate_id: int, no: int) -> Notice:
    """Return the notice of that number as ``actor`` may see it; raises :class:`NotFound`."""
    notice = policy.visible_to(actor).filter(estate_id=estate_id, no=no).first()
    if notice is None:
        raise NotFound(Sentence(gettext_noop("没有第 {no} 号公示。"), no=no))
    return notice


def latest(notice: Notice) -> Version:
    """Return the newest version of a notice, whatever its state."""
    return notice.versions.order_by("-no")[0]


def version_of(notice: Notice, version_no: int | None) -> Version:
    """Return the newest version; raises :class:`WrongState` where the actor looked at another one."""
    version = latest(notice)
    if version_no is not None and version.no != version_no:
        raise WrongState(gettext_noop("这份公示刚刚有了新的一版。请刷新页面，看过再办。"), code="changed")
    return version


def facts(version: Version) -> rules.Facts:
    """Return what the rules look at."""
    return rules.Facts(version.state, version.names_homes, version.drafted_by_id, version.reviewed_by_id)


def _checked(estate_id: int, draft: Draft) -> tuple[str, str, list[str], list[int]]:
    title, text = one_line(draft.title), draft.text.strip()
    fields: dict[str, Sentence] = {}
    if not title or len(title) > LONGEST_TITLE:
        fields["title"] = Sentence(gettext_noop("请写标题，不超过 {most} 个字。"), most=LONGEST_TITLE)
    if not one_line(text) or len(text) > LONGEST_TEXT:
        fields["text"] = Sentence(gettext_noop("请写公示的内容，不超过 {most} 个字。"), most=LONGEST_TEXT)
    elif rules.holds_an_id_number(f"{title} {text}"):
        fields["text"] = Sentence(gettext_noop("里面有像身份证号的数字。公示不能写身份证号，请删去。"))
    elif not draft.names_homes and rules.names_a_room(f"{title} {text}"):
        fields["names_homes"] = Sentence(
            gettext_noop("内容写到了某一户的房号。请勾选“写到了住户”，由另一个人复核；或者删去房号。")
        )
    if draft.kind not in Version.Kind.values:
        fields["kind"] = Sentence(gettext_noop("请选是哪一种公示。"))
    if not 0 <= draft.least_days <= MOST_DAYS:
        fields["least_days"] = Sentence(gettext_noop("挂的天数请填 0 到 {most}。"), most=MOST_DAYS)
    if not rules.FEWEST_ANSWER_DAYS <= draft.answer_days <= rules.MOST_ANSWER_DAYS:
        fields["answer_days"] = Sentence(
            gettext_noop("答复异议的天数请填 {fewest} 到 {most} 个工作日。"),
            fewest=rules.FEWEST_ANSWER_DAYS,
            most=rules.MOST_ANSWER_DAYS,
        )
    channels = [each for each in Channel.values if each in set(draft.channels)]
    if not channels or len(channels) != len(set(draft.channels)):
        fields["channels"] = Sentence(gettext_noop("请选在哪里公示，至少一种。"))
    wanted = set(draft.entrance_ids)
    entrances = Entrance.objects.filter(estate_id=estate_id)
    ids = list((entrances.filter(pk__in=wanted) if wanted else entrances).order_by("pk").values_list("pk", flat=True))
    if wanted and len(ids) != len(wanted):
        fields["entrances"] = Sentence(gettext_noop("请选这个小区里的楼栋和单元。"))
    elif not ids:
        # Without a place there is nowhere to hang it, and nobody whom it concerns.
        fields["entrances"] = Sentence(gettext_noop("这个小区还没有登记楼栋和单元，没有地方可以贴。请先导入名册。"))
    if fields:
        raise BadInput(next(iter(fields.values())), fields=fields)
    return title, text, channels, ids


def _write(record: Book, notice: Notice, draft: Draft, *, no: int, actor: Actor, now: datetime) -> Version:
    title, text, channels, entrances = _checked(notice.estate_id, draft)
    version = Version.objects.create(
        estate_id=notice.estate_id,
        notice=notice,
        no=no,
        kind=draft.kind,
        title=title,
        text=text,
        names_homes=draft.names_homes,
        least_days=draft.least_days,
        answer_days=draft.answer_days,
        channels=channels,
        drafted_at=now,
        drafted_by_id=actor.person_id,
    )
    VersionPlace.objects.bulk_create(
        [VersionPlace(estate_id=notice.estate_id, version=version, entrance_id=pk) for pk in entrances]
    )
    record.write(
        "notices.drafted",
        subject=("notice", notice.pk),
        facts={"no": notice.no, "version": no},
        attests=[notice, version, attest.Whole(PLACES, [version.pk])],
        thread=notice.thread,
    )
    return version


def draft_notice(
    *, actor: Actor, estate: Estate, draft: Draft, now: datetime, thread: str = "", run: int | None = None
) -> Notice:
    """Begin a notice with its first version; nobody outside sees it before it is published.

    ``thread`` and ``run`` bind it to a matter and the passage through the step that asks for it. Raises
    :class:`~yishiting.kernel.errors.BadInput` for what cannot be published at all (an identity number), and where a room
    is named without saying so.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_draft(actor, estate.pk).enforce()
        last = Notice.objects.filter(estate=estate).aggregate(no=Max("no"))["no"] or 0
        notice = Notice.objects.create(
            estate=estate, no=last + 1, thread=thread, run=run, created_at=now, created_by_id=actor.person_id
        )
        _write(record, notice, draft, no=1, actor=actor, now=now)
    return notice


def revise_notice(
    *, actor: Actor, estate_id: int, no: int, draft: Draft, now: datetime, version_no: int | None = None
) -> Version:
    """Write the next version. A draft that waits gives way at once; what hangs, only when the new one is published."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        notice = fetch(actor, estate_id, no)
        policy.can_draft(actor, estate_id).enforce()
        before = version_of(notice, version_no)
        if before.state == "archived":
            raise WrongState(gettext_noop("这份公示已经收起来了。要再公示，请另起一份。"), code="archived")
        if before.published_at is None:
            before.replaced_at = now
            before.save(update_fields=["replaced_at"])
            record.write(
                "notices.draft_dropped",
                subject=("notice", notice.pk),
                facts={"no": no, "version": before.no},
                attests=[before],
                thread=notice.thread,
            )
        return _write(record, notice, draft, no=before.no + 1, actor=actor, now=now)


def review_notice(
    *, actor: Actor, estate_id: int, no: int, agrees: bool, now: datetime, note: str = "", version_no: int | None = None
) -> Version:
    """Say of a draft that it may be published, or return it with a reason. Only by another than who drafted it."""
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        notice = fetch(actor, estate_id, no)
        policy.can_review(actor, estate_id).enforce()
        version = version_of(notice, version_no)
        rules.check_review(facts(version), actor.person_id)
        note = one_line(note)
        if len(note) > LONGEST_NOTE or (not agrees and not note):
            text = Sentence(gettext_noop("退回要写明改什么，不超过 {most} 个字。"), most=LONGEST_NOTE)
            raise BadInput(text, fields={"note": text})
        version.reviewed_at, version.reviewed_by_id = now, actor.person_id
        version.returned, version.review_note = not agrees, note
        version.save(update_fields=["reviewed_at", "reviewed_by", "returned", "review_note"])
        record.write(
            "notices.reviewed" if agrees else "notices.returned",
            subject=("notice", notice.pk),
            facts={"no": no, "version": version.no},
            attests=[version],
            thread=notice.thread,
        )
    return version
