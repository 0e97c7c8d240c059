"""Which pages are visited as whom. Found by following links over the served demonstration, so that no list grows old."""

from __future__ import annotations

import fcntl
import json
from dataclasses import asdict, dataclass

from tests.journeys.addresses import route_of
from tests.journeys.reading import Reader, few_of_each
from tests.journeys.serving import STORY, Demo, Person

NOBODY = "nobody"
#: Who looks, from where on: roles of the story, and of the still life (``静安里/…``), where each thing is at a stage of its
#: own. The journeys write in an estate of their own meanwhile, into which nobody here looks.
STARTS: dict[str, tuple[str, ...]] = {
    NOBODY: ("/", "/demo/", "/account/login/", "/account/login/password/", "/account/inactive/"),
    "owner_a": ("/", "/me/", "/me/inbox/", "/me/sessions/", "/account/logout/"),
    "community_worker": ("/desk/", "/me/", "/account/password/set/"),
    "grid_worker": ("/desk/",),
    "moderator": ("/desk/",),
    "committee_chair": ("/desk/",),
    "committee_member": ("/desk/",),
    "building_head_south": ("/desk/",),
    "property_manager": ("/desk/",),
    "supervisor": ("/desk/",),
    "静安里/nobody": ("/",),
    "静安里/owner_3": ("/", "/me/", "/me/inbox/"),
    "静安里/community_worker": ("/desk/",),
    "静安里/committee_chair": ("/desk/",),
}
#: Looked at in every light; the others see the same pages with more or fewer buttons.
THOROUGH = (NOBODY, "owner_a", "静安里/nobody", "静安里/owner_3", "静安里/community_worker")
MOST = {NOBODY: 6, "静安里/nobody": 12, "静安里/owner_3": 2, "静安里/community_worker": 3}

@dataclass(frozen=True)
class Stop:
    """A page to visit."""

    role: str
    path: str
    route: str
    status: int


def stops(demo: Demo) -> list[Stop]:
    """Return every page to visit, crawled once for all processes of the run."""
    kept = demo.data / "plan.json"
    with (demo.data / "plan.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            found = [stop for role in STARTS for stop in _stops_of(demo, role)]
            kept.write_text(json.dumps([asdict(stop) for stop in found], ensure_ascii=False, indent=1))
    return [Stop(**row) for row in json.loads(kept.read_text())]


def who(demo: Demo, role: str) -> tuple[Person | None, str]:
    """Return the person of a role in :data:`STARTS`, and the address word of the estate at which he looks."""
    name, _, part = role.rpartition("/")
    slug = demo.slug_of(name or STORY)
    return (None if part == NOBODY else demo.person(part, slug)), slug


def _stops_of(demo: Demo, role: str) -> list[Stop]:
    person, slug = who(demo, role)
    follow = few_of_each(MOST.get(role, 1), estates=(slug,))
    return [
        Stop(role, page.path, route_of(page.url), page.status)
        for page in Reader(demo, person).crawl(*STARTS[role], f"/e/{slug}/", follow=follow)
        if page.body and not 300 <= page.status < 400 and page.status != 405
    ]
