"""Writes of places. Homes come by the roster (people/roster); here stand regions, estates, zones and declared figures."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from pypinyin import lazy_pinyin

from yishiting.ground.packs import shipped
from yishiting.ground.packs.reading import examine
from yishiting.ground.places import books, policy, recount, selectors
from yishiting.ground.places.days import EARLIEST, LATEST, LONGEST_REASON, LineFault, Listed, read_days
from yishiting.ground.places.models import AdoptedPack, DeclaredFigure, Estate, Region, WorkdayOverride, Zone
from yishiting.ground.places.policy import Asking
from yishiting.kernel.errors import BadInput, NotFound, WrongState
from yishiting.kernel.toml.faults import Fault
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.attest import Whole
from yishiting.timeline.services import book

REGION_KINDS = (Region.Kind.CITY, Region.Kind.DISTRICT, Region.Kind.SUBDISTRICT, Region.Kind.COMMUNITY)


def region_at(path: Sequence[str]) -> Region | None:
    """Return the region at ``path`` (names from the top, at most four), made where missing; None for an empty path.

    The kinds count back from the last name, which is a community.
    """
    if len(path) > len(REGION_KINDS):
        raise BadInput(Sentence(gettext_noop("区划最多四级：市/区/街道/社区。您给了 {n} 级。"), n=len(path)))
    node: Region | None = None
    for name, kind in zip(path, REGION_KINDS[len(REGION_KINDS) - len(path) :], strict=True):
        node, _ = Region.objects.get_or_create(parent=node, name=name.strip(), defaults={"kind": kind})
    return node


def slug_for(name: str) -> str:
    """Return an address for an estate's name: its pinyin, with a number where another estate has it already."""
    base = "".join(letter for letter in "".join(lazy_pinyin(name)).lower() if letter.isascii() and letter.isalnum())
    base = base[:60] or "estate"
    slug, n = base, 1
    while Estate.objects.filter(slug=slug).exists():
        n += 1
        slug = f"{base}-{n}"
    return slug


@transaction.atomic
def create_estate(*, name: str, region: Region | None, actor_id: int | None, now: datetime) -> Estate:
    """Put an estate on the register; a name that is taken or empty is refused."""
    name = name.strip()
    if not name:
        raise BadInput(gettext_noop("请写上小区的名称。"))
    if Estate.objects.filter(name=name).exists():
        raise BadInput(Sentence(gettext_noop("已经有一个叫“{name}”的小区。"), name=name), code="estate_exists")
    estate = Estate.objects.create(name=name, slug=slug_for(name), region=region)
    with book(estate.pk, actor_id=actor_id, now=now) as record:
        record.write("places.estate_created", subject=("estate", estate.pk), attests=[Whole(recount.ESTATE)])
    return estate


def declare(
    *,
    estate: Estate,
    name: str,
    value: int,
    approximate: str = "",
    source: str = "",
    actor_id: int | None,
    now: datetime,
) -> DeclaredFigure:
    """Record a total that the estate declares (替换同名的旧数), with whether it is exact, at least or about."""
    with book(estate.pk, actor_id=actor_id, now=now) as record:
        figure, _ = DeclaredFigure.objects.update_or_create(
            estate=estate, name=name, defaults={"value": value, "approximate": approximate, "source": source}
        )
        record.write(
            "places.figure_declared",
            subject=("declared", figure.pk),
            facts={"name": name, "value": value, "approximate": approximate},
            attests=[figure],
        )
    return figure


def set_zone(*, estate: Estate, label: str, capacity: int, actor_id: int | None, now: datetime) -> Zone:
    """Mark a parking zone for bicycles and e-bikes, or change what it holds."""
    if capacity < 0:
        raise BadInput(gettext_noop("车位数不能是负数。"))
    with book(estate.pk, actor_id=actor_id, now=now) as record:
        zone, _ = Zone.objects.update_or_create(estate=estate, label=label, defaults={"capacity": capacity})
        record.write(
            "places.zone_set",
            subject=("zone", zone.pk),
            facts={"label": label, "capacity": capacity},
            attests=[zone],
        )
    return zone


