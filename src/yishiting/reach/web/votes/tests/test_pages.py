"""Pages of votes: three taps to a ballot, no choice before the count, nobody's home on a public page."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.signing import sign_in
from tests.support.world import World, add_tenant, make_world
from yishiting.council.votes import services
from yishiting.council.votes.models import Ballot, Item, PaperSlip, Result, Vote
from yishiting.council.votes.tests.voting import DAYS, closed, draft, online, opened, paper, receive
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Building, Entrance, Home
from yishiting.kernel.clock import CHINA
from yishiting.timeline import guards

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world(9)
    monkeypatch.setenv("YISHITING_NOW", (made.now + HOUR).isoformat())
    return made


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda moment: monkeypatch.setenv("YISHITING_NOW", moment.isoformat())


def as_person(person: Person) -> Client:
    return sign_in(Client(), person)


def owner(world: World, index: int) -> Client:
    return as_person(world.owners[index])


def staff(world: World, kind: str) -> Client:
    return as_person(world.staff[kind])


def text(response: Any) -> str:
    """What the page says, its tags and white space aside."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", response.content.decode()))


def public(world: World, vote: Vote, tail: str = "") -> str:
    return f"/e/{world.estate.slug}/votes/{vote.no}/{tail}"


def desk(world: World, vote: Vote, tail: str = "") -> str:
    return f"/desk/{world.estate.slug}/votes/{vote.no}/{tail}"


# ---------------------------------------------------------------- a resident
def test_an_owner_votes_in_three_taps_and_the_receipt_does_not_say_what(world: World) -> None:
    vote = opened(world)
    item = vote.items.get()
    client = owner(world, 0)
    first = client.get(public(world, vote, "ballot/"))
    assert "1栋1单元101" in text(first)
    assert "100.00" in text(first)
    second = client.post(public(world, vote, "ballot/confirm/"), {f"item_{item.pk}": "against", "head": "1"})
    assert "您选的是反对" in text(second)
    assert Ballot.objects.count() == 0
    third = client.post(
        public(world, vote, "ballot/confirm/"), {f"item_{item.pk}": "against", "head": "1", "sure": "1"}, follow=True
    )
    ballot = Ballot.objects.get()
    assert (ballot.choice, ballot.cast_by_id) == ("against", world.owners[0].pk)
    assert third.redirect_chain[0][0] == public(world, vote, f"receipt/{ballot.receipt}/")
    assert "您的票收到了" in text(third)
    assert not {"赞成", "反对", "弃权"} & set(re.findall("赞成|反对|弃权", text(third)))
    assert "no-store" in second.headers["Cache-Control"]


def test_a_ballot_without_a_choice_comes_back_with_what_is_to_be_done(world: World) -> None:
    vote = opened(world, items=(("甲？", "ordinary", ""), ("乙？", "special", "")))
    one, two = vote.items.all()
    answer = owner(world, 0).post(public(world, vote, "ballot/confirm/"), {f"item_{one.pk}": "for"})
    assert answer.status_code == 422
    assert "请选一个" in text(answer)
    assert re.search(rf'name="item_{one.pk}" value="for"[^>]*checked', answer.content.decode())
    assert f'href="#id_item_{two.pk}_0"' in answer.content.decode()


def test_a_ballot_after_the_end_is_refused_and_the_choice_is_still_on_the_screen(world: World, at: Any) -> None:
    vote = opened(world)
    item = vote.items.get()
    at(vote.closes_at + HOUR)
    answer = owner(world, 0).post(public(world, vote, "ballot/confirm/"), {f"item_{item.pk}": "for", "sure": "1"})
    assert answer.status_code == 409
    assert "已经截止，这张票没有收" in text(answer)
    assert "您选的是赞成" in text(answer)
    assert Ballot.objects.count() == 0


def test_who_opens_the_ballot_after_the_end_is_told_when_it_ended_and_led_to_the_result(world: World, at: Any) -> None:
    vote = opened(world)
    item = vote.items.get()
    client = owner(world, 0)
    at(vote.closes_at + HOUR)
    page = client.get(public(world, vote, "ballot/"))
    assert page.status_code == 409
    assert "投票已经结束" in text(page)
    assert "没有收" not in text(page)
    assert "已经截止，现在不能再投" in text(page)
    assert f"{vote.closes_at.astimezone(CHINA):%H:%M}" in text(page)
    assert "正在等计票" in text(page)
    assert f'href="{public(world, vote)}"' in page.content.decode()
    second_tap = client.post(public(world, vote, "ballot/confirm/"), {f"item_{item.pk}": "for"})
    assert "投票已经结束" in text(second_tap)
    closed(world, vote)
    assert "结果已经公布" in text(client.get(public(world, vote, "ballot/")))
    assert "看结果" in text(Client().get(public(world, vote, "ballot/")))


