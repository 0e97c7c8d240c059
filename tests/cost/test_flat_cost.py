"""What the desk costs does not grow with the matters of an estate; what else grows does so by little for each of them."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client

from tests.cost.measuring import cost
from tests.support.many import add_matters
from tests.support.multiplying import SEED, multiply
from tests.support.signing import sign_in
from tests.support.world import World, make_world
from yishiting.council.matters.models import Matter
from yishiting.council.matters.services import ensure_library
from yishiting.ground.desks import search
from yishiting.ground.desks.gathering import MOST, Counts, Due, DueFilter, DueList
from yishiting.ground.organisations.models import Post

#: Times the seed: with the fewer, the desk has as many lines as are counted and paged through.
FEW, MANY = 6, 24
#: How many times as much the desk may cost, and how much may be done for each matter more by what else grows.
FLAT, A_MATTER = 1.2, 8
COMMON, RARE = quote("楼道"), quote("渗水")
FLAT_PAGES = (
    *("/desk/", "/desk/?due=late", "/desk/?due=week", "/desk/?page=10"),
    *(f"/desk/?q={COMMON}", f"/desk/?q={RARE}", f"/desk/search/?q={COMMON}", f"/desk/search/?q={RARE}"),
)
OTHERS = ("/desk/matters/", "/desk/matters/?page=10", "/e/{slug}/matters/", "/e/{slug}/?anew=1", "/e/{slug}/record/")

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """An estate with thousands of matters over ten days; one before them is called like no other."""
    monkeypatch.setenv("YISHITING_NOW", "2026-03-03T12:00:00+08:00")
    made = make_world(12)
    ensure_library(now=made.now)
    post = Post.objects.get(kind="grid_worker", estate=made.estate)
    parts = 20
    for number, hours in ((10, 0), *((SEED // parts, 12 * part) for part in range(parts))):
        add_matters(
            made.estate, number, homes=made.homes, reporter=made.owners[0], post=post,
            now=made.now - timedelta(hours=hours),
        )  # fmt: skip
    rare = Matter.objects.filter(status=Matter.Status.OPEN).order_by("pk")[0]
    Matter.objects.filter(pk=rare.pk).update(title="外墙渗水")
    search.rebuild()
    multiply(1, FEW)
    return made


def _costs(client: Client, pages: tuple[str, ...], slug: str) -> dict[str, int]:
    if connection.vendor == "postgresql":
        # As its own housekeeping does; SQLite is never told.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return {page: cost(client, page.format(slug=slug)) for page in pages}


def test_the_desk_costs_the_same_with_four_times_as_many_matters(world: World) -> None:
    client = sign_in(Client(), world.staff["grid_worker"])
    slug = world.estate.slug
    before = _costs(client, (*FLAT_PAGES, *OTHERS), slug)
    multiply(FEW, MANY)
    after = _costs(client, (*FLAT_PAGES, *OTHERS), slug)
    more = (MANY - FEW) * SEED
    assert not {page: (before[page], after[page]) for page in FLAT_PAGES if after[page] > before[page] * FLAT}
    assert not {page: (before[page], after[page]) for page in OTHERS if after[page] - before[page] > A_MATTER * more}


def test_lines_are_the_same_whether_few_or_many_are_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = world.actor("grid_worker")

    def narrowed(words: str) -> tuple[list[Due], Counts]:
        listed = DueList(actor, DueFilter(search=words), now=world.now, found=search.found)
        return listed[0:200], listed.counts

    # One before the seed, one of it in each of its copies, all of it up to what is counted, two words, none.
    for words, lines in (("渗水", 1), ("第11处", FEW), ("照明", MOST), ("照明 第101", 2 * FEW), ("明照", 0)):
        few = narrowed(words)
        with monkeypatch.context() as patch:
            patch.setattr(search, "FEW", 0)
            many = narrowed(words)
        with monkeypatch.context() as patch:
            patch.setattr(search, "FEW", 10**6)
            assert narrowed(words) == few == many
        assert (len(few[0]), few[1].all) == (min(lines, 200), lines), words
        assert all(word in line.title for line in few[0] for word in words.split())
