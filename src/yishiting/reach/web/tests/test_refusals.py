"""A refusal always leads on: a sentence, a way back, or the sign-in with the way back kept."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.support.signing import sign_in
from tests.support.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world(6)


def test_an_address_that_only_takes_a_form_says_so_when_it_is_opened(world: World) -> None:
    response = sign_in(Client(), world.owners[0]).get("/me/inbox/read/")

    assert response.status_code == 405
    assert "请从页面上的按钮再办一次" in response.content.decode()
    assert response.headers["Allow"] == "POST"


def test_the_desk_asks_whoever_is_not_signed_in_to_sign_in(world: World) -> None:
    response = Client().get(f"/desk/{world.estate.slug}/matters/1/")

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/account/login/?next=%2Fdesk%2F")


def test_after_signing_in_again_a_sender_is_back_on_the_page_of_the_form(world: World) -> None:
    page = f"/desk/{world.estate.slug}/votes/1/"
    sending = f"/desk/{world.estate.slug}/votes/new/"

    sent = Client().post(sending, headers={"referer": f"http://testserver{page}?a=1"})
    foreign = Client().post(sending, headers={"referer": "https://elsewhere.example/trap/"})

    assert sent.headers["Location"] == f"/account/login/?{urlencode({'next': f'{page}?a=1'})}"
    assert foreign.headers["Location"] == f"/account/login/?{urlencode({'next': sending})}"