def confirmation(client: Client, world: World, vote: Vote, **sent: str) -> dict[str, str]:
    """What the form of the second page sends, as it stands there."""
    page = client.post(public(world, vote, "ballot/confirm/"), sent).content.decode()
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.partition("<main")[2]))


def test_the_same_confirmation_sent_twice_leads_to_the_first_receipt(world: World) -> None:
    vote = opened(world, items=(("甲？", "ordinary", ""), ("乙？", "special", "")))
    one, two = (f"item_{item.pk}" for item in vote.items.all())
    client = owner(world, 0)
    form = confirmation(client, world, vote, head="1", **{one: "for", two: "against"})
    first = client.post(public(world, vote, "ballot/confirm/"), form, follow=True)
    again = client.post(public(world, vote, "ballot/confirm/"), form, follow=True)
    assert again.redirect_chain == first.redirect_chain
    assert "您的票收到了" in text(again)
    assert "不算数" not in text(again)
    assert Ballot.objects.count() == 2

    # What the back button shows where the browser kept no copy: the second tap anew.
    back = client.post(public(world, vote, "ballot/confirm/"), {"head": "1", one: "for", two: "against"})
    assert "这张票已经投过了" in text(back)
    assert "/receipt/" in back.content.decode()
    assert 'name="sure"' not in back.content.decode()


def test_a_ballot_sent_later_without_the_number_is_recorded_and_superseded(world: World) -> None:
    vote = opened(world)
    item = f"item_{vote.items.get().pk}"
    client = owner(world, 0)
    client.post(public(world, vote, "ballot/confirm/"), confirmation(client, world, vote, **{item: "for"}))
    later = client.post(public(world, vote, "ballot/confirm/"), {item: "for", "sure": "1"}, follow=True)
    assert "这张票留档，不算数" in text(later)
    assert Ballot.objects.count() == 2
    assert Ballot.objects.filter(superseded_at__isnull=True).count() == 1


def test_another_choice_in_another_window_is_a_ballot_of_its_own(world: World) -> None:
    vote = opened(world)
    item = f"item_{vote.items.get().pk}"
    client = owner(world, 0)
    one = confirmation(client, world, vote, **{item: "for"})
    other = confirmation(client, world, vote, **{item: "against"})
    client.post(public(world, vote, "ballot/confirm/"), one)
    answer = client.post(public(world, vote, "ballot/confirm/"), other, follow=True)
    assert "这张票留档，不算数" in text(answer)
    assert [row.choice for row in Ballot.objects.order_by("pk")] == ["for", "against"]


@pytest.mark.parametrize("number", ["", "x", "WzEsMSwwXQ:1:2"])
def test_a_number_that_was_not_given_out_neither_helps_nor_hurts(world: World, number: str) -> None:
    vote = opened(world)
    sent = {f"item_{vote.items.get().pk}": "for", "sure": "1", "confirmation": number}
    client = owner(world, 0)
    assert "您的票收到了" in text(client.post(public(world, vote, "ballot/confirm/"), sent, follow=True))
    forged = {**sent, f"item_{10**30}": "for"}
    assert client.post(public(world, vote, "ballot/confirm/"), forged).status_code == 409


def test_a_first_ballot_takes_no_more_queries_for_its_confirmation(world: World) -> None:
    vote = opened(world)
    item = f"item_{vote.items.get().pk}"
    counts = []
    for who, number in ((0, False), (1, True)):
        client = owner(world, who)
        form = confirmation(client, world, vote, **{item: "for"})
        if not number:
            del form["confirmation"]
        with CaptureQueriesContext(connection) as taken:
            assert client.post(public(world, vote, "ballot/confirm/"), form).status_code == 302
        counts.append(len(taken))
    assert counts[0] == counts[1]


