"""Publishing a version, recording where it hangs, taking it down."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.core.files.base import ContentFile

from yishiting.ground import pictures
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places.models import Entrance
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.line import one_line
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.record.notices import hearing, policy, rules
from yishiting.record.notices.models import Channel, Notice, Picture, Posting, Version
from yishiting.record.notices.services.drafting import LONGEST_NOTE, facts, fetch, version_of
from yishiting.timeline.services import book

LONGEST_LABEL = 40


def publish_notice(*, actor: Actor, estate_id: int, no: int, now: datetime, version_no: int | None = None) -> Version:
    """Publish the newest version; the one that hung gives way in the same moment, and stays readable.

    Where homes are named it must have been reviewed, and whoever drafted it may not publish it.
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        notice = fetch(actor, estate_id, no)
        policy.can_draft(actor, estate_id).enforce()
        version = version_of(notice, version_no)
        rules.check_publish(facts(version), actor.person_id)
        before = notice.versions.filter(published_at__isnull=False, replaced_at__isnull=True).first()
        if before is not None:
            before.replaced_at = now
            before.save(update_fields=["replaced_at"])
            record.write(
                "notices.replaced",
                subject=("notice", notice.pk),
                facts={"no": no, "version": before.no},
                attests=[before],
                thread=notice.thread,
            )
        version.published_at, version.published_by_id = now, actor.person_id
        version.post_id = _signs(actor, estate_id)
        version.save(update_fields=["published_at", "published_by", "post"])
        record.write(
            "notices.published",
            subject=("notice", notice.pk),
            facts={"no": no, "version": version.no, "title": version.title},
            attests=[version],
            thread=notice.thread,
        )
    return version


def _signs(actor: Actor, estate_id: int) -> int | None:
    """Return the post under whose name the actor publishes."""
    mine = [o for o in actor.offices if policy.Duty.NOTICE in o.duties and estate_id in o.estate_ids]
    return mine[0].post_id if mine else None


def post_notice(
    *, actor: Actor, estate_id: int, no: int, channel: str, now: datetime, entrance_ids: Collection[int] = (),
    on: date | None = None, label: str = "", note: str = "", upload: pictures.Upload | None = None,
    version_no: int | None = None,
) -> list[Posting]:  # fmt: skip
    """Record that the version which hangs was made known in a channel: with a picture, or words on when and where.

    For :attr:`Channel.ENTRANCE` one row for each entrance that was not recorded yet; a picture belongs to one entrance,
    several at once are told in words. Whoever goes round a building records the entrances of that building.
    """
    picture = pictures.read_picture(upload) if upload is not None else None
    stored: Picture | None = None
    try:
        with book(estate_id, actor_id=actor.person_id, now=now) as record:
            notice = fetch(actor, estate_id, no)
            version = _hanging(notice, version_no)
            entrances = list(Entrance.objects.filter(estate_id=estate_id, pk__in=list(entrance_ids)))
            buildings = {entrance.building_id for entrance in entrances} if channel == Channel.ENTRANCE else {None}
            for building in buildings or {None}:
                policy.can_post(actor, estate_id, building).enforce()
            today = now.astimezone(CHINA).date()
            on = on or today
            label, note = one_line(label), one_line(note)
            _check_posting(version, channel, entrances, on, today, label, note, picture is not None)
            if picture is not None:
                stored = _store(estate_id, picture, actor, now)
            hung = set(version.postings.filter(entrance__isnull=False).values_list("entrance_id", flat=True))
            left = [entrance.pk for entrance in entrances if entrance.pk not in hung]
            if channel == Channel.ENTRANCE and not left:
                raise WrongState(gettext_noop("这些单元已经登记过了。请选还没有登记的。"), code="already_posted")
            made = [
                Posting.objects.create(
                    estate_id=estate_id,
                    version=version,
                    channel=channel,
                    label=label,
                    entrance_id=entrance_id,
                    picture=stored,
                    note=note,
                    on=on,
                    added_by_id=actor.person_id,
                    added_at=now,
                )
                for entrance_id in (left if channel == Channel.ENTRANCE else [None])
            ]
            record.write(
                "notices.posted",
                subject=("notice", notice.pk),
                facts={
                    "no": no,
                    "version": version.no,
                    "channel": channel,
                    "n": len(made),
                    "pictures": [stored.sha256] if stored else [],
                },
                attests=[*made, *([stored] if stored else [])],
                thread=notice.thread,
            )
    except Exception:
        if stored is not None:
            stored.file.storage.delete(str(stored.file.name))
        raise
    return made


