"""Pages of mediation over HTTP: whole ways by forms alone, and that nobody else is told anything."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.interests.tying import declare
from tests.support.signing import sign_in
from tests.support.world import World, make_world
from yishiting.council.cases.models import CaseConsent, CaseFile, CaseSession
from yishiting.council.cases.tests import mediating
from yishiting.council.matters.services import ensure_library
from yishiting.ground.organisations.models import Organisation
from yishiting.reach.messages.models import Message
from yishiting.reach.messages.selectors import words
from yishiting.timeline import subscribers
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db
NOW = "2026-03-03T12:00:00+08:00"


@pytest.fixture(autouse=True)
def _standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YISHITING_NOW", NOW)


@pytest.fixture
def world() -> World:
    made = make_world(8)
    ensure_library(now=made.now)
    return made


def client_of(world: World, who: str | int) -> Client:
    client = Client()
    sign_in(client, world.staff[who] if isinstance(who, str) else world.owners[who])
    return client


def desk(world: World, no: int, act: str = "") -> str:
    args = [world.estate.slug, no, *([act] if act else [])]
    return reverse("web:desk_case_act" if act else "web:desk_case", args=args)


def mine(world: World, no: int) -> str:
    return reverse("web:my_case", args=[world.estate.slug, no])


def send(client: Client, address: str, **data: object) -> str:
    assert client.get(address).status_code == 200, address
    answer = client.post(address, data, follow=True)
    assert answer.redirect_chain, answer.content.decode()[-4000:]
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_case_from_asking_to_follow_up_by_forms_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    slug = world.estate.slug
    first, second = client_of(world, 0), client_of(world, 1)
    worker, mediator = client_of(world, "community_worker"), client_of(world, "grid_worker")
    page = send(
        first, reverse("web:case_ask", args=[slug]), topic="leak", words="楼上漏水。", as_home="", other="1栋1单元201"
    )
    assert "收到了" in page
    assert "楼上漏水" in page
    case = CaseFile.objects.get()
    send(worker, desk(world, case.no, "mediator"), mediator=world.staff["grid_worker"].pk)
    say = reverse("web:my_case_say", args=[slug, case.no, 2, "agreed"])
    assert "楼上漏水" not in send(second, say)
    session = {"day": "2026-03-03", "clock": "12:00", "place": "调解室", "came": ["1", "2"], "said": "谈好了。"}
    assert "谈好了" in send(mediator, desk(world, case.no, "session"), **session)
    send(mediator, desk(world, case.no, "agreement"), kind="written", terms="十天修好。", follow_up_on="2026-03-20")
    send(mediator, desk(world, case.no, "sign"), signed=["1", "2", "mediator"])
    assert "生效" in send(worker, desk(world, case.no, "seal"), sure="on")
    send(worker, desk(world, case.no, "court"), on="2026-03-03")
    monkeypatch.setenv("YISHITING_NOW", "2026-03-20T10:00:00+08:00")
    send(mediator, desk(world, case.no, "follow-up"), fulfilled="yes", words="修好了。", follow_up_on="")
    assert "做到了" in second.get(mine(world, case.no)).content.decode()
    assert verify(world.estate.pk).faults == ()


def test_a_mediator_opens_a_case_and_takes_the_consents_down(world: World) -> None:
    Organisation.objects.create(kind="property", name="好管家物业", estate=world.estate)
    mediator = client_of(world, "grid_worker")
    new = reverse("web:desk_case_new", args=[world.estate.slug])
    form = {"topic": "property", "words": "电梯坏了。", "a_door": "1栋1单元101", "a_name": "业主0", "b_door": ""}
    company = Organisation.objects.get(name="好管家物业").pk
    page = send(mediator, new, **form, a_company="", b_name="", b_company=company, matter="")
    assert "好管家物业" in page
    case = CaseFile.objects.get()
    assert case.mediator_id == world.staff["grid_worker"].pk
    consent = {"act": "agreed", "how": "oral", "day": "2026-03-03", "clock": "12:00"}
    send(mediator, desk(world, case.no, "consent"), party="1", **consent)
    send(mediator, desk(world, case.no, "consent"), party="2", **{**consent, "act": "refused"})
    assert list(CaseConsent.objects.values_list("act", "how")) == [("agreed", "oral"), ("refused", "oral")]
    case.refresh_from_db()
    assert case.outcome == "refused"
    offered = mediator.get(desk(world, case.no)).content.decode()
    assert desk(world, case.no, "session") not in offered


def test_the_form_for_consent_works_in_the_minute_in_which_the_case_was_opened(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seconds are not typed: what was said at 12:00 was not said before a case of 12:00:30."""
    monkeypatch.setenv("YISHITING_NOW", "2026-03-03T12:00:30+08:00")
    world.now += timedelta(days=1, hours=3, seconds=30)
    case = mediating.opened(world)
    mediator = client_of(world, "grid_worker")
    for party in ("1", "2"):
        send(
            mediator,
            desk(world, case.no, "consent"),
            party=party,
            act="agreed",
            how="phone",
            day="2026-03-03",
            clock="12:00",
        )
    send(
        mediator,
        desk(world, case.no, "session"),
        day="2026-03-03",
        clock="12:00",
        place="家里",
        came=["1"],
        said="听了一边。",
    )
    assert CaseSession.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"other": "9栋9单元909"}, "没有找到这一户"),
        ({"other": "1单元101"}, "您自己家"),
        ({"words": "   "}, "还没填"),
        ({"topic": ""}, "还没选"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_lost(world: World, typed: dict[str, str], said: str) -> None:
    form = {"topic": "noise", "words": "半夜拖椅子。", "as_home": "", "other": "1栋1单元201", **typed}
    answer = client_of(world, 0).post(reverse("web:case_ask", args=[world.estate.slug]), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    if "words" not in typed:
        assert "半夜拖椅子。" in page
    assert not CaseFile.objects.exists()


@pytest.mark.parametrize("who", ["committee_chair", "moderator", "supervisor", "property_manager", 4])
def test_a_case_of_others_is_not_found_at_any_address(world: World, who: str | int) -> None:
    case = mediating.agreed(world)
    client = client_of(world, who)
    say = reverse("web:my_case_say", args=[world.estate.slug, case.no, 1, "refused"])
    for address in (desk(world, case.no), desk(world, case.no, "session"), mine(world, case.no), say):
        assert client.get(address).status_code == 404, address
        assert client.post(address).status_code in (404, 405), address
    case.refresh_from_db()
    assert case.outcome == ""


def test_nobody_is_asked_to_sign_in_and_told_nothing(world: World) -> None:
    case = mediating.agreed(world)
    for address in (desk(world, case.no), reverse("web:desk_cases"), reverse("web:my_cases")):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert "/account/login/" in answer["Location"]
    assert Client().get(mine(world, case.no)).status_code in (302, 404)


def test_no_public_page_speaks_of_a_case(world: World) -> None:
    from yishiting.council.matters.tests import making

    matter = making.reported(world).matter
    mediating.opened(world, matter_no=matter.no)
    assert CaseFile.objects.get().matter == matter
    slug = world.estate.slug
    addresses = [
        reverse("web:estate", args=[slug]),
        reverse("web:record", args=[slug]),
        reverse("web:matter", args=[slug, matter.no]),
    ]
    for client in (Client(), client_of(world, 4), client_of(world, "moderator")):
        for address in addresses:
            page = client.get(address).content.decode()
            assert "调解" not in page, address
            assert mediating.ACCOUNT not in page


def test_the_estates_page_shows_the_count_and_no_name(world: World) -> None:
    for _ in range(3):
        mediating.settled(world, kind="oral")
    page = Client().get(reverse("web:estate", args=[world.estate.slug])).content.decode()
    assert "达成协议" in page
    assert "业主0" not in page


def test_whoever_became_tied_reads_why_he_stands_aside_and_gets_no_button(world: World) -> None:
    case = mediating.opened(world)
    declare(world, person_id=world.staff["community_worker"].pk, home_id=world.homes[1].pk)
    world.now += timedelta(hours=1)
    worker = client_of(world, "community_worker")
    page = worker.get(desk(world, case.no)).content.decode()
    assert "要回避，只能看" in page
    assert desk(world, case.no, "mediator") not in page
    refused = worker.post(desk(world, case.no, "mediator"), {"mediator": world.staff["grid_worker"].pk})
    assert refused.status_code == 422
    assert "要回避，只能看" in refused.content.decode()
    # Nobody free is above him here: he is not told that he might take over what he may not, and a try says so.
    assert "都接过来" not in worker.get(reverse("web:desk_cases")).content.decode()
    tried = worker.post(reverse("web:desk_cases_take_over", args=[world.estate.slug]), follow=True)
    assert "现在没有要您接的调解" in tried.content.decode()
    assert "接过来了" not in tried.content.decode()


def test_looking_at_the_list_is_no_reading_and_opening_a_case_is(world: World) -> None:
    case = mediating.agreed(world)
    mediator = client_of(world, "grid_worker")
    page = mediator.get(reverse("web:desk_cases")).content.decode()
    assert desk(world, case.no) in page
    assert "1栋" not in page
    assert not Entry.objects.filter(kind="cases.read").exists()
    mediator.get(desk(world, case.no))
    assert Entry.objects.filter(kind="cases.read").count() == 1
    assert "调解员" in client_of(world, 0).get(mine(world, case.no)).content.decode()


def test_the_list_asks_as_often_with_many_cases_as_with_few(world: World) -> None:
    def asked(who: str | int, address: str) -> int:
        client = client_of(world, who)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    lists = [("grid_worker", reverse("web:desk_cases") + "?state=all"), (0, reverse("web:my_cases"))]
    mediating.settled(world)
    mediating.settled(world)
    few = [asked(*each) for each in lists]
    for _ in range(8):
        mediating.settled(world)
        mediating.agreed(world)
    assert [asked(*each) for each in lists] == few
    assert max(few) <= 15


def test_the_list_is_searched_and_filtered(world: World) -> None:
    going, done = mediating.agreed(world), mediating.settled(world)
    client = client_of(world, "grid_worker")

    def shown(query: str) -> set[int]:
        page = client.get(f"{reverse('web:desk_cases')}?{query}").content.decode()
        return {case.no for case in (going, done) if desk(world, case.no) in page}

    assert shown("") == {going.no}
    assert shown("state=all") == {going.no, done.no}
    assert shown("state=follow_up") == shown("state=ended") == {done.no}
    assert shown(f"state=all&q={done.no}") == {done.no}
    assert shown("state=all&q=x") == shown("state=all&topic=dogs") == set()


def test_each_party_is_asked_to_look_and_nobody_else(world: World) -> None:
    case = mediating.asked(world)
    subscribers.sweep()
    told = Message.objects.filter(kind="case")
    assert [(message.person_id, message.link) for message in told] == [(world.owners[1].pk, mine(world, case.no))]
    assert "漏" not in str(words(told[0]))
    assert client_of(world, 1).get(told[0].link).status_code == 200
