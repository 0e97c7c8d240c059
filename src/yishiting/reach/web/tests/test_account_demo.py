"""The demonstration's way in: one click per role there, nothing at all elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings as current
from django.test import Client
from pytest_django import Settings

from tests.support.world import World, make_world
from yishiting.ground.people.models import Account
from yishiting.reach.web.tests.account_support import LOGIN, fresh_counters, signed_in

__all__ = ["fresh_counters"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_counters")]

DEMO = "/demo/"


@pytest.fixture
def world() -> World:
    """An estate with its staff."""
    return make_world(homes=2)


@pytest.fixture
def story(settings: Settings, tmp_path: Path, world: World) -> Path:
    """A demonstration with two roles in its file."""
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    owner, worker = world.owners[0], world.staff["grid_worker"]
    file = tmp_path / "demo.json"
    file.write_text(
        json.dumps(
            {
                "address": "http://127.0.0.1:8000/",
                "estates": [{"slug": world.estate.slug}],
                "sign_ins": [
                    {
                        "role": "owner_a",
                        "label": "业主（南楼）",
                        "phone": owner.phone,
                        "person": owner.pk,
                        "password": None,
                    },
                    {
                        "role": "grid_worker",
                        "label": "网格员",
                        "phone": worker.phone,
                        "person": worker.pk,
                        "password": "p-w",
                    },
                ],
            }
        ),
        encoding="utf-8",
    )
    return file


def test_each_role_is_offered_and_one_click_signs_in(client: Client, story: Path, world: World) -> None:
    page = client.get(DEMO).content.decode()
    assert "业主（南楼）" in page
    assert "网格员" in page
    assert page.count('name="person"') == 2

    assert client.post(DEMO, {"person": world.owners[0].pk})["Location"] == "/me/"
    assert signed_in(client)
    # From one role to the next without signing out.
    assert client.post(DEMO, {"person": world.staff["grid_worker"].pk})["Location"] == "/desk/"
    assert client.get("/me/sessions/").context["user"].person == world.staff["grid_worker"]


def test_a_click_is_a_post_and_signs_in_nobody_who_is_not_in_the_file(
    client: Client, story: Path, world: World
) -> None:
    client.get(DEMO, {"person": world.owners[0].pk})
    assert not signed_in(client)

    for asked in (world.owners[1].pk, "", "x", 10**30):
        assert client.post(DEMO, {"person": asked})["Location"] == DEMO
    assert not signed_in(client)
    assert Client(enforce_csrf_checks=True).post(DEMO, {"person": world.owners[0].pk}).status_code == 403


def test_a_session_begins_anew_at_a_click(client: Client, story: Path, world: World) -> None:
    client.post(DEMO, {"person": world.owners[0].pk})
    before = client.cookies[current.SESSION_COOKIE_NAME].value

    client.post(DEMO, {"person": world.staff["grid_worker"].pk})

    thief = Client()
    thief.cookies[current.SESSION_COOKIE_NAME] = before
    assert not signed_in(thief)


def test_elsewhere_there_is_no_such_page_whatever_lies_in_the_file(
    client: Client, story: Path, settings: Settings, world: World
) -> None:
    settings.DEMO = False

    assert client.get(DEMO).status_code == 404
    assert client.post(DEMO, {"person": world.owners[0].pk}).status_code == 404
    assert not signed_in(client)
    assert not Account.objects.exists()
    assert DEMO not in client.get(LOGIN).content.decode()


def test_the_sign_in_page_of_the_demonstration_leads_there(client: Client, story: Path) -> None:
    assert f'href="{DEMO}"' in client.get(LOGIN).content.decode()


@pytest.mark.parametrize(
    "content", [None, "", "{", "[]", '{"sign_ins": 3}', '{"sign_ins": [{"role": "x"}]}', '{"sign_ins": []}']
)
def test_without_a_story_the_page_says_what_to_run(client: Client, story: Path, content: str | None) -> None:
    if content is None:
        story.unlink()
    else:
        story.write_text(content)

    page = client.get(DEMO)

    assert page.status_code == 200
    assert "make demo" in page.content.decode()


def test_a_file_older_than_the_database_says_so(client: Client, story: Path) -> None:
    text = json.loads(story.read_text())
    text["sign_ins"][0]["person"] = 999_999
    story.write_text(json.dumps(text))

    assert "重新生成演示数据" in client.post(DEMO, {"person": 999_999}, follow=True).content.decode()
