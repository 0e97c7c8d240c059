"""Pages of appraisals over HTTP: the whole way by forms, what is hidden stays hidden, lists ask as often."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.support.signing import sign_in
from tests.support.world import World, make_world
from yishiting.council.appraisals.models import Appraisal, AppraisalAnswer
from yishiting.council.appraisals.tests import appraising
from yishiting.council.matters.services import ensure_library
from yishiting.ground.organisations.models import Post, Term
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db
LATER = "2026-03-20T10:00:00+08:00"


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


def page(world: World, no: int) -> str:
    return reverse("web:appraisal", args=[world.estate.slug, no])


def desk(world: World, no: int, act: str = "") -> str:
    args = [world.estate.slug, no, *([act] if act else [])]
    return reverse("web:desk_appraisal_act" if act else "web:desk_appraisal", args=args)


def form_of(world: World, no: int, who: int) -> str:
    return reverse("web:appraisal_answer", args=[world.estate.slug, no, world.homes[who].pk])


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def send(client: Client, address: str, **data: object) -> str:
    """Fill in a form and send it; what cannot be changed afterwards is shown once more first, and changes nothing yet."""
    read(client, address)
    if "score" in data:
        before = Entry.objects.count()
        asked = client.post(address, data).content.decode()
        assert "交上去就不能改了" in asked
        assert f'name="score" value="{data["score"]}"' in asked
        assert str(data["words"]) in client.post(address, {**data, "edit": "1"}).content.decode()
        assert Entry.objects.count() == before
        data["confirm"] = "1"
    answer = client.post(address, data, follow=True)
    assert answer.redirect_chain, answer.content.decode()[-3000:]
    return answer.content.decode()


def test_from_the_opening_to_a_note_by_forms_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    matter = appraising.finished(world)
    moderator = client_of(world, "moderator")
    new = reverse("web:desk_appraisal_new", args=[world.estate.slug])
    send(
        moderator,
        new,
        matter=matter.no,
        scope="reporters",
        building="",
        entrance="",
        threshold="3.0",
        closes_on="2026-03-10",
    )
    no = Appraisal.objects.get().no
    me = read(client_of(world, 0), reverse("web:me"))
    assert "请您评一评" in me
    assert form_of(world, no, 0) in me
    for who, score in ((0, 2), (1, 1)):
        send(client_of(world, who), form_of(world, no, who), score=score, words=f"第{who}句话")
    assert form_of(world, no, 0) not in read(client_of(world, 0), reverse("web:me"))
    send(moderator, desk(world, no, "write"), door="1栋1单元301", score="2", words="")
    for client in (Client(), client_of(world, 0), moderator):
        shown = read(client, page(world, no))
        assert "谁都看不到评了多少分" in shown
        assert "第0句话" not in shown
    monkeypatch.setenv("YISHITING_NOW", LATER)
    told = send(moderator, desk(world, no, "close"))
    assert "第0句话" in told
    assert "1.7" in told
    send(moderator, desk(world, no, "note"), text="换一批灯，再请大家评。")
    public = read(Client(), page(world, no))
    assert "1.7" in public
    assert "换一批灯" in public
    assert "第0句话" not in public
    assert "1栋1单元" not in public
    assert "1.7" in read(Client(), reverse("web:appraisals", args=[world.estate.slug]))
    assert page(world, no) in read(Client(), reverse("web:matter", args=[world.estate.slug, matter.no]))
    assert verify(world.estate.pk).faults == ()


def test_who_did_the_work_sees_what_everyone_sees(world: World) -> None:
    appraisal = appraising.opened(world)
    manager = client_of(world, "property_manager")
    assert desk(world, appraisal.no) not in read(manager, page(world, appraisal.no))
    for address in (desk(world, appraisal.no), desk(world, appraisal.no, "close")):
        assert manager.get(address).status_code == 403
        assert manager.post(address).status_code in (403, 405)
    assert not Entry.objects.filter(kind="appraisals.read").exists()


def test_who_did_the_work_and_runs_appraisals_is_told_that_he_stands_aside(world: World) -> None:
    """A duty by another post opens the page, and the page says why nothing can be done on it."""
    post = Post.objects.get(kind="moderator", estate=world.estate)
    Term.objects.create(post=post, person=world.staff["property_manager"], since=world.now)
    appraisal = appraising.opened(world)
    for who in range(3):
        appraising.answer(world, appraisal, who, 5, f"第{who}句话")
    manager = client_of(world, "property_manager")
    shown = read(manager, desk(world, appraisal.no))
    assert "要回避，不能办评议" in shown
    assert "评了 3 户" not in shown
    appraising.closed(world, appraisal)
    assert "第0句话" not in read(manager, desk(world, appraisal.no))
    assert not Entry.objects.filter(kind="appraisals.read").exists()
    for act in ("close", "write", "note"):
        assert manager.get(desk(world, appraisal.no, act)).status_code == 403


def test_who_is_not_asked_finds_no_form(world: World) -> None:
    appraisal = appraising.opened(world)
    other = client_of(world, 5)
    assert "请您评一评" not in read(other, page(world, appraisal.no))
    assert other.get(form_of(world, appraisal.no, 5)).status_code == 404
    assert other.get(form_of(world, appraisal.no, 0)).status_code == 404
    assert Client().get(form_of(world, appraisal.no, 0)).status_code == 302


def test_a_second_answer_is_told_so_and_nothing_is_changed(world: World) -> None:
    appraisal = appraising.opened(world)
    client = client_of(world, 0)
    send(client, form_of(world, appraisal.no, 0), score=5, words="")
    answer = client.post(form_of(world, appraisal.no, 0), {"score": 1, "words": "", "confirm": "1"})
    assert answer.status_code == 422
    assert "已经评过了" in answer.content.decode()
    assert AppraisalAnswer.objects.get().score == 5


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"matter": ""}, "还没选"),
        ({"closes_on": "2026-03-03"}, "明天以后"),
        ({"closes_on": "2026-12-31"}, "60 天以内"),
        ({"scope": "building"}, "写明是哪一个"),
        ({"threshold": "7"}, "5"),
    ],
)
def test_what_cannot_be_opened_is_said_by_its_field(world: World, typed: dict[str, str], said: str) -> None:
    matter = appraising.finished(world)
    new = reverse("web:desk_appraisal_new", args=[world.estate.slug])
    form = {"matter": matter.no, "scope": "reporters", "threshold": "3.0", "closes_on": "2026-03-10", **typed}
    answer = client_of(world, "moderator").post(new, form)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Appraisal.objects.exists()


def test_fewer_than_three_is_said_and_no_figure_shown(world: World) -> None:
    appraisal = appraising.opened(world)
    appraising.answer(world, appraisal, 0, 1)
    appraising.closed(world, appraisal)
    for address in (page(world, appraisal.no), reverse("web:appraisals", args=[world.estate.slug])):
        shown = read(Client(), address)
        assert "不足 3 户" in shown
        assert "1.0" not in shown


def test_lists_ask_as_often_with_many_as_with_few(world: World) -> None:
    def asked(client: Client, address: str) -> int:
        read(client, address)
        with CaptureQueriesContext(connection) as queries:
            read(client, address)
        return len(queries)

    def counts() -> list[int]:
        return [
            asked(Client(), reverse("web:appraisals", args=[world.estate.slug])),
            asked(client_of(world, "moderator"), reverse("web:desk_appraisals")),
        ]

    def grow(n: int) -> None:
        for each in range(n):
            appraisal = appraising.opened(world, appraising.finished(world, f"第{n}批第{each}件"))
            for who in range(3):
                appraising.answer(world, appraisal, who, 3 + who % 2)
            if each % 2:
                world.now, before = appraisal.closes_at, world.now
                appraising.closed(world, appraisal)
                world.now = before

    grow(2)
    few = counts()
    grow(6)
    assert counts() == few
    assert max(few) <= 15


def test_the_lists_are_searched_and_filtered(world: World) -> None:
    one = appraising.opened(world, appraising.finished(world, "修路灯"))
    two = appraising.closed(world, appraising.opened(world, appraising.finished(world, "补地砖")))
    client = client_of(world, "moderator")

    def shown(query: str) -> set[int]:
        text = read(client, f"{reverse('web:desk_appraisals')}?{query}")
        return {row.no for row in (one, two) if desk(world, row.no) in text}

    assert shown("") == {one.no, two.no}
    assert shown("state=open") == {one.no}
    assert shown("state=closed") == {two.no}
    assert shown("q=路灯") == {one.no}
    assert shown("q=电梯") == set()
