"""Projects by page and by call, phase by phase."""

from __future__ import annotations

import pytest

from tests.parity.steps import (
    CHAIR,
    FORBIDDEN,
    MODERATOR,
    accept,
    assert_reached,
    photo,
    report,
    take_in,
)
from tests.parity.twins import Call, Page, Side, Twins
from yishiting.council.matters.models import Matter
from yishiting.council.matters.services import resolve
from yishiting.council.projects.tests.building import PLAYBOOK as BUILD
from yishiting.timeline.services import book

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]
PROJECT = "desk/{slug}/projects/{project}/"


def resolved(side: Side) -> int:
    """Leave the resolution of a meeting on the last matter, without which no project is set up; return its number."""
    moderator = side.world.actor(MODERATOR)
    matter = Matter.objects.filter(estate=side.world.estate).latest("pk")
    with book(side.world.estate.pk, actor_id=moderator.person_id, now=side.world.now) as record:
        made = resolve(record=record, matter=matter, text="装五个充电桩。", now=side.world.now, actor=moderator)
    side.entries()
    return made.no


def test_projects_by_page_and_by_call(twins: Twins) -> None:
    take_in(twins, BUILD.format(id="straight", needs=""))
    report(twins, 0, "加装充电桩")
    accept(twins, "straight")
    twins.keep("resolution", resolved)
    said = {"title": "加装充电桩", "unit": "个", "total": 5, "post_kind": CHAIR}
    page = Page("desk/{slug}/projects/new/?matter={no}", {**said, "phases": "3+2", "needs_insurance": "on"})
    phases = [{"planned": 3}, {"planned": 2}]
    call = Call(
        "POST", "projects", {**said, "phases": phases, "needs_insurance": True, "matter": lambda s: s.kept["no"]}
    )
    twins.refuse(FORBIDDEN, page, call)
    twins.do(CHAIR, page, call, kind="projects.created")
    twins.keep("project", lambda _s: 1)
    reason = {"reason": "先装南侧"}
    page = Page(PROJECT + "plan/", {**reason, "phases": "4+1"})
    call = Call("PUT", "projects/{project}/plan", {**reason, "phases": [{"planned": 4}, {"planned": 1}]})
    twins.refuse(FORBIDDEN, page, call)
    twins.do(CHAIR, page, call, kind="projects.replanned")
    policy = {"insurer": "人保", "policy_no": "P-1", "valid_from": "2026-01-01", "valid_to": "2027-12-31"}
    page, call = Page(PROJECT + "insurance/", policy), Call("POST", "projects/{project}/insurance", policy)
    twins.refuse(FORBIDDEN, page, call)
    twins.do(CHAIR, page, call, kind="projects.insured")
    for kind in ("noted", "started", "finished", "accepted", "operating"):
        done = {"on": "2026-03-02", "note": "照计划"}
        page = Page(PROJECT + f"phases/1/{kind}/", done)
        call = Call("POST", "projects/{project}/phases/1/steps", {**done, "kind": kind})
        twins.refuse(FORBIDDEN, page, call)
        photo(twins, CHAIR)
        kept = {} if kind == "noted" else {"kept": lambda s: s.kept["photo"]}
        body = {**done, "kind": kind, **({} if kind == "noted" else {"photo_id": lambda s: s.kept["photo"]})}
        twins.do(CHAIR, Page(PROJECT + f"phases/1/{kind}/", {**done, **kept}), Call("POST", "projects/{project}/phases/1/steps", body))  # fmt: skip
    twins.refuse(CHAIR, Page(PROJECT + "phases/1/started/", {**done, **kept}), Call("POST", "projects/{project}/phases/1/steps", {**body, "kind": "started"}))  # fmt: skip
    assert_reached(twins, "projects")
