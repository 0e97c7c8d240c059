"""Replays 滨河佳苑 from its roster to the day of replay, through the services alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TextIO

from yishiting.council.matters.services import ensure_library
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Home
from yishiting.stories import acts
from yishiting.stories.binhe import people
from yishiting.stories.binhe.script import MATTERS, RUNNING
from yishiting.stories.script import Told
from yishiting.stories.stage import Bar, Cast, Clock, sign_ins, signing_owners
from yishiting.timeline import subscribers


def _neighbours(cast: Cast, told: Told, index: int) -> list[tuple[Home, Person]]:
    """Choose who reports a matter: homes of its building (or of both), spread over the roster, other ones each time.

    The two owners that the demonstration signs in as come first where the matter is in their building.
    """
    near = [pair for pair in signing_owners(cast.estate) if told.building in ("", pair[0].building.label)]
    shown = {cast.parts["owner_a"].pk, cast.parts["owner_b"].pk}
    first = [pair for pair in near if pair[1].pk in shown]
    rest = [pair for pair in near if pair[1].pk not in shown]
    stride = len(rest) // told.homes
    spread = [rest[(n * stride + 7 * index) % len(rest)] for n in range(told.homes)]
    return [*first, *spread][: told.homes]


def replay(*, anchor: datetime, bar: TextIO) -> dict[str, Any]:
    """Replay the story so that it ends at ``anchor``; return sign-ins and ids for ``demo.json``.

    Raises whatever a verb refuses: a story that no longer fits the rules fails loudly.
    """
    clock = Clock(anchor)
    start = clock.at(275)
    asked = [told.vote.part for told in MATTERS if told.vote] + [RUNNING.part]
    progress = Bar(3 + sum(asked) + 5 * len(MATTERS) + 1, bar)
    ensure_library(now=start)
    progress.say("登记名册")
    estate = progress.act(people.found_estate, start)
    cast = progress.act(people.give_posts, estate, start)
    numbers: dict[str, Any] = {"matters": [], "votes": [], "meetings": []}
    for index, told in enumerate(MATTERS):
        who = _neighbours(cast, told, index)
        progress.say(f"第{index + 1}件事")
        matter = progress.act(acts.report, cast, clock, told, who)
        progress.act(acts.take_up, cast, clock, told, matter)
        meeting = progress.act(acts.meet, cast, clock, told, matter)
        numbers["meetings"].append(meeting.no)
        if told.vote:
            vote = acts.hold_vote(cast, clock, told.vote, progress, thread=matter.thread, seed=index)
            numbers["votes"].append(vote.no)
        if told.plan:
            progress.act(acts.carry_out, cast, clock, told, told.plan, matter)
        if told.done is not None:
            progress.act(acts.answer_all, cast, clock, told, matter)
        numbers["matters"].append(matter.no)
    progress.say("正在表决")
    running = acts.hold_vote(cast, clock, RUNNING, progress, thread="", seed=99)
    numbers["votes"].append(running.no)
    numbers["open_vote"] = running.no
    progress.say("送达消息")
    progress.act(subscribers.sweep)
    progress.close()
    return {
        "estate": {"name": estate.name, "slug": estate.slug},
        "sign_ins": sign_ins(cast, people.LABELS),
        "ids": numbers,
    }
