"""Pages of posts and interests over HTTP: declared by forms, disclosed by post and never by name, kept from who may not."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tests.interests.tying import company, declare, second_post
from tests.support.signing import sign_in
from tests.support.world import World, make_person, make_world
from yishiting.council.appraisals.tests import appraising
from yishiting.council.matters.services import ensure_library
from yishiting.council.matters.tests import making
from yishiting.council.meetings.tests import sitting
from yishiting.council.projects.tests import building as works
from yishiting.council.votes import services as votes
from yishiting.council.votes.tests import voting
from yishiting.ground.organisations.models import Interest, Organisation, Post, Term
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db
KEEPER = "community_worker"
MOST = 15


@pytest.fixture(autouse=True)
def _standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YISHITING_NOW", "2026-03-03T12:00:00+08:00")


@pytest.fixture
def world() -> World:
    made = make_world(12)
    ensure_library(now=made.now)
    return made


def client_of(world: World, who: str | int) -> Client:
    client = Client()
    sign_in(client, world.staff[who] if isinstance(who, str) else world.owners[who])
    return client


def at(world: World, name: str, *args: object) -> str:
    return reverse(f"web:{name}", args=[world.estate.slug, *args])


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def asked(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_keeper_declares_for_a_body_and_withdraws_and_every_field_is_read(world: World) -> None:
    """By forms alone: what is missing is said beside its field, what is done is said and stands on the list."""
    body = company(world)
    matter = making.reported(world).matter
    keeper = client_of(world, KEEPER)
    new = at(world, "desk_interest_new")
    for wrong, words in (
        ({}, "请选是谁的利害关系"),
        ({"in_what": "organisation"}, "请选是哪个单位"),
        ({"in_what": "home", "door": "九栋"}, "没有找到这一户"),
        ({"in_what": "matter"}, "请写编号"),
        ({"in_what": "matter", "no": "99"}, "这个小区没有这个编号的"),
        ({"in_what": "matter", "no": str(matter.no), "until": "2026-03-01"}, "今天以后"),
        ({"in_what": "organisation", "organisation": str(body.pk)}, "单位的关系要写明是哪一件事项"),
    ):
        sent = {"relation": "paid", "reason": "由它来修"} | ({"who": f"body-{body.pk}"} if wrong else {}) | wrong
        answer = keeper.post(new, sent)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), words
    assert not Interest.objects.exists()
    sent = {"who": f"body-{body.pk}", "in_what": "matter", "no": matter.no, "relation": "paid", "reason": "由它来修"}
    assert keeper.post(new, sent).status_code == 302
    row = Interest.objects.get()
    assert (row.body, row.thing_kind, row.thing_id) == (body, "matter", matter.pk)
    listed = read(keeper, reverse("web:desk_interests"))
    assert "安心物业" in listed
    assert f"第 {matter.no} 件事项" in listed
    one = at(world, "desk_interest", row.pk)
    assert "由它来修" in read(keeper, one)
    assert keeper.post(one, {"reason": ""}).status_code == 422
    assert keeper.post(one, {"reason": "换了一家"}).status_code == 302
    assert "没有这样的登记" in read(keeper, reverse("web:desk_interests"))
    assert "换了一家" in read(keeper, one)
    assert "安心物业" in read(keeper, reverse("web:desk_interests") + "?which=over")
    assert verify(world.estate.pk).faults == ()


def test_one_declares_one_s_own_and_withdraws_it_but_not_what_staff_declared(world: World) -> None:
    vote = voting.draft(world)
    chair = client_of(world, "committee_chair")
    assert "还没有登记过" in read(chair, reverse("web:my_interests"))
    new = at(world, "my_interest_new")
    home = {"in_what": "home", "door": str(world.homes[3]), "relation": "family", "reason": "姐姐家"}
    assert chair.post(new, home).status_code == 302
    mine = Interest.objects.get()
    assert mine.home == world.homes[3]
    by_staff = declare(world, person_id=world.staff["committee_chair"].pk, thing_kind="vote", thing_no=vote.no)
    page = read(chair, reverse("web:my_interests"))
    assert f"第 {vote.no} 次表决" in page
    assert "工作人员替您登记的" in page
    theirs = reverse("web:my_interest", args=[by_staff.pk])
    assert "不能由您自己撤销" in read(chair, theirs)
    assert "不能由您自己撤销" in chair.post(theirs, {"reason": "没事了"}).content.decode()
    by_staff.refresh_from_db()
    assert by_staff.withdrawn_at is None
    own_page = reverse("web:my_interest", args=[mine.pk])
    assert chair.post(own_page, {"reason": "搬走了"}).status_code == 302
    # Sent twice, by a finger that trembled or from an old page: it says that it is done.
    for client, address in (
        (chair, own_page),
        (client_of(world, "community_worker"), at(world, "desk_interest", mine.pk)),
    ):
        again = client.post(address, {"reason": "搬走了"})
        assert again.status_code == 422
        assert "这一条已经撤销了。" in again.content.decode()
    # Of nobody else's is there a page.
    assert client_of(world, 0).get(theirs).status_code == 404
    assert Client().get(reverse("web:my_interests")).status_code == 302
    assert client_of(world, 0).get(new).status_code == 200
    other = make_world(1, name="隔壁苑")
    assert client_of(other, 0).get(new).status_code == 403


def test_the_register_is_kept_from_whoever_neither_keeps_nor_supervises(world: World) -> None:
    row = declare(world, person_id=world.staff["moderator"].pk, organisation_id=company(world).pk)
    addresses = [
        *(reverse(f"web:{name}") for name in ("desk_posts", "desk_posts_excel", "desk_interests")),
        *(at(world, "desk_interest_new"), at(world, "desk_interest", row.pk)),
    ]
    for who in ("moderator", "property_manager", "building_head", 0):
        client = client_of(world, who)
        assert [client.get(address).status_code for address in addresses] == [403] * 5, who
    supervisor = client_of(world, "supervisor")
    assert [supervisor.get(address).status_code for address in addresses] == [200, 200, 200, 403, 200]
    assert "登记一条" not in read(supervisor, addresses[0])
    # Staff of another estate read nothing of this one.
    other = make_world(1, name="隔壁苑")
    stranger = client_of(other, KEEPER)
    assert stranger.get(addresses[3]).status_code == 403
    assert stranger.get(addresses[4]).status_code == 403
    assert world.staff["moderator"].name not in read(stranger, addresses[0] + f"?estate={world.estate.slug}")


def test_the_register_is_searched_narrowed_and_taken_along_whole(world: World) -> None:
    second_post(world, world.staff["property_manager"], "branch_secretary")
    old = second_post(world, world.owners[2], "recorder", "residents")
    Term.objects.filter(pk=old.pk).update(until=world.now)
    keeper = client_of(world, KEEPER)
    address = reverse("web:desk_posts")
    everyone = read(keeper, address)
    assert "10 个任期" in everyone
    assert old.person.name not in everyone
    several = read(keeper, address + "?which=several")
    assert "2 个任期" in several
    assert "党支部书记" in several
    assert old.person.name in read(keeper, address + "?which=past")
    assert "1 个任期" in read(keeper, address + "?q=moderator")
    assert "1 个任期" in read(keeper, address + "?kind=supervisor")
    assert "没有这样的任期" in read(keeper, address + "?q=没有这个人")
    sheet = load_workbook(io.BytesIO(keeper.get(reverse("web:desk_posts_excel") + "?which=several").content)).active
    assert sheet is not None
    rows: list[Any] = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 3
    assert rows[0][0] == "岗位"


def test_lists_ask_as_often_with_a_hundred_posts_as_with_ten(world: World) -> None:
    body = company(world)
    declare(world, person_id=world.staff["moderator"].pk, organisation_id=body.pk)
    keeper, addresses = client_of(world, KEEPER), [reverse("web:desk_posts"), reverse("web:desk_interests")]
    who = at(world, "who")
    before = [*(asked(keeper, address) for address in addresses), asked(Client(), who)]
    assert max(before[:2]) <= MOST
    council = Organisation.objects.create(kind="council", name="议事会", estate=world.estate)
    for number in range(45):
        person = make_person(f"代表{number}", f"1360000{number:04d}")
        for kind in ("owner_representative", "volunteer"):
            post = Post.objects.create(organisation=council, kind=kind, estate=world.estate)
            Term.objects.create(post=post, person=person, since=world.now)
        declare(world, person_id=person.pk, organisation_id=body.pk)
    assert [*(asked(keeper, address) for address in addresses), asked(Client(), who)] == before


def test_every_page_that_matters_says_by_post_who_keeps_out_and_what_one_person_holds(world: World) -> None:
    """Matter, meeting, vote, project, appraisal: “由…办”, and posts of one person, and nobody's name to anybody."""
    body = company(world)
    manager = world.staff["property_manager"]
    second_post(world, manager, "moderator", "council")
    matter = sitting.matter_for(world)
    declare(world, body_id=body.pk, relation="paid", thing_kind="matter", thing_no=matter.no)
    meeting = sitting.invited(world, matter)
    vote = voting.draft(world, actor=world.actor("committee_chair"), thread=matter.thread)
    votes.open_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, now=world.now)
    project = works.create(world, 3)
    declare(world, body_id=body.pk, relation="paid", thing_kind="project", thing_no=project.no)
    appraisal = appraising.opened(world, appraising.finished(world), by="supervisor")
    pages = {
        "matter": at(world, "matter", matter.no),
        "meeting": at(world, "meeting", meeting.no),
        "vote": at(world, "vote", vote.no),
        "project": at(world, "project", project.no),
        "appraisal": at(world, "appraisal", appraisal.no),
    }
    for name, address in pages.items():
        for client in (Client(), client_of(world, 0)):
            page = read(client, address)
            assert "回避和兼职" in page, name
            assert "议事会召集人兼物业经理因" in page, name
            assert manager.name not in page, name
    together = read(Client(), pages["vote"])
    assert "同一个人担任的岗位：" in together
    assert "议事会召集人兼物业经理" in together


