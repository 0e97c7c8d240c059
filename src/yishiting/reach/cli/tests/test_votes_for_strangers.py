"""``export-vote`` and ``verify-vote``: a file that anybody can recount, and what is said of one that was touched."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.world import World, make_world
from yishiting.council.votes.models import Vote
from yishiting.council.votes.tests import voting
from yishiting.reach.cli.main import main

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world(9)


@pytest.fixture
def counted(world: World) -> Vote:
    vote = voting.opened(world)
    for index in range(7):
        voting.online(world, vote, index, "for" if index < 4 else "against")
    return voting.closed(world, vote)


def export(world: World, out: Path, *, vote: int = 1, edition: str = "owners", estate: str = "") -> int:
    name = estate or world.estate.name
    return main(["export-vote", "--estate", name, "--vote", str(vote), "--edition", edition, str(out)])


@pytest.mark.parametrize("edition", ["owners", "supervisors"])
def test_what_is_exported_is_verified_and_recounted_to_the_digit(
    world: World, counted: Vote, tmp_path: Path, capsys: pytest.CaptureFixture[str], edition: str
) -> None:
    out = tmp_path / "vote.zip"
    assert export(world, out, edition=edition) == 0
    root = capsys.readouterr().out.strip()
    assert root == getattr(counted, f"{edition}_root")
    assert main(["verify-vote", str(out), "--root", root, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["root"], told["faults"]) == (root, [])
    assert told["items"][0]["heads"] == {"all": 9, "participating": 7, "for": 4}
    script = Path(__file__).parents[3] / "council/votes/archive/recount_script.py"
    ran = subprocess.run([sys.executable, "-I", script, out], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout)["items"] == told["items"]


def test_a_touched_file_is_told_with_one_and_its_sentence(
    world: World, counted: Vote, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "vote.zip"
    export(world, out)
    data = out.read_bytes()
    out.write_bytes(data.replace(b'"choice": "against"', b'"choice": "abstain"', 1))
    capsys.readouterr()
    assert main(["verify-vote", str(out)]) in {1, 2}
    out.write_bytes(data)
    assert main(["verify-vote", str(out), "--root", "0" * 64]) == 1
    assert "与公布的不一样" in capsys.readouterr().err


def test_wrong_usage_is_two_and_a_vote_that_is_not_counted_is_one(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    voting.opened(world)
    out = tmp_path / "vote.zip"
    assert export(world, out) == 1
    assert export(world, out, vote=2) == 2
    assert export(world, out, vote=10**30) == 2
    assert export(world, out, estate="没有这个小区") == 2
    assert not out.exists()
    assert main(["verify-vote", str(tmp_path / "none.zip")]) == 2
    assert main(["verify-vote", str(tmp_path)]) == 2
    assert main(["verify-vote", __file__]) == 2
    assert main(["verify-vote", __file__, "--root", "abc"]) == 2
    assert capsys.readouterr().out == ""


def test_a_place_that_cannot_be_written_is_said(world: World, counted: Vote, tmp_path: Path) -> None:
    assert export(world, tmp_path / "no" / "such" / "folder.zip") == 2
