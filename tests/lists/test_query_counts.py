"""A list asks the database the same number of times, whatever it holds: at most fifteen."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.support.many import add_matters, add_the_rest, copy_matters
from tests.support.signing import sign_in
from tests.support.world import World, make_world
from yishiting.council.matters.models import Matter, Report
from yishiting.council.matters.services import ensure_library
from yishiting.ground.organisations.models import Post
from yishiting.ground.places.models import DeclaredFigure
from yishiting.timeline.models import Entry, Head

MOST = 15
SMALL, SEED, LARGE, HUGE = 100, 1_000, 3_000, 30_000

#: Pages of an estate for anyone, then lists of the desk for staff.
PUBLIC = ("estate", "record", "matters", "votes", "meetings", "projects", "appraisals", "notices")
DESK = (
    "desk",
    "desk_matters",
    "desk_reports",
    "desk_votes",
    "desk_cases",
    "desk_meetings",
    "desk_projects",
    "desk_notices",
    "desk_canvasses",
    "desk_search",
    "desk_filters",
    "desk_hand_overs",
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YISHITING_NOW", "2026-03-03T12:00:00+08:00")


@pytest.fixture
def world() -> World:
    """An estate with a little of everything, more than any page shows of what it limits."""
    made = make_world(12)
    ensure_library(now=made.now)
    DeclaredFigure.objects.create(estate=made.estate, name=DeclaredFigure.Name.BIKE_PLACES, value=300)
    grow(made, matters=SMALL, others=6)
    return made


def grow(world: World, *, matters: int, others: int = 0) -> None:
    """Add matters, and votes, meetings and projects."""
    post = Post.objects.get(kind="grid_worker", estate=world.estate)
    add_matters(
        world.estate, matters, homes=world.homes, reporter=world.owners[0], post=post, now=world.now
    )  # fmt: skip
    add_the_rest(world.estate, others, post=post, now=world.now)


def asked(world: World) -> dict[str, int]:
    """Return how often each page asks, with who is asking found out too."""
    anyone, owner, staff = Client(), Client(), Client()
    sign_in(owner, world.owners[0])
    sign_in(staff, world.staff["grid_worker"])
    slug = world.estate.slug
    pages = [
        *((name, anyone, reverse(f"web:{name}", args=[slug])) for name in PUBLIC),
        *((f"{name} as an owner", owner, reverse(f"web:{name}", args=[slug])) for name in PUBLIC),
        *((name, staff, reverse(f"web:{name}")) for name in DESK),
    ]
    return {name: _asked(client, address) for name, client, address in pages}


def _asked(client: Client, address: str) -> int:
    # The first visit may fill what is kept in the process; no page may depend on it.
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return len(queries)


@pytest.mark.slow
def test_lists_ask_as_often_with_thousands_of_matters_as_with_a_hundred(world: World) -> None:
    small = asked(world)
    # For an owner the front page asks for his session and his account, too; whether his ballot waits comes with the votes.
    assert small["estate as an owner"] == small["estate"] + 2
    assert {name: count for name, count in small.items() if count > MOST} == {}
    grow(world, matters=SEED - SMALL, others=40)
    copy_matters(world.estate, SEED, times=LARGE // SEED - 1)
    assert Head.objects.get(pk=world.estate.pk).seq == Matter.objects.count() == LARGE
    assert asked(world) == small
    copy_matters(world.estate, SEED, times=(HUGE - LARGE) // SEED)
    assert Report.objects.count() == Entry.objects.count() == HUGE
    assert asked(world) == small


def test_a_page_far_back_in_a_list_asks_no_more_than_the_first(world: World) -> None:
    client = Client()
    for name in ("matters", "record"):
        address = reverse(f"web:{name}", args=[world.estate.slug])
        assert _asked(client, f"{address}?page=3") == _asked(client, address)
