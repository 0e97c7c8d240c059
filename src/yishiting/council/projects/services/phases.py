"""The steps of a phase: each names who answers for it, on which day it was done, with which picture."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NotRequired, TypedDict, Unpack

from django.db.models import Max, Q

from yishiting.council.matters import services as matters
from yishiting.council.matters.models import Photo
from yishiting.council.projects import affairs, lifecycle, policy
from yishiting.council.projects.lifecycle import Asked, PhaseFacts, PolicyFacts
from yishiting.council.projects.models import Insurance, Phase, PhaseStep, Project
from yishiting.council.projects.services.creating import fetch, resolved_on, thread
from yishiting.council.projects.services.readiness import require_ready
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, NotFound, WrongState
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.services import Book, book

DONE = "done"
Kind = PhaseStep.Kind
COLUMNS = {
    Kind.STARTED: "started_at",
    Kind.FINISHED: "finished_at",
    Kind.ACCEPTED: "accepted_at",
    Kind.OPERATING: "operating_at",
}
LONGEST_NOTE = 500
#: What is not for the contractor's own people; that work began and was finished they record themselves.
DECIDING = frozenset({Kind.ACCEPTED, Kind.OPERATING})


class Done(TypedDict):
    """What was done on phase ``phase_no`` of project ``no``: on which day (today unless said), in words, with a picture."""

    actor: Actor
    estate_id: int
    no: int
    phase_no: int
    now: datetime
    on: NotRequired[date | None]
    note: NotRequired[str]
    photo: NotRequired[Photo | None]


def start_phase(**done: Unpack[Done]) -> Phase:
    """Record that a phase was started, with a picture; the one before it must be accepted."""
    return _record(Kind.STARTED, **done)


def finish_phase(**done: Unpack[Done]) -> Phase:
    """Record that the work of a phase is finished, with a picture."""
    return _record(Kind.FINISHED, **done)


def accept_phase(**done: Unpack[Done]) -> Phase:
    """Record that a phase was accepted; a picture of it is asked for."""
    return _record(Kind.ACCEPTED, **done)


def operate_phase(**done: Unpack[Done]) -> Phase:
    """Put a phase into operation, with a picture; refused while no insurance covers it where the project asks for one."""
    return _record(Kind.OPERATING, **done)


def note_progress(**done: Unpack[Done]) -> Phase:
    """Write down how a phase gets on, in words or with a picture."""
    return _record(Kind.NOTED, **done)


def phase_facts(phases: Iterable[Phase]) -> list[PhaseFacts]:
    """Return phases as the lifecycle wants them; ``last_on`` is the day of the last step, where the query annotated it."""
    return [
        PhaseFacts(
            no=phase.no,
            planned=phase.planned,
            started=phase.started_at is not None,
            finished=phase.finished_at is not None,
            accepted=phase.accepted_at is not None,
            operating=phase.operating_at is not None,
            last_on=getattr(phase, "last_on", None),
        )
        for phase in phases
    ]


def policy_facts(policies: Iterable[Insurance]) -> list[PolicyFacts]:
    """Return the days of a project's policies."""
    return [PolicyFacts(row.valid_from, row.valid_to) for row in policies]


def _record(
    kind: PhaseStep.Kind,
    *,
    actor: Actor,
    estate_id: int,
    no: int,
    phase_no: int,
    now: datetime,
    on: date | None = None,
    note: str = "",
    photo: Photo | None = None,
) -> Phase:
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        project = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        if kind in DECIDING:
            affairs.may_accept(actor, project, now).enforce()
        phases = list(project.phases.annotate(last_on=Max("steps__on", filter=~Q(steps__kind=Kind.NOTED))))
        phase = next((each for each in phases if each.no == phase_no), None)
        if phase is None:
            raise NotFound(Sentence(gettext_noop("没有第 {no} 期。"), no=phase_no))
        _check_photo(estate_id, photo)
        lifecycle.check_room(note, most=LONGEST_NOTE, field="note")
        today = now.astimezone(CHINA).date()
        if kind == Kind.STARTED and phase.started_at is None:
            require_ready(project)
        facts = lifecycle.record(
            kind,
            Asked(
                phases=phase_facts(phases),
                no=phase_no,
                on=on or today,
                today=today,
                note=note,
                has_photo=photo is not None,
                needs_insurance=project.needs_insurance,
                policies=policy_facts(project.policies.all()),
                stopped=project.stopped_at is not None,
                resolved_on=resolved_on(project.resolution, project.vote),
            ),
        )
        if column := COLUMNS.get(kind):
            setattr(phase, column, now)
            phase.save(update_fields=[column])
        step = PhaseStep.objects.create(
            estate_id=estate_id,
            phase=phase,
            kind=kind,
            note=note.strip(),
            photo=photo,
            by_id=actor.person_id,
            post=project.post,
            on=on or today,
            recorded_at=now,
        )
        if photo is not None and not photo.public:
            # What was put up for everyone may be seen by everyone; a reporter's pictures never come this way.
            photo.public = True
            photo.save(update_fields=["public"])
        accepted, total = lifecycle.progress(facts)
        record.write(
            f"projects.{kind}",
            subject=("phase", phase.pk),
            facts={
                "no": project.no,
                "phase": phase.no,
                "planned": phase.planned,
                "accepted": accepted,
                "total": total,
                "unit": project.unit,
            },
            attests=[step, phase, *([photo] if photo else [])],
            thread=thread(project),
        )
        _end_when_complete(record, actor, project, facts, now)
    return phase


def _check_photo(estate_id: int, photo: Photo | None) -> None:
    """Refuse a picture that belongs to a report (it would be published), to another estate, or to another step."""
    if photo is None:
        return
    if photo.estate_id != estate_id or photo.report_id is not None or PhaseStep.objects.filter(photo=photo).exists():
        text = gettext_noop("这张照片不能用在这里。请另拍一张现场的照片。")
        raise BadInput(text, code="photo_in_use", fields={"photo": text})


def _end_when_complete(
    record: Book, actor: Actor, project: Project, facts: tuple[PhaseFacts, ...], now: datetime
) -> None:
    """End the project, and the matter's step that it is, once every phase is through."""
    if project.ended_at or not lifecycle.complete(facts, must_operate=project.needs_insurance):
        return
    project.ended_at = now
    project.save(update_fields=["ended_at"])
    record.write(
        "projects.completed",
        subject=("project", project.pk),
        facts={"no": project.no, "total": project.total, "unit": project.unit},
        attests=[project],
        thread=thread(project),
    )
    if project.run is None or project.run.ended_at is not None:
        return
    try:
        matters.finish_step(record=record, run=project.run, outcome=DONE, note="", actor=actor, now=now)
    except WrongState as refusal:
        # What was built and accepted stands; the matter's step ends when the evidence that it lacks is there.
        if refusal.code not in {"gate_unmet", "unanswered"}:
            raise
