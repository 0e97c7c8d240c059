"""Notices and canvasses of the small estate, written through the verbs."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from PIL import Image

from tests.support.world import World
from yishiting.record.notices import services
from yishiting.record.notices.models import Attempt, Canvass, Notice, Posting, Version

TEXT = "请各家在7月16日前把楼道里的东西收回去。"


class Sent(io.BytesIO):
    """A picture as a door hands it over."""

    name = "门口.png"


def photo(colour: str = "#334455") -> Sent:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return Sent(out.getvalue())


def said(**more: Any) -> services.Draft:
    return services.Draft(**{"kind": "remedy", "title": "清理楼道的告知", "text": TEXT, **more})


def drafted(world: World, by: str = "grid_worker", *, thread: str = "", run: int | None = None, **more: Any) -> Notice:
    return services.draft_notice(
        actor=world.actor(by), estate=world.estate, draft=said(**more), now=world.now, thread=thread, run=run
    )


def at(world: World, notice: Notice | Canvass, by: str | int = "grid_worker") -> dict[str, Any]:
    return {"actor": world.actor(by), "estate_id": world.estate.pk, "no": notice.no, "now": world.now}


def published(world: World, **more: Any) -> Version:
    return services.publish_notice(**at(world, drafted(world, **more)))


def posted(world: World, version: Version, channel: str = "entrance", **more: Any) -> list[Posting]:
    told = {"note": "", **more} if "upload" in more else {"note": "今天贴好了", **more}
    return services.post_notice(**at(world, version.notice), channel=channel, **told)


def everywhere(world: World, version: Version) -> None:
    """Let a version hang at every entrance and on the board, with pictures."""
    for entrance in world.entrances:
        posted(world, version, entrance_ids=[entrance.pk], upload=photo())
    posted(world, version, "board")


def canvass(world: World, by: str = "grid_worker", **more: Any) -> Canvass:
    return services.begin_canvass(
        actor=world.actor(by), estate=world.estate, now=world.now, **{"title": "敲门告知清楼道", **more}
    )


def knocked(
    world: World, round_: Canvass, home: int, outcome: str = "met", by: str = "grid_worker", **more: Any
) -> Attempt:
    return services.record_attempt(**at(world, round_, by), home_id=world.homes[home].pk, outcome=outcome, **more)


def later(world: World, **by: int) -> None:
    world.now += timedelta(**by)
