"""Which pages are visited as whom. Found by following links over the served demonstration, so that no list grows old."""

from __future__ import annotations

import fcntl
import json
from dataclasses import asdict, dataclass

from tests.journeys.addresses import route_of
from tests.journeys.neighbourhood import STILL
from tests.journeys.reading import Reader, few_of_each
from tests.journeys.serving import STORY, Demo, Person

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
CHANGING = ("web:desk_notice", "web:desk_matter", "web:desk_meeting", "web:desk_vote", "web:desk_project")


@dataclass(frozen=True)
class Stop:
    """A page to visit."""

    role: str
    path: str
    route: str
    status: int
    linked_from: str


def stops(demo: Demo) -> list[Stop]:
    """Return every page to visit, crawled once for all processes of the run."""
    kept = demo.data / "plan.json"
    with (demo.data / "plan.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            starts = {**NEIGHBOURS, **STAFF}
            found = [stop for role in starts for stop in _stops_of(demo, role, starts[role])]
            kept.write_text(json.dumps([asdict(stop) for stop in found], ensure_ascii=False, indent=1))
    return [Stop(**row) for row in json.loads(kept.read_text())]


def who(demo: Demo, role: str) -> tuple[Person | None, str]:
    """Return the person of a role, and the address word of the estate at which he looks."""
    still, _, part = role.rpartition("/")
    slug = demo.slug_of(STILL if still else STORY)
    return (None if part == NOBODY else demo.person(part, slug)), slug


def _stops_of(demo: Demo, role: str, starts: tuple[str, ...]) -> list[Stop]:
    person, slug = who(demo, role)
    few = few_of_each(MOST.get(role, 1), more=dict.fromkeys(CHANGING, 10 if role in THOROUGH else 1), estates=(slug,))
    thorough = role in THOROUGH

    def follow(path: str) -> bool:
        # What everybody sees was seen by the neighbours.
        return (thorough or path.startswith("/desk/")) and few(path)

    first = (*starts, f"/e/{slug}/") if thorough else starts
    return [
        Stop(role, page.path, route_of(page.url), page.status, page.linked_from)
        for page in Reader(demo, person).crawl(*first, follow=follow)
        if page.body and not 300 <= page.status < 400 and page.status != 405
    ]
