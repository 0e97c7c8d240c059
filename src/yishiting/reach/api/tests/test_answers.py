"""Who is let in, what is refused and how that is told, lists by cursor, and what a reader has already."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from tests.support.signing import sign_in
from tests.support.world import START, World, add_tenant
from yishiting.council.matters import selectors
from yishiting.council.matters.tests import making
from yishiting.ground.people.models import Account
from yishiting.kernel import clock
from yishiting.reach.api.tests.calling import Caller, key_of, problem
from yishiting.reach.tokens import rules
from yishiting.reach.tokens import services as tokens
from yishiting.reach.tokens.models import Token
from yishiting.record.notices import rules as notice_rules
from yishiting.record.notices import services
from yishiting.record.notices.tests import making as notices
from yishiting.timeline.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(hours=3))
    return making.prepared()


def report(**changes: object) -> dict[str, object]:
    return {"category": "停车充电", "title": "楼道停车", "words": "天天堵着门"} | changes


def test_nobody_reads_what_is_public_and_writes_nothing(world: World) -> None:
    nobody = Caller(world)
    assert nobody.told("/api/v1/estates")["items"][0]["slug"] == world.estate.slug
    assert nobody.told(f"/api/v1/estates/{world.estate.slug}")["figures"]["homes"] == 12
    answer = nobody.send("POST", "matters", report())
    problem(answer, 401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_wrong_key_is_never_taken_for_nobody(world: World) -> None:
    for wrong in ("yst_wrong", "wrong", ""):
        problem(Caller(world).get("matters", Authorization=f"Bearer {wrong}"), 401, "unauthenticated")
    problem(Caller(world).get("matters", Authorization="Basic YTpi"), 401, "unauthenticated")


def test_a_key_that_ended_was_revoked_or_whose_account_is_closed_opens_nothing(world: World) -> None:
    caller = Caller(world, 0)
    assert caller.get("/api/v1/me").status_code == 200
    token = Token.objects.get()
    tokens.revoke_token(actor=world.actor(0), token_id=token.pk, now=world.now)
    problem(caller.get("/api/v1/me"), 401, "unauthenticated")
    brief = Caller(world, key=key_of(world, 0, days=1))
    Token.objects.update(made_at=START - timedelta(days=3), expires_at=START - timedelta(days=1))
    problem(brief.get("/api/v1/me"), 401, "unauthenticated")
    other = Caller(world, 1)
    Account.objects.update(is_active=False)
    problem(other.get("/api/v1/me"), 401, "unauthenticated")


def test_a_key_reaches_what_its_scopes_name_and_no_more(world: World) -> None:
    caller = Caller(world, key=key_of(world, 0, "matters:read"))
    assert caller.get("matters").status_code == 200
    told = problem(caller.send("POST", "matters", report()), 403, "scope")
    assert "matters:write" in told["detail"]
    problem(caller.get("votes"), 403, "scope")


def test_a_key_gives_its_holder_no_right_that_he_lacks(world: World) -> None:
    problem(Caller(world, 0).get("roster/homes"), 403, "not_allowed")
    made = Caller(world, 0).does("POST", "matters", report())
    problem(Caller(world, 0).get(f"desk/matters/{made['matter']}"), 404, "not_found")
    worker = Caller(world, "community_worker").told(f"desk/matters/{made['matter']}")
    assert worker["reports"][0]["name"] == "业主0"


def test_a_browser_that_is_signed_in_needs_its_csrf_token_to_write(world: World) -> None:
    client = sign_in(Client(enforce_csrf_checks=True), world.owners[0])
    assert client.get("/api/v1/me").json()["key"] is None
    path = f"/api/v1/estates/{world.estate.slug}/matters"
    problem(client.post(path, report(), content_type="application/json"), 403, "csrf")
    client.cookies["csrftoken"] = "a" * 32
    answer = client.post(path, report(), content_type="application/json", headers={"X-CSRFToken": "a" * 32})
    assert answer.status_code == 201, answer.content.decode()


def test_each_refusal_has_its_own_status(world: World) -> None:
    caller = Caller(world, 0)
    problem(caller.get("matters/99"), 404, "not_found")
    problem(caller.get("/api/v1/estates/nowhere/matters"), 404, "not_found")
    problem(caller.get("/api/v1/nothing/here"), 404, "not_found")
    answer = caller.send("DELETE", "matters")
    problem(answer, 405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]
    problem(caller.get(f"{caller.estate}/photos"), 405, "method_not_allowed")
    problem(caller.send("POST", "matters", "{"), 400, "unreadable")
    told = problem(caller.send("POST", "matters", {"title": 7}), 422, "invalid")
    assert set(told["fields"]) == {"category", "title", "words"}
    told = problem(caller.send("POST", "matters", report(title=" ", words="")), 422, "bad_input")
    assert told["fields"]["title"] == "请用一句话说是什么事。"
    made = caller.does("POST", "matters", report())
    worker = Caller(world, "community_worker")
    worker.does("POST", f"desk/matters/{made['matter']}/refusal", {"reason": "不归小区管。"})
    problem(caller.send("POST", f"matters/{made['matter']}/reports", {"words": "我家也是"}), 409, "not_open")


def test_head_answers_as_get_without_the_body(world: World) -> None:
    for caller, path in ((Caller(world), "matters"), (Caller(world, 0), "/api/v1/me"), (Caller(world), "/api/v1/me")):
        read, head = caller.get(path), caller.send("HEAD", path)
        assert (head.status_code, head.content) == (read.status_code, b"")
        assert head.headers["Content-Length"] == str(len(read.content))
        assert head.headers["Content-Type"] == read.headers["Content-Type"]
        assert head.headers.get("ETag") == read.headers.get("ETag")
    tag = Caller(world).get("matters").headers["ETag"]
    assert Caller(world).send("HEAD", "matters", **{"If-None-Match": tag}).status_code == 304
    answer = Caller(world, 0).send("HEAD", "photos")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "GET, HEAD" in Caller(world, 0).send("DELETE", "matters").headers["Allow"]


def test_a_text_with_a_nul_or_a_year_of_no_calendar_is_refused(world: World) -> None:
    caller = Caller(world, 0)
    problem(caller.send("POST", "matters", report(title="a\0b")), 422, "invalid")
    problem(caller.get("matters?q=%00"), 422, "invalid")
    # Half of a sign: JSON knows it, no database does.
    problem(caller.send("POST", "matters", json.dumps(report(title="a\ud800"))), 422, "invalid")
    told = problem(caller.send("POST", "matters", report(home_id=world.homes[5].pk)), 422, "bad_input")
    assert set(told["fields"]) == {"home_id"}
    moved = {"starts_at": "0001-01-01T00:00:00+14:00", "place": "活动室"}
    problem(Caller(world, "moderator").send("PUT", "meetings/1/time", moved), 422, "invalid")


def test_what_goes_wrong_on_our_side_is_told_as_a_problem_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_named: object) -> None:
        raise RuntimeError("the disk is full of secrets")

    monkeypatch.setattr(selectors, "listed", broken)
    caller = Caller(world, 0)
    caller.client.raise_request_exception = False
    told = problem(caller.get("matters"), 500, "failed")
    assert "secrets" not in json.dumps(told)
    page = caller.client.get(f"/e/{world.estate.slug}/matters/")
    assert (page.status_code, page.headers["Content-Type"]) == (500, "text/html; charset=utf-8")


def test_a_list_is_read_by_cursor_and_what_comes_in_meanwhile_moves_nothing(world: World) -> None:
    caller = Caller(world, 0)
    for title in ("路灯", "门禁", "漏水", "晾衣", "遛狗"):
        caller.does("POST", "matters", report(title=title))
    first = caller.told("matters?limit=2")
    caller.does("POST", "matters", report(title="新的"))
    second = caller.told(f"matters?limit=2&cursor={first['next']}")
    third = caller.told(f"matters?limit=2&cursor={second['next']}")
    assert [row["no"] for told in (first, second, third) for row in told["items"]] == [5, 4, 3, 2, 1]
    assert third["next"] is None
    mark = first["next"][:8]
    for faulty in ("", "x", "W10", "WzEsMl0", "bnVsbA", "WyJhIl0", "W3RydWVd"):
        problem(caller.get(f"matters?cursor={mark}{faulty}"), 422, "bad_cursor")
    problem(caller.get(f"matters?cursor={first['next'][8:]}"), 422, "bad_cursor")
    # A place in another list is none in this one, though both are of matters by their numbers.
    problem(Caller(world, "community_worker").get(f"desk/matters?cursor={first['next']}"), 422, "bad_cursor")
    problem(caller.get("matters?limit=0"), 422, "invalid")
    problem(caller.get("matters?limit=101"), 422, "invalid")


def test_the_roster_is_read_page_by_page_in_its_own_order_and_that_is_on_record(world: World) -> None:
    worker = Caller(world, "community_worker")
    read: list[str] = []
    after = ""
    while True:
        told = worker.told(f"roster/homes?limit=5&cursor={after}")
        read += [f"{row['entrance']}{row['room']}" for row in told["items"]]
        if not (after := told["next"]):
            break
    assert len(read) == 12
    assert read == sorted(read)
    assert "113" not in read
    assert told["items"][0]["owners"][0]["phone"].endswith("0010")
    assert "****" in told["items"][0]["owners"][0]["phone"]
    kinds = [row["kind"] for row in Caller(world, "community_worker").told("record")["items"]]
    assert kinds.count("people.roster_viewed") <= 1


def test_what_a_reader_has_already_is_not_sent_again(world: World) -> None:
    caller = Caller(world, 0)
    answer = caller.get("matters")
    again = caller.get("matters", **{"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    caller.does("POST", "matters", report())
    changed = caller.get("matters", **{"If-None-Match": answer.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != answer.headers["ETag"]
    assert "private" in changed.headers["Cache-Control"]


def test_too_many_writes_are_told_when_to_come_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from yishiting.reach.api import door

    monkeypatch.setitem(door.RATES, "write", "2/m/key")
    caller = Caller(world, 5)
    for title in ("路灯", "门禁"):
        caller.does("POST", "matters", report(title=title))
    answer = caller.send("POST", "matters", report(title="漏水"))
    problem(answer, 429, "too_many")
    assert answer.headers["Retry-After"] == "60"
    assert caller.get("matters").status_code == 200


def test_the_last_use_of_a_key_is_kept_at_most_every_ten_minutes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = Caller(world, 0)
    assert Token.objects.get().last_used_at is None
    caller.get("/api/v1/me")
    first = Token.objects.get().last_used_at
    assert first == START + timedelta(hours=3)
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(hours=3, minutes=9))
    caller.get("/api/v1/me")
    assert Token.objects.get().last_used_at == first
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(hours=3, minutes=10))
    caller.get("/api/v1/me")
    assert Token.objects.get().last_used_at == START + timedelta(hours=3, minutes=10)


def test_a_device_is_told_neither_who_made_its_key_nor_what_nobody_may_ask(world: World) -> None:
    scopes = rules.scopes_for(rules.Kind.DEVICE)
    screen = Caller(world, key=key_of(world, "community_worker", *scopes, kind="device"))
    told = screen.told("/api/v1/me")
    assert (told["name"], told["homes"], told["key"]["kind"]) == ("", [], "device")
    made = Caller(world, 0).does("POST", "matters", report())["matter"]
    assert screen.told("matters")["items"][0]["no"] == made
    assert screen.told("calendar/years/2026")["year"] == 2026
    for hidden in (f"desk/matters/{made}", "desk/reports", f"desk/homes/{world.homes[0].pk}/people", "desk/votes"):
        told = problem(screen.get(hidden), 403, "device")
        assert told["detail"] == "这里会写到人和住处，设备的密钥打不开。请用自己程序的密钥。"
    owner = Caller(world, key=key_of(world, 0, *scopes, kind="device"))
    problem(owner.get("/api/v1/me/reports"), 403, "device")
    # A sensor may still report; what came of it is read on the pages.
    assert owner.does("POST", "matters", report(title="水浸"))["matter"] == made + 1


def test_that_a_tenants_name_was_read_is_on_record_at_either_door(world: World) -> None:
    tenant = add_tenant(world, world.homes[0], name="租住者")
    worker = Caller(world, "grid_worker")
    names = [each["name"] for each in worker.told(f"desk/homes/{world.homes[0].pk}/people")["items"]]
    assert names == ["业主0", "租住者"]
    typed = {"category": "停车充电", "title": "门", "words": "坏", "door": str(world.homes[0]), "confirm": "1"}
    page = sign_in(Client(), world.staff["moderator"]).post(f"/e/{world.estate.slug}/matters/new/", typed)
    assert "租住者" in page.content.decode()
    read = Entry.objects.filter(kind="people.tenant_viewed", subject_id=tenant.pk).order_by("seq")
    assert list(read.values_list("actor_id", flat=True)) == [
        world.staff[kind].pk for kind in ("grid_worker", "moderator")
    ]


def test_of_a_round_to_few_homes_nobody_is_told_how_many_were_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice_rules, "SMALL", 7)
    few, all_of_them = notices.canvass(world, entrance_ids=[world.entrances[0].pk]), notices.canvass(world)
    assert few.homes.count() < notice_rules.SMALL <= all_of_them.homes.count()
    for round_ in (few, all_of_them):
        services.close_canvass(**notices.at(world, round_), reason="下雨")
    listed = {row["no"]: row["left"] for row in Caller(world).told("canvasses")["items"]}
    assert listed == {few.no: None, all_of_them.no: 12}
    told = Caller(world).told(f"canvasses/{few.no}")
    assert (told["left"], told["told"], told["homes"], told["parts"]) == (None, None, None, [])
    assert Caller(world, "grid_worker").told(f"desk/canvasses/{few.no}")["left"] == few.homes.count()