def test_a_vote_does_not_end_in_another_century_and_what_was_typed_stays(world: World) -> None:
    client = as_person(world.staff["committee_chair"])
    address = f"/desk/{world.estate.slug}/votes/new/"
    sent = {
        "title": "改门禁", "explanation": "", "scope": "all", "closes_at": "9999-12-31", "closes_clock": "18:00",
        "precedence": "FIRST_WINS", "naming": "unnamed", "items-TOTAL_FORMS": "1", "items-INITIAL_FORMS": "0",
        "items-0-question": "改不改？", "items-0-rule": "ordinary", "items-0-article": "",
    }  # fmt: skip
    answer = client.post(address, sent)
    assert answer.status_code == 422
    assert "最晚是起草后180天，请改到2026年8月29日以前" in text(answer)
    assert 'value="9999-12-31"' in answer.content.decode()
    assert not Vote.objects.exists()
    assert client.post(address, {**sent, "closes_at": "2026-08-28"}).status_code == 302


def test_the_law_is_named_once_in_a_result(world: World) -> None:
    vote = opened(world)
    for who in range(5):
        online(world, vote, who, "for")
    closed(world, vote)
    for page in (
        Client().get(public(world, vote)),
        as_person(world.staff["committee_chair"]).get(f"/desk/{world.estate.slug}/votes/{vote.no}/"),
    ):
        assert text(page).count("依据：") == 1
        assert "这一项适用" not in text(page)


def test_a_second_ballot_is_kept_and_its_receipt_says_which_counts(world: World) -> None:
    vote = opened(world)
    item = vote.items.get()
    online(world, vote, 0, "for", at=world.now + HOUR / 2)
    client = owner(world, 0)
    assert "这张票已经投过了" in text(client.get(public(world, vote, "ballot/")))
    answer = client.post(
        public(world, vote, "ballot/confirm/"), {f"item_{item.pk}": "against", "sure": "1"}, follow=True
    )
    assert "这张票留档，不算数" in text(answer)
    assert "3月2日（周一）09:30在网上投的那张算数" in text(answer)
    assert Ballot.objects.filter(superseded_at__isnull=True).get().choice == "for"


