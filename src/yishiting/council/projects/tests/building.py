"""Matters that wait for a project, projects at each of their states, and pictures, for tests."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from PIL import Image

from tests.support.world import World
from yishiting.council.matters import services as matters
from yishiting.council.matters.models import Matter, Photo
from yishiting.council.projects import services
from yishiting.council.projects.models import Insurance, Phase, Project
from yishiting.kernel.clock import CHINA
from yishiting.timeline.services import book

WORDS = "引入社会资本，分三期加装40个充电桩"

#: Straight from triage to a project; ``{needs}`` takes gates of the project's step.
PLAYBOOK = """
id = "{id}"
version = 1
name = "直接落实"
source = "测试"
matters = []
parties = ["社区"]

[[step]]
id = "take"
stage = "collect"
kind = "triage"
title = "受理"
who = "community_worker"
next = {{ accepted = "build" }}

[[step]]
id = "build"
stage = "carry_out"
kind = "project"
title = "落实项目"
who = "community_worker"
{needs}
next = {{ done = "answer", stopped = "answer" }}

[[step]]
id = "answer"
stage = "feedback"
kind = "answer"
title = "答复"
who = "community_worker"
next = {{ answered = "end" }}
"""


def matter_for(world: World, *, needs: str = "", resolution: str = WORDS) -> Matter:
    """Bring a matter to the step of its project, with a resolution on it unless ``resolution`` is empty."""
    worker = world.actor("community_worker")
    matters.ensure_library(now=world.now)
    version = matters.add_playbook(
        actor=worker,
        estate=world.estate,
        source=PLAYBOOK.format(id=f"straight-{len(needs)}", needs=needs),
        now=world.now,
    )
    report = matters.report(
        actor=world.actor(0), estate=world.estate, category="停车充电", title="飞线充电", words="拉线", now=world.now
    )
    matter = matters.triage_accept(
        actor=worker, matter_id=report.matter_id, playbook_id=version.pk, reason="有", now=world.now
    )
    if resolution:
        with book(world.estate.pk, actor_id=worker.person_id, now=world.now) as record:
            matters.resolve(record=record, matter=matter, text=resolution, now=world.now, actor=worker)
    return matter


def create(world: World, *planned: int, matter: Matter | None = None, total: int | None = None, **more: Any) -> Project:
    """Set a project of charging piles up, for a matter with a resolution; without figures 14+13+13."""
    matter = matter or matter_for(world)
    numbers = planned or (14, 13, 13)
    return services.create_project(
        actor=world.actor("committee_chair"),
        estate=world.estate,
        title="加装充电桩",
        unit="个",
        total=sum(numbers) if total is None else total,
        phases=[(f"第{no}期", number, None) for no, number in enumerate(numbers, 1)],
        matter_no=matter.no,
        now=world.now,
        **more,
    )


def jpeg(colour: str = "#0d5b55") -> BytesIO:
    """A small picture as a phone would send it."""
    out = BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    out.name = "现场.jpg"
    out.seek(0)
    return out


def picture(world: World) -> Photo:
    """Keep a picture of the site."""
    return matters.store_photo(actor=world.actor("committee_chair"), estate=world.estate, upload=jpeg(), now=world.now)


def today(world: World) -> date:
    return world.now.astimezone(CHINA).date()


def insure(world: World, project: Project, *, days: tuple[int, int] = (0, 365), policy_no: str = "P-1") -> Insurance:
    """Insure a project from so many days from today until so many, both included."""
    return services.add_insurance(
        actor=world.actor("committee_chair"),
        estate_id=world.estate.pk,
        no=project.no,
        insurer="人保",
        policy_no=policy_no,
        valid_from=today(world) + timedelta(days=days[0]),
        valid_to=today(world) + timedelta(days=days[1]),
        now=world.now,
    )


def step(
    world: World, project: Project, phase_no: int, kind: str, *, by: str = "committee_chair", **more: Any
) -> Phase:
    """Record one step of a phase; each but a note brings its picture unless told otherwise."""
    verbs = {
        "start": services.start_phase,
        "finish": services.finish_phase,
        "accept": services.accept_phase,
        "operate": services.operate_phase,
        "note": services.note_progress,
    }
    if kind != "note" and "photo" not in more:
        more["photo"] = picture(world)
    return verbs[kind](
        actor=world.actor(by), estate_id=world.estate.pk, no=project.no, phase_no=phase_no, now=world.now, **more
    )


def through(world: World, project: Project, *phases: int, operate: bool = False) -> None:
    """Take phases from their start to acceptance, and into operation where told."""
    for phase_no in phases:
        for kind in ("start", "finish", "accept", *(("operate",) if operate else ())):
            step(world, project, phase_no, kind)
