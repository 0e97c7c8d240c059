"""Who may vote and as whom: a tenant, two owners of one home, a worker who owns a home, somebody signed out meanwhile."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from tests.support.signing import sign_in
from tests.support.world import World, add_tenant, make_person, make_world, own
from yishiting.council.votes.models import Ballot, RollHome, Vote
from yishiting.council.votes.tests.voting import closed, online, opened
from yishiting.ground.organisations.models import Post, Term
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Home
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
CHOICES = re.compile("赞成|反对|弃权")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world(6)
    monkeypatch.setenv("YISHITING_NOW", (made.now + HOUR).isoformat())
    return made


def page(world: World, vote: Vote, tail: str = "") -> str:
    return f"/e/{world.estate.slug}/votes/{vote.no}/{tail}"


def words(body: bytes) -> str:
    """What a page says, its tags and white space aside."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", body.decode()))


def voted(client: Client, world: World, vote: Vote, choice: str) -> str:
    """Choose, look at the page that asks once more, send what it holds; return what the receipt says."""
    item = vote.items.get()
    chosen = client.post(
        page(world, vote, "ballot/confirm/"), {f"item_{item.pk}": choice, **only_head(client, world, vote)}
    )
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', chosen.content.decode()))
    form.pop("csrfmiddlewaretoken", None)
    assert form["sure"] == "1", "the page that asks once more holds the ballot"
    return words(client.post(page(world, vote, "ballot/confirm/"), form, follow=True).content)


def only_head(client: Client, world: World, vote: Vote) -> dict[str, str]:
    """The number of the one ballot that the first page offers."""
    found = re.findall(r'name="head" value="(\d+)"', client.get(page(world, vote, "ballot/")).content.decode())
    return {"head": found[0]} if found else {}


# ---------------------------------------------------------------- a tenant
def test_a_tenant_is_told_who_votes_on_every_page_of_the_ballot_and_nothing_is_written(world: World) -> None:
    vote = opened(world)
    item = vote.items.get()
    client = sign_in(Client(), add_tenant(world, world.homes[0]))
    before = Entry.objects.count()
    ballot, confirm = page(world, vote, "ballot/"), page(world, vote, "ballot/confirm/")
    choice = {f"item_{item.pk}": "for", "head": str(vote.roll.head_rows.order_by("no")[0].no)}

    answers = [client.get(ballot), client.post(confirm, choice), client.post(confirm, choice | {"sure": "1"})]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    for answer in answers:
        assert "由业主投票" in words(answer.content)
    assert "去投票" not in words(client.get(page(world, vote)).content)
    assert (Ballot.objects.count(), Entry.objects.count()) == (0, before)
    # The home's owner is not hindered.
    assert "您的票收到了" in voted(sign_in(Client(), world.owners[0]), world, vote, "for")


# ---------------------------------------------------------------- two owners of one home
@pytest.fixture
def couple(world: World) -> tuple[Person, Person]:
    """Two owners of one home, each with a phone."""
    home = Home.objects.create(
        estate=world.estate, building=world.buildings[0], entrance=world.entrances[0], room="909", order=99, area=70
    )
    pair = make_person("共有甲", "13900001101"), make_person("共有乙", "13900001102")
    own(world.estate, [home], list(pair), since=world.now - timedelta(days=1))
    return pair


