"""The archive of a vote: a stranger gets the same numbers, each changed byte is noticed, and nobody's ballot is told."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.world import World, make_world
from yishiting.council.votes import services
from yishiting.council.votes.archive import checking, contents, packing, weights
from yishiting.council.votes.archive.contents import Edition
from yishiting.council.votes.models import Vote
from yishiting.council.votes.services import ItemDraft, OptionDraft
from yishiting.council.votes.tests import voting
from yishiting.kernel.errors import BadInput
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

HOUSE = ItemDraft(
    "到期以后怎么办？",
    "options",
    of="ordinary",
    options=(OptionDraft("自治"), OptionDraft("续聘"), OptionDraft("另选")),
)
ITEMS = (ItemDraft("装充电桩吗？", "special"), HOUSE, ItemDraft("收费吗？", "unanimous"))


def counted(world: World, *, secret: bool, seed: int = 1) -> Vote:
    """A counted vote with three items, ballots online and on paper, some superseded, some unreadable."""
    chance = Random(seed)
    vote = voting.opened(world, items=ITEMS, secret=secret, precedence="PAPER_WINS")
    pks = list(vote.items.order_by("no").values_list("pk", flat=True))

    def answers(*, paper: bool) -> dict[int, str]:
        yes = [*("for", "for", "for", "against", "abstain"), *(["invalid"] if paper else [])]
        options = [*("1", "1", "2", "3", "abstain"), *(["invalid", "1,3"] if paper else [])]
        return {pks[0]: chance.choice(yes), pks[1]: chance.choice(options), pks[2]: "for"}

    for index in range(len(world.owners)):
        if chance.random() < 0.8:
            services.cast_online(
                actor=world.actor(index),
                vote_id=vote.pk,
                choices=answers(paper=False),
                now=world.now + timedelta(hours=1),
            )
        if chance.random() < 0.3:
            at = world.now + timedelta(hours=2)
            choices = answers(paper=True)
            slip = services.receive_paper(
                actor=world.actor("grid_worker"), vote_id=vote.pk, home_id=world.homes[index].pk, received_at=at,
                choices=choices, now=at,
            )  # fmt: skip
            services.read_paper_again(actor=world.actor("committee_member"), slip_id=slip.pk, choices=choices, now=at)
    return voting.closed(world, vote)


def archive(vote: Vote, edition: Edition = Edition.OWNERS) -> bytes:
    return packing.packed(contents.files_of(vote, edition))


def checked(data: bytes, **more: Any) -> checking.Checked:
    return checking.check(data, script=contents.script(), **more)


@pytest.fixture
def world(db: None) -> World:
    return make_world(24, per_entrance=6)


def by_a_stranger(tmp_path: Path, data: bytes) -> subprocess.CompletedProcess[str]:
    """Unpack the archive and run what lies in it, with nothing of ours in reach."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        file.extractall(tmp_path)
    return subprocess.run(
        [sys.executable, "-I", "recount.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )


@pytest.mark.parametrize("secret", [True, False], ids=["secret", "open"])
@pytest.mark.parametrize("edition", list(Edition))
def test_a_stranger_and_the_program_recount_to_the_same_figures(
    world: World, tmp_path: Path, secret: bool, edition: Edition
) -> None:
    vote = counted(world, secret=secret)
    data = archive(vote, edition)
    ran = by_a_stranger(tmp_path, data)
    assert (ran.returncode, ran.stderr) == (0, "")
    found = checked(data, root=vote.owners_root if edition is Edition.OWNERS else vote.supervisors_root)
    assert found.faults == ()
    assert json.loads(ran.stdout)["items"] == list(found.items)
    posted = {str(result.item.no): result.outcome for result in _results(vote)}
    assert {str(item["item"]): item["outcome"] for item in found.items} == posted
    assert archive(vote, edition) == data


def _results(vote: Vote) -> list[Any]:
    from yishiting.council.votes.models import Result

    return list(Result.objects.filter(item__vote=vote).select_related("item"))


def test_the_root_stands_in_the_record_and_the_record_holds_it(world: World) -> None:
    vote = counted(world, secret=True)
    facts = Entry.objects.get(kind="votes.closed").facts
    assert (facts["archive"], facts["archive_of_supervisors"]) == (vote.owners_root, vote.supervisors_root)
    assert packing.root_of(contents.files_of(vote, Edition.OWNERS)) == vote.owners_root
    assert verify(world.estate.pk).faults == ()
    # A home that is renamed afterwards changes nothing: the roll holds what it was called.
    world.buildings[0].label = "另一个名字"
    world.buildings[0].save()
    assert (
        packing.root_of(contents.files_of(Vote.objects.get(pk=vote.pk), Edition.SUPERVISORS)) == vote.supervisors_root
    )


def test_of_a_secret_vote_no_home_stands_with_a_choice_and_no_sum_is_of_fewer_than_three(world: World) -> None:
    world = make_world(60, name="大小不一苑")
    for index, home in enumerate(world.homes):
        home.area = Decimal(("60", "88.88", "120.5")[index % 3])
        home.save()
    vote = voting.opened(world, items=ITEMS[:1])
    for index in range(60):
        voting.online(world, vote, index, "for" if index % 2 else "against")
    vote = voting.closed(world, vote)
    for edition in Edition:
        files = contents.files_of(vote, edition)
        ballots = json.loads(files["ballots.json"])
        assert {frozenset(ballot) for ballot in ballots} == {frozenset(("item", "choice", "marks", "receipt", "class"))}
        roll = files["roll.json"].decode()
        assert not [home.label for home in _homes(vote) if home.label in roll + files["ballots.json"].decode()]
        cells = json.loads(roll)["cells"]
        assert [row["heads"] for row in json.loads(roll)["classes"]] == [20, 20, 20]
        assert min(cell["heads"] for cell in cells) >= weights.FEWEST
    owners = contents.files_of(vote, Edition.OWNERS)
    assert "turnout.json" not in owners
    # The supervisors see who took part, and neither choice nor receipt beside it.
    turnout = contents.files_of(vote, Edition.SUPERVISORS)["turnout.json"].decode()
    assert not {ballot["receipt"] for ballot in json.loads(owners["ballots.json"])} & set(turnout.split('"'))
    assert "against" not in turnout


def _homes(vote: Vote) -> list[Any]:
    from yishiting.council.votes.models import RollHome

    return list(RollHome.objects.filter(roll__vote=vote))


def test_of_an_open_vote_each_home_stands_with_its_choice_and_no_name_with_either(world: World) -> None:
    vote = counted(world, secret=False)
    files = contents.files_of(vote, Edition.SUPERVISORS)
    heads = {head["no"]: head for head in json.loads(files["roll.json"])["heads"]}
    ballots = json.loads(files["ballots.json"])
    assert {ballot["head"] for ballot in ballots} <= set(heads)
    assert {home["home"] for head in heads.values() for home in head["homes"]} == {home.label for home in _homes(vote)}
    whole = b"".join(files.values()).decode()
    assert not [person.name for person in world.owners if person.name in whole]


@pytest.mark.parametrize("secret", [True, False], ids=["secret", "open"])
def test_each_changed_byte_is_noticed(world: World, tmp_path: Path, secret: bool) -> None:
    data = archive(counted(world, secret=secret))
    chance = Random(7)
    places = sorted({*chance.sample(range(len(data)), 400), 0, len(data) - 1})
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(8)
        with suppress(BadInput):  # it can no longer be read as an archive, and that is said
            assert checked(bytes(changed)).faults, place


def test_a_ballot_that_was_turned_with_its_hashes_made_anew_is_not_the_posted_archive(world: World) -> None:
    vote = counted(world, secret=False)
    files = contents.files_of(vote, Edition.OWNERS)
    ballots = json.loads(files["ballots.json"])
    next(ballot for ballot in ballots if ballot["choice"] == "for" and ballot["stands"])["choice"] = "abstain"
    forged = packing.sealed(
        {
            name: packing.written(ballots) if name == "ballots.json" else body
            for name, body in files.items()
            if name not in {packing.MANIFEST, packing.ROOT}
        },
        edition="owners",
    )
    said = [str(fault) for fault in checked(packing.packed(forged), root=vote.owners_root).faults]
    assert "这个存档的校验值与公布的不一样：这不是公布的那一份。" in said
    assert "按里面的票重数，与里面写的结果对不上。" in said


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", b"x" * 1000, packing.packed({"a.txt": b"a"})],
    ids=["empty", "cut", "junk", "other"],
)
def test_what_is_no_archive_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(BadInput):
        checked(data)


def test_an_archive_that_lacks_something_or_holds_nonsense_says_so() -> None:
    for files in (
        {"vote.json": b"[]"},
        {},
        {"vote.json": b"{", "roll.json": b"1", "ballots.json": b"1", "result.json": b"1"},
    ):
        found = checked(packing.packed(packing.sealed(files, edition="owners")))
        assert found.faults


# --- classes of weight -----------------------------------------------------------------------------------------------
HEADS = st.lists(
    st.tuples(
        st.sampled_from(["50", "60", "88.88", "90", "120", "300"]), st.sampled_from(["for", "against", "silent"])
    ),
    min_size=1,
    max_size=60,
)


@given(HEADS)
def test_classes_hold_everybody_once_and_tell_of_three_at_least_unless_there_is_but_one(
    rows: list[tuple[str, str]],
) -> None:
    heads = [
        weights.Weighed(str(number), Decimal(area), frozenset({(1, pile)})) for number, (area, pile) in enumerate(rows)
    ]
    classes = weights.classes_of(heads)
    assert Counter(head.head for found in classes for head in found.heads) == Counter(head.head for head in heads)
    assert sum((found.area for found in classes), Decimal(0)) == sum((head.area for head in heads), Decimal(0))
    fewest = min(number for found in classes for number, _area in found.sums().values())
    assert fewest >= weights.FEWEST or len(classes) == 1
    for found in classes:
        assert sum(number for number, _area in found.sums().values()) == len(found.heads)
