"""Which pages are visited as whom. Found by following links over the served demonstration, so that no list grows old.

Each is read; which of them are looked at in the browser too is told in ``sources``.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.journeys.addresses import route_of
from tests.journeys.neighbourhood import STILL
from tests.journeys.reading import Reader, few_of_each
from tests.journeys.serving import STORY, Demo, Person
from tests.journeys.sources import Seen, Source, short, source_faults

NOBODY = "nobody"
#: Who looks, from where on: roles of the story, and of the still life (``still/…``), where each thing is at a stage of its
#: own. The journeys write in an estate of their own meanwhile, into which nobody here looks.
NEIGHBOURS: dict[str, tuple[str, ...]] = {
    NOBODY: ("/", "/demo/", "/account/login/", "/account/login/password/", "/account/inactive/"),
    "owner_a": ("/", "/me/", "/me/inbox/", "/me/sessions/", "/account/logout/"),
    "still/nobody": ("/",),
    "still/owner_3": ("/", "/me/", "/me/inbox/"),
}
STAFF: dict[str, tuple[str, ...]] = {
    "still/community_worker": ("/desk/", "/desk/matters/", "/account/password/set/"),
    "community_worker": ("/desk/",),
    "grid_worker": ("/desk/",),
    "moderator": ("/desk/",),
    "committee_chair": ("/desk/",),
    "committee_member": ("/desk/",),
    "building_head_south": ("/desk/",),
    "property_manager": ("/desk/",),
    "supervisor": ("/desk/",),
    # He has a password; the others sign in by their phones.
    "still/committee_chair": ("/desk/", "/account/password/change/"),
}
#: Looked at in every light; the other roles see the same pages with more or fewer buttons.
THOROUGH = (*NEIGHBOURS, "still/community_worker")
MOST = {NOBODY: 4, "still/nobody": 12, "still/owner_3": 3}
#: Pages of the desk that look otherwise at each stage.
CHANGING = (
    "web:desk_notice",
    "web:desk_matter",
    "web:desk_meeting",
    "web:desk_vote",
    "web:desk_project",
    "web:desk_chart",
    "web:desk_unit",
)


@dataclass(frozen=True)
class Stop:
    """A page to visit."""

    role: str
    path: str
    route: str
    status: int
    linked_from: str
    #: What it shows that no page before it shows: ``parts`` that it is built of, or only ``much`` in one of them. It is
    #: looked at in the browser then; what it is built of asks for axe, how much stands in it for its measures alone.
    new: str
    #: What its source alone has told to be wrong.
    faults: tuple[str, ...]


def stops(demo: Demo) -> list[Stop]:
    """Return every page to visit, crawled once for all processes of the run; two that come at once share the roles."""
    plan = demo.read / "plan.json"
    if not plan.exists():
        for wait in (False, True):
            for role in (*NEIGHBOURS, *STAFF):
                _crawl_once(demo, role, wait=wait)
        with _alone(demo, "plan"):
            if not plan.exists():
                plan.write_text(json.dumps(list(_in_order(demo)), ensure_ascii=False, indent=1))
    return [Stop(**{**row, "faults": tuple(row["faults"])}) for row in json.loads(plan.read_text())]


@contextmanager
def _alone(demo: Demo, what: str, *, wait: bool = True) -> Iterator[bool]:
    """Yield whether no other process is at it; with ``wait`` once that is so."""
    with (demo.read / f"{what.replace('/', '-')}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _kept(demo: Demo, role: str) -> Path:
    return demo.read / f"stops-{role.replace('/', '-')}.json"


def _crawl_once(demo: Demo, role: str, *, wait: bool) -> None:
    with _alone(demo, role, wait=wait) as ours:
        if ours and not _kept(demo, role).exists():
            _kept(demo, role).write_text(json.dumps(list(_stops_of(demo, role)), ensure_ascii=False))


def _in_order(demo: Demo) -> Iterator[dict[str, Any]]:
    """Yield the rows of all stops, each told what it shows that is new after those before it.

    Of what the thorough roles see more is asked, so that they come first and are not measured by the others.
    """
    seen = Seen()
    for role in (*NEIGHBOURS, *STAFF):
        for row in json.loads(_kept(demo, role).read_text()):
            parts, much = row.pop("parts"), row.pop("much")
            yield {**row, "new": seen.shows_new(parts, much) if row["status"] == 200 else ""}


def who(demo: Demo, role: str) -> tuple[Person | None, str]:
    """Return the person of a role, and the address word of the estate at which he looks."""
    still, _, part = role.rpartition("/")
    slug = demo.slug_of(STILL if still else STORY)
    return (None if part == NOBODY else demo.person(part, slug)), slug


def _stops_of(demo: Demo, role: str) -> Iterator[dict[str, Any]]:
    starts = {**NEIGHBOURS, **STAFF}[role]
    person, slug = who(demo, role)
    few = few_of_each(MOST.get(role, 1), more=dict.fromkeys(CHANGING, 10 if role in THOROUGH else 1), estates=(slug,))
    thorough = role in THOROUGH

    def follow(path: str) -> bool:
        # What everybody sees was seen by the neighbours.
        return (thorough or path.startswith("/desk/")) and few(path)

    first = (*starts, f"/e/{slug}/") if thorough else starts
    for page in Reader(demo, person).crawl(*first, follow=follow):
        if page.body and not 300 <= page.status < 400 and page.status != 405:
            source = Source(page.body)
            yield {
                "role": role,
                "path": page.path,
                "route": route_of(page.url),
                "status": page.status,
                "linked_from": page.linked_from,
                "faults": source_faults(source) if page.status == 200 else [],
                "parts": sorted(map(short, source.parts)),
                "much": {short(place): count for place, count in source.much.items()},
            }
