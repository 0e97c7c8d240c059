"""Changing a project's plan: what has not begun is planned anew, within the same total."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yishiting.council.projects import affairs, lifecycle, policy
from yishiting.council.projects.models import Phase, Project, Replan
from yishiting.council.projects.plan_text import MOST_PHASES
from yishiting.council.projects.services.creating import (
    PhaseDraft,
    fetch,
    phase_rows,
    resolved_on,
    thread,
)
from yishiting.council.projects.services.phases import phase_facts
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import gettext_noop
from yishiting.timeline.services import book


def change_plan(
    *, actor: Actor, estate_id: int, no: int, phases: Sequence[PhaseDraft], reason: str, now: datetime
) -> Project:
    """Replace the phases that have not started by ``phases``, numbered after those that have; the total stays (M42).

    The phases that fall out stay on record with the change that dropped them, and ``reason`` is shown to everyone. A phase
    that comes back the same, in its place, stays the phase it is. Raises :class:`WrongState` once nothing is left to change,
    :class:`BadInput` (fields ``phases``, ``reason``).
    """
    with book(estate_id, actor_id=actor.person_id, now=now) as record:
        project = fetch(actor, estate_id, no)
        policy.can_run(actor, estate_id).enforce()
        affairs.may_change(actor, project, now).enforce()
        before = list(project.phases.order_by("no"))
        kept = lifecycle.check_replan(
            phases=phase_facts(before),
            total=project.total,
            planned=[planned for _, planned, _ in phases],
            most=MOST_PHASES,
            ended=project.ended_at is not None,
            stopped=project.stopped_at is not None,
            reason=reason,
        )
        lifecycle.check_due(
            due=[due_on for _, _, due_on in phases],
            resolved_on=resolved_on(project.resolution, project.vote),
            today=now.astimezone(CHINA).date(),
        )
        left = before[len(kept) :]
        wanted = [(title.strip(), planned, due_on) for title, planned, due_on in phases]
        standing = [(phase.title, phase.planned, phase.due_on) for phase in left]
        if wanted == standing:
            text = gettext_noop("和原来的计划一样，没有要改的。")
            raise BadInput(text, fields={"phases": text})
        same = next(
            (place for place, (old, new) in enumerate(zip(standing, wanted, strict=False)) if old != new),
            min(len(standing), len(wanted)),
        )
        change = Replan.objects.create(
            estate_id=estate_id,
            project=project,
            no=project.replans.count() + 1,
            reason=reason.strip(),
            changed_at=now,
            changed_by_id=actor.person_id,
        )
        for phase in (dropped := left[same:]):
            phase.dropped_by = change
            phase.save(update_fields=["dropped_by"])
        fresh = Phase.objects.bulk_create(phase_rows(project, wanted[same:], first=len(kept) + same + 1))
        planned = [phase.planned for phase in (*before[: len(kept) + same], *fresh)]
        record.write(
            "projects.replanned",
            subject=("project", project.pk),
            facts={
                "no": project.no,
                "total": project.total,
                "unit": project.unit,
                "phases": len(planned),
                "planned": planned,
                "before": [phase.planned for phase in before],
            },
            attests=[change, *dropped, *fresh],
            thread=thread(project),
        )
    return project
