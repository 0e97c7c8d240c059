"""Limits of sign-in: codes per phone and address, wrong answers, the lock; counted where all processes see it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import quote

import pytest
from axes.models import AccessAttempt
from django.core.cache import cache, caches
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tests.support.world import make_person
from yishiting.ground.people.secrets import lookup_hash
from yishiting.reach.web.account.limits import duration
from yishiting.reach.web.tests.account_support import (
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
    wrong,
)

__all__ = ["fresh_counters", "later", "post"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_counters")]


def test_a_second_code_within_half_a_minute_is_refused_and_says_when(client: Client, post: Post, later: Time) -> None:
    make_person("张三", PHONE)
    ask(client)

    answer = ask(Client())
    assert answer.status_code == 429
    page = answer.content.decode()
    assert re.search(r"请过 (30|2\d) 秒再试", page)
    assert f'value="{PHONE}"' in page
    assert len(post.sent) == 1
    later.advance(31)
    assert ask(Client()).status_code == 302
    assert len(post.sent) == 2


def test_a_phone_gets_five_codes_an_hour_from_whichever_address(client: Client, post: Post, later: Time) -> None:
    make_person("张三", PHONE)
    for n in range(5):
        ask(Client(), REMOTE_ADDR=f"192.0.2.{n}")
        later.advance(31)

    page = ask(Client(), REMOTE_ADDR="192.0.2.99").content.decode()
    assert "请过 58 分钟再试" in page
    assert len(post.sent) == 5
    later.advance(3600)
    assert ask(Client()).status_code == 302


def test_the_limit_is_the_same_for_a_phone_on_no_roster(post: Post) -> None:
    ask(Client())

    assert re.search(r"请过 (30|2\d) 秒再试", ask(Client()).content.decode())


def test_resending_counts_as_asking(client: Client, post: Post) -> None:
    make_person("张三", PHONE)
    ask(client)

    page = client.post("/account/login/code/", {"action": "resend"}, follow=True).content.decode()

    assert re.search(r"刚刚发过了。请过 (30|2\d) 秒再试", page)
    assert len(post.sent) == 1


def test_one_address_cannot_try_phone_after_phone(post: Post) -> None:
    for n in range(60):
        assert ask(Client(), f"1390002{n:04d}").status_code == 302

    assert "请过 10 分钟再试" in ask(Client(), "13900029999").content.decode()
    assert ask(Client(), "13900029999", REMOTE_ADDR="192.0.2.7").status_code == 302


def _guess_wrong(post: Post, later: Time, times: int, **extra: str) -> HttpResponse:
    """Type ``times`` wrong codes, three at most for each code; return the last answer."""
    client, answer = Client(), HttpResponse()
    for n in range(times):
        if n % 3 == 0:
            later.advance(31)
            ask(client, **extra)
        answer = enter(client, wrong(post.last) if post.sent else "000000", **extra)
    return answer


def test_eight_wrong_codes_lock_the_phone_for_that_address_with_a_calm_sentence(post: Post, later: Time) -> None:
    make_person("张三", PHONE)

    assert _guess_wrong(post, later, 7).status_code != 429
    later.advance(31)
    client = Client()
    ask(client)
    locked = enter(client, wrong(post.last))

    assert locked.status_code == 429
    assert "请过 60 分钟再试" in locked.content.decode()
    assert "社区居委会" in locked.content.decode()
    # The right code, another page, another browser: all the same from here.
    assert enter(client, post.last).status_code == 429
    assert ask(Client()).status_code == 429
    assert not signed_in(client)


def test_the_lock_leaves_the_phone_open_elsewhere_and_ends_after_an_hour(post: Post, later: Time) -> None:
    make_person("张三", PHONE)
    _guess_wrong(post, later, 8)
    later.advance(3600)  # the codes of the hour
    assert ask(Client()).status_code == 429

    elsewhere = Client(REMOTE_ADDR="192.0.2.8")
    assert sign_in(elsewhere, post)["Location"] == "/me/"

    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=61))
    later.advance(31)
    assert sign_in(Client(), post)["Location"] == "/me/"


def test_knocking_while_it_is_locked_does_not_lengthen_the_lock(post: Post, later: Time) -> None:
    make_person("张三", PHONE)
    _guess_wrong(post, later, 8)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=40))

    for _ in range(3):
        assert "请过 20 分钟再试" in ask(Client()).content.decode()
        knocked = Client().post("/account/login/password/", {"login": PHONE, "password": "猜一个密码"})
        assert "请过 20 分钟再试" in knocked.content.decode()


def test_a_phone_on_no_roster_locks_in_the_same_way(post: Post, later: Time) -> None:
    assert _guess_wrong(post, later, 8).status_code == 429


def test_a_success_forgets_what_went_wrong_before(client: Client, post: Post, later: Time) -> None:
    make_person("张三", PHONE)
    _guess_wrong(post, later, 5)
    later.advance(31)

    sign_in(client, post)

    assert not AccessAttempt.objects.exists()


def test_attempts_are_kept_under_the_hash_of_the_phone(post: Post, later: Time) -> None:
    make_person("张三", PHONE)
    _guess_wrong(post, later, 1)

    attempt = AccessAttempt.objects.get()
    assert attempt.username == lookup_hash(PHONE)
    assert post.last not in attempt.post_data


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 秒"),
        (59, "59 秒"),
        (60, "1 分钟"),
        (61, "2 分钟"),
        (5400, "90 分钟"),
        (5401, "2 小时"),
        (86400, "24 小时"),
    ],
)
def test_a_wait_is_said_as_people_say_it(seconds: int, words: str) -> None:
    assert duration(seconds) == words


# ---------------------------------------------------------------- several processes
def test_counters_are_where_every_process_sees_them_and_none_is_thrown_away() -> None:
    store = caches["default"]

    assert isinstance(store, DatabaseCache | RedisCache)
    for n in range(400):
        cache.set(f"counter-{n}", n, 60)
    assert [cache.get(f"counter-{n}") for n in range(400)] == list(range(400))


_ELSEWHERE = """
import sys, django
django.setup()
from django.test import Client
from yishiting.ground.people import ports
ports.hand_over = lambda phone, code, language: None
for phone in sys.stdin:
    print(Client().post("/account/login/", {"phone": phone.strip()}).status_code, flush=True)