def test_the_page_of_who_is_responsible_says_which_posts_one_person_holds_and_names_who_agreed(world: World) -> None:
    term = second_post(world, world.staff["property_manager"], "branch_secretary")
    name = world.staff["property_manager"].name
    for client in (Client(), client_of(world, 0)):
        page = read(client, at(world, "who"))
        assert "党支部书记兼物业经理" in page
        assert name not in page
    Term.objects.filter(person=term.person).update(name_public=True)
    assert name not in read(Client(), at(world, "who"))
    assert name in read(client_of(world, 0), at(world, "who"))


def test_at_the_desk_whoever_keeps_out_reads_why_and_gets_no_button(world: World) -> None:
    matter = making.accepted(world, making.reported(world).matter, making.own_playbook(world, making.SIMPLE))
    worker = world.staff[KEEPER]
    declare(world, person_id=worker.pk, thing_kind="matter", thing_no=matter.no)
    page = read(client_of(world, KEEPER), at(world, "desk_matter", matter.no))
    assert "您在这件事上登记过利害关系" in page
    assert "社区工作人员要回避，再往上的岗位都空缺" in page
    assert "办完这一步" not in page
    assert "不予采纳" not in page
    assert "办完这一步" in read(client_of(world, "grid_worker"), at(world, "desk_matter", matter.no))

    vote = voting.opened(world)
    chair = world.staff["committee_chair"]
    declare(world, person_id=chair.pk, thing_kind="vote", thing_no=vote.no)
    page = read(client_of(world, "committee_chair"), at(world, "desk_vote", vote.no))
    assert "不能办理表决" in page
    assert "提前截止" not in page
    assert "提前截止" in read(client_of(world, "moderator"), at(world, "desk_vote", vote.no))

    topic = sitting.matter_for(world)
    meeting = sitting.invited(world, topic)
    declare(world, person_id=world.staff["moderator"].pk, thing_kind="matter", thing_no=topic.no)
    page = read(client_of(world, "moderator"), at(world, "desk_meeting", meeting.no))
    assert "不能主持会议" in page
    project = works.create(world, 3)
    declare(world, person_id=chair.pk, thing_kind="project", thing_no=project.no)
    assert "不能验收" in read(client_of(world, "committee_chair"), at(world, "desk_project", project.no))


