"""The steps of a phase: each names who did it, on which day, with which picture."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from yishiting.council.matters import services as matters
from yishiting.council.matters.models import Photo
from yishiting.council.projects import lifecycle, policy
from yishiting.council.projects.lifecycle import PhaseFacts, PolicyFacts
from yishiting.council.projects.models import Phase, PhaseStep, Project
from yishiting.council.projects.services.creating import fetch, thread
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, NotFound
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.services import Book, book

DONE = "done"


def phase_facts(project: Project) -> list[PhaseFacts]:
    """Return the phases as the lifecycle wants them (one query unless prefetched)."""
    return [
        PhaseFacts(
            no=phase.no,
            planned=phase.planned,
            started=phase.started_at is not None,
            finished=phase.finished_at is not None,
            accepted=phase.accepted_at is not None,
            operating=phase.operating_at is not None,
        )
        for phase in project.phases.all()
    ]


def policy_facts(project: Project) -> list[PolicyFacts]:
    """Return the days of the project's policies."""
    return [PolicyFacts(row.valid_from, row.valid_to) for row in project.policies.all()]


def _step(
    *,
    actor: Actor,
    estate_id: int,
    no: int,
    phase_no: int,
    kind: str,
    check: Callable[[Project], None],
    column: str,
    on: date | None,
    note: str,
    photo: Photo | None,
    now: datetime,
) -> Phase:
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        project = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        day = on or now.astimezone(CHINA).date()
        if day > now.astimezone(CHINA).date():
            raise BadInput(gettext_noop("日期还没到，请填已经做完的那一天。"), fields={"on": gettext_noop("日期还没到。")})
        phase = project.phases.filter(no=phase_no).first()
        if phase is None:
            raise NotFound(Sentence(gettext_noop("没有第 {no} 期。"), no=phase_no))
        check(project)
        if column:
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
            on=day,
            recorded_at=now,
        )
        if photo is not None and not photo.public:
            # What was put up for everyone may be seen by everyone; a reporter's pictures never come this way.
            photo.public = True
            photo.save(update_fields=["public"])
        facts = phase_facts(project)
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
            attests=[step],
            thread=thread(project),
        )
        _end_when_complete(record, actor, project, facts, now)
    return phase


def _end_when_complete(
    record: Book, actor: Actor, project: Project, facts: list[PhaseFacts], now: datetime
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
        thread=thread(project),
    )
    if project.run and project.run.ended_at is None:
        matters.finish_step(record=record, run=project.run, outcome=DONE, note="", actor=actor, now=now)


def start_phase(
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
    """Record that a phase was started; the one before it must be accepted."""
    return _step(
        actor=actor,
        estate_id=estate_id,
        no=no,
        phase_no=phase_no,
        kind="started",
        check=lambda project: lifecycle.check_start(phases=phase_facts(project), no=phase_no),
        column="started_at",
        on=on,
        note=note,
        photo=photo,
        now=now,
    )


def finish_phase(
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
    """Record that the work of a phase is finished."""
    return _step(
        actor=actor,
        estate_id=estate_id,
        no=no,
        phase_no=phase_no,
        kind="finished",
        check=lambda project: lifecycle.check_finish(phases=phase_facts(project), no=phase_no),
        column="finished_at",
        on=on,
        note=note,
        photo=photo,
        now=now,
    )


def accept_phase(
    *,
    actor: Actor,
    estate_id: int,
    no: int,
    phase_no: int,
    photo: Photo | None,
    now: datetime,
    on: date | None = None,
    note: str = "",
) -> Phase:
    """Record that a phase was accepted, with a picture of it."""
    return _step(
        actor=actor,
        estate_id=estate_id,
        no=no,
        phase_no=phase_no,
        kind="accepted",
        check=lambda project: lifecycle.check_accept(
            phases=phase_facts(project), no=phase_no, has_photo=photo is not None
        ),
        column="accepted_at",
        on=on,
        note=note,
        photo=photo,
        now=now,
    )


def operate_phase(
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
    """Put a phase into operation; refused on a day that no insurance covers where the project asks for one."""
    day = on or now.astimezone(CHINA).date()
    return _step(
        actor=actor,
        estate_id=estate_id,
        no=no,
        phase_no=phase_no,
        kind="operating",
        check=lambda project: lifecycle.check_operate(
            phases=phase_facts(project),
            no=phase_no,
            needs_insurance=project.needs_insurance,
            policies=policy_facts(project),
            on=day,
        ),
        column="operating_at",
        on=day,
        note=note,
        photo=photo,
        now=now,
    )


def note_progress(
    *,
    actor: Actor,
    estate_id: int,
    no: int,
    phase_no: int,
    note: str,
    now: datetime,
    on: date | None = None,
    photo: Photo | None = None,
) -> Phase:
    """Write down how a phase gets on, in words or with a picture."""
    if not note.strip() and photo is None:
        raise BadInput(gettext_noop("请写一句进展，或加一张照片。"), fields={"note": gettext_noop("请写一句进展。")})
    return _step(
        actor=actor,
        estate_id=estate_id,
        no=no,
        phase_no=phase_no,
        kind="noted",
        check=lambda project: None,
        column="",
        on=on,
        note=note,
        photo=photo,
        now=now,
    )
