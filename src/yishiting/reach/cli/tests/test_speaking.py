"""What is wrong with a call is said in Chinese, on stderr, with exit 2."""

from __future__ import annotations

import re

import pytest

from yishiting.reach.cli.main import COMMANDS, main, parser
from yishiting.reach.cli.speaking import in_chinese

CALLS = (
    ([], "少写了 COMMAND"),
    (["dance"], "没有“dance”这个命令。可以用的有：init、serve"),
    (["tally"], "少写了 FILE.json"),
    (["tally", "a.json", "--fast"], "不认识“--fast”"),
    (["tally", "a.json", "b.json"], "不认识“b.json”"),
    (["playbook"], "少写了 check"),
    (["playbook", "write"], "不能写“write”。可以写的有：check"),
    (["playbook", "check"], "少写了 FILE"),
    (["playbook", "check", "a.toml", "--json=3"], "--json 后面不用写值"),
    (["import-roster", "a.xlsx", "--estate"], "--estate 后面要写一个值"),
)


@pytest.mark.parametrize(("words", "says"), CALLS, ids=[" ".join(words) or "nothing" for words, _ in CALLS])
def test_a_wrong_call_is_answered_in_chinese_with_exit_2(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    told = capsys.readouterr()
    assert (left.value.code, told.out) == (2, "")
    assert says in told.err
    assert re.search(r"用法见：yishiting.* --help\n$", told.err)
    assert not re.search(r"(?:argument|required|invalid|expected|usage|choose)", told.err)


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_help_has_chinese_headings(name: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        parser(name).parse_args([name, "--help"] if name else ["--help"])
    told = capsys.readouterr().out
    assert left.value.code == 0
    assert told.startswith("用法：yishiting")
    assert "选项:" in told or "选项：" in told
    assert not re.search(r"usage|options|positional|show this help", told)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("argument --n: invalid int value: 'abc'", "--n 要写数字，“abc”不是。请改正。"),
        ("argument --a: not allowed with argument --b", "--a 和 --b 不能一起写。请去掉一个。"),
        (
            "ambiguous option: --es could match --estate, --est",
            "“--es”写得太短，分不清是哪一个：--estate、--est。请写全。",
        ),
        ("argument --on: 日期不对。", "--on：日期不对。"),
        ("一句自己的话。", "一句自己的话。"),
        ("something that nobody foresaw", "命令的写法不对。"),
    ],
)
def test_each_message_has_its_sentence(english: str, chinese: str) -> None:
    assert in_chinese(english) == chinese
