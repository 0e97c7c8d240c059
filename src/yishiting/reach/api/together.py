"""Several matters at once: tried first, then each in its own right by the very verb that does it to one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ninja import Router, Schema
from pydantic import Field

from yishiting.council.matters import policy, selectors
from yishiting.council.matters.services import together
from yishiting.council.matters.services.together import Together
from yishiting.kernel.errors import BadInput, NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import writes
from yishiting.reach.api.shapes import Id, Line, Number, Reason, Slug, said

router = Router(tags=["desk: matters"])


class SeenIn(Schema):
    """The passage and the post that a matter was with when it was looked at, so that nothing is raised twice."""

    no: Number
    run: Id
    post: Id


class TogetherIn(Reason):
    """One verb for several matters by their numbers, fifty at most.

    ``playbook`` and ``version`` go with accept, ``into`` with merge; ``seen`` is what was told when they were tried.
    """

    verb: Literal["accept", "decline", "merge", "raise"]
    matters: list[Number] = Field(min_length=1, max_length=together.MOST)
    playbook: Line = ""
    version: Number = 1
    into: Number | None = None
    seen: list[SeenIn] = Field(default_factory=list, max_length=together.MOST)


class TogetherLine(Schema):
    """What came of one matter, or would: ``refusal`` says why not. ``run`` and ``post`` are what it was with."""

    no: int
    title: str
    done: bool
    refusal: str
    run: int | None
    post: int | None


class TogetherOut(Schema):
    """What came of each, with how many were done (件)."""

    done: int
    refused: int
    matters: list[TogetherLine]


def _wanted(request: Request, slug: str, data: TogetherIn) -> Together:
    estate = estate_at(slug)
    numbers = {*data.matters, *(each.no for each in data.seen)}
    ids = dict(policy.desk_scope(request.actor).filter(estate=estate, no__in=numbers).values_list("no", "pk"))
    if numbers - ids.keys():
        raise NotFound(gettext_noop("有的编号不在您的工作台上。请照事项列表重新选。"))
    playbook = into = 0
    if data.verb == "accept":
        playbook = selectors.available_playbook(estate, data.playbook, data.version).pk
    if data.verb == "merge":
        if data.into is None:
            text = gettext_noop("请选要并入哪一件。")
            raise BadInput(text, fields={"into": text})
        into = selectors.matter_by_no(request.actor, estate, data.into).pk
    return Together(
        data.verb,
        tuple(ids[no] for no in data.matters),
        data.reason,
        playbook,
        into,
        {ids[each.no]: (each.run, each.post) for each in data.seen},
    )


def _told(lines: Sequence[together.Line]) -> TogetherOut:
    done = sum(line.done for line in lines)
    return TogetherOut(
        done=done,
        refused=len(lines) - done,
        matters=[
            TogetherLine(
                no=line.matter.no,
                title=line.matter.said_title,
                done=line.done,
                refusal=said(line.refusal),
                run=line.seen[0] or None,
                post=line.seen[1] or None,
            )
            for line in lines
        ],
    )


@writes(router, "/estates/{slug}/desk/matters/together/trial", scope="matters:write", answer=TogetherOut)
def try_together(request: Request, slug: Slug, data: TogetherIn) -> TogetherOut:
    """Tell what would come of each matter: every verb is tried, and all of it taken back."""
    wanted = _wanted(request, slug, data)
    return _told(together.look(actor=request.actor, wanted=wanted, now=request.now))


@writes(router, "/estates/{slug}/desk/matters/together", scope="matters:write", answer=TogetherOut)
def do_together(request: Request, slug: Slug, data: TogetherIn) -> TogetherOut:
    """Do it, each matter in its own right: what is refused for one leaves the others done."""
    wanted = _wanted(request, slug, data)
    return _told(together.carry_out(actor=request.actor, wanted=wanted, now=request.now))
