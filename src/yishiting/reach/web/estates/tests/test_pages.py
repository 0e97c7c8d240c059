"""The list of estates, the record, elder mode, health."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support.signing import sign_in
from tests.support.world import START, make_world
from yishiting.timeline import entries
from yishiting.timeline.services import book

pytestmark = pytest.mark.django_db


def test_a_single_estate_is_opened_at_once_and_several_are_offered(client: Client) -> None:
    assert "还没有小区" in client.get("/").content.decode()
    first = make_world(1)
    assert client.get("/").url == f"/e/{first.estate.slug}/"
    second = make_world(1, name="别处苑")
    page = client.get("/").content.decode()
    assert first.estate.name in page
    assert second.estate.name in page
    found = client.get("/", {"q": "别处"}).content.decode()
    assert first.estate.name not in found
    assert "换个字再找" in client.get("/", {"q": "没有的名字"}).content.decode()


def test_an_unknown_estate_says_so_in_words(client: Client) -> None:
    answer = client.get("/e/nowhere/")
    assert answer.status_code == 404
    assert "没有这个小区的页面" in answer.content.decode()


def test_elder_mode_is_kept_in_a_cookie_and_leads_back_to_the_page(client: Client) -> None:
    world = make_world(1)
    address = f"/e/{world.estate.slug}/record/"
    answer = client.post("/elder/", {"elder": "1", "next": address})
    assert (answer.status_code, answer.url) == (302, address)
    assert 'class=" elder"' in client.get(address).content.decode()
    client.post("/elder/", {"elder": "0", "next": address})
    assert 'class=" elder"' not in client.get(address).content.decode()


def test_elder_mode_leads_to_no_other_host(client: Client) -> None:
    assert client.post("/elder/", {"elder": "1", "next": "https://example.com/"}).url == "/"


def test_the_record_shows_the_public_what_is_public_and_residents_more(client: Client) -> None:
    world = make_world(2)
    kinds = {"meetings.planned": "安排第 1 次议事会", "meetings.attended": "签到", "people.phone_settled": "共用的电话"}
    for kind in kinds:
        with book(world.estate.pk, actor_id=None, now=START) as record:
            record.write(kind, subject=("meeting", 1), facts={"no": 1})
    address = f"/e/{world.estate.slug}/record/"
    anyone = client.get(address).content.decode()
    assert kinds["meetings.planned"] in anyone
    assert kinds["meetings.attended"] not in anyone
    sign_in(client, world.owners[0])
    resident = client.get(address).content.decode()
    assert kinds["meetings.attended"] in resident
    assert kinds["people.phone_settled"] not in resident
    assert entries.kind("people.phone_settled") is not None


def test_health_answers_when_the_database_does(client: Client) -> None:
    assert client.get("/healthz").json() == {"ok": True}


def test_the_desk_is_for_who_holds_a_post(client: Client) -> None:
    world = make_world(2)
    assert client.get("/desk/").url.startswith("/account/login/")
    sign_in(client, world.owners[0])
    assert client.get("/desk/").status_code == 403
    sign_in(client, world.staff["grid_worker"])
    answer = client.get("/desk/")
    assert answer.status_code == 200
    assert "现在没有等您办的事" in answer.content.decode()


def test_the_desk_shows_the_doors_that_open(client: Client) -> None:
    world = make_world(2)
    officer = sign_in(client, world.staff["police_officer"]).get("/desk/").content.decode()
    assert "/desk/matters/" in officer
    for shut in ("/desk/roster/", "/desk/votes/", "/desk/projects/"):
        assert f'href="{shut}"' not in officer.split("<main")[0]
    worker = sign_in(Client(), world.staff["community_worker"]).get("/desk/").content.decode()
    for address in ("/desk/roster/", "/desk/votes/", "/desk/projects/", "/desk/meetings/"):
        assert f'href="{address}"' in worker
        assert Client().get(address).status_code == 302
