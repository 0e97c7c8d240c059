"""The register of posts and interests to a programme: to whom it is told, page by page; and minutes in versions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.world import START, World, make_person
from yishiting.council.matters.tests import making
from yishiting.council.meetings import services as meetings
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.meetings.tests import sitting
from yishiting.ground.organisations import declaring
from yishiting.ground.organisations.models import Post, Term
from yishiting.kernel import clock
from yishiting.reach.api.tests.calling import Caller, key_of, problem

pytestmark = pytest.mark.django_db
WORKER, CHAIR = "community_worker", "committee_chair"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = making.prepared()
    monkeypatch.setattr(clock, "now", lambda: made.now + timedelta(hours=3))
    return made


def test_the_register_is_read_page_by_page_by_whoever_keeps_or_supervises_it(world: World) -> None:
    chair = world.staff[CHAIR]
    Term.objects.create(post=Post.objects.get(kind="moderator"), person=chair, since=START)
    Term.objects.filter(post__kind="police_officer").update(until=START)
    worker = Caller(world, WORKER)
    seen, address = [], "desk/posts?limit=3"
    while address:
        told = worker.told(address)
        seen += [row["id"] for row in told["items"]]
        address = f"desk/posts?limit=3&cursor={told['next']}" if told["next"] else ""
    now = Term.objects.filter(until__isnull=True)
    assert sorted(seen) == sorted(now.values_list("pk", flat=True))
    assert len(seen) == len(set(seen))
    assert {row["post"] for row in worker.told("desk/posts?which=past")["items"]} == {"police_officer"}
    both = worker.told("desk/posts?which=several")["items"]
    assert {(row["person"], row["post"], *row["other_posts"]) for row in both} == {
        (chair.pk, "moderator", CHAIR),
        (chair.pk, CHAIR, "moderator"),
    }
    assert len(Caller(world, "supervisor").told("desk/posts?limit=100")["items"]) == len(seen)
    for who in (0, "grid_worker", CHAIR):
        problem(Caller(world, who).get("desk/posts"), 403, "not_allowed")
    problem(worker.get("desk/posts?which=burn"), 422, "invalid")


def test_posts_of_one_person_are_told_to_anyone_and_his_name_to_the_estate_where_he_agreed(world: World) -> None:
    chair = world.staff[CHAIR]
    Term.objects.create(post=Post.objects.get(kind="moderator"), person=chair, since=START, name_public=True)
    (shown,) = Caller(world).told("posts-held-together")["items"]
    assert (shown["posts"], shown["name"]) == (["moderator", CHAIR], "")
    assert Caller(world, 0).told("posts-held-together")["items"][0]["name"] == ""
    Term.objects.filter(person=chair).update(name_public=True)
    assert Caller(world, 0).told("posts-held-together")["items"][0]["name"] == chair.name
    assert Caller(world).told("posts-held-together")["items"][0]["name"] == ""


def test_an_interest_is_told_to_whom_it_ties_and_to_the_register_and_to_nobody_else(world: World) -> None:
    matter = making.reported(world, 2, title="路灯").matter
    chair, no = world.staff[CHAIR], matter.no
    for kind, who in ((WORKER, chair.pk), (CHAIR, chair.pk)):
        declaring.declare_interest(
            actor=world.actor(kind), estate=world.estate, person_id=who, relation="family", reason="弟弟报的",
            home_id=world.homes[2].pk if kind == WORKER else None, now=world.now,
            thing_kind="" if kind == WORKER else "matter", thing_no=None if kind == WORKER else no,
        )  # fmt: skip
    own = Caller(world, CHAIR).told("/api/v1/me/interests")["items"]
    assert [(row["by_himself"], row["home"], row["thing"]) for row in own] == [
        (True, None, {"kind": "matter", "no": no}),
        (False, world.homes[2].pk, None),
    ]
    assert Caller(world, WORKER).told("desk/interests")["items"] == own
    assert Caller(world, WORKER).told(f"desk/interests/{own[1]['id']}") == own[1]
    assert Caller(world, 2).told("/api/v1/me/interests")["items"] == []
    problem(Caller(world, 2).get(f"desk/interests/{own[0]['id']}"), 403, "not_allowed")
    problem(Caller(world).get("/api/v1/me/interests"), 401, "unauthenticated")
    why = {"reason": "不是了"}
    problem(Caller(world, 2).send("POST", f"interests/{own[0]['id']}/withdrawal", why), 404, "not_found")
    problem(Caller(world, CHAIR).send("POST", f"interests/{own[1]['id']}/withdrawal", why), 403, "not_allowed")
    sent = [Caller(world, CHAIR).does("POST", f"interests/{own[0]['id']}/withdrawal", why, key="once") for _ in "12"]
    assert sent == [{"id": own[0]["id"], "stands": False}] * 2
    assert [row["stands"] for row in Caller(world, WORKER).told("desk/interests?which=all")["items"]] == [False, True]
    assert len(Caller(world, WORKER).told("desk/interests")["items"]) == 1


def test_a_register_asks_as_many_questions_for_two_lines_as_for_twenty(world: World) -> None:
    post, matter = Post.objects.get(kind="building_head"), making.reported(world, 2, title="路灯").matter

    def more(n: int) -> None:
        for no in range(n):
            person = make_person(f"志愿者{n}{no}")
            Term.objects.create(post=post, person=person, since=START)
            thing: dict[str, Any] = (
                {"home_id": world.homes[no % 12].pk} if no % 2 else {"thing_kind": "matter", "thing_no": matter.no}
            )
            declaring.declare_interest(actor=world.actor(WORKER), estate=world.estate, person_id=person.pk, relation="family", reason="亲戚", now=world.now, **thing)  # fmt: skip

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            worker.told(address)
        return len(found)

    worker, addresses = Caller(world, WORKER), ("desk/posts?limit=100", "desk/interests?limit=100", "bodies")
    more(2)
    worker.told("/api/v1/me")  # a key that was not used for long says first that it is
    few = [asked(address) for address in addresses]
    more(20)
    assert [asked(address) for address in addresses] == few
    assert max(few) <= 15


def test_a_key_without_the_scope_reads_no_register(world: World) -> None:
    caller = Caller(world, key=key_of(world, WORKER, "matters:read", "desk:read"))
    for address in ("desk/posts", "desk/interests", "/api/v1/me/interests", "bodies"):
        problem(caller.get(address), 403, "scope")


def test_minutes_are_read_in_versions_once_the_meeting_has_ended(world: World) -> None:
    meeting = sitting.opened(world)
    run = {"actor": world.actor("moderator"), "estate_id": world.estate.pk, "no": meeting.no, "now": world.now}
    meetings.write_minutes(**run, text="记到一半")
    path = f"meetings/{meeting.no}/minutes"
    assert Caller(world, 0).told(path)["items"] == []
    assert [row["text"] for row in Caller(world, "moderator").told(path)["items"]] == ["记到一半"]
    sitting.propose(world, meeting)
    sitting.decide(world, meeting, 1)
    sitting.close(world, meeting, Decision("project", sitting.WORDS))
    meetings.write_minutes(**{**run, "now": world.now}, text="改过一处", reason="人数写错了")
    last, *_rest, first = Caller(world).told(path)["items"]
    assert (last["text"], last["reason"], first["text"]) == ("改过一处", "人数写错了", "记到一半")
    told = Caller(world).told(f"{path}?limit=1")
    assert [row["version"] for row in told["items"]] == [last["version"]]
    assert Caller(world).told(f"{path}?cursor={told['next']}")["items"][0]["version"] == last["version"] - 1


def test_beside_a_thing_stands_who_keeps_out_of_it_and_which_posts_one_person_holds_by_post_alone(world: World) -> None:
    chair, matter = world.staff[CHAIR], making.reported(world, 2, title="路灯").matter
    making.accepted(world, matter, making.shipped("five-step"))
    Term.objects.create(post=Post.objects.get(kind="moderator"), person=chair, since=START, name_public=True)
    nobody = Caller(world)
    assert nobody.told(f"matters/{matter.no}")["disclosed"] == {"recusals": [], "posts_together": []}
    declaring.declare_interest(
        actor=world.actor(WORKER), estate=world.estate, person_id=world.staff[WORKER].pk, relation="family",
        reason="姐姐报的", thing_kind="matter", thing_no=matter.no, now=world.now,
    )  # fmt: skip
    told = nobody.told(f"matters/{matter.no}")["disclosed"]
    assert len(told["recusals"]) == 1
    assert "社区工作人员" in told["recusals"][0]
    meeting = sitting.invited(world)
    beside = nobody.told(f"meetings/{meeting.no}")["disclosed"]
    assert beside["posts_together"] == ["议事会召集人兼业委会主任"]
    assert not any(name in str([told, beside]) for name in (chair.name, world.staff[WORKER].name, "姐姐"))
