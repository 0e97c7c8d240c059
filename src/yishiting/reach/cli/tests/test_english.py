"""The command line in English: where the surroundings say so, in every word but those of people, with the same exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.world import make_world
from yishiting.council.matters.playbooks import library
from yishiting.ground.people import roster as roster_package
from yishiting.reach.cli import tongue
from yishiting.reach.cli.main import COMMANDS, main, parser
from yishiting.timeline import guards
from yishiting.timeline.models import Entry

ENGLISH = "en_US.UTF-8"
RHINE = Path(roster_package.__file__).parent / "tests" / "data" / "莱茵小镇-房屋台账.csv"
#: Words of a file that are quoted from it: its columns, and what stands in them.
QUOTED = re.compile(
    r"“[^”]*”| \([^()]*\)(?=:)|莱茵小镇(?=:)|租户|楼栋|单元|房号|房屋坐落|建筑面积|业主姓名|联系电话|居住人数"
)
VOTE: dict[str, Any] = {
    "rule": "special",
    "roll": [{"home": str(n), "area": "88.88", "owner": f"o{n}"} for n in range(9)],
    "ballots": [
        {"owner": f"o{n}", "channel": "online", "at": "2026-03-01T09:00:00+08:00", "choice": "for" if n < 5 else "against"}
        for n in range(7)
    ],
    "note": "aside",
}  # fmt: skip


def chinese(text: str) -> list[str]:
    return re.findall(r"[\u3400-\u9fff，。：；（）、]+", text)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """A vote, one that cannot be read, a good playbook, a bad one, a roster, a file that is none."""
    good = library.texts()["five-step"]
    texts = {
        "vote.json": json.dumps(VOTE),
        "broken.json": "{",
        "empty.json": '{"rule": "special", "roll": [], "ballots": []}',
        "good.toml": good,
        "bad.toml": good.replace('done = "council"', 'done = "counsil"').replace("version =", "verzion ="),
        "latin.toml": "",
        "none.csv": "a,b\n1,2\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "latin.toml").write_bytes(b"id = '\xe9'")
    return {name: str(tmp_path / name) for name in texts}


CALLS = (
    ("tally", "vote.json"),
    ("tally", "broken.json"),
    ("tally", "empty.json"),
    ("tally", "missing.json"),
    ("tally", "/"),
    ("playbook", "check", "good.toml", "bad.toml", "latin.toml", "missing.toml", "/"),
    ("import-roster", str(RHINE), "--estate", "莱茵小镇", "--dry-run"),
    ("import-roster", "none.csv", "--estate", "Rhine", "--dry-run"),
    ("import-roster", "missing.csv", "--estate", "Rhine", "--dry-run", "--yes"),
    ("import-roster", str(RHINE), "--estate", "Rhine", "--region", "a/b/c/d/e", "--dry-run"),
    ("verify", "--expect", "nonsense"),
)


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_no_word_is_chinese_and_the_exit_code_is_the_same(
    call: tuple[str, ...], files: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [files.get(word, word) for word in call]
    code = main(words)
    before = capsys.readouterr()
    assert chinese((before.out + before.err).replace(str(RHINE), ""))
    monkeypatch.setenv("LANG", ENGLISH)
    assert main(words) == code
    told = capsys.readouterr()
    assert bool(told.out) == bool(before.out)
    left = (told.out + told.err).replace(str(RHINE), "")
    assert chinese(QUOTED.sub("", left)) == []


@pytest.mark.django_db
def test_verify_finds_the_same_fault_in_either_language_and_json_is_for_programmes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from django.db import connection

    world = make_world(3, name="Rhine")
    from yishiting.ground.places import services as places

    places.declare(estate=world.estate, name="homes", value=3, source="x", actor_id=None, now=world.now)
    guards.remove(connection)
    Entry.objects.filter(estate_id=world.estate.pk).update(facts={"homes": 99})
    calls = (["verify"], ["verify", "--json"])
    told = {}
    for surroundings in ("", ENGLISH):
        monkeypatch.setenv("LANG", surroundings)
        for words in calls:
            assert main(words) == 1
            told[surroundings, words[-1]] = capsys.readouterr()
    assert chinese(told["", "verify"].err)
    assert chinese(told[ENGLISH, "verify"].err) == []
    assert told["", "verify"].out == told[ENGLISH, "verify"].out
    assert told["", "--json"].out == told[ENGLISH, "--json"].out
    assert chinese(told[ENGLISH, "--json"].err) == []


@pytest.mark.parametrize("call", [("playbook", "check", "bad.toml"), ("import-roster", str(RHINE), "--estate", "莱茵小镇", "--dry-run")], ids=["playbook", "roster"])  # fmt: skip
def test_what_json_prints_is_the_same_in_either_language(
    call: tuple[str, ...], files: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*(files.get(word, word) for word in call), "--json"]
    main(words)
    before = capsys.readouterr().out
    monkeypatch.setenv("LANG", ENGLISH)
    main(words)
    assert capsys.readouterr().out == before


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_help_has_no_chinese_word(
    name: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", ENGLISH)
    for words in ([name, "--help"], ["playbook", "check", "--help"]) if name == "playbook" else ([name, "--help"],):
        with pytest.raises(SystemExit) as left:
            parser(name).parse_args([word for word in words if word])
        assert left.value.code == 0
        told = capsys.readouterr().out
        assert told.startswith("usage: yishiting")
        # An estate is called by its name, and the examples of the help do so.
        assert chinese(told) == []


@pytest.mark.parametrize(
    "words", [[], ["dance"], ["tally"], ["tally", "a", "--fast"], ["serve", "--port", "x"]], ids=str
)
def test_a_wrong_call_is_answered_in_english_with_exit_2(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", ENGLISH)
    with pytest.raises(SystemExit) as left:
        main(words)
    told = capsys.readouterr()
    assert (left.value.code, told.out) == (2, "")
    assert chinese(told.err) == []
    assert re.search(r"\. For usage see: yishiting.* --help\n$", told.err)


@pytest.fixture
def surroundings(monkeypatch: pytest.MonkeyPatch) -> Any:
    def these(**named: str) -> str:
        for name in tongue.ASKED:
            monkeypatch.setenv(name, named.get(name, ""))
        return tongue.language()

    return these


def test_the_first_variable_that_is_set_decides_and_what_names_neither_language_is_chinese(surroundings: Any) -> None:
    assert surroundings() == tongue.CHINESE
    for value in ("C", "POSIX", "C.UTF-8", "fr_FR.UTF-8", "zh_CN.UTF-8", "zh", "english"):
        assert surroundings(LANG=value) == tongue.CHINESE, value
    for value in ("en_US.UTF-8", "en", "EN_gb", "en-AU"):
        assert surroundings(LANG=value) == tongue.ENGLISH, value
    assert surroundings(LANG="en_US.UTF-8", LC_ALL="zh_CN.UTF-8") == tongue.CHINESE
    assert surroundings(LANG="zh_CN.UTF-8", LC_MESSAGES="en_US.UTF-8") == tongue.ENGLISH
    assert surroundings(LANG="zh_CN.UTF-8", LANGUAGE="fr:en") == tongue.ENGLISH
    assert surroundings(LANG="en_US.UTF-8", LANGUAGE="zh_CN:en") == tongue.CHINESE
    assert surroundings(LANG="en_US.UTF-8", LANGUAGE="fr:de") == tongue.ENGLISH


def test_a_name_with_braces_and_a_figure_are_told_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", ENGLISH)
    assert tongue._("{file}：{message}", file="{a}.toml", message="{b}") == "{a}.toml: {b}"
    assert tongue._("共 {n} 行没有收，{kept} 处已收下、待核实。", n=1, kept=2).startswith("1 row not taken, 2 places")
