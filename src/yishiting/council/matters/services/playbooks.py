"""Playbooks taken in: the shipped ones, an estate's own, and the one that a matter pins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.db.models import Q, QuerySet

from yishiting.council.matters import policy
from yishiting.council.matters.models import PlaybookVersion, Retirement
from yishiting.council.matters.playbooks import library
from yishiting.council.matters.playbooks.definition import Playbook, Step
from yishiting.council.matters.playbooks.reading import read
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import BadInput, NotFound, WrongState
from yishiting.kernel.toml.faults import Fault
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.services import book

#: The playbook whose first step says who takes reports up, and within which time.
COMMON = "five-step"
LARGEST_TEXT = 200_000
LONGEST_REASON = 500


class FaultyPlaybook(BadInput):
    """A playbook that was not taken in; ``faults`` name each line that is to be mended."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        text = gettext_noop("这份工作法有 {n} 处要改，还没有收进来。请按行号改好再上传。")
        super().__init__(Sentence(text, n=len(faults)), code="faulty_playbook", fields={"file": faults[0].message})
        self.faults = tuple(faults)


@lru_cache(maxsize=256)
def _parsed(text: str) -> Playbook:
    playbook, faults = read(text)
    if playbook is None:
        sentence = gettext_noop("存着的工作法读不了了（第 {line} 行：{message}）。请联系维护人员。")
        raise WrongState(Sentence(sentence, line=faults[0].line, message=faults[0].message), code="unreadable_playbook")
    return playbook


def playbook_of(version: PlaybookVersion) -> Playbook:
    """Return the playbook as its kept text says."""
    return _parsed(version.text)


def selectable(estate_id: int) -> QuerySet[PlaybookVersion]:
    """Return the versions that a matter of the estate may be given: shipped and its own, of playbooks not retired in it."""
    return known(estate_id).exclude(playbook__in=retired(estate_id).values("playbook")).filter(retired_at__isnull=True)


def known(estate_id: int) -> QuerySet[PlaybookVersion]:
    """Return every version that the estate may read, shipped or its own."""
    return PlaybookVersion.objects.filter(Q(estate__isnull=True) | Q(estate_id=estate_id))


def retired(estate_id: int) -> QuerySet[Retirement]:
    """Return the retirements that stand in the estate."""
    return Retirement.objects.filter(estate_id=estate_id, restored_at__isnull=True)


def newest(versions: Sequence[PlaybookVersion]) -> list[PlaybookVersion]:
    """Return the newest version of each playbook; an estate's own stands before a shipped one of the same number."""
    best: dict[str, PlaybookVersion] = {}
    for version in versions:
        kept = best.get(version.playbook)
        if kept is None or (version.version, bool(version.estate_id)) > (kept.version, bool(kept.estate_id)):
            best[version.playbook] = version
    return sorted(best.values(), key=lambda version: (version.name, version.pk))


def intake_step(estate_id: int) -> Step | None:
    """Return the step by which reports of the estate are taken up: the first of the common playbook, if it triages.

    So who takes reports up, and within which time, is data that an estate can change, and not a constant of ours.
    """
    versions = list(selectable(estate_id).filter(playbook=COMMON))
    if not versions:
        return None
    first = playbook_of(newest(versions)[0]).first
    return first if first.kind == "triage" else None


def _shipped() -> dict[tuple[str, int], PlaybookVersion]:
    return {(row.playbook, row.version): row for row in PlaybookVersion.objects.filter(estate=None)}


