"""Signing in by phone and code, as a browser does it."""

from __future__ import annotations

import base64
import json
import re

import pytest
from django.conf import settings as current
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.support.world import make_person, make_world
from yishiting.ground.organisations.actors import actor_for
from yishiting.ground.people.models import Account, Holding
from yishiting.kernel import clock
from yishiting.reach.web.account import addresses
from yishiting.reach.web.tests.account_support import (
    CODE,
    LOGIN,
    PHONE,
    Post,
    Time,
    ask,
    enter,
    fresh_counters,
    later,
    post,
    sign_in,
    signed_in,
    whole_database,
    wrong,
)

__all__ = ["fresh_counters", "later", "post"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_counters")]


# ---------------------------------------------------------------- the way in
def test_a_person_on_the_roster_signs_in_and_gets_an_account_on_the_first_success(client: Client, post: Post) -> None:
    person = make_person("张三", PHONE)

    assert ask(client, "＋８６ 139 ０００0 1234")["Location"] == CODE
    assert not Account.objects.exists()
    [(phone, code)] = post.sent
    assert phone == PHONE
    assert re.fullmatch(r"\d{6}", code)

    assert enter(client, code)["Location"] == "/me/"
    assert Account.objects.get().person == person
    assert signed_in(client)


def test_the_pages_ask_one_thing_each_with_the_right_keyboard(client: Client, post: Post) -> None:
    make_person("张三", PHONE)

    first = client.get(LOGIN).content.decode()
    ask(client)
    second = client.get(CODE).content.decode()

    assert 'type="tel"' in first
    assert 'name="code"' not in first
    assert 'inputmode="numeric"' in second
    assert 'autocomplete="one-time-code"' in second
    assert "139****1234" in second
    assert PHONE not in second
    assert "社区居委会" in second
    assert "注册" not in second


def test_the_code_may_be_typed_with_full_width_digits_and_spaces(client: Client, post: Post) -> None:
    make_person("张三", PHONE)
    ask(client)
    wide = post.last.translate({ord(str(digit)): ord("０") + digit for digit in range(10)})

    assert enter(client, f" {wide[:3]} {wide[3:]} ")["Location"] == "/me/"


def test_whoever_holds_a_post_starts_at_the_desk(client: Client, post: Post) -> None:
    world = make_world(homes=2)

    assert sign_in(client, post, world.staff["grid_worker"].phone)["Location"] == "/desk/"


def test_somebody_who_lost_all_homes_and_posts_signs_in_and_sees_nothing(client: Client, post: Post) -> None:
    world = make_world(homes=2)
    owner = world.owners[0]
    Holding.objects.filter(person=owner).update(until=world.now)

    assert sign_in(client, post, owner.phone)["Location"] == "/me/"
    assert signed_in(client)
    actor = actor_for(owner, now=clock.now())
    assert (actor.homes, actor.offices, actor.belongs_to(world.estate.pk)) == (frozenset(), (), False)


def test_a_session_begins_anew_at_sign_in(client: Client, post: Post) -> None:
    make_person("张三", PHONE)
    ask(client)
    planted = client.cookies[current.SESSION_COOKIE_NAME].value

    enter(client, post.last)

    assert client.cookies[current.SESSION_COOKIE_NAME].value != planted
    thief = Client()
    thief.cookies[current.SESSION_COOKIE_NAME] = planted
    assert not signed_in(thief)


def test_the_page_that_was_asked_for_comes_after_sign_in(client: Client, post: Post) -> None:
    make_person("张三", PHONE)

    page = client.get(f"{LOGIN}?next=/me/sessions/").content.decode()
    assert 'name="next" value="/me/sessions/"' in page
    assert f'href="{LOGIN}?next=/me/sessions/"' in page, "the link of the head leads to where it led before"
    asked = client.post(LOGIN, {"phone": PHONE, "next": "/me/sessions/"})
    assert asked["Location"] == f"{CODE}?next=%2Fme%2Fsessions%2F"
    answer = client.post(CODE, {"code": post.last, "next": "/me/sessions/"})
    assert answer["Location"] == "/me/sessions/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_sign_in_leads_to_no_other_site(client: Client, post: Post, elsewhere: str) -> None:
    make_person("张三", PHONE)
    client.post(LOGIN, {"phone": PHONE, "next": elsewhere})

    assert client.post(CODE, {"code": post.last, "next": elsewhere})["Location"] == "/me/"


def test_one_who_is_signed_in_needs_no_sign_in_page(client: Client, post: Post) -> None:
    make_person("张三", PHONE)
    sign_in(client, post)

    assert client.get(LOGIN)["Location"] == "/me/"
    assert client.get(f"{LOGIN}?next=/me/sessions/")["Location"] == "/me/sessions/"
    assert client.get(CODE)["Location"] == "/me/"


def test_forms_without_their_token_are_refused(post: Post) -> None:
    make_person("张三", PHONE)

    assert ask(Client(enforce_csrf_checks=True)).status_code == 403
    assert post.sent == []


# ---------------------------------------------------------------- nobody learns who is on a roster
def test_a_phone_on_no_roster_is_answered_in_the_same_words(post: Post) -> None:
    make_person("张三", PHONE)
    known, unknown = Client(), Client()
    other = "13900001239"

    def says(client: Client, answer: object = None) -> str:
        text = (answer or client.get(CODE)).content.decode()
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|hx-headers=\'[^\']*\'', "", text)
        return text.replace("139****1239", "139****1234")

    assert ask(known)["Location"] == ask(unknown, other)["Location"]
    assert says(known) == says(unknown)
    assert [phone for phone, _ in post.sent] == [PHONE]
    bad = wrong(post.last)
    for _ in range(2):
        assert says(known, enter(known, bad)) == says(unknown, enter(unknown, bad))
    assert enter(known, bad)["Location"] == enter(unknown, bad)["Location"] == LOGIN
    assert says(known, known.get(LOGIN)) == says(unknown, unknown.get(LOGIN))