def test_the_desk_of_whoever_took_a_step_over_says_that_its_post_keeps_out(world: World) -> None:
    by_grid = making.SIMPLE.replace("community_worker", "grid_worker", 1)
    matter = making.accepted(world, making.reported(world).matter, making.own_playbook(world, by_grid))
    assert "网格员要回避" not in read(client_of(world, KEEPER), "/desk/")
    declare(world, person_id=world.staff["grid_worker"].pk, thing_kind="matter", thing_no=matter.no)
    page = read(client_of(world, KEEPER), "/desk/")
    assert "网格员要回避，由您代办" in page
    assert "空缺，由您代办" not in page
    shown = read(client_of(world, KEEPER), at(world, "desk_matter", matter.no))
    assert "网格员要回避，由社区工作人员代办" in shown


def test_a_contractor_that_no_list_knows_is_registered_and_ties_who_has_shares_in_it(world: World) -> None:
    keeper, chair = client_of(world, KEEPER), world.staff["committee_chair"]
    new = at(world, "desk_company_new")
    assert new in read(keeper, at(world, "desk_interest_new"))
    assert client_of(world, "committee_chair").get(new).status_code == 403
    assert keeper.post(new, {"name": " "}).status_code == 422
    assert keeper.post(new, {"name": "便民充电有限公司"}).status_code == 302
    assert "已经有一个单位叫这个名字" in keeper.post(new, {"name": "便民充电有限公司"}).content.decode()
    body = Organisation.objects.get(name="便民充电有限公司")
    project = works.create(world, 3)
    sent = {"relation": "owns", "reason": "有一成股份", "in_what": "organisation", "organisation": body.pk}
    assert client_of(world, "committee_chair").post(at(world, "my_interest_new"), sent).status_code == 302
    sent = {"who": f"body-{body.pk}", "in_what": "project", "no": project.no, "relation": "paid", "reason": "由它来建"}
    assert keeper.post(at(world, "desk_interest_new"), sent).status_code == 302
    page = read(Client(), at(world, "project", project.no))
    assert "业委会主任因登记过利害关系回避，不定项目的计划、验收，由社区工作人员办。" in page
    assert chair.name not in page
    assert verify(world.estate.pk).faults == ()
    Organisation.objects.filter(pk=body.pk).update(name="别的公司")
    assert verify(world.estate.pk).faults