@transaction.atomic
def ensure_library(*, now: datetime) -> list[PlaybookVersion]:
    """Take in the playbooks that the product ships, those that are not yet there; may run at every start.

    Raises :class:`BadInput` where a shipped playbook says something else than what was taken in under its number, since
    matters in progress pin it.
    """
    kept = []
    shipped = list(zip(library.playbooks(), library.texts().values(), strict=True))
    there = _shipped()
    new = [(playbook, text) for playbook, text in shipped if (playbook.id, playbook.version) not in there]
    if new:
        # Another process may be taking the same in, at its own start.
        PlaybookVersion.objects.bulk_create(
            [
                PlaybookVersion(
                    estate=None, playbook=playbook.id, version=playbook.version, name=playbook.name,
                    categories=list(playbook.matters), text=text, added_at=now,
                )
                for playbook, text in new
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        there = _shipped()
    for playbook, text in shipped:
        version = there[playbook.id, playbook.version]
        if version.text != text and playbook_of(version) != playbook:
            raise BadInput(_taken(playbook), code="version_taken")
        kept.append(version)
    return kept


def add_playbook(*, actor: Actor, estate: Estate, source: str | bytes, now: datetime) -> PlaybookVersion:
    """Take in an estate's own playbook. Nothing is kept of one with a fault: :class:`FaultyPlaybook` names each line.

    The same text twice is the same version. Refused is another text under a number that is taken, a number below the newest,
    an id under which another playbook is known, a new version of one that is retired, and one of the common playbook whose
    first step does not say who takes reports up and within which time. Matters in progress stay on the
    version that they began on, whatever is taken in.
    """
    if len(source) > LARGEST_TEXT:
        raise BadInput(
            gettext_noop("文件太大，不像是工作法。请核对选的文件。"),
            fields={"file": gettext_noop("文件太大，不像是工作法。请核对选的文件。")},
        )
    playbook, faults = read(source)
    if playbook is None:
        raise FaultyPlaybook(faults)
    text = source.decode("utf-8-sig") if isinstance(source, bytes) else source
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_add_playbook(actor, estate.pk).enforce()
        # One of its own may have the number of one that was shipped later.
        numbered = list(known(estate.pk).filter(playbook=playbook.id, version=playbook.version))
        same = next((each for each in numbered if each.text == text or playbook_of(each) == playbook), None)
        if same is not None:
            return same
        if numbered:
            raise BadInput(_taken(playbook), code="version_taken", fields={"file": _taken(playbook)})
        _require_fresh(estate.pk, playbook)
        _require_intake(playbook)
        version = PlaybookVersion.objects.create(
            estate=estate,
            playbook=playbook.id,
            version=playbook.version,
            name=playbook.name,
            categories=list(playbook.matters),
            text=text,
            added_at=now,
        )
        record.write(
            "matters.playbook_added",
            subject=("playbook", version.pk),
            facts={"playbook": playbook.id, "version": playbook.version, "name": playbook.name},
            attests=[version],
        )
    return version


def _require_fresh(estate_id: int, playbook: Playbook) -> None:
    """Raise :class:`BadInput` where the id belongs to another playbook, the number is behind, or the playbook is retired."""
    newest_kept = known(estate_id).filter(playbook=playbook.id).order_by("-version").first()
    if newest_kept is None:
        return
    params = {"id": playbook.id, "name": newest_kept.name, "version": newest_kept.version}
    if newest_kept.name != playbook.name:
        text = Sentence(
            gettext_noop("编号“{id}”已经是工作法“{name}”的。要改它，名称请保持不变；要收进另一种工作法，请换一个 id。"),
            **params,
        )
        raise BadInput(text, code="id_taken", fields={"file": text})
    if playbook.version < newest_kept.version:
        text = Sentence(
            gettext_noop("工作法“{name}”已经有第 {version} 版。请把 version 改成比它大的数再上传。"), **params
        )
        raise BadInput(text, code="version_behind", fields={"file": text})
    if retired(estate_id).filter(playbook=playbook.id).exists():
        text = Sentence(gettext_noop("工作法“{name}”已经停用。要收进新的一版，请先恢复使用。"), **params)
        raise BadInput(text, code="retired", fields={"file": text})


def _require_intake(playbook: Playbook) -> None:
    """Raise :class:`BadInput` for a common playbook that does not say who takes reports up, and within which time."""
    first = playbook.first
    if playbook.id == COMMON and (first.kind != "triage" or first.within is None):
        text = gettext_noop(
            '“{name}”规定了反映由谁受理、几天受理：第 {line} 行起的第一步要写 kind = "triage"，并写上 within。'
        )
        message = Sentence(text, name=playbook.name, line=first.line)
        raise BadInput(message, code="common", fields={"file": message})


def retire_playbook(*, actor: Actor, estate: Estate, playbook: str, reason: str, now: datetime) -> Retirement:
    """Take up no more matters of the estate with a playbook, whatever its version; those in progress go on as they began.

    Refused without a reason, for one that is retired already, and for the common one: its first step says who takes reports
    up and within which time.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_add_playbook(actor, estate.pk).enforce()
        version = known(estate.pk).filter(playbook=playbook).order_by("-version").first()
        if version is None:
            raise NotFound(gettext_noop("没有这个工作法。请从工作法页里打开。"))
        if playbook == COMMON:
            text = gettext_noop("“{name}”规定了反映由谁受理、几天受理，不能停用。要改，请收进新的一版。")
            raise WrongState(Sentence(text, name=version.name), code="common")
        if retired(estate.pk).filter(playbook=playbook).exists():
            raise WrongState(Sentence(gettext_noop("“{name}”已经停用了。"), name=version.name), code="retired")
        row = Retirement.objects.create(
            estate=estate, playbook=playbook, name=version.name, reason=_reason(reason), retired_at=now
        )
        record.write(
            "matters.playbook_retired",
            subject=("playbook", version.pk),
            facts={"playbook": playbook, "name": version.name},
            attests=[row],
        )
    return row


def restore_playbook(*, actor: Actor, estate: Estate, playbook: str, reason: str, now: datetime) -> Retirement:
    """Use a retired playbook again for matters to come; refused without a reason and for one that is in use."""
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_add_playbook(actor, estate.pk).enforce()
        row = retired(estate.pk).filter(playbook=playbook).first()
        if row is None:
            raise WrongState(gettext_noop("这个工作法没有停用，不用恢复。请刷新工作法页看看。"), code="in_use")
        row.restored_at, row.restored_for = now, _reason(reason)
        row.save(update_fields=["restored_at", "restored_for"])
        record.write(
            "matters.playbook_restored",
            subject=("retirement", row.pk),
            facts={"playbook": playbook, "name": row.name},
            attests=[row],
        )
    return row


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        message = gettext_noop("请写明缘由，大家会看到。")
        raise BadInput(message, code="empty", fields={"reason": message})
    if len(reason) > LONGEST_REASON:
        long = Sentence(gettext_noop("缘由太长了，最多 {most} 个字。"), most=LONGEST_REASON)
        raise BadInput(long, fields={"reason": long})
    return reason


def _taken(playbook: Playbook) -> Sentence:
    text = gettext_noop(
        "工作法“{id}”的第 {version} 版已经收进来了，内容和这份不一样。办理中的事还按原来的走，"
        "请把 version 改成更大的数再上传。"
    )
    return Sentence(text, id=playbook.id, version=playbook.version)
