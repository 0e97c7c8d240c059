"""The language goes with the account: chosen on one device, there at the next sign-in on another."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.translation import gettext, override

from tests.support.world import make_person
from yishiting.ground.people.models import Account
from yishiting.reach.web.tests import account_support
from yishiting.reach.web.tests.account_support import PHONE, Post, fresh_counters, post

__all__ = ["fresh_counters", "post"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_counters")]
OTHER = "13900005678"


def sign_in(device: Client, post: Post, phone: str = PHONE) -> None:
    """Sign in however many codes were asked for a moment ago."""
    cache.clear()
    account_support.sign_in(device, post, phone)
    assert account_support.signed_in(device)


def speaks(device: Client) -> str:
    return device.get("/me/sessions/").headers["Content-Language"]


def choose(device: Client, code: str) -> None:
    assert device.post("/language/", {"language": code, "next": "/"}).status_code == 302


def kept() -> str:
    return Account.objects.get(person__name="张三").language


@pytest.fixture
def device(post: Post) -> Client:
    """A telephone on which somebody is signed in."""
    make_person("张三", PHONE)
    found = Client()
    sign_in(found, post)
    return found


def test_what_is_chosen_is_there_at_the_next_sign_in_on_another_device(device: Client, post: Post) -> None:
    assert (speaks(device), kept()) == ("zh-hans", "")
    choose(device, "en")
    assert (speaks(device), kept()) == ("en", "en")
    other = Client()
    sign_in(other, post)
    assert speaks(other) == "en"
    # Taken back here, and there at the next sign-in; a device never asks the database for it between.
    choose(other, "zh-hans")
    assert (speaks(other), kept(), speaks(device)) == ("zh-hans", "zh-hans", "en")
    device.post("/account/logout/")
    sign_in(device, post)
    assert speaks(device) == "zh-hans"


def test_a_code_is_sent_in_the_language_of_the_account_else_in_that_of_the_page(device: Client, post: Post) -> None:
    assert post.languages == ["zh-hans"]
    choose(device, "en")
    cache.clear()
    Client().post("/account/login/", {"phone": PHONE})
    make_person("李四", OTHER)
    reader = Client()
    choose(reader, "en")
    cache.clear()
    reader.post("/account/login/", {"phone": OTHER})
    choose(device, "zh-hans")
    cache.clear()
    reader.post("/account/login/", {"phone": PHONE})
    assert post.languages == ["zh-hans", "en", "en", "zh-hans"]


def test_what_is_said_of_the_sign_in_is_said_in_the_language_of_the_account(device: Client, post: Post) -> None:
    choose(device, "en")
    device.post("/account/logout/")
    device.cookies.pop("language")
    cache.clear()
    account_support.ask(device)
    page = device.post("/account/login/code/", {"code": post.last}, follow=True).content.decode()
    assert '<html lang="en"' in page
    with override("en"):
        assert gettext("您已经登录。") in page


def test_who_chose_while_signing_in_has_it_kept_and_who_found_the_device_so_has_not(post: Post) -> None:
    make_person("张三", PHONE)
    make_person("李四", OTHER)
    device = Client()
    choose(device, "en")
    assert device.get("/account/login/").headers["Content-Language"] == "en"
    sign_in(device, post)
    assert (speaks(device), kept()) == ("en", "en")
    device.post("/account/logout/")
    # The device still speaks it, and the next one never chose.
    sign_in(device, post, OTHER)
    assert Account.objects.get(person__name="李四").language == ""
    choose(device, "zh-hans")
    device.post("/account/logout/")
    sign_in(device, post)
    assert speaks(device) == "en"


def test_chinese_chosen_before_signing_in_holds_against_the_account(device: Client, post: Post) -> None:
    choose(device, "en")
    device.post("/account/logout/")
    choose(device, "zh-hans")
    sign_in(device, post)
    assert (speaks(device), kept()) == ("zh-hans", "zh-hans")


@pytest.mark.parametrize("cookie", ["en~", "en~x", "en~99999999999", "en~-1", "en~1²", "tlh~1", "~"])
def test_a_cookie_that_was_tampered_with_is_a_choice_of_nobody(post: Post, cookie: str) -> None:
    make_person("张三", PHONE)
    device = Client()
    device.cookies["language"] = cookie
    sign_in(device, post)
    assert kept() == ""
    assert speaks(device) == ("en" if cookie.startswith("en") else "zh-hans")


def test_a_language_that_is_not_there_is_not_kept(device: Client) -> None:
    choose(device, "tlh")
    assert kept() == ""
