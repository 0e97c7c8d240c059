"""No answer tells nobody or a resident who somebody is, where he lives, what he said or how he chose (C2, C3)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from tests.record.everything import live
from tests.support.world import World
from yishiting.council.appraisals.models import Appraisal
from yishiting.council.cases.models import CaseFile
from yishiting.council.matters.models import Answer, Matter, Report
from yishiting.council.meetings.models import Meeting
from yishiting.council.projects.models import Project
from yishiting.council.votes.models import Ballot, Vote
from yishiting.ground.organisations.kinds import KINDS
from yishiting.ground.organisations.models import Chart, Interest, Term
from yishiting.ground.people.models import Person, UnsettledPhone
from yishiting.ground.places.models import Home
from yishiting.kernel import clock
from yishiting.reach.api.tests.calling import Caller, key_of
from yishiting.reach.api.v1 import api
from yishiting.reach.tokens import rules
from yishiting.record.notices.models import Canvass, Notice

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """An estate where everything happened, made once for the module, inside a transaction that is undone at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield live()
        transaction.set_rollback(True)


@pytest.fixture
def world(lived: World, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(clock, "now", lambda: lived.now + timedelta(hours=1))
    return lived


ROOMS = {
    "matters": Matter,
    "votes": Vote,
    "meetings": Meeting,
    "projects": Project,
    "notices": Notice,
    "canvasses": Canvass,
    "appraisals": Appraisal,
    "cases": CaseFile,
    "charts": Chart,
}


def addresses(world: World) -> Iterator[str]:
    """Return every address that is read, with every number that the estate has, and those that staff alone may read."""
    here = {"estate": world.estate}
    rows: dict[str, list[Any]] = {
        "/receipts/": list(Ballot.objects.values_list("receipt", flat=True))[:3],
        "/entrances/": [row.pk for row in world.entrances[:2]],
        "/homes/": [row.pk for row in world.homes[:3]],
        "/phones/": list(UnsettledPhone.objects.filter(**here).values_list("pk", flat=True)),
        "/calendar/": [2026],
        "/versions/": [1, 2],
        "/files/": ["0"],
        "/units/": [1, 2, 6],
        "/interests/": list(Interest.objects.filter(**here).values_list("pk", flat=True)),
    }
    for path, ways in api.get_openapi_schema()["paths"].items():
        if "get" not in ways:
            continue
        path = path.replace("{slug}", world.estate.slug).replace("{name}/{version}", "five-step/1")
        found = [path]
        room = next((room for room in ROOMS if re.search(rf"/{room}/(?:{world.estate.slug}/)?{{no}}", path)), "")
        if room:
            numbers = ROOMS[room].objects.filter(**here).values_list("no", flat=True)
            found = [path.replace("{no}", str(no)) for no in numbers]
        for way, values in rows.items():
            if way in path and "{" in path.partition(way)[2]:
                found = [re.sub(r"{\w+}", str(value), each) for each in found for value in values]
        for each in found:
            assert "{" not in each, each
            yield f"{each}?limit=100" if "limit" in str(ways["get"].get("parameters")) else each


def words_of(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False)


#: Answers of the module's estate by who asked: reading changes nothing of what the next one reads.
Told = Callable[[str | int | None], dict[str, Any]]


@pytest.fixture(scope="module")
def asked(lived: World) -> dict[str | int | None, dict[str, Any]]:
    return {}


@pytest.fixture
def told_to(world: World, asked: dict[str | int | None, dict[str, Any]]) -> Told:
    """Ask, by whom, what is told at every address; whatever is not told is refused as a problem."""

    def told(who: str | int | None) -> dict[str, Any]:
        if who not in asked:
            asked[who] = read(world, Caller(world, who))
        return asked[who]

    return told


def read(world: World, caller: Caller) -> dict[str, Any]:
    found = {}
    for address in addresses(world):
        answer = caller.get(address)
        assert answer.status_code in (200, 401, 403, 404), f"{address}: {answer.status_code}"
        if answer.status_code == 200:
            found[address] = answer.json()
    return found


def hidden(world: World, but: Person | None = None) -> list[str]:
    """Return what may not be read: names, phones, doors, words and answers of everybody else."""
    public = set(Term.objects.filter(name_public=True).values_list("person_id", flat=True))
    # Some are called as their post is, which is told by its code.
    people = [each for each in Person.objects.all() if each != but and each.pk not in public and each.name not in KINDS]
    mine = set() if but is None else {home for _estate, home in world.actor(but).homes}
    homes = Home.objects.exclude(pk__in=mine).select_related("entrance__building")
    # What was said to several in the same words was said to him too.
    own = {*Report.objects.filter(person=but).values_list("words", flat=True)} if but else set()
    own |= {*Answer.objects.filter(report__person=but).values_list("text", flat=True)} if but else set()
    found = [
        *(each.name for each in people),
        *(each.phone for each in people if each.phone),
        *(str(home) for home in homes if home.entrance.label),
        *Report.objects.exclude(person=but).values_list("words", flat=True),
        *Answer.objects.exclude(report__person=but).values_list("text", flat=True),
    ]
    return [each for each in found if each not in own]


def allowed(world: World) -> set[str]:
    """Return words that stand in public anyway, such as a reason that was published as an answer."""
    return {"理由", "不是一回事"}


def test_nobody_reads_nothing_of_anybody(world: World, told_to: Told) -> None:
    told = told_to(None)
    assert len(told) > 15
    assert not any(address.startswith("/api/v1/me?") or "/desk/" in address or "/roster" in address for address in told)
    text = words_of(told)
    assert [each for each in hidden(world) if each in text and each not in allowed(world)] == []


def test_a_resident_reads_his_own_and_nothing_of_others(world: World, told_to: Told) -> None:
    owner = world.owners[0]
    told = told_to(0)
    assert any(owner.name in words_of(each) for each in told.values())
    assert not any("/roster" in address or "/slips" in address for address in told)
    text = words_of(told)
    assert [each for each in hidden(world, owner) if each in text and each not in allowed(world)] == []


@pytest.mark.parametrize("who", ["community_worker", 0])
def test_a_device_reads_nothing_of_anybody_whoever_made_its_key(world: World, who: str | int) -> None:
    """A screen in a hall shows to all who pass what is told to it: neither others' names nor its maker's."""
    scopes = rules.scopes_for(rules.Kind.DEVICE)
    told = read(world, Caller(world, key=key_of(world, who, *scopes, kind="device", days=700)))
    assert len(told) > 15
    text = words_of(told)
    assert [each for each in hidden(world) if each in text and each not in allowed(world)] == []


def test_no_answer_to_anybody_tells_a_choice_or_a_salt(world: World, told_to: Told) -> None:
    """Not to the staff either: what somebody chose stands in no answer, and before the count no figure made of choices."""
    salts = [*Ballot.objects.values_list("salt", flat=True), *Report.objects.values_list("salt", flat=True)]
    for who in ("community_worker", "committee_chair", "grid_worker", 0, 3):
        told = told_to(who)
        assert told
        text = words_of(told)
        assert '"choice"' not in text
        assert [salt for salt in salts if salt in text] == []
        running = Vote.objects.filter(counted_at__isnull=True).values_list("no", flat=True)
        votes = [told.get(f"/api/v1/estates/{world.estate.slug}/votes/{no}") for no in running]
        assert all(vote["results"] == [] for vote in votes if vote)


def test_the_staff_read_names_only_where_their_pages_show_them(world: World, told_to: Told) -> None:
    worker = told_to("community_worker")
    name = world.owners[3].name
    showing = {address for address, told in worker.items() if name in words_of(told)}
    assert showing
    assert all("/desk/matters/" in address or "/roster/homes" in address or "/chart" in address for address in showing)
    phones = [each.phone for each in Person.objects.all() if each.phone]
    assert [phone for phone in phones if phone in words_of(worker)] == []
