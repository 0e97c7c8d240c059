"""Playbooks taken in: the shipped ones, an estate's own, and the one that a matter pins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.db.models import Q, QuerySet

from yishiting.council.matters import policy
from yishiting.council.matters.models import PlaybookVersion
from yishiting.council.matters.playbooks import library
from yishiting.council.matters.playbooks.definition import Fault, Playbook, Step
from yishiting.council.matters.playbooks.reading import read
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.services import book

#: The playbook whose first step says who takes reports up, and within which time.
COMMON = "five-step"
LARGEST_TEXT = 200_000


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
    """Return the versions that a matter of the estate may be given: shipped and its own, not retired."""
    return PlaybookVersion.objects.filter(Q(estate__isnull=True) | Q(estate_id=estate_id), retired_at__isnull=True)


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


@transaction.atomic
def ensure_library(*, now: datetime) -> list[PlaybookVersion]:
    """Take in the playbooks that the product ships, those that are not yet there; may run at every start.

    Raises :class:`BadInput` where a shipped playbook says something else than what was taken in under its number, since
    matters in progress pin it.
    """
    kept = []
    for playbook, text in zip(library.playbooks(), library.texts().values(), strict=True):
        version, _ = PlaybookVersion.objects.get_or_create(
            estate=None,
            playbook=playbook.id,
            version=playbook.version,
            defaults={"name": playbook.name, "categories": list(playbook.matters), "text": text, "added_at": now},
        )
        if version.text != text and playbook_of(version) != playbook:
            raise BadInput(_taken(playbook), code="version_taken")
        kept.append(version)
    return kept


def add_playbook(*, actor: Actor, estate: Estate, source: str | bytes, now: datetime) -> PlaybookVersion:
    """Take in an estate's own playbook. Nothing is kept of one with a fault: :class:`FaultyPlaybook` names each line.

    The same text twice is the same version; another text under a number that is taken is refused.
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
        same = PlaybookVersion.objects.filter(
            Q(estate=estate) | Q(estate__isnull=True), playbook=playbook.id, version=playbook.version
        ).first()
        if same is not None:
            if same.text == text or playbook_of(same) == playbook:
                return same
            raise BadInput(_taken(playbook), code="version_taken", fields={"file": _taken(playbook)})
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


def _taken(playbook: Playbook) -> Sentence:
    text = gettext_noop(
        "工作法“{id}”的第 {version} 版已经收进来了，内容和这份不一样。办理中的事还按原来的走，"
        "请把 version 改成更大的数再上传。"
    )
    return Sentence(text, id=playbook.id, version=playbook.version)
