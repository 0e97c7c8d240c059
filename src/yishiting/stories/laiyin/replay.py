"""Replays 莱茵小镇 from its list to the day of replay, through the services alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TextIO

from yishiting.council.matters.services import ensure_library
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Home
from yishiting.stories import acts
from yishiting.stories.laiyin import people
from yishiting.stories.laiyin.script import MATTERS
from yishiting.stories.script import Told
from yishiting.stories.stage import Bar, Cast, Clock, sign_ins, signing_owners
from yishiting.timeline import subscribers


def _neighbours(cast: Cast, told: Told, index: int) -> list[tuple[Home, Person]]:
    """Choose who reports a matter: the two owners that the demonstration signs in as, then others over all buildings."""
    owners = signing_owners(cast.estate)
    shown = {cast.parts["owner_a"].pk, cast.parts["owner_32"].pk}
    first = [pair for pair in owners if pair[1].pk in shown]
    rest = [pair for pair in owners if pair[1].pk not in {person.pk for person in cast.parts.values()}]
    stride = len(rest) // told.homes
    return [*first, *(rest[n * stride + 7 * index] for n in range(told.homes))][: told.homes]


def replay(*, anchor: datetime, bar: TextIO) -> dict[str, Any]:
    """Replay the story so that it ends at ``anchor``; return sign-ins and ids for ``demo.json``.

    Raises whatever a verb refuses: a story that no longer fits the rules fails loudly.
    """
    clock = Clock(anchor)
    start = clock.at(190)
    asked = sum(told.vote.part for told in MATTERS if told.vote)
    progress = Bar(3 + asked + 5 * len(MATTERS), bar)
    ensure_library(now=start)
    progress.say("登记名册")
    estate = progress.act(people.found_estate, start)
    cast = progress.act(people.give_posts, estate, start)
    progress.act(people.settle_gaps, cast, clock.at(186))
    numbers: dict[str, Any] = {"matters": [], "votes": [], "meetings": []}
    for index, told in enumerate(MATTERS):
        progress.say(f"第{index + 1}件事")
        matter = progress.act(acts.report, cast, clock, told, _neighbours(cast, told, index))
        progress.act(acts.take_up, cast, clock, told, matter)
        numbers["meetings"].append(progress.act(acts.meet, cast, clock, told, matter).no)
        if told.plan and told.plan.operator:
            people.name_company(cast, told.plan.operator, clock.at(told.meets - 1, 9))
        if told.vote:
            vote = acts.hold_vote(cast, clock, told.vote, progress, thread=matter.thread, seed=index)
            numbers["votes"].append(vote.no)
        if told.plan:
            progress.act(acts.carry_out, cast, clock, told, told.plan, matter)
        if told.done is not None:
            progress.act(acts.answer_all, cast, clock, told, matter)
        numbers["matters"].append(matter.no)
    progress.say("送达消息")
    subscribers.sweep()
    progress.close()
    return {
        "estate": {"name": estate.name, "slug": estate.slug},
        "sign_ins": sign_ins(cast, people.LABELS),
        "ids": numbers,
    }
