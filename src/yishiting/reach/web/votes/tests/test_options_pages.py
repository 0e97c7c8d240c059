"""Pages of a vote between options: drafted line by line, weighed, chosen in three taps, and shown as a table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.world import World, make_world
from yishiting.council.votes import services
from yishiting.council.votes.models import Ballot, PaperEntry, Vote
from yishiting.council.votes.tests import voting
from yishiting.reach.web.votes.tests.test_pages import desk, owner, public, staff, text

pytestmark = pytest.mark.django_db

TYPED = {
    "title": "物业合同到期以后怎么办",
    "explanation": "合同年底到期。",
    "scope": "all",
    "closes_at": "2026-04-20",
    "closes_clock": "18:00",
    "precedence": "FIRST_WINS",
    "naming": "unnamed",
    "items-TOTAL_FORMS": "1",
    "items-INITIAL_FORMS": "0",
    "items-0-question": "到期以后怎么办？",
    "items-0-rule": "options:ordinary",
    "items-0-options": "业主自治\n\n 续聘现在的物业 \n另选一家",
}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world(9)
    monkeypatch.setenv("YISHITING_NOW", (made.now + timedelta(hours=1)).isoformat())
    return made


def typed(world: World, **changes: str) -> dict[str, str]:
    closes = world.now + timedelta(days=20)
    return TYPED | {"closes_at": f"{closes:%Y-%m-%d}"} | changes


def drafted(world: World) -> Vote:
    client = staff(world, "committee_chair")
    client.post(f"/desk/{world.estate.slug}/votes/new/", typed(world))
    vote = Vote.objects.get()
    client.post(
        desk(world, vote, "options/"),
        {"0_0_pros": "钱自己管", "0_0_cons": "要有人出力", "0_1_pros": "熟悉小区", "0_1_cons": "", "0_2_pros": ""},
    )
    return vote


def test_options_are_drafted_a_line_each_and_then_weighed_on_a_page_of_their_own(world: World) -> None:
    client = staff(world, "committee_chair")
    answer = client.post(f"/desk/{world.estate.slug}/votes/new/", typed(world), follow=True)
    vote = Vote.objects.get()
    assert answer.redirect_chain == [(desk(world, vote, "options/"), 302)]
    assert "选项的好处和不足" in text(answer)
    weighed = client.post(
        desk(world, vote, "options/"), {"0_0_pros": "钱自己管", "0_0_cons": "要有人出力"}, follow=True
    )
    assert "选项的好处和不足写好了" in text(weighed)
    assert [(o.name, o.pros, o.cons) for o in vote.items.get().options.all()] == [
        ("业主自治", "钱自己管", "要有人出力"),
        ("续聘现在的物业", "", ""),
        ("另选一家", "", ""),
    ]
    # Changing the draft elsewhere keeps what was written of an option that keeps its name.
    form = client.get(desk(world, vote, "edit/"))
    assert '<option value="options:ordinary" selected>' in form.content.decode()
    client.post(
        desk(world, vote, "edit/"), typed(world, **{"items-0-options": "另选一家\n业主自治", "title": "换个题目"})
    )
    assert [(o.no, o.name, o.pros) for o in Vote.objects.get().items.get().options.all()] == [
        (1, "另选一家", ""),
        (2, "业主自治", "钱自己管"),
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [("", "2 到 12 个选项"), ("只有一个", "2 到 12 个选项"), ("甲\n甲", "名字一样"), ("长" * 61 + "\n乙", "60 字")],
    ids=["none", "one", "twice", "long"],
)
def test_what_is_typed_wrongly_is_said_and_kept(world: World, options: str, said: str) -> None:
    answer = staff(world, "committee_chair").post(
        f"/desk/{world.estate.slug}/votes/new/", typed(world, **{"items-0-options": options})
    )
    assert answer.status_code == 422
    assert said.replace(" ", "") in text(answer)
    assert options.splitlines()[0] in answer.content.decode() if options else True
    assert not Vote.objects.exists()


def test_a_draft_without_options_says_how_to_come_to_some(world: World) -> None:
    vote = voting.draft(world)
    page = staff(world, "committee_chair").get(desk(world, vote, "options/"))
    assert "没有要从几个选项里选的事" in text(page)
    assert f'href="{desk(world, vote, "edit/")}"' in page.content.decode()


def test_an_owner_chooses_an_option_in_three_taps_and_sees_what_speaks_for_each(world: World) -> None:
    vote = drafted(world)
    services.open_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, now=world.now)
    item = f"item_{vote.items.get().pk}"
    client = owner(world, 0)
    said = text(client.get(public(world, vote, "ballot/")))
    assert "好处：钱自己管" in said
    assert "不足：要有人出力" in said
    assert "赞成" not in said
    second = client.post(public(world, vote, "ballot/confirm/"), {item: "2", "head": "1"})
    assert "您选的是续聘现在的物业" in text(second)
    third = client.post(public(world, vote, "ballot/confirm/"), {item: "2", "head": "1", "sure": "1"}, follow=True)
    assert "您的票收到了" in text(third)
    assert "续聘" not in text(third)
    assert (Ballot.objects.get().choice, Ballot.objects.get().marks) == ("for", "2")
    for wrong in ("4", "1,2", "for", "invalid", "²", "9" * 400):
        answer = owner(world, 1).post(public(world, vote, "ballot/confirm/"), {item: wrong, "head": "2", "sure": "1"})
        assert answer.status_code in {409, 422}
    assert Ballot.objects.count() == 1


def test_paper_names_an_option_and_the_result_is_a_table_that_a_copy_can_show(world: World, monkeypatch: Any) -> None:
    vote = drafted(world)
    services.open_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, now=world.now)
    item = vote.items.get()
    for index in range(6):
        services.cast_online(
            actor=world.actor(index), vote_id=vote.pk, choices={item.pk: "1" if index < 4 else "abstain"},
            now=world.now + timedelta(minutes=5),
        )  # fmt: skip
    keyed = {f"item_{item.pk}": "3", "received_at": f"{world.now:%Y-%m-%d}", "received_clock": "23:59"}
    monkeypatch.setenv("YISHITING_NOW", (world.now + timedelta(days=2)).isoformat())
    page = f"{desk(world, vote, 'paper/')}?home={world.homes[7].pk}"
    staff(world, "grid_worker").post(page, keyed)
    assert PaperEntry.objects.get().marks == "3"
    slip = PaperEntry.objects.get().slip_id
    staff(world, "committee_member").post(desk(world, vote, f"paper/{slip}/"), {f"item_{item.pk}": "3"})
    monkeypatch.setenv("YISHITING_NOW", vote.closes_at.isoformat())
    voting.closed(world, vote)
    said = text(owner(world, 0).get(public(world, vote)))
    assert "结果：选定“业主自治”" in said
    assert "业主自治选定4人400.00㎡" in said
    assert "另选一家1人100.00㎡" in said
    assert "弃权2人，无效票0人" in said
    assert "最多的一个够不够？" in said
    told = owner(world, 0).get(f"/api/v1/estates/{world.estate.slug}/votes/{vote.no}").json()
    assert [(row["name"], row["heads"], row["adopted"]) for row in told["results"][0]["choices"]] == [
        ("业主自治", 4, True),
        ("续聘现在的物业", 0, False),
        ("另选一家", 1, False),
    ]
    assert told["items"][0]["options"][0] == {"no": 1, "name": "业主自治", "pros": "钱自己管", "cons": "要有人出力"}