"""


def _database_url() -> str:
    """Return the address of the tests' own database for another process."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    who = f"{quote(at['USER'])}:{quote(at['PASSWORD'])}" if at["PASSWORD"] else quote(at["USER"])
    return f"postgres://{who}@{quote(at['HOST'], safe='')}:{at['PORT']}/{at['NAME']}"


@contextmanager
def _another_process() -> Iterator[Callable[[str], str]]:
    """Yield what asks for a code for a phone in a process of its own and returns the status of the answer."""
    environment = {**os.environ, "DATABASE_URL": _database_url(), "DJANGO_SETTINGS_MODULE": "yishiting.config.settings"}
    with subprocess.Popen(
        [sys.executable, "-c", _ELSEWHERE], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, answers = process.stdin, process.stdout

        def ask_there(phone: str) -> str:
            asked.write(f"{phone}\n")
            asked.flush()
            return answers.readline().strip()

        yield ask_there
        asked.close()


@pytest.mark.django_db(transaction=True)
def test_a_limit_and_a_lock_hold_in_another_process_too(post: Post, later: Time) -> None:
    cache.clear()
    make_person("张三", PHONE)
    make_person("李四", "13900001235")
    with _another_process() as ask_there:
        assert ask_there("13900001236") == "302"

        ask(Client())
        assert ask_there(PHONE) == "429"  # the page again, with the time to wait

        AccessAttempt.objects.create(
            username=lookup_hash("13900001235"),
            ip_address="127.0.0.1",
            user_agent="<unknown>",
            failures_since_start=8,
            attempt_time=timezone.now(),
        )
        assert ask(Client(), "13900001235").status_code == 429
        assert ask_there("13900001235") == "429"
    cache.clear()


def test_the_limit_of_the_login_page_is_a_page_of_ours(client: Client) -> None:
    for _ in range(30):
        client.post("/account/login/password/", {})

    page = client.post("/account/login/password/", {})
    assert page.status_code == 429
    assert "请过一分钟再试" in page.content.decode()
    assert LOGIN in page.content.decode()
