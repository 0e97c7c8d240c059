"""Matters whose work is done, and appraisals of them, for tests. The property manager's post did the work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.support.world import World
from yishiting.council.appraisals import services
from yishiting.council.appraisals.models import Appraisal, AppraisalAnswer
from yishiting.council.matters import services as matters
from yishiting.council.matters.models import Matter
from yishiting.council.matters.tests import making

RUNNER = "moderator"
PLAYBOOK = """
id = "fix"
version = 1
name = "物业来修"

[[step]]
id = "do"
stage = "carry_out"
kind = "work"
title = "修好"
who = "property_manager"
next = {{ done = "answer" }}

[[step]]
id = "answer"
stage = "feedback"
kind = "answer"
title = "答复反映人"
who = "community_worker"
next = {{ answered = "end" }}
"""


def begun(world: World, title: str = "楼道灯不亮", *, reporters: int = 3) -> Matter:
    """Have some homes report a matter, and the property manager begin to work on it."""
    report = making.reported(world, title=title)
    for who in range(1, reporters):
        matters.join(actor=world.actor(who), matter_id=report.matter_id, words="我家也是", urgent=False, now=world.now)
    return making.accepted(world, report.matter, making.own_playbook(world, PLAYBOOK))


def finished(world: World, title: str = "楼道灯不亮", *, reporters: int = 3) -> Matter:
    """A matter that the property manager carried out, and that everyone was answered on."""
    matter = begun(world, title, reporters=reporters)
    matters.end_step(
        actor=world.actor("property_manager"), matter_id=matter.pk, outcome="done", now=making.later(world, hours=1)
    )
    matters.answer(
        actor=world.actor("community_worker"), matter_id=matter.pk, texts="灯修好了。", now=making.later(world, hours=1)
    )
    matter.refresh_from_db()
    return matter


def opened(world: World, matter: Matter | None = None, *, by: str = RUNNER, **given: Any) -> Appraisal:
    """Ask the homes that reported, for a week; under three points a note is owed."""
    return services.open_appraisal(
        **{
            "actor": world.actor(by),
            "estate": world.estate,
            "matter_no": (matter or finished(world)).no,
            "scope": "reporters",
            "threshold": 30,
            "closes_at": world.now + timedelta(days=7),
            "now": world.now,
            **given,
        }
    )


def answer(world: World, appraisal: Appraisal, who: int, score: int, words: str = "") -> AppraisalAnswer:
    """Let an owner answer for his home."""
    return services.answer(
        actor=world.actor(who),
        estate_id=world.estate.pk,
        no=appraisal.no,
        home_id=world.homes[who].pk,
        score=score,
        words=words,
        now=world.now,
    )


def closed(world: World, appraisal: Appraisal, by: str = RUNNER) -> Appraisal:
    """Wait for the closing day and close."""
    world.now = max(world.now, appraisal.closes_at)
    return services.close_appraisal(actor=world.actor(by), estate_id=world.estate.pk, no=appraisal.no, now=world.now)