def test_of_two_owners_of_one_home_the_second_ballot_is_kept_and_does_not_count(
    world: World, couple: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    vote = opened(world, precedence="FIRST_WINS")
    first, second = (sign_in(Client(), person) for person in couple)
    confirm = page(world, vote, "ballot/confirm/")
    item = vote.items.get()
    # Both stand at the page that asks once more when the first of them confirms.
    asked = second.post(confirm, {f"item_{item.pk}": "against", **only_head(second, world, vote)})
    held = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', asked.content.decode()))
    held.pop("csrfmiddlewaretoken", None)
    assert "您的票收到了" in voted(first, world, vote, "for")
    monkeypatch.setenv("YISHITING_NOW", (world.now + 2 * HOUR).isoformat())

    late = second.post(confirm, held, follow=True)

    told = words(late.content)
    assert "这张票留档，不算数" in told
    assert "同一位业主3月2日（周一）10:00在网上投的那张算数" in told
    assert not CHOICES.search(told), "one owner learns what the other chose"
    stands, kept = Ballot.objects.order_by("cast_at")
    assert (stands.choice, stands.superseded_at, stands.cast_by) == ("for", None, couple[0])
    assert (kept.choice, kept.superseded_at is None, kept.cast_by) == ("against", False, couple[1])
    assert stands.head_id == kept.head_id
    assert "已投1人" in words(Client().get(page(world, vote)).content)
    # Whoever opens the ballot now is told so before he chooses.
    for client in (first, second):
        assert "这张票已经投过了，先投的算数" in words(client.get(page(world, vote, "ballot/")).content)
    assert verify(world.estate.pk).faults == ()


# ---------------------------------------------------------------- a worker who owns a home
@pytest.mark.parametrize("kind", ["committee_chair", "committee_member", "grid_worker"])
def test_a_worker_votes_as_an_owner_and_no_page_of_the_desk_tells_what(world: World, kind: str) -> None:
    worker = world.owners[2]
    Term.objects.create(post=Post.objects.get(kind=kind, estate=world.estate), person=worker, since=world.now)
    vote = opened(world)
    client = sign_in(Client(), worker)

    told = voted(client, world, vote, "abstain")

    assert "您的票收到了" in told
    ballot = Ballot.objects.get()
    assert (ballot.choice, ballot.channel, ballot.head) == (
        "abstain",
        "online",
        RollHome.objects.get(roll=vote.roll, home=world.homes[2]).head,
    )
    entry = Entry.objects.get(kind="votes.cast")
    assert "abstain" not in str(entry.facts)
    desk = f"/desk/{world.estate.slug}/votes/{vote.no}/"
    readers = [
        client,
        *(sign_in(Client(), world.staff[other]) for other in ("committee_chair", "committee_member", "grid_worker")),
    ]
    for reader in readers:
        for path in ("/desk/", "/desk/votes/", desk, f"{desk}paper/", f"{desk}close/"):
            answer = reader.get(path)
            assert answer.status_code in {200, 403}
            assert "弃权" not in words(answer.content), f"{path} tells a choice"
    assert "已投1人" in words(client.get(desk).content)
    for index in (0, 1, 3, 4):
        online(world, vote, index, "for")
    closed(world, vote)
    for reader in readers:
        counted = words(reader.get(desk).content)
        # Totals are for everybody; whose they are is for nobody.
        assert worker.name not in counted
        assert ballot.receipt not in counted
        assert "1栋1单元301" not in counted


def test_a_worker_who_owns_nothing_is_told_like_everybody(world: World) -> None:
    vote = opened(world)
    item = vote.items.get()
    client = sign_in(Client(), world.staff["committee_chair"])
    answer = client.post(page(world, vote, "ballot/confirm/"), {f"item_{item.pk}": "for", "head": "1", "sure": "1"})
    assert answer.status_code == 403
    assert "由业主投票" in words(answer.content)
    assert Ballot.objects.count() == 0


# ---------------------------------------------------------------- signed out meanwhile
@pytest.mark.parametrize("sure", [{}, {"sure": "1"}], ids=["before the second tap", "before the third"])
def test_who_was_signed_out_meanwhile_is_told_that_nothing_was_taken_and_is_led_back_to_the_ballot(
    world: World, sure: dict[str, str]
) -> None:
    vote = opened(world)
    item = vote.items.get()
    client = sign_in(Client(), world.owners[0])
    ballot, confirm = page(world, vote, "ballot/"), page(world, vote, "ballot/confirm/")
    came = confirm if sure else ballot
    sent = {f"item_{item.pk}": "for", **only_head(client, world, vote), **sure}
    client.session.flush()  # as from the page of his devices, on another one

    answer = client.post(confirm, sent, headers={"referer": f"http://testserver{came}"}, follow=True)

    assert answer.redirect_chain[0][1] == 302
    assert urlsplit(answer.redirect_chain[0][0]).path == "/account/login/"
    assert "刚才交的没有收：您现在没有登录。请先登录，再交一次。" in words(answer.content)
    assert Ballot.objects.count() == 0
    del client.cookies[settings.SESSION_COOKIE_NAME]
    back = parse_qs(urlsplit(answer.redirect_chain[0][0]).query)["next"][0]
    again = sign_in(client, world.owners[0]).get(back, follow=True)
    assert again.request["PATH_INFO"] == ballot
    # An empty ballot, and the sentence is not said a second time.
    assert "checked" not in again.content.decode()
    assert "没有收" not in words(again.content)
    assert "您的票收到了" in voted(client, world, vote, "for")


def test_who_only_opens_the_ballot_is_asked_to_sign_in_without_a_word_of_what_was_not_sent(world: World) -> None:
    vote = opened(world)
    answer = Client().get(page(world, vote, "ballot/"), follow=True)
    assert answer.redirect_chain[0][0].startswith("/account/login/?next=")
    assert "没有收" not in words(answer.content)