def _hanging(notice: Notice, version_no: int | None) -> Version:
    version = notice.versions.filter(published_at__isnull=False, replaced_at__isnull=True).first()
    if version is None or version.archived_at is not None:
        raise WrongState(gettext_noop("这份公示现在没有挂出来，不能登记张贴。要先发布。"), code="not_hanging")
    if version_no is not None and version.no != version_no:
        raise WrongState(gettext_noop("刚刚发布了新的一版。请换上新的一版再登记。"), code="changed")
    return version


def _check_posting(
    version: Version, channel: str, entrances: list[Entrance], on: date, today: date, label: str, note: str, picture: bool
) -> None:  # fmt: skip
    fields: dict[str, Sentence] = {}
    if channel not in Channel.values:
        fields["channel"] = Sentence(gettext_noop("请选是哪一种渠道。"))
    scope = set(version.places.values_list("entrance_id", flat=True))
    if channel == Channel.ENTRANCE:
        if not entrances or any(entrance.pk not in scope for entrance in entrances):
            fields["entrances"] = Sentence(gettext_noop("请选贴在哪个单元，只能选这份公示范围里的。"))
        elif picture and len(entrances) > 1:
            fields["picture"] = Sentence(gettext_noop("一张照片只能证明一个单元。请一个单元一个单元地登记。"))
    if channel == Channel.OTHER and not label:
        fields["label"] = Sentence(gettext_noop("请写明是什么渠道。"))
    if len(label) > LONGEST_LABEL:
        fields["label"] = Sentence(gettext_noop("这一项太长了，最多 {most} 个字。"), most=LONGEST_LABEL)
    if not picture and not note:
        fields["note"] = Sentence(gettext_noop("请拍一张照片，或者写明什么时候贴在、发在哪里。"))
    if len(note) > LONGEST_NOTE:
        fields["note"] = Sentence(gettext_noop("说明太长了，最多 {most} 个字。"), most=LONGEST_NOTE)
    assert version.published_at is not None
    if not version.published_at.astimezone(CHINA).date() <= on <= today:
        fields["on"] = Sentence(gettext_noop("日期要在发布那天到今天之间。"))
    if fields:
        raise BadInput(next(iter(fields.values())), fields=fields)


def _store(estate_id: int, picture: pictures.Picture, actor: Actor, now: datetime) -> Picture:
    row = Picture(
        estate_id=estate_id,
        sha256=picture.sha256,
        width=picture.width,
        height=picture.height,
        added_by_id=actor.person_id,
        added_at=now,
    )
    row.file.save(pictures.random_name(), ContentFile(picture.content), save=False)
    try:
        row.save(force_insert=True)
    except Exception:
        row.file.storage.delete(str(row.file.name))
        raise
    return row


def hung(version: Version, today: date) -> rules.Hung:
    """Return for how long a version has hung, from its evidence (two queries, none where both are prefetched)."""
    shown = [rules.Shown(row.channel, row.on, row.entrance_id) for row in version.postings.all()]
    entrances = [row.entrance_id for row in version.places.all()]
    over = version.replaced_at or version.archived_at
    return rules.hung(
        since=rules.complete_on(version.channels, entrances, shown),
        least=version.least_days,
        today=today,
        ended=over.astimezone(CHINA).date() if over else None,
    )


def archive_notice(*, actor: Actor, estate_id: int, no: int, now: datetime, note: str = "") -> Version:
    """Take the notice down; before it has hung for as long as it had to, only with a reason. It stays readable.

    Not while an objection to it waits for its answer, or a version that was promised upon one is not out.
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        notice = fetch(actor, estate_id, no)
        policy.can_draft(actor, estate_id).enforce()
        version = _hanging(notice, None)
        note = one_line(note)
        if len(note) > LONGEST_NOTE:
            text = Sentence(gettext_noop("说明太长了，最多 {most} 个字。"), most=LONGEST_NOTE)
            raise BadInput(text, fields={"note": text})
        rules.check_public_line(note, "note")
        if notice.versions.filter(published_at__isnull=True, replaced_at__isnull=True).exists():
            raise WrongState(gettext_noop("这份公示还有一版草稿。请先发布或者改好草稿。"), code="draft_waits")
        rules.check_nothing_open(*hearing.in_the_way([notice.pk]))
        time = hung(version, now.astimezone(CHINA).date())
        if not time.enough and not note:
            text = Sentence(
                gettext_noop("要挂满 {least} 整天，现在算 {days} 天。提前收起来，请写明为什么。"),
                least=time.least,
                days=time.days,
            )
            raise BadInput(text, code="too_early", fields={"note": text})
        version.archived_at, version.archived_by_id, version.archive_note = now, actor.person_id, note
        version.save(update_fields=["archived_at", "archived_by", "archive_note"])
        record.write(
            "notices.archived",
            subject=("notice", notice.pk),
            facts={"no": no, "version": version.no, "days": time.days},
            attests=[version],
            thread=notice.thread,
        )
    return version
