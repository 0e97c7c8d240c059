"""Where I am signed in: listed with the device, ended at once, mine alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.support.world import make_person
from yishiting.kernel import clock
from yishiting.reach.web.account.devices import device
from yishiting.reach.web.tests.account_support import (
    LOGIN,
    PHONE,
    Post,
    Time,
    fresh_counters,
    later,
    post,
    sign_in,
    signed_in,
)

__all__ = ["fresh_counters", "later", "post"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_counters")]

SESSIONS = "/me/sessions/"
WECHAT = (
    "Mozilla/5.0 (Linux; Android 12; V2148A) AppleWebKit/537.36 Chrome/86.0 Mobile MicroMessenger/8.0.40 NetType/4G"
)
LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0"


@pytest.fixture
def two(post: Post, later: Time) -> tuple[Client, Client]:
    """A phone and a laptop, both signed in as the same person."""
    make_person("张三", PHONE)
    phone = Client(headers={"user-agent": WECHAT}, REMOTE_ADDR="192.0.2.1")
    laptop = Client(headers={"user-agent": LAPTOP}, REMOTE_ADDR="192.0.2.2")
    sign_in(phone, post)
    later.advance(31)
    sign_in(laptop, post)
    return phone, laptop


def row(address: str) -> UserSession:
    """The session that was opened from ``address``."""
    return UserSession.objects.get(ip=address)


def test_each_session_is_listed_with_device_use_and_address(two: tuple[Client, Client]) -> None:
    page = two[0].get(SESSIONS).content.decode()

    assert "2 台设备" in page
    assert "安卓手机 · 微信" in page
    assert "Windows 电脑 · Edge 浏览器" in page
    assert "192.0.2.1" in page
    assert "192.0.2.2" in page
    assert page.count("就是这一台") == 1
    assert page.index("就是这一台") < page.index("Windows")
    assert page.count('name="end"') == 1


def test_the_times_of_a_session_are_those_of_the_products_clock(
    post: Post, later: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_person("张三", PHONE)
    monkeypatch.setattr(clock, "now", lambda: datetime(2024, 3, 5, 9, 30, tzinfo=clock.CHINA))
    client = Client(headers={"user-agent": WECHAT}, REMOTE_ADDR="192.0.2.1")
    sign_in(client, post)
    assert row("192.0.2.1").created_at == row("192.0.2.1").last_seen_at == clock.now()

    monkeypatch.setattr(clock, "now", lambda: datetime(2024, 3, 6, 10, 45, tzinfo=clock.CHINA))
    later.advance(601)
    client.get(SESSIONS)
    assert row("192.0.2.1").created_at == datetime(2024, 3, 5, 9, 30, tzinfo=clock.CHINA)
    assert row("192.0.2.1").last_seen_at == clock.now()
    assert "10:45" in client.get(SESSIONS).content.decode()


def test_a_session_ended_elsewhere_is_over_with_its_next_request(two: tuple[Client, Client]) -> None:
    phone, laptop = two

    assert phone.post(SESSIONS, {"end": row("192.0.2.2").pk})["Location"] == SESSIONS

    assert not signed_in(laptop)
    assert laptop.get(SESSIONS)["Location"].startswith(LOGIN)
    assert signed_in(phone)
    assert "1 台设备" in phone.get(SESSIONS).content.decode()


def test_all_other_sessions_end_together(two: tuple[Client, Client], post: Post, later: Time) -> None:
    third = Client(REMOTE_ADDR="192.0.2.3")
    later.advance(31)
    sign_in(third, post)

    two[0].post(SESSIONS, {"others": "1"})

    assert [signed_in(client) for client in (*two, third)] == [True, False, False]


def test_nobody_ends_a_session_that_is_not_his(two: tuple[Client, Client], post: Post) -> None:
    make_person("李四", "13900001235")
    other = Client(REMOTE_ADDR="192.0.2.5")
    sign_in(other, post, "13900001235")

    for asked in (row("192.0.2.1").pk, 0, "x", "", "²", 10**30, "9" * 5000):
        answer = other.post(SESSIONS, {"end": asked}, follow=True)
        assert "已经没有登录" in answer.content.decode()
    other.post(SESSIONS, {"others": "1"})

    assert all(signed_in(client) for client in (*two, other))


def test_the_present_session_is_left_by_signing_out_alone(two: tuple[Client, Client]) -> None:
    two[0].post(SESSIONS, {"end": row("192.0.2.1").pk})

    assert signed_in(two[0])


def test_signing_out_takes_the_session_off_the_list(two: tuple[Client, Client]) -> None:
    two[1].post("/account/logout/")

    assert "1 台设备" in two[0].get(SESSIONS).content.decode()


def test_a_session_that_ran_out_is_not_listed(two: tuple[Client, Client]) -> None:
    Session.objects.filter(session_key=row("192.0.2.2").session_key).update(
        expire_date=timezone.now() - timedelta(seconds=1)
    )

    assert "1 台设备" in two[0].get(SESSIONS).content.decode()


def test_last_use_is_kept_at_most_every_ten_minutes(two: tuple[Client, Client], later: Time) -> None:
    phone = two[0]
    signed_in(phone)
    long_ago = timezone.now() - timedelta(days=3)
    UserSession.objects.filter(ip="192.0.2.1").update(last_seen_at=long_ago)

    phone.get(SESSIONS)
    assert row("192.0.2.1").last_seen_at == long_ago
    later.advance(601)
    phone.get(SESSIONS, REMOTE_ADDR="192.0.2.77")
    assert row("192.0.2.77").last_seen_at > long_ago + timedelta(days=2)


def test_nobody_sees_no_sessions(client: Client) -> None:
    assert client.get(SESSIONS)["Location"] == f"{LOGIN}?next=%2Fme%2Fsessions%2F"


def test_the_list_costs_the_same_for_two_and_for_twenty(
    two: tuple[Client, Client], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    phone = two[0]
    phone.get(SESSIONS)
    with django_assert_max_num_queries(15) as few:
        phone.get(SESSIONS)
    account = row("192.0.2.1").user
    for n in range(18):
        key = f"{n:032d}"
        Session.objects.create(session_key=key, expire_date=timezone.now() + timedelta(days=1))
        UserSession.objects.create(user=account, ip="192.0.2.9", session_key=key, user_agent=LAPTOP)

    with django_assert_max_num_queries(len(few.captured_queries)):
        page = phone.get(SESSIONS).content.decode()

    assert "20 台设备" in page


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (WECHAT, "安卓手机 · 微信"),
        (LAPTOP, "Windows 电脑 · Edge 浏览器"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) Version/16.0 Mobile Safari/604.1",
            "苹果手机 · Safari 浏览器",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Gecko/20100101 Firefox/121.0", "苹果电脑 · 火狐浏览器"),
        ("curl/8.0", "不认得的设备"),
        ("", "不认得的设备"),
    ],
)
def test_a_device_is_named_as_its_owner_knows_it(agent: str, words: str) -> None:
    assert device(agent) == words
