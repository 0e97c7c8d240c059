"""A resolution becomes a vote in one step: the draft is begun with its words and tied to the matter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.support.signing import sign_in
from tests.support.world import START, World, make_world
from yishiting.council.matters.models import Matter, Resolution, StepRun
from yishiting.council.votes import services as votes
from yishiting.council.votes.models import Vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("YISHITING_NOW", (START + timedelta(hours=1)).isoformat())
    return make_world(6)


def waiting_in(world: World, *, no: int, kind: str) -> Matter:
    """A matter whose present step is of ``kind``, with its resolution."""
    found = Matter.objects.create(
        estate=world.estate, no=no, category="停车充电", title="电动车堵门", stage="deliberate", created_at=START
    )
    StepRun.objects.create(
        estate=world.estate, matter=found, round=1, seq=1, step="s", kind=kind, stage="deliberate", title="业主表决",
        who="committee_chair", started_at=START,
    )  # fmt: skip
    Resolution.objects.create(
        estate=world.estate, no=no, matter=found, text="电动车不上楼写进管理规约。", adopted_at=START
    )
    return found


def test_the_draft_begins_with_the_resolution_and_belongs_to_the_matter(world: World) -> None:
    matter = waiting_in(world, no=3, kind="vote")
    client = sign_in(Client(), world.staff["committee_chair"])
    address = f"/desk/{world.estate.slug}/votes/new/?matter={matter.no}"
    page = client.get(address).content.decode()
    assert "电动车不上楼写进管理规约。" in page
    assert 'value="电动车堵门"' in page
    sent = {
        "title": "电动车不上楼",
        "explanation": "议事会的决议",
        "scope": "all",
        "closes_at": "2026-03-20",
        "closes_clock": "18:00",
        "precedence": "FIRST_WINS",
        "naming": "unnamed",
        "items-TOTAL_FORMS": "1",
        "items-INITIAL_FORMS": "0",
        "items-0-question": "是否同意？",
        "items-0-rule": "ordinary",
        "items-0-article": "",
    }
    answer = client.post(address, sent)
    assert answer.status_code == 302
    assert Vote.objects.get(estate=world.estate).thread == matter.thread
    again = client.get(address)
    assert again.status_code == 409
    assert "已经有第 1 次表决" in again.content.decode()
    assert f'href="/desk/{world.estate.slug}/votes/1/"' in again.content.decode()
    assert f'href="/desk/{world.estate.slug}/matters/3/"' in again.content.decode()
    assert client.post(address, sent).status_code == 409
    assert Vote.objects.filter(estate=world.estate).count() == 1


def test_a_matter_at_another_step_has_no_vote_drafted_for_it(world: World) -> None:
    waiting_in(world, no=3, kind="work")
    client = sign_in(Client(), world.staff["committee_chair"])
    answer = client.get(f"/desk/{world.estate.slug}/votes/new/?matter=3")
    assert answer.status_code == 409
    assert "不在业主表决这一步" in answer.content.decode()
    assert f'href="/desk/{world.estate.slug}/matters/3/"' in answer.content.decode()


@pytest.mark.parametrize("no", ["99", "x", ""])
def test_a_matter_that_is_not_there_is_not_found(world: World, no: str) -> None:
    client = sign_in(Client(), world.staff["committee_chair"])
    assert client.get(f"/desk/{world.estate.slug}/votes/new/?matter={no}").status_code == 404


def test_a_vote_says_which_matter_asked_for_it_and_a_cancelled_one_counts_nobody(world: World) -> None:
    matter = waiting_in(world, no=3, kind="vote")
    chair = world.actor("committee_chair")
    now = START + timedelta(hours=1)
    vote = votes.draft_vote(
        actor=chair,
        estate=world.estate,
        title="电动车不上楼",
        explanation="",
        items=[votes.ItemDraft("是否同意？", "ordinary")],
        closes_at=START + timedelta(days=10),
        thread=matter.thread,
        now=now,
    )
    votes.open_vote(actor=chair, vote_id=vote.pk, now=now)
    address = f"/e/{world.estate.slug}/votes/{vote.no}/"
    page = Client().get(address).content.decode()
    assert f"/e/{world.estate.slug}/matters/3/" in page
    assert "来了多少" in page
    votes.cancel_vote(actor=chair, vote_id=vote.pk, reason="题目写错了", now=now)
    page = Client().get(address).content.decode()
    assert "题目写错了" in page
    assert "来了多少" not in page
