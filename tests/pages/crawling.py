"""Every page that somebody comes to by links, read without a browser."""

from __future__ import annotations

from functools import lru_cache

from tests.journeys.addresses import route_of
from tests.journeys.plan import NEIGHBOURS, STAFF, who
from tests.journeys.reading import Page, Reader, few_of_each
from tests.journeys.serving import Demo

#: A crawl takes this many of each kind of page: for a neighbour and for the worker to whom most is open, more
#: than there are.
EACH = 40
#: The other posts see the same pages with more or fewer links on them.
FEWER = 3
MOST_IS_OPEN = (*NEIGHBOURS, "still/community_worker")


@lru_cache(maxsize=32)
def crawled(demo: Demo, role: str, each: int = 0) -> list[Page]:
    """Return the pages that a role comes to, ``each`` of a kind."""
    person, slug = who(demo, role)
    starts = {**NEIGHBOURS, **STAFF}[role]
    follow = few_of_each(each or (EACH if role in MOST_IS_OPEN else FEWER), estates=(slug,))
    return list(Reader(demo, person).crawl(*starts, f"/e/{slug}/", follow=follow))


def broken_links(demo: Demo, role: str, each: int = 0) -> list[str]:
    """Return the links that lead nowhere: neither to a page nor, by a redirect, to an address that the server knows.

    Whoever must be somebody first is asked to sign in.
    """
    return [
        f"{role} {page.path} answers {page.status}, linked from {page.linked_from or 'the start'}"
        for page in crawled(demo, role, each)
        if not (page.status == 200 or (page.status in {301, 302} and route_of(page.links[-1])))
    ]


def withheld_pictures(demo: Demo, role: str) -> list[str]:
    """Return the pictures that a page names and the server withholds: each would be a hole in the page."""
    person, _ = who(demo, role)
    reader = Reader(demo, person)
    named = {picture for page in crawled(demo, role) for picture in page.pictures}
    return [picture for picture in sorted(named) if reader.get(picture).status != 200]
