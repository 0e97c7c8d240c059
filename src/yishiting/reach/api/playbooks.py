"""Playbooks: those that a matter of the estate may be given, one with its steps, and taking one in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from yishiting.council.matters import policy, selectors, services
from yishiting.council.matters.models import PlaybookVersion
from yishiting.council.matters.registry import gate_label, kind_label
from yishiting.ground.organisations.kinds import label as post_label
from yishiting.kernel.errors import BadInput
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page_of
from yishiting.reach.api.shapes import No, Reason, Slug, Words, said

router = Router(tags=["playbooks"])
Name = Annotated[str, Field(pattern=r"^[-a-z0-9_]{1,60}$", description="the playbook's id")]


class PlaybookLine(Schema):
    """A version of a playbook. ``own``: the estate took it in itself."""

    playbook: str
    version: int
    name: str
    categories: list[str]
    own: bool


class Playbooks(Schema):
    """A page of the playbooks in use, the newest version of each."""

    items: list[PlaybookLine]
    next: str | None


class RetiredLine(Schema):
    """A playbook with which no more matters are taken up, since when and why."""

    playbook: str
    name: str
    retired_at: datetime
    reason: str


class RetiredPlaybooks(Schema):
    """The playbooks that the estate has retired."""

    items: list[RetiredLine]


class PlaybookUsed(Schema):
    """Whether a playbook is in use after a verb."""

    playbook: str
    in_use: bool


class PlaybookNeed(Schema):
    """What a step needs before it can end."""

    gate: str
    words: str


class PlaybookStep(Schema):
    """A step: its kind, who does it, within which time, what it needs, where each outcome leads."""

    id: str
    title: str
    stage: str
    kind: str
    kind_words: str
    who: str
    who_words: str
    within: str
    needs: list[PlaybookNeed]
    next: dict[str, str]


class PlaybookPage(PlaybookLine):
    """A playbook with its steps, and its text as it is kept; ``running`` matters by the number of their version."""

    newest: int
    retired: bool
    running: dict[int, int]
    source: str
    steps: list[PlaybookStep]
    text: str


class PlaybookIn(Schema):
    """A playbook as a TOML file has it."""

    text: Annotated[Words, Field(max_length=services.LARGEST_TEXT)]


def _line(row: PlaybookVersion) -> dict[str, object]:
    return {
        "playbook": row.playbook,
        "version": row.version,
        "name": row.name,
        "categories": row.categories,
        "own": row.estate_id is not None,
    }


@reads(router, "/estates/{slug}/playbooks", scope="playbooks:read", answer=Playbooks)
def list_playbooks(request: Request, slug: Slug, cursor: Cursor = "", limit: Limit = 20) -> Playbooks:
    """List the playbooks that a matter of the estate may be given, those taken in last first."""
    rows = selectors.available_playbooks(estate_at(slug))
    found, after = page_of(rows, by=lambda row: row.pk, cursor=cursor, limit=limit)
    return Playbooks(items=[PlaybookLine.model_validate(_line(row)) for row in found], next=after)


@reads(router, "/estates/{slug}/retired-playbooks", scope="playbooks:read", answer=RetiredPlaybooks)
def list_retired_playbooks(request: Request, slug: Slug) -> RetiredPlaybooks:
    """List the playbooks that the estate has retired."""
    return RetiredPlaybooks(
        items=[
            RetiredLine(playbook=row.playbook, name=row.name, retired_at=row.retired_at, reason=row.reason)
            for row in selectors.retired_playbooks(estate_at(slug))
        ]
    )


@reads(router, "/estates/{slug}/playbooks/{name}/{int:version}", scope="playbooks:read", answer=PlaybookPage)
def get_playbook(request: Request, slug: Slug, name: Name, version: No) -> PlaybookPage:
    """Tell a version of a playbook with its steps."""
    estate = estate_at(slug)
    row = selectors.available_playbook(estate, name, version)
    book = services.playbook_of(row)
    steps = [
        PlaybookStep(
            id=step.id,
            title=step.title,
            stage=str(step.stage),
            kind=step.kind,
            kind_words=said(kind_label(step.kind)),
            who=step.who,
            who_words=_(post_label(step.who)),
            within=f"{step.within.count} {step.within.unit}" if step.within else "",
            needs=[PlaybookNeed(gate=str(need), words=said(gate_label(need))) for need in step.needs],
            next=dict(step.next),
        )
        for step in book.steps
    ]
    use = selectors.playbook_use(estate, row.playbook)
    return PlaybookPage.model_validate(
        {
            **_line(row),
            "newest": use.newest,
            "retired": use.retirement is not None,
            "running": dict(use.under_way),
            "source": book.source,
            "steps": steps,
            "text": row.text,
        }
    )


@writes(router, "/estates/{slug}/playbooks", scope="playbooks:write", answer=PlaybookLine, status=201)
def add_playbook(request: Request, slug: Slug, data: PlaybookIn) -> PlaybookLine:
    """Take a playbook in; the same text twice is the same version. `fields` names each fault as `text.` and its line."""
    estate = estate_at(slug)
    policy.can_add_playbook(request.actor, estate.pk).enforce()
    try:
        made = services.add_playbook(actor=request.actor, estate=estate, source=data.text, now=request.now)
    except services.FaultyPlaybook as faulty:
        lines = {f"text.{fault.line}": fault.message for fault in faulty.faults}
        raise BadInput(faulty.message, code=faulty.code, fields=lines) from faulty
    return PlaybookLine.model_validate(_line(made))


@writes(router, "/estates/{slug}/playbooks/{name}/retirement", scope="playbooks:write", answer=PlaybookUsed)
def retire_playbook(request: Request, slug: Slug, name: Name, data: Reason) -> PlaybookUsed:
    """Take up no more matters with a playbook; those in progress go on as they began."""
    services.retire_playbook(
        actor=request.actor, estate=estate_at(slug), playbook=name, reason=data.reason, now=request.now
    )
    return PlaybookUsed(playbook=name, in_use=False)


@writes(router, "/estates/{slug}/playbooks/{name}/restoration", scope="playbooks:write", answer=PlaybookUsed)
def restore_playbook(request: Request, slug: Slug, name: Name, data: Reason) -> PlaybookUsed:
    """Use a retired playbook again for matters to come."""
    services.restore_playbook(
        actor=request.actor, estate=estate_at(slug), playbook=name, reason=data.reason, now=request.now
    )
    return PlaybookUsed(playbook=name, in_use=True)