# -- the work calendar ------------------------------------------------------------------------------------------------


class FaultyList(BadInput):
    """A pasted list of days of which nothing was entered; ``faults`` name each line that is to be mended."""

    def __init__(self, faults: Sequence[LineFault]) -> None:
        text = Sentence(gettext_noop("有 {n} 行要改，一天也没有登记。请按行号改好再贴。"), n=len(faults))
        super().__init__(text, code="faulty_list", fields={"days": text})
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of a list: the days entered now, and how many were known just so already."""

    days: tuple[WorkdayOverride, ...]
    same: int


def set_day(*, actor: Asking, estate: Estate, day: date, worked: bool, reason: str, now: datetime) -> WorkdayOverride:
    """Enter a day as free or worked over the published calendar. Clocks that begin from now on count with it.

    A clock that runs already keeps its minute: people were told it. Refused without a reason, for a day that has an entry
    already, and for one that is known to be just so.
    """
    reason = _reason(reason)
    if not EARLIEST <= day.year <= LATEST:
        text = Sentence(gettext_noop("请核对年份，能登记 {first} 到 {last} 年。"), first=EARLIEST, last=LATEST)
        raise BadInput(text, fields={"day": text})
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_keep_calendar(actor, estate.pk).enforce()
        standing = WorkdayOverride.objects.filter(estate=estate, day=day, lifted_at__isnull=True).first()
        if standing is not None:
            raise BadInput(_stands(standing), code="day_entered", fields={"day": _stands(standing)})
        calendar = selectors.calendar(estate.pk)
        if calendar.knows(day.year) and calendar.is_workday(day) is worked:
            text = Sentence(
                gettext_noop("{day} 本来就是上班的日子，不用登记。")
                if worked
                else gettext_noop("{day} 本来就休息，不用登记。"),
                day=day.isoformat(),
            )
            raise BadInput(text, code="day_known", fields={"day": text})
        row = WorkdayOverride.objects.create(estate=estate, day=day, worked=worked, reason=reason, added_at=now)
        record.write(
            "places.day_set",
            subject=("workday", row.pk),
            facts={"day": day.isoformat(), "worked": worked},
            attests=[row],
        )
    return row


def lift_day(*, actor: Asking, estate: Estate, override_id: int, reason: str, now: datetime) -> WorkdayOverride:
    """Take an entered day back, with the reason; the published calendar counts again. Running clocks keep their minute."""
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_keep_calendar(actor, estate.pk).enforce()
        row = WorkdayOverride.objects.filter(estate=estate, pk=override_id).first()
        if row is None:
            raise NotFound(gettext_noop("工作日历里没有这一条。请从日历页重新打开。"))
        if row.lifted_at is not None:
            raise WrongState(gettext_noop("这一条已经撤掉了。请刷新日历页看看。"), code="lifted")
        row.lifted_at, row.lifted_for = now, _reason(reason)
        row.save(update_fields=["lifted_at", "lifted_for"])
        record.write(
            "places.day_lifted",
            subject=("workday", row.pk),
            facts={"day": row.day.isoformat()},
            attests=[row],
        )
    return row


def import_days(*, actor: Asking, estate: Estate, text: str, reason: str, now: datetime) -> Entered:
    """Enter a pasted list of days, all or none: :class:`FaultyList` names each line that is at fault.

    ``reason`` stands for the lines that bring none of their own. A day that is known to be just so is passed over.
    """
    listed, faults = read_days(text)
    if not listed and not faults:
        empty = gettext_noop("请把放假安排贴进来，一行一天，例如：2027-02-05 休。")
        raise BadInput(empty, fields={"days": empty})
    reason = _reason(reason)
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_keep_calendar(actor, estate.pk).enforce()
        standing = {
            row.day: row
            for row in WorkdayOverride.objects.filter(
                estate=estate, day__in=[each.day for each in listed], lifted_at__isnull=True
            )
        }
        faults = (*faults, *_contradicted(listed, standing))
        if faults:
            raise FaultyList(sorted(faults, key=lambda fault: fault.line))
        calendar = selectors.calendar(estate.pk)
        fresh = [
            each
            for each in listed
            if each.day not in standing
            and not (calendar.knows(each.day.year) and calendar.is_workday(each.day) is each.worked)
        ]
        rows = [
            WorkdayOverride.objects.create(
                estate=estate, day=each.day, worked=each.worked, reason=each.reason or reason, added_at=now
            )
            for each in fresh
        ]
        if rows:
            record.write(
                "places.days_imported",
                subject=("estate", estate.pk),
                facts={
                    "years": "、".join(str(year) for year in sorted({row.day.year for row in rows})),
                    "free": sum(not row.worked for row in rows),
                    "worked": sum(row.worked for row in rows),
                },
                attests=rows,
            )
    return Entered(tuple(rows), len(listed) - len(rows))


def _contradicted(listed: Sequence[Listed], standing: Mapping[date, WorkdayOverride]) -> list[LineFault]:
    return [
        LineFault(each.line, _stands(standing[each.day]))
        for each in listed
        if each.day in standing and standing[each.day].worked is not each.worked
    ]


def _stands(row: WorkdayOverride) -> Sentence:
    text = (
        gettext_noop("{day} 已经登记为上班（{reason}）。要改，请先撤掉那一条。")
        if row.worked
        else gettext_noop("{day} 已经登记为休息（{reason}）。要改，请先撤掉那一条。")
    )
    return Sentence(text, day=row.day.isoformat(), reason=row.reason)


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        message = gettext_noop("请写明缘由，例如：国务院办公厅的放假通知。")
        raise BadInput(message, code="empty", fields={"reason": message})
    if len(reason) > LONGEST_REASON:
        long = Sentence(gettext_noop("缘由太长了，最多 {most} 个字。"), most=LONGEST_REASON)
        raise BadInput(long, fields={"reason": long})
    return reason


# -- the rules of the place -------------------------------------------------------------------------------------------

LONGEST_WHY = 200


class FaultyPack(BadInput):
    """A pack that cannot be taken; ``faults`` name each line that is to be mended."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        text = Sentence(gettext_noop("规则包里有 {n} 处要改，没有采用。请按行号改好再来。"), n=len(faults))
        super().__init__(text, code="faulty_pack", fields={"pack": text})
        self.faults = faults