def test_who_is_not_on_the_roll_is_told_why_and_nobody_is_asked_to_sign_in(world: World) -> None:
    vote = opened(world)
    tenant = add_tenant(world, world.homes[0])
    for person in (tenant, world.staff["grid_worker"]):
        answer = as_person(person).get(public(world, vote, "ballot/"))
        assert answer.status_code == 403
        assert "由业主投票" in text(answer)
    answer = Client().get(public(world, vote, "ballot/"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/?next=")


def test_who_has_two_ballots_picks_one_first(world: World) -> None:
    from tests.support.world import make_person, own

    home = Home.objects.create(
        estate=world.estate, building=world.buildings[0], entrance=world.entrances[0], room="909", order=99, area=70
    )
    own(world.estate, [home], [make_person("合住人"), world.owners[0]], since=world.now - DAYS)
    vote = opened(world)
    client = owner(world, 0)
    assert "您名下有2张票" in text(client.get(public(world, vote, "ballot/")))
    last = vote.roll.head_rows.get(area=70).no
    assert "1栋1单元909" in text(client.get(public(world, vote, f"ballot/?head={last}")))
    item = vote.items.get()
    client.post(public(world, vote, "ballot/confirm/"), {f"item_{item.pk}": "for", "head": str(last), "sure": "1"})
    assert Ballot.objects.get().head.no == last
    client.post(public(world, vote, "ballot/confirm/"), {f"item_{item.pk}": "for", "head": "3", "sure": "1"})
    assert Ballot.objects.count() == 1


def test_a_receipt_is_found_again_however_it_is_typed(world: World) -> None:
    vote = opened(world)
    code = online(world, vote, 0, "for")
    found = Client().get(public(world, vote, "receipt/"), {"code": f" {code[:4].lower()} {code[4:]} "}, follow=True)
    assert "您的票收到了" in text(found)
    assert "100.00" not in text(found)  # the weight is for the voter's own eyes
    missing = Client().get(public(world, vote, "receipt/"), {"code": "ZZZZ"})
    assert "没有这个回执号" in text(missing)
    assert 'value="ZZZZ"' in missing.content.decode()
    assert Client().get(public(world, vote, "receipt/ZZZZ/")).status_code == 404


# ---------------------------------------------------------------- everyone
def test_a_running_vote_shows_who_came_and_what_is_missing_and_no_choice_to_anyone(world: World) -> None:
    vote = opened(world)
    for index in range(4):
        online(world, vote, index, "against")
    for client in (Client(), owner(world, 5), staff(world, "community_worker")):
        said = text(client.get(public(world, vote)))
        assert "还差2人" in said.replace("\xa0", "")
        assert "已投4人，共9人" in said.replace("\xa0", "")
        assert "反对" not in said
    said = text(staff(world, "community_worker").get(desk(world, vote)))
    assert "还差2人" in said.replace("\xa0", "")
    assert "反对" not in said


def test_a_counted_vote_explains_itself_in_numbers_with_the_law_last(world: World) -> None:
    vote = opened(world)
    for index in range(6):
        online(world, vote, index, "for" if index < 4 else "against")
    closed(world, vote)
    said = text(Client().get(public(world, vote)))
    assert "来的人够不够？要三分之二。人数6/9人，要6人，够。" in said
    assert "赞成的够不够？要超过来的人的一半。人数4/6人，要4人，够。面积400.00/600.00㎡，要300.01㎡，够。" in said
    assert "共9人（9户），要到6人，来了6人，够。" in said
    assert said.rindex("《民法典》第278条") > said.rindex("来了6人")
    assert "赞成4人，反对2人，弃权0人，无效票0人" in said
    assert "无效票算来了" not in said


def test_a_figure_on_the_page_follows_the_ballots_and_the_page_says_that_they_no_longer_agree(world: World) -> None:
    vote = opened(world)
    for index in range(6):
        online(world, vote, index, "for")
    closed(world, vote)
    before = text(Client().get(public(world, vote)))
    assert "赞成6人，反对0人" in before
    assert "对不上" not in before
    guards.remove(connection)
    Ballot.objects.filter(pk=Ballot.objects.first().pk).update(choice="against")
    after = text(Client().get(public(world, vote)))
    assert "赞成5人，反对1人" in after
    assert "对不上" in after


def test_a_figure_of_a_running_vote_follows_the_ballots(world: World) -> None:
    vote = opened(world)
    online(world, vote, 0, "for")
    assert "已投1人，共9人" in text(Client().get(public(world, vote))).replace("\xa0", "")
    guards.remove(connection)
    Ballot.objects.all().delete()
    assert "已投0人，共9人" in text(Client().get(public(world, vote))).replace("\xa0", "")


def test_where_invalid_ballots_exist_both_counts_are_shown(world: World) -> None:
    vote = opened(world)
    for index in range(5):
        online(world, vote, index, "for")
    paper(world, vote, 5, "invalid", received_at=world.now + HOUR)
    closed(world, vote)
    said = text(Client().get(public(world, vote)))
    assert "无效票不算来了5人500.00㎡来的不够，表决不成" in said
    assert "无效票算来了6人600.00㎡通过" in said
    assert "待监票认定" in said


@pytest.mark.parametrize("rule", ["ordinary", "special", "unanimous", "none_objects"])
def test_every_rule_has_a_page_even_where_nobody_came(world: World, rule: str) -> None:
    vote = opened(world, items=(("？", rule, ""),))
    closed(world, vote)
    assert Client().get(public(world, vote)).status_code == 200
    other = opened(world, items=(("？", rule, ""),))
    for index in range(9):
        online(world, other, index, "for")
    closed(world, other)
    assert "结果：通过" in text(Client().get(public(world, other)))


def test_public_pages_hold_no_name_no_phone_and_no_home(world: World) -> None:
    vote = opened(world)
    code = online(world, vote, 0, "for")
    pages = [public(world, vote), f"/e/{world.estate.slug}/votes/", public(world, vote, f"receipt/{code}/")]
    said = "".join(Client().get(page).content.decode() for page in pages)
    for person in [*world.owners, *world.staff.values()]:
        assert person.name not in said
        assert not person.phone or person.phone not in said
    assert not re.search(r"\d单元\d", said)


def test_a_draft_has_no_public_page_and_a_cancelled_vote_says_why(world: World) -> None:
    drafted = draft(world)
    for client in (Client(), owner(world, 0), staff(world, "committee_chair")):
        assert client.get(public(world, drafted)).status_code == 404
    vote = opened(world)
    services.cancel_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, reason="题目写错", now=world.now)
    assert "这次表决取消了：题目写错" in text(Client().get(public(world, vote)))
    assert drafted.title in text(staff(world, "committee_chair").get("/desk/votes/"))


# ---------------------------------------------------------------- staff
def draft_data(**changes: str) -> dict[str, str]:
    return {
        "title": "楼道要不要刷墙",
        "explanation": "用维修资金。",
        "scope": "all",
        "closes_at": "2026-03-20",
        "closes_clock": "18:00",
        "precedence": "FIRST_WINS",
        "naming": "unnamed",
        "items-TOTAL_FORMS": "2",
        "items-INITIAL_FORMS": "0",
        "items-0-question": "刷墙吗？",
        "items-0-rule": "ordinary",
        "items-0-article": "",
        "items-1-question": "",
        "items-1-rule": "ordinary",
        "items-1-article": "",
    } | changes


def test_a_vote_is_drafted_changed_opened_and_closed_from_the_desk(world: World, at: Any) -> None:
    chair = staff(world, "committee_chair")
    new = f"/desk/{world.estate.slug}/votes/new/"
    assert chair.get(new).status_code == 200
    assert chair.post(new, draft_data(), follow=True).status_code == 200
    vote = Vote.objects.get()
    assert list(vote.items.values_list("question", "rule")) == [("刷墙吗？", "ordinary")]
    change = draft_data(
        scope=f"e{world.entrances[0].pk}", **{"items-1-question": "开窗吗？", "items-1-rule": "special"}
    )
    assert "刷墙吗？" in chair.get(desk(world, vote, "edit/")).content.decode()
    chair.post(desk(world, vote, "edit/"), change)
    vote.refresh_from_db()
    assert (vote.entrance, vote.items.count()) == (world.entrances[0], 2)
    asked = text(chair.get(desk(world, vote, "open/")))
    assert "6人" in asked
    assert "600.00㎡" in asked
    chair.post(desk(world, vote, "open/"))
    vote.refresh_from_db()
    assert vote.state == "open"
    refused = chair.post(desk(world, vote, "edit/"), change)
    assert "都不能再改" in text(refused)
    assert "楼道要不要刷墙" in refused.content.decode()
    at(vote.closes_at)
    chair.get(desk(world, vote, "close/"))
    chair.post(desk(world, vote, "close/"))
    vote.refresh_from_db()
    assert vote.state == "counted"
    assert Result.objects.count() == 2


def test_a_draft_with_faults_comes_back_whole_with_a_sentence_for_each(world: World) -> None:
    answer = staff(world, "committee_chair").post(
        f"/desk/{world.estate.slug}/votes/new/", draft_data(closes_at="2026-03-01", **{"items-0-question": ""})
    )
    said = text(answer)
    assert "截止时间要在现在以后" in said
    assert "请写上至少一项要表决的事" in said
    assert "用维修资金。" in answer.content.decode()
    assert Vote.objects.count() == 0


def test_opening_is_not_offered_while_a_home_lacks_its_area_and_the_home_is_named(world: World) -> None:
    Home.objects.filter(pk=world.homes[2].pk).update(area=None)
    vote = draft(world)
    chair = staff(world, "committee_chair")
    page = chair.get(desk(world, vote, "open/"))
    assert "1户没有面积" in text(page)
    assert "1栋1单元301" in text(page)
    assert "定下名册，开始表决" not in text(page)
    assert "有1户还没有面积" in text(chair.post(desk(world, vote, "open/")))
    assert Vote.objects.get().state == "draft"


def test_closing_early_needs_a_tick(world: World) -> None:
    vote = opened(world)
    chair = staff(world, "committee_chair")
    assert "请先勾选" in text(chair.post(desk(world, vote, "close/")))
    chair.post(desk(world, vote, "close/"), {"early": "on"})
    vote.refresh_from_db()
    assert vote.state == "counted"


def test_a_home_that_is_unknown_or_not_on_the_roll_is_said_to_be_so_at_the_paper_desk(world: World) -> None:
    tower = Building.objects.create(estate=world.estate, label="2栋", order=2)
    door = Entrance.objects.create(estate=world.estate, building=tower, label="1单元", order=1)
    elsewhere = Home.objects.create(
        estate=world.estate, building=tower, entrance=door, room="909", order=99, area=Decimal(80)
    )
    vote = opened(world, building=world.buildings[0])
    member = staff(world, "committee_member")
    asks = {
        "?room=7777": "小区里没有这户",
        "?home=7777777": "小区里没有这户",
        f"?home={'9' * 30}": "小区里没有这户",
        "?home=abc": "小区里没有这户",
        "?room=909": "这户不在这次表决的名册上",
        f"?building={tower.pk}": "这户不在这次表决的名册上",
        f"?home={elsewhere.pk}": "这户不在这次表决的名册上",
    }
    for ask, says in asks.items():
        assert says in text(member.get(desk(world, vote, f"paper/{ask}"))), ask
    assert says in text(member.post(desk(world, vote, f"paper/?home={elsewhere.pk}"), {}))
    for ask in ("", "?room=101", f"?home={world.homes[0].pk}"):
        page = text(member.get(desk(world, vote, f"paper/{ask}")))
        assert "不在这次表决" not in page
        assert "没有这户" not in page


def test_paper_in_hand_is_asked_for_before_the_count_and_the_page_says_until_when_it_waits(
    world: World, at: Any
) -> None:
    vote = opened(world)
    paper(world, vote, 0, "for", received_at=world.now + HOUR)
    chair = staff(world, "committee_chair")
    at(vote.closes_at)
    page = chair.get(desk(world, vote, "close/"))
    assert "自动计票" in text(page)
    assert 'type="checkbox" name="all_keyed"' in page.content.decode()
    assert "收到的纸票录完以后，请再来计票" in text(chair.post(desk(world, vote, "close/"), follow=True))
    vote.refresh_from_db()
    assert vote.state == "closed"
    until = f"{(vote.closed_at + DAYS).astimezone(CHINA):%H:%M}自动计票"
    for path in ("", "close/"):
        page = chair.get(desk(world, vote, path))
        assert until in text(page)
        assert "纸票都录完了，现在计票" in text(page)
    assert 'type="hidden" name="all_keyed"' in page.content.decode()
    assert "计票完成" in text(chair.post(desk(world, vote, "close/"), {"all_keyed": "True"}, follow=True))


def test_paper_that_is_all_keyed_is_counted_with_the_end(world: World, at: Any) -> None:
    vote = opened(world)
    paper(world, vote, 0, "for", received_at=world.now + HOUR)
    at(vote.closes_at)
    chair = staff(world, "committee_chair")
    assert "计票完成" in text(chair.post(desk(world, vote, "close/"), {"all_keyed": "on"}, follow=True))


def test_after_the_day_for_paper_the_count_asks_for_no_more_words(world: World, at: Any) -> None:
    vote = opened(world)
    paper(world, vote, 0, "for", received_at=world.now + HOUR)
    services.close_due(vote.closes_at)
    at(vote.closes_at + DAYS)
    chair = staff(world, "committee_chair")
    page = text(chair.get(desk(world, vote, "close/")))
    assert "纸票都录完了，现在计票" not in page
    assert "计票完成" in text(chair.post(desk(world, vote, "close/"), follow=True))


def test_a_vote_is_cancelled_with_its_reason_from_the_desk(world: World) -> None:
    vote = opened(world)
    chair = staff(world, "committee_chair")
    assert chair.post(desk(world, vote, "cancel/"), {"reason": ""}).status_code == 422
    chair.post(desk(world, vote, "cancel/"), {"reason": "题目写错"})
    vote.refresh_from_db()
    assert vote.cancel_reason == "题目写错"


def test_paper_goes_from_the_home_to_two_readers_and_the_second_does_not_see_the_first(world: World) -> None:
    vote = opened(world)
    item = vote.items.get()
    grid = staff(world, "grid_worker")
    place = desk(world, vote, "paper/")
    found = grid.get(place, {"building": world.buildings[0].pk, "entrance": "", "room": "3"})
    assert "1栋1单元301" in text(found)
    assert "1栋1单元401" not in text(found).split("等第二个人录")[0].split("找这户")[-1]
    one = {f"item_{item.pk}": "against", "received_at": "2026-03-02", "received_clock": "09:30"}
    assert "请照纸票选一个" in text(grid.post(f"{place}?home={world.homes[2].pk}", one | {f"item_{item.pk}": ""}))
    assert "不能晚于现在" in text(grid.post(f"{place}?home={world.homes[2].pk}", one | {"received_clock": "11:00"}))
    grid.post(f"{place}?home={world.homes[2].pk}", one)
    slip = PaperSlip.objects.get()
    assert slip.received_at == world.now + HOUR / 2
    assert "您录过了" in text(grid.get(place))
    assert "请换一位工作人员" in text(grid.get(f"{place}{slip.pk}/"))
    member = staff(world, "committee_member")
    form = member.get(f"{place}{slip.pk}/")
    assert "checked" not in form.content.decode()
    answer = member.post(f"{place}{slip.pk}/", {f"item_{item.pk}": "against"}, follow=True)
    receipt = Ballot.objects.get().receipt
    assert f"{receipt[:4]}{receipt[4:]}" in text(answer)
    assert "已经核对完了" in text(grid.get(f"{place}{slip.pk}/"))


def test_readings_that_differ_wait_for_a_third_person(world: World) -> None:
    vote = opened(world)
    item = vote.items.get()
    slip = receive(world, vote, 0, "for", received_at=world.now + HOUR / 2)
    place = desk(world, vote, f"paper/{slip.pk}/")
    answer = staff(world, "committee_member").post(place, {f"item_{item.pk}": "against"}, follow=True)
    assert "请第三位工作人员再看一遍" in text(answer)
    assert "第三遍" in text(staff(world, "building_head").get(place))
    staff(world, "building_head").post(place, {f"item_{item.pk}": "for"})
    assert Ballot.objects.get().choice == "for"
    refused = staff(world, "grid_worker").post(place, {f"item_{item.pk}": "against"})
    assert "核对完了" in text(refused)


def test_the_desk_of_votes_is_closed_to_residents_and_to_posts_without_the_duty(world: World) -> None:
    vote, drafted = opened(world), draft(world)
    for client in (owner(world, 0), staff(world, "property_manager")):
        for page in ("/desk/votes/", desk(world, vote), desk(world, vote, "paper/"), desk(world, vote, "close/")):
            assert client.get(page).status_code == 403
    member = staff(world, "committee_member")
    assert member.get(desk(world, vote, "paper/")).status_code == 200
    assert member.get(desk(world, vote, "close/")).status_code == 403
    assert member.get(desk(world, drafted)).status_code == 404
    other = make_world(2, name="别苑")
    assert staff(other, "committee_chair").get(desk(world, vote)).status_code == 403


def test_the_desk_list_is_searched_and_filtered(world: World) -> None:
    opened(world, title="甲事")
    draft(world, title="乙事", items=(("换门禁吗？", "ordinary", ""),))
    chair = staff(world, "committee_chair")

    def found(**query: str) -> list[str]:
        return re.findall("甲事|乙事", text(chair.get("/desk/votes/", query)))

    assert sorted(found()) == ["乙事", "甲事"]
    assert found(q="门禁") == ["乙事"]
    assert found(state="open") == ["甲事"]
    assert found(state="counted") == []
    assert found(estate="nowhere") == found()


def test_lists_ask_the_database_the_same_whether_there_are_five_votes_or_sixty(world: World) -> None:
    def make(n: int) -> None:
        for index in range(n):
            vote = opened(world, days=6, items=(("甲？", "ordinary", ""), ("乙？", "special", "")))
            if index % 2:
                online(world, vote, index % 9, "for")
                closed(world, vote)

    def asked(client: Client, page: str) -> int:
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        return len(queries)

    readers = [
        (Client(), f"/e/{world.estate.slug}/votes/"),
        (owner(world, 0), f"/e/{world.estate.slug}/votes/"),
        (staff(world, "committee_chair"), "/desk/votes/"),
    ]
    make(5)
    few = [asked(client, page) for client, page in readers]
    make(55)
    many = [asked(client, page) for client, page in readers]
    assert few == many
    assert max(many) <= 15
    assert "第2页" in text(Client().get(f"/e/{world.estate.slug}/votes/")) or "下一页" in text(
        Client().get(f"/e/{world.estate.slug}/votes/")
    )
    assert Item.objects.count() == 120


def test_a_ballot_of_numbers_that_none_could_be_is_refused_and_breaks_no_page(world: World) -> None:
    vote = opened(world)
    item, client = vote.items.get(), owner(world, 0)
    for number in ("²", "9" * 900, "9" * 25):
        sent = {"sure": "1", f"item_{item.pk}": "for"}
        address = public(world, vote, "ballot/confirm/")
        assert client.post(address, {**sent, f"item_{number}": "for"}).status_code == 409
        # Without a number that he has, the only ballot that he has is meant.
        encoded = urlencode({**sent, "head": number * 6})
        answer = client.post(address, encoded, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (302, 409)
        paper_page = desk(world, vote, f"paper/?home={number}")
        assert staff(world, "committee_member").get(paper_page).status_code == 200
    assert Ballot.objects.filter(superseded_at=None).count() == 1