def test_no_code_opens_a_phone_on_no_roster(client: Client, post: Post) -> None:
    ask(client)

    for guess in ("000000", "123456"):
        assert enter(client, guess).status_code == 422
    assert client.post(CODE, {"code": ""}).status_code == 422
    assert not signed_in(client)
    assert not Account.objects.exists()


def test_a_phone_that_different_names_share_gets_no_code(client: Client, post: Post) -> None:
    make_person("张三", PHONE)
    make_person("李四", PHONE)

    assert ask(client)["Location"] == CODE
    assert post.sent == []


def test_a_phone_that_became_shared_after_the_code_left_signs_nobody_in(client: Client, post: Post) -> None:
    make_person("张三", PHONE)
    ask(client)
    make_person("李四", PHONE)

    assert enter(client, post.last)["Location"] == LOGIN
    assert "社区居委会" in client.get(LOGIN).content.decode()
    assert not signed_in(client)


def test_a_closed_account_gets_no_code_and_its_sessions_are_over(client: Client, post: Post) -> None:
    make_person("张三", PHONE)
    sign_in(client, post)
    Account.objects.update(is_active=False)

    assert not signed_in(client)
    ask(Client(), PHONE)
    assert len(post.sent) == 1


def test_neither_phone_nor_code_stands_in_the_clear_anywhere(client: Client, post: Post) -> None:
    make_person("张三", PHONE)
    ask(client)
    enter(client, wrong(post.last))
    stored = whole_database()
    # A session is signed, not sealed: what it holds is read as Django reads it.
    waiting = json.dumps(dict(SessionStore(client.cookies[current.SESSION_COOKIE_NAME].value).items()))
    enter(client, post.last)
    stored += whole_database()
    inside = json.dumps(dict(SessionStore(client.cookies[current.SESSION_COOKIE_NAME].value).items()))

    for secret in (PHONE, post.last):
        assert secret not in waiting
        assert secret not in inside
    # The cache's table is base64.
    for word in re.findall(r"[A-Za-z0-9+/]{16,}", stored):
        assert PHONE.encode() not in base64.b64decode(word[: len(word) // 4 * 4])
    assert PHONE not in stored


# ---------------------------------------------------------------- what goes wrong
@pytest.mark.parametrize("typed", ["", "12345", "057388880000", "+1 202 555 0123"])
def test_what_is_no_mobile_comes_back_with_what_to_do_and_with_what_was_typed(
    client: Client, post: Post, typed: str
) -> None:
    page = ask(client, typed)

    assert page.status_code == 422
    assert 'id="errors"' in page.content.decode()
    assert f'value="{typed}"' in page.content.decode() or not typed
    assert post.sent == []


def test_what_is_no_code_at_all_costs_no_attempt(client: Client, post: Post) -> None:
    make_person("张三", PHONE)
    ask(client)

    for typed in ("", "12345", "abcdef", "1234567", "١٢٣٤٥٦"):
        assert "六位数字" in enter(client, typed).content.decode()
    assert enter(client, post.last)["Location"] == "/me/"


def test_a_wrong_code_says_how_many_attempts_are_left(client: Client, post: Post) -> None:
    make_person("张三", PHONE)
    ask(client)

    assert "还能再试 2 次" in enter(client, wrong(post.last)).content.decode()
    assert "还能再试 1 次" in enter(client, wrong(post.last)).content.decode()
    assert enter(client, post.last)["Location"] == "/me/"


def test_the_fourth_code_is_refused_even_if_it_is_right(client: Client, post: Post) -> None:
    make_person("张三", PHONE)
    ask(client)
    for _ in range(3):
        answer = enter(client, wrong(post.last))
    assert answer["Location"] == LOGIN

    assert enter(client, post.last)["Location"] == LOGIN
    assert "作废" in client.get(LOGIN).content.decode()
    assert not signed_in(client)


def test_guesses_are_counted_outside_the_session_so_that_parallel_ones_count(client: Client, post: Post) -> None:
    make_person("张三", PHONE)
    ask(client)
    key = client.cookies[current.SESSION_COOKIE_NAME].value
    before = dict(SessionStore(key).items())
    for _ in range(3):
        enter(client, wrong(post.last))
        # As if this guess had been read before the others were written.
        session = SessionStore(key)
        session.update(before)
        session.save()

    assert enter(client, post.last)["Location"] == LOGIN
    assert not signed_in(client)


def test_a_code_is_good_for_five_minutes(client: Client, post: Post, later: Time) -> None:
    make_person("张三", PHONE)
    ask(client)
    later.advance(301)

    assert enter(client, post.last)["Location"] == LOGIN
    assert "过期" in client.get(LOGIN).content.decode()
    assert not signed_in(client)


def test_another_code_voids_the_one_before_and_begins_its_own_attempts(client: Client, post: Post, later: Time) -> None:
    make_person("张三", PHONE)
    ask(client)
    first = post.last
    enter(client, wrong(first))
    enter(client, wrong(first))
    later.advance(31)

    assert client.post(CODE, {"action": "resend"})["Location"] == CODE
    assert len(post.sent) == 2
    if first != post.last:
        assert "还能再试 2 次" in enter(client, first).content.decode()
    assert enter(client, post.last)["Location"] == "/me/"


def test_a_code_belongs_to_the_browser_that_asked_for_it(client: Client, post: Post) -> None:
    make_person("张三", PHONE)
    ask(client)

    assert enter(Client(), post.last)["Location"] == LOGIN


def test_a_mistyped_phone_can_be_put_right(client: Client, post: Post) -> None:
    make_person("张三", PHONE)
    ask(client, "13900001235")

    assert client.get(LOGIN).status_code == 200
    assert sign_in(client, post)["Location"] == "/me/"


# ---------------------------------------------------------------- out
def test_sign_out_is_by_post_alone(client: Client, post: Post) -> None:
    make_person("张三", PHONE)
    sign_in(client, post)

    assert client.get("/account/logout/").status_code == 200
    assert signed_in(client)
    assert client.post("/account/logout/")["Location"] == "/"
    assert not signed_in(client)


def test_sign_out_leads_to_no_other_site(client: Client, post: Post) -> None:
    make_person("张三", PHONE)
    sign_in(client, post)

    assert client.post("/account/logout/", {"next": "https://evil.example/"})["Location"] == "/"


# ---------------------------------------------------------------- addresses
@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_email",
        "account_email_verification_sent",
        "account_confirm_email",
        "account_reset_password",
        "account_reset_password_done",
        "account_reauthenticate",
        "account_change_phone",
        "account_verify_phone",
        "usersessions_list",
        "socialaccount_login",
    ],
)
def test_what_is_not_offered_has_no_address(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "path", ["", "signup/", "email/", "password/reset/", "phone/change/", "confirm-email/", "3rdparty/"]
)
def test_what_allauth_would_route_elsewhere_is_not_found(client: Client, path: str) -> None:
    assert client.get(f"/account/{path}").status_code == 404


@pytest.mark.parametrize("name", sorted({pattern.name for pattern in addresses.urlpatterns}))
def test_every_address_answers_nobody_a_resident_and_staff(client: Client, post: Post, name: str) -> None:
    world = make_world(homes=1)
    path = reverse(name)
    resident, staff = Client(), Client()
    sign_in(resident, post, world.owners[0].phone)
    sign_in(staff, post, world.staff["moderator"].phone)

    answers = [visitor.get(path, follow=False) for visitor in (client, resident, staff)]

    assert all(answer.status_code in {200, 302} or answer.status_code == 403 for answer in answers)
    assert {answer.status_code for answer in answers if answer.status_code == 403} <= (
        {403} if "set_password" in name or "change_password" in name else set()
    )
    for answer in answers:
        if answer.status_code == 200:
            text = answer.content.decode()
            assert 'class="head' in text
            assert not re.search(r"[A-Za-z]{4,} [a-z]{2,} [a-z]{2,}", re.sub(r"<[^>]*>", " ", text))
