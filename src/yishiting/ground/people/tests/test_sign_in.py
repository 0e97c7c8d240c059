"""Who may sign in by a phone, and how a code leaves."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from tests.support.world import START, make_person, make_world
from yishiting.ground.people import ports
from yishiting.ground.people.models import Account, UnsettledPhone
from yishiting.ground.people.secrets import lookup_hash
from yishiting.ground.people.sign_in import account_for, masked, may_sign_in, mobile
from yishiting.kernel.errors import BadInput

PHONE = "13900001234"


# ---------------------------------------------------------------- how a phone is typed
@pytest.mark.parametrize(
    "typed",
    [
        "13900001234",
        " 139 0000 1234 ",
        "139-0000-1234",
        "+86 13900001234",
        "+8613900001234",
        "0086 139 0000 1234",
        "8613900001234",
        "１３９００００１２３４",
        "＋８６　１３９０００　０１２３４",
    ],
)
def test_a_mobile_is_the_same_however_it_is_typed(typed: str) -> None:
    assert mobile(typed) == PHONE


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "1390000123",
        "139000012345",
        "057388880000",
        "12900001234",
        "+1 202 555 0123",
        "139ABCDEFGH",
        "x" * 500,
    ],
)
def test_what_is_no_chinese_mobile_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        mobile(typed)

    assert "11 位手机号" in str(refused.value.message)


def test_a_masked_phone_keeps_its_ends_alone() -> None:
    assert masked(PHONE) == "139****1234"
    assert masked("1234") == "****"


# ---------------------------------------------------------------- who
@pytest.mark.django_db
def test_whoever_is_on_a_roster_may_sign_in_and_gets_one_account() -> None:
    person = make_person("张三", PHONE)

    assert may_sign_in(PHONE) == person
    assert not Account.objects.exists()
    account = account_for(person, now=START)
    assert account_for(person, now=START) == account
    assert Account.objects.count() == 1
    assert not account.has_usable_password()


@pytest.mark.django_db
def test_a_phone_on_no_roster_signs_nobody_in() -> None:
    make_person("李四")

    assert may_sign_in(PHONE) is None
    assert may_sign_in("") is None


@pytest.mark.django_db
def test_a_phone_that_different_names_share_signs_nobody_in() -> None:
    make_person("张三", PHONE)
    other = make_person("李四", PHONE)
    assert may_sign_in(PHONE) is None

    other.phone = ""
    other.save()
    assert may_sign_in(PHONE) is not None


@pytest.mark.django_db
def test_an_unsettled_phone_signs_nobody_in_until_staff_settled_it() -> None:
    world = make_world(homes=1)
    person = make_person("张三", PHONE)
    row = UnsettledPhone.objects.create(estate=world.estate, phone_hash=lookup_hash(PHONE))
    assert may_sign_in(PHONE) is None

    row.settled_at = START
    row.save()
    assert may_sign_in(PHONE) == person


@pytest.mark.django_db
def test_rows_of_the_same_name_and_phone_are_one_person_and_the_one_with_the_account_speaks() -> None:
    first = make_person("张三", PHONE)
    second = make_person(" 张 三", PHONE)
    assert may_sign_in(PHONE) == first

    account_for(second, now=START)
    assert may_sign_in(PHONE) == second


@pytest.mark.django_db
def test_a_closed_account_signs_nobody_in() -> None:
    account = account_for(make_person("张三", PHONE), now=START)
    account.is_active = False
    account.save()

    assert may_sign_in(PHONE) is None


@pytest.mark.django_db
def test_a_phone_that_is_known_costs_as_many_queries_as_one_that_is_not(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_person("张三", PHONE)
    with django_assert_num_queries(2):
        may_sign_in(PHONE)
    with django_assert_num_queries(2):
        may_sign_in("13900009999")


# ---------------------------------------------------------------- how a code leaves
@dataclass
class Gateway:
    """A real HTTP server that answers with ``answers`` in turn, the last one for ever, and keeps what it was sent."""

    url: str = ""
    answers: list[int] = field(default_factory=lambda: [200])
    got: list[tuple[dict[str, str], dict[str, str]]] = field(default_factory=list)


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    found = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((dict(self.headers), json.loads(body)))
            status = found.answers.pop(0) if len(found.answers) > 1 else found.answers[0]
            if status == 0:  # hangs up
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/sms?sign=1"
    yield found
    server.shutdown()
    server.server_close()


def test_a_code_is_posted_as_json_with_the_token(gateway: Gateway) -> None:
    ports.HttpSender(gateway.url, "secret-token").send(PHONE, "123456", "zh-hans")

    [(headers, body)] = gateway.got
    assert body == {"phone": PHONE, "code": "123456", "language": "zh-hans"}
    assert headers["Authorization"] == "Bearer secret-token"
    assert headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("trouble", [502, 503, 0])
def test_a_gateway_in_trouble_is_asked_once_more_with_the_same_key(gateway: Gateway, trouble: int) -> None:
    gateway.answers = [trouble, 200]

    ports.HttpSender(gateway.url, "t").send(PHONE, "123456", "zh-hans")

    assert len(gateway.got) == 2
    assert len({headers["Idempotency-Key"] for headers, _ in gateway.got}) == 1


@pytest.mark.parametrize(("answer", "times"), [(503, 2), (400, 1), (401, 1), (302, 1)])
def test_a_code_that_the_gateway_refuses_is_an_error_without_phone_or_code(
    gateway: Gateway, answer: int, times: int
) -> None:
    gateway.answers = [answer]

    with pytest.raises(ports.CodeNotSentError) as failed:
        ports.HttpSender(gateway.url, "t").send(PHONE, "123456", "zh-hans")

    assert str(answer) in str(failed.value)
    assert PHONE not in str(failed.value)
    assert "123456" not in str(failed.value)
    assert len(gateway.got) == times


def test_a_gateway_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ports.CodeNotSentError):
        ports.HttpSender("http://127.0.0.1:9/", "t").send(PHONE, "123456", "zh-hans")


@pytest.mark.parametrize("url", ["", "ftp://example.test/", "file:/etc/passwd", "sms.example.test"])
def test_an_address_that_is_no_gateway_is_an_error(url: str) -> None:
    with pytest.raises(ports.CodeNotSentError, match="YISHITING_SMS_URL"):
        ports.HttpSender(url, "t").send(PHONE, "123456", "zh-hans")


def test_the_console_prints_the_code_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    ports.ConsoleSender().send(PHONE, "123456", "zh-hans")

    printed = capsys.readouterr()
    assert printed.err == f"登录验证码 123456（手机 {PHONE}）\n"
    assert printed.out == ""


class BrokenSender:
    """A sender whose own fault names the phone."""

    def send(self, phone: str, code: str, language: str) -> None:
        raise RuntimeError(f"cannot reach {phone} with {code}")


def test_a_failed_sending_is_logged_without_phone_or_code_and_breaks_no_page(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CODE_SENDER = f"{__name__}.BrokenSender"

    ports.hand_over(PHONE, "123456", "zh-hans").result(timeout=10)

    assert "RuntimeError" in caplog.text
    assert PHONE not in caplog.text
    assert "123456" not in caplog.text


def test_settings_choose_the_sender(settings: Settings, gateway: Gateway) -> None:
    settings.CODE_SENDER = "yishiting.ground.people.ports.HttpSender"
    settings.SMS_URL, settings.SMS_TOKEN = gateway.url, "t"

    ports.hand_over(PHONE, "654321", "en").result(timeout=10)

    assert gateway.got[0][1] == {"phone": PHONE, "code": "654321", "language": "en"}
