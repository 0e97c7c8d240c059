"""A password for those who hold a post: setting it, signing in by it, losing it."""

from __future__ import annotations

import pytest
from axes.models import AccessAttempt
from django.test import Client
from pytest_django import Settings

from tests.support.world import World, make_person, make_world
from yishiting.ground.organisations.models import Term
from yishiting.ground.people.models import Person
from yishiting.ground.people.secrets import lookup_hash
from yishiting.ground.people.sign_in import account_for
from yishiting.reach.web.tests.account_support import (
    LOGIN,
    PASSWORD,
    Post,
    Time,
    fresh_counters,
    later,
    post,
    sign_in,
    signed_in,
    whole_database,
)

__all__ = ["fresh_counters", "later", "post"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_counters", "quick_hasher")]

SET, CHANGE = "/account/password/set/", "/account/password/change/"
GOOD = "河边有一排石榴树2棵"
BETTER = "桥头那几株银杏树5棵"
MISMATCH = "手机号或密码不对"


@pytest.fixture
def quick_hasher(settings: Settings) -> None:
    """What is tested is who may, not how long a hash takes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def world() -> World:
    """An estate with its staff."""
    return make_world(homes=1)


def hold(person: Person, password: str = GOOD) -> Person:
    """Give ``person`` an account with a password."""
    account = account_for(person, now=World.now)
    account.set_password(password)
    account.save()
    return person


def try_password(client: Client, phone: str, password: str, **extra: str) -> object:
    """Post phone and password."""
    return client.post(PASSWORD, {"login": phone, "password": password}, **extra)


def words(answer: object) -> str:
    """Return the page as text."""
    return answer.content.decode()


# ---------------------------------------------------------------- setting and using it
def test_staff_set_a_password_and_sign_in_by_it_from_then_on(client: Client, post: Post, world: World) -> None:
    phone = world.staff["grid_worker"].phone
    sign_in(client, post, phone)
    assert client.get(SET).status_code == 200

    answer = client.post(SET, {"password1": GOOD, "password2": GOOD})

    assert answer["Location"] == "/me/sessions/"
    assert "新密码设好了" in words(client.get("/me/sessions/"))
    assert signed_in(client)
    other = Client()
    assert try_password(other, f"+86 {phone}", GOOD)["Location"] == "/desk/"
    assert signed_in(other)


def test_a_resident_is_told_that_the_code_is_enough(client: Client, post: Post, world: World) -> None:
    sign_in(client, post, world.owners[0].phone)

    for page in (SET, CHANGE):
        refused = client.get(page)
        assert refused.status_code == 403
        assert "验证码登录就可以" in words(refused)
        assert client.post(page, {"password1": GOOD, "password2": GOOD}).status_code == 403
    assert "设密码" not in words(client.get("/me/sessions/"))


def test_nobody_is_asked_to_sign_in_first(client: Client) -> None:
    assert client.get(SET)["Location"] == f"{LOGIN}?next=%2Faccount%2Fpassword%2Fset%2F"


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ("短密码1", "短密码1", "10"),
        ("1234567890123", "1234567890123", "数字"),
        ("password1234", "password1234", "常见"),
        (GOOD, BETTER, "相同"),
    ],
)
def test_a_weak_or_mistyped_password_comes_back_with_what_to_do(
    client: Client, post: Post, world: World, first: str, second: str, says: str
) -> None:
    sign_in(client, post, world.staff["moderator"].phone)

    page = words(client.post(SET, {"password1": first, "password2": second}))

    assert 'id="errors"' in page
    assert says in page[page.index('id="errors"') :][:600]


def test_changing_it_needs_the_present_one_and_ends_every_other_session(
    client: Client, post: Post, world: World
) -> None:
    phone = hold(world.staff["moderator"]).phone
    other = Client()
    try_password(client, phone, GOOD)
    try_password(other, phone, GOOD)
    assert signed_in(other)

    refused = client.post(CHANGE, {"oldpassword": "不对的旧密码", "password1": BETTER, "password2": BETTER})
    assert "现在的密码不对" in words(refused)
    changed = client.post(CHANGE, {"oldpassword": GOOD, "password1": BETTER, "password2": BETTER})

    assert changed["Location"] == "/me/sessions/"
    assert signed_in(client)
    assert not signed_in(other)
    assert "1 台设备" in words(client.get("/me/sessions/"))
    assert MISMATCH in words(try_password(Client(), phone, GOOD))
    assert try_password(Client(), phone, BETTER)["Location"] == "/desk/"


def test_a_forgotten_one_is_replaced_within_ten_minutes_of_a_sign_in_by_code(
    client: Client, post: Post, world: World, later: Time
) -> None:
    phone = hold(world.staff["moderator"]).phone
    sign_in(client, post, phone)
    assert client.get(SET).status_code == 200

    later.advance(601)
    assert client.get(SET)["Location"] == CHANGE
    assert client.post(SET, {"password1": BETTER, "password2": BETTER})["Location"] == CHANGE
    assert MISMATCH in words(try_password(Client(), phone, BETTER))


def test_a_session_opened_by_password_cannot_replace_it_unknown(client: Client, world: World) -> None:
    try_password(client, hold(world.staff["moderator"]).phone, GOOD)

    assert client.get(SET)["Location"] == CHANGE


def test_one_without_a_password_is_led_to_set_it(client: Client, post: Post, world: World) -> None:
    sign_in(client, post, world.staff["moderator"].phone)

    assert client.get(CHANGE)["Location"] == SET


def test_whoever_lost_the_post_may_still_change_what_he_has(client: Client, world: World) -> None:
    person = hold(world.staff["moderator"])
    Term.objects.filter(person=person).update(until=world.now)

    assert try_password(client, person.phone, GOOD)["Location"] == "/me/"
    assert client.get(CHANGE).status_code == 200


# ---------------------------------------------------------------- what is refused
def test_a_wrong_password_and_an_unknown_phone_are_answered_alike(world: World) -> None:
    phone = hold(world.staff["moderator"]).phone

    for asked in (phone, "13900009999", world.owners[0].phone):
        client = Client()
        assert MISMATCH in words(try_password(client, asked, BETTER))
        assert not signed_in(client)


def test_an_empty_password_or_phone_sends_no_code_and_signs_nobody_in(client: Client, post: Post, world: World) -> None:
    phone = hold(world.staff["moderator"]).phone

    assert client.post(PASSWORD, {"login": phone, "password": ""}).status_code == 422
    assert client.post(PASSWORD, {"login": "", "password": GOOD}).status_code == 422
    assert post.sent == []
    assert not signed_in(client)


def test_a_phone_that_became_shared_opens_nothing_by_password_either(client: Client, world: World) -> None:
    phone = hold(world.staff["moderator"]).phone
    make_person("另一个人", phone)

    assert MISMATCH in words(try_password(client, phone, GOOD))


def test_a_closed_account_is_told_so_only_by_the_right_password(client: Client, world: World) -> None:
    person = hold(world.staff["moderator"])
    person.account.is_active = False
    person.account.save()

    assert MISMATCH in words(try_password(client, person.phone, GOOD))
    assert not signed_in(client)
    assert "停用" in words(client.get("/account/inactive/"))


def test_mistakes_at_one_phone_leave_the_others_open(world: World) -> None:
    phone = hold(world.staff["moderator"]).phone
    for n in range(7):
        try_password(Client(), f"1390000900{n}", "猜一个密码")
        try_password(Client(), "13900009009", "猜一个密码")

    assert try_password(Client(), phone, GOOD)["Location"] == "/desk/"


def test_eight_wrong_passwords_lock_the_phone_for_that_address(world: World) -> None:
    phone = hold(world.staff["moderator"]).phone
    for _ in range(7):
        assert try_password(Client(), phone, BETTER).status_code == 422

    locked = try_password(Client(), phone, BETTER)

    assert locked.status_code == 429
    assert "请过 60 分钟再试" in words(locked)
    assert try_password(Client(), phone, GOOD).status_code == 429
    assert Client().post(LOGIN, {"phone": phone}).status_code == 429
    assert try_password(Client(), phone, GOOD, REMOTE_ADDR="192.0.2.9")["Location"] == "/desk/"


def test_ten_wrong_passwords_an_hour_are_all_a_phone_takes_from_wherever(world: World, later: Time) -> None:
    phone = hold(world.staff["moderator"]).phone
    for n in range(10):
        try_password(Client(), phone, BETTER, REMOTE_ADDR=f"192.0.2.{n}")

    page = words(try_password(Client(), phone, GOOD, REMOTE_ADDR="192.0.2.99"))
    assert "密码输错的次数太多了。请过 60 分钟再试" in page
    later.advance(3601)
    assert try_password(Client(), phone, GOOD, REMOTE_ADDR="192.0.2.99")["Location"] == "/desk/"


def test_guessing_the_present_password_is_limited_too(client: Client, world: World) -> None:
    try_password(client, hold(world.staff["moderator"]).phone, GOOD)
    for _ in range(10):
        client.post(CHANGE, {"oldpassword": "猜一个旧密码", "password1": BETTER, "password2": BETTER})

    answer = client.post(CHANGE, {"oldpassword": GOOD, "password1": BETTER, "password2": BETTER}, follow=True)

    assert "密码试得太勤了" in words(answer)
    assert try_password(Client(), world.staff["moderator"].phone, GOOD)["Location"] == "/desk/"


def test_a_wrong_password_leaves_neither_phone_nor_password_in_the_clear(world: World) -> None:
    phone = hold(world.staff["moderator"]).phone
    try_password(Client(), phone, BETTER)

    assert AccessAttempt.objects.get().username == lookup_hash(phone)
    stored = whole_database()
    assert phone not in stored
    assert BETTER not in stored


def test_sign_in_by_password_leads_to_no_other_site(client: Client, world: World) -> None:
    phone = hold(world.staff["moderator"]).phone

    answer = client.post(PASSWORD, {"login": phone, "password": GOOD, "next": "https://evil.example/"})

    assert answer["Location"] == "/desk/"
