"""What the tests of this room share: a world with its playbooks, reports made quickly, pictures of every kind."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.support.world import World, make_world
from yishiting.council.matters import services
from yishiting.council.matters.models import Matter, Photo, PlaybookVersion, Report, StepRun
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

STAFF = "community_worker"

SIMPLE = """
id = "simple"
version = 1
name = "直接办理"
matters = []

[[step]]
id = "do"
stage = "carry_out"
kind = "work"
title = "办理"
who = "community_worker"
within = "3 workdays"
{needs}
next = {{ done = "answer", not_done = "answer" }}

[[step]]
id = "answer"
stage = "feedback"
kind = "answer"
title = "答复反映人"
who = "community_worker"
within = "2 workdays"
next = {{ answered = "end" }}
"""

VOTING = """
id = "voting"
version = 1
name = "先表决"

[[step]]
id = "vote"
stage = "deliberate"
kind = "vote"
title = "业主表决"
who = "community_worker"
{needs}
next = {{ passed = "answer", failed = "answer" }}

[[step]]
id = "answer"
stage = "feedback"
kind = "answer"
title = "答复反映人"
who = "community_worker"
next = {{ answered = "end" }}
"""


def prepared(homes: int = 12) -> World:
    """A world whose shipped playbooks are taken in."""
    world = make_world(homes)
    services.ensure_library(now=world.now)
    return world


def later(world: World, **by: int) -> datetime:
    """Move the world's clock on and return it."""
    world.now += timedelta(**by)
    return world.now


def reported(world: World, who: int | str = 0, **given: Any) -> Report:
    """Have somebody report that e-bikes block the door."""
    given = {"category": "停车充电", "title": "电动车堵住楼门", "words": "电动车把门堵了，出不去", **given}
    return services.report(actor=world.actor(who), estate=world.estate, now=world.now, **given)


def own_playbook(world: World, text: str = SIMPLE, needs: str = "") -> PlaybookVersion:
    """Take in a playbook of the estate; ``needs`` are the gates of its first step."""
    line = f"needs = [{needs}]" if needs else ""
    return services.add_playbook(
        actor=world.actor(STAFF), estate=world.estate, source=text.format(needs=line), now=world.now
    )


def shipped(name: str) -> PlaybookVersion:
    """The shipped playbook of that name."""
    return PlaybookVersion.objects.get(playbook=name, estate=None)


def accepted(world: World, matter: Matter, version: PlaybookVersion) -> Matter:
    """Take a matter up with a playbook."""
    return services.triage_accept(
        actor=world.actor(STAFF), matter_id=matter.pk, playbook_id=version.pk, reason="属于小区公共事务", now=world.now
    )


def run_of(matter: Matter) -> StepRun:
    """The step under way."""
    return StepRun.objects.get(matter=matter, ended_at=None)


def held_by(matter: Matter) -> str:
    """The kind of the post that the step under way is with."""
    post = run_of(matter).post
    assert post is not None
    return post.kind


def due(run: StepRun) -> datetime:
    """When a step that has a clock is due."""
    assert run.due_at is not None
    return run.due_at


def kinds_written(matter: Matter) -> list[str]:
    """The kinds of entry on a matter's thread, in order."""
    return list(Entry.objects.filter(thread=matter.thread).order_by("seq").values_list("kind", flat=True))


def assert_record_holds(world: World) -> None:
    """The chain, every attested row and every counted figure agree."""
    assert [str(fault) for fault in verify(world.estate.pk).faults] == []


def picture(
    name: str = "door.jpg", *, size: tuple[int, int] = (80, 40), kind: str = "JPEG", exif: Image.Exif | None = None
) -> SimpleUploadedFile:
    """A picture as a phone sends it."""
    out = io.BytesIO()
    extra = {"exif": exif} if exif is not None else {}
    Image.new("RGB", size, (180, 40, 40)).save(out, kind, **extra)
    return SimpleUploadedFile(name, out.getvalue())


def stored(world: World, who: int | str = 0, *, public: bool = False) -> Photo:
    """A picture kept for somebody, not yet used."""
    return services.store_photo(
        actor=world.actor(who), estate=world.estate, upload=picture(), now=world.now, public=public
    )
