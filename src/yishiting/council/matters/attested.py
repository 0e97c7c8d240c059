"""Rows of matters that entries attest, and which of their columns the database lets nobody change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from yishiting.council.matters.models import (
    Answer,
    Decision,
    Escalation,
    Evidence,
    Judgement,
    Matter,
    Photo,
    PlaybookVersion,
    Rating,
    Report,
    Resolution,
    Retirement,
    StepEnd,
    StepRun,
)
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline import attest, guards


def _of_matter(what: str) -> Callable[[Any], Sentence]:
    return lambda row: Sentence(what, no=row.matter.no)


def _matter(row: Matter) -> Sentence:
    return Sentence(gettext_noop("第 {no} 件事"), no=row.no)


def _step(row: StepRun) -> Sentence:
    return Sentence(gettext_noop("第 {no} 件事的“{title}”这一步"), no=row.matter.no, title=row.title)


def _evidence(row: Evidence) -> Sentence:
    return Sentence(gettext_noop("第 {no} 件事的一项凭据"), no=row.run.matter.no)


def _photo(row: Photo) -> Sentence:
    if row.report is None:
        return Sentence(gettext_noop("第 {id} 张照片"), id=row.pk)
    return Sentence(gettext_noop("第 {no} 件事的第 {id} 张照片"), no=row.report.matter.no, id=row.pk)


def _playbook(row: PlaybookVersion) -> Sentence:
    return Sentence(gettext_noop("工作法“{name}”第 {version} 版"), name=row.name, version=row.version)


def register() -> None:
    """Register the rows with the record."""
    _register_matters()
    _register_what_stands_by_them()
    guards.register("matters_report", free=("matter_id", "withdrawn_at", "invalid_at"))
    guards.register("matters_judgement")
    guards.register("matters_steprun", free=("post_id", "due_at", "ended_at", "outcome", "note", "ended_by_id"))
    guards.register("matters_answer", free=("rating", "rating_words", "rated_at"))
    guards.register("matters_resolution")
    guards.register("matters_evidence")
    guards.register("matters_decision")
    guards.register("matters_escalation")
    guards.register("matters_playbookversion", free=("retired_at",))
    guards.register("matters_retirement", free=("restored_at", "restored_for"))


def _register_matters() -> None:
    # Not ``home_count`` and ``unanswered``: these are counted again from reports and answers.
    attest.register(
        "matters.matter",
        Matter,
        (
            *(
                "no",
                "category",
                "title",
                "building_id",
                "entrance_id",
                "spot",
                "proposed_title",
                "proposed_spot",
                "stage",
                "status",
                "urgent",
            ),
            *("playbook_id", "merged_into_id", "due_at", "round", "emergency_at", "created_at", "ended_at"),
        ),
        current=True,
        names=_matter,
    )
    attest.register(
        "matters.report",
        Report,
        (
            *("first_matter_id", "person_id", "home_id", "words", "made_at", "written_by_id", "urgent", "withdrawn_at"),
            *("invalid_at", "replaces_id", "salt"),
        ),
        current=True,
        names=_of_matter(gettext_noop("第 {no} 件事的一条反映")),
    )
    passage = ("matter_id", "round", "seq", "step", "kind", "stage", "title", "who", "started_at", "due_at")
    attest.register("matters.step", StepRun, (*passage, "post_id"), current=True, names=_step)
    attest.register("matters.step_end", StepEnd, (*passage, "ended_at", "outcome", "note", "ended_by_id"), names=_step)
    attest.register(
        "matters.decision",
        Decision,
        ("matter_id", "round", "kind", "reason", "target_id", "report_id", "post", "decided_by_id", "decided_at"),
        names=_of_matter(gettext_noop("第 {no} 件事的一项决定")),
    )
    attest.register(
        "matters.judgement",
        Judgement,
        ("report_id", "matter_id", "valid", "reason", "post", "judged_by_id", "judged_at"),
        names=_of_matter(gettext_noop("第 {no} 件事里对一条意见的认定")),
    )
    attest.register(
        "matters.escalation",
        Escalation,
        (
            *("matter_id", "run_id", "cause", "from_tier", "to_tier", "from_post_id", "to_post_id", "asked", "reason"),
            *("due_at", "raised_at", "raised_by_id"),
        ),
        names=_of_matter(gettext_noop("第 {no} 件事的一次上交")),
    )
    attest.register(
        "matters.answer",
        Answer,
        ("matter_id", "report_id", "round", "text", "given_by_id", "given_at"),
        names=_of_matter(gettext_noop("第 {no} 件事的一条答复")),
    )
    attest.register(
        "matters.rating",
        Rating,
        ("rating", "rating_words", "rated_at"),
        names=_of_matter(gettext_noop("第 {no} 件事的一次评价")),
    )


def _register_what_stands_by_them() -> None:
    attest.register(
        "matters.resolution",
        Resolution,
        ("no", "matter_id", "text", "adopted_at"),
        names=lambda row: Sentence(gettext_noop("第 {no} 号决议"), no=row.no),
    )
    attest.register(
        "matters.evidence",
        Evidence,
        ("run_id", "kind", "label", "entrance_id", "home_id", "photo_id", "note", "added_by_id", "added_at"),
        names=_evidence,
    )
    # A picture that nothing uses yet may be dropped again; one that something uses is attested by the entry of its use.
    # Who sent it cannot be guessed from the digest, since the file's random name is in it and nowhere in the record.
    attest.register(
        "matters.photo",
        Photo,
        ("report_id", "file", "sha256", "width", "height", "public", "added_by_id", "added_at"),
        current=True,
        must=Q(report__isnull=False),
        names=_photo,
    )
    attest.register(
        "matters.playbook",
        PlaybookVersion,
        ("playbook", "version", "name", "categories", "text", "added_at", "retired_at"),
        names=_playbook,
    )
    attest.register(
        "matters.retirement",
        Retirement,
        ("playbook", "name", "reason", "retired_at", "restored_at", "restored_for"),
        current=True,
        names=lambda row: Sentence(gettext_noop("工作法“{name}”的停用"), name=row.name),
    )
