"""Signing in by phone and code as on any day, a password for staff, the devices, signing out."""

from __future__ import annotations

import re

import pytest

from tests.journeys.acts import WINDOWS
from tests.journeys.browser import DESK, PHONE, Visitors
from tests.journeys.looking import look_at
from tests.journeys.serving import Demo

PASSWORD = "滨河八号楼的灯 2026"


@pytest.mark.parametrize(
    ("width", "js", "role"),
    [
        pytest.param(PHONE, True, "recorder", id="phone"),
        pytest.param(DESK, False, "police_officer", id="desk-without-javascript"),
    ],
)
def test_a_code_opens_the_door_and_a_password_does_after_it(
    demo: Demo, visitors: Visitors, width: int, js: bool, role: str
) -> None:
    """Phone, a wrong code, the right one; then set a password, change it, sign out, sign in by it."""
    person = demo.person(role)
    with visitors.window(width=width, js=js) as visitor:
        visitor.go("/me/")
        assert visitor.path.startswith("/account/login/"), "what is mine asks who I am"
        visitor.fill(phone=person.phone)
        visitor.press("发短信验证码")
        visitor.sees("填短信验证码")
        visitor.sees_not(person.phone)
        faults = look_at(visitor)
        code = demo.code_for(person.phone)
        visitor.fill(code="000000" if code != "000000" else "111111")
        visitor.press("登录")
        visitor.sees("有 1 处要改")
        visitor.fill(code=code)
        visitor.press("登录")
        assert visitor.path == "/me/", "he is where he wanted to be"

        visitor.go("/account/password/set/")
        visitor.fill(password1=PASSWORD, password2=PASSWORD)
        visitor.press("设好密码")
        visitor.go("/account/password/change/")
        if visitor.path.startswith("/account/password/change/"):
            faults += look_at(visitor)
        visitor.go("/me/sessions/")
        visitor.sees("就是这一台")
        visitor.go("/account/logout/")
        visitor.press("退出")
        visitor.go("/me/")
        visitor.follow("用密码登录")
        visitor.fill(login=person.phone, password=PASSWORD)
        visitor.press("登录")
        assert visitor.path == "/me/"
        visitor.go("/account/password/change/")
        assert visitor.path.startswith("/account/password/change/")
        faults += look_at(visitor)
        assert not faults, "\n".join(faults)


def test_an_unknown_phone_is_answered_like_a_known_one(demo: Demo, visitors: Visitors) -> None:
    """Nobody learns from the page who is on the roster."""
    with visitors.window() as visitor:
        visitor.go("/account/login/")
        visitor.fill(phone="13900009999")
        visitor.press("发短信验证码")
        visitor.sees("填短信验证码")
        visitor.fill(code="123456")
        visitor.press(re.compile("^登录"))
        visitor.sees("有 1 处要改")


@pytest.mark.parametrize(("width", "js"), WINDOWS)
def test_a_role_of_the_demonstration_is_one_press_away(demo: Demo, visitors: Visitors, width: int, js: bool) -> None:
    """The way in of the demonstration, as it is shown to whoever tries the product; the other journeys begin behind it."""
    for role, home in (("owner_a", "/me/"), ("recorder", "/desk/")):
        person = demo.person(role)
        with visitors.window(width=width, js=js) as visitor:
            visitor.go("/demo/")
            form = visitor.page.locator(f'form:has(input[name="person"][value="{person.person}"])')
            visitor.press(re.compile("."), within=form)
            assert visitor.path.startswith(home), visitor.path
            assert visitor.go("/me/sessions/") == 200
            visitor.sees("就是这一台")


@pytest.mark.parametrize(
    ("width", "js", "role"),
    [
        # Each of his own, for a code is sent to a phone once in a while alone.
        pytest.param(PHONE, True, "building_head_north", id="phone"),
        pytest.param(DESK, False, "owner_representative", id="desk-without-javascript"),
    ],
)
def test_what_was_typed_while_the_session_ended_is_there_after_signing_in(
    demo: Demo, visitors: Visitors, width: int, js: bool, role: str
) -> None:
    """The session is ended from elsewhere while a report is written; nothing that was typed is lost."""
    person = demo.person(role)
    words = "楼下的灯又不亮了，晚上看不清台阶。"

    with visitors.window(width=width, js=js) as visitor:
        visitor.go("/demo/")
        form = visitor.page.locator(f'form:has(input[name="person"][value="{person.person}"])')
        visitor.press(re.compile("."), within=form)
        visitor.go(f"/e/{demo.slug}/matters/new/")
        visitor.fill(title="楼下的灯不亮", words=words)
        visitor.page.locator('main select[name="category"]').select_option(index=1)
        visitor.page.context.add_cookies([{"name": "sessionid", "value": "ended" * 6 + "xx", "url": demo.base}])
        visitor.press("反映")
        assert visitor.path.startswith("/account/login/"), visitor.path
        visitor.sees("刚才写的还在")
        visitor.fill(phone=person.phone)
        visitor.press("发短信验证码")
        visitor.fill(code=demo.code_for(person.phone))
        visitor.press("登录")
        visitor.sees("您刚才写的还在", words)
        faults = look_at(visitor)
        visitor.press("不交了")
        visitor.sees("写的也没有留")
        assert not faults, "\n".join(faults)