def adopt_pack(*, actor: Asking, estate: Estate, text: str, reason: str, now: datetime) -> AdoptedPack:
    """Take the pack written in ``text`` for an estate; votes that are drafted or open from now on go by it.

    What runs already keeps the rules by which it began. Raises :class:`FaultyPack` with the lines that are wrong,
    :class:`BadInput` without a reason, :class:`WrongState` for the very pack that holds already.
    """
    words = reason.strip()
    if not words or len(words) > LONGEST_WHY:
        said = Sentence(
            gettext_noop("请用一两句话（不超过 {n} 字）写明为什么用这一个，例如“本市的规定”。"), n=LONGEST_WHY
        )
        raise BadInput(said, fields={"reason": said})
    reading = examine(text)
    if reading.pack is None:
        raise FaultyPack(reading.faults)
    try:
        shipped.book_of(reading.pack)
    except KeyError:
        fault = Fault(
            1, Sentence(gettext_noop("没有“{base}”这个规则包，不能以它为 base。"), base=reading.pack.base), "base"
        )
        raise FaultyPack((fault,)) from None
    digest = hashlib.sha256(text.encode()).hexdigest()
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_keep_rules(actor, estate.pk).enforce()
        standing = books.in_force(estate.pk)
        if standing is not None and standing.digest == digest:
            raise WrongState(gettext_noop("现在用的就是这一个，不用再采用。"), code="pack_stands")
        row = AdoptedPack.objects.create(
            estate=estate,
            no=standing.no + 1 if standing else 1,
            pack_id=reading.pack.id,
            version=reading.pack.version,
            name=reading.pack.name[:60],
            text=text,
            digest=digest,
            reason=words,
            adopted_at=now,
        )
        record.write(
            "places.pack_adopted",
            subject=("pack", row.pk),
            facts={"name": row.name, "version": row.version, "pack": row.pack_id},
            attests=[row],
        )
    return row
