"""A parser of the command line that speaks Chinese, or English where the surroundings do: what is wrong with a call, and
the headings of its help.
"""

from __future__ import annotations

import argparse
import re
from typing import Any, NoReturn

from yishiting.reach.cli.tongue import CHINESE, _, language

#: What argparse says in English, and the same in Chinese with what to do. English surroundings get what argparse says.
_SAYS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), words)
    for pattern, words in (
        (r"^the following arguments are required: (?P<a>.+)$", "少写了 {a}。请补上。"),
        (r"^one of the arguments (?P<a>.+) is required$", "{a} 要写其中一个。请补上。"),
        (r"^unrecognized arguments: (?P<a>.+)$", "不认识“{a}”。请核对写法。"),
        (r"^ambiguous option: (?P<a>.+?) could match (?P<b>.+)$", "“{a}”写得太短，分不清是哪一个：{b}。请写全。"),
        (
            r"^argument COMMAND: invalid choice: '?(?P<a>.*?)'? \(choose from (?P<b>.+)\)$",
            "没有“{a}”这个命令。可以用的有：{b}。",
        ),
        (
            r"^argument (?P<x>.+?): invalid choice: '?(?P<a>.*?)'? \(choose from (?P<b>.+)\)$",
            "{x} 不能写“{a}”。可以写的有：{b}。",
        ),
        (r"^argument (?P<x>.+?): expected one argument$", "{x} 后面要写一个值。请补上。"),
        (r"^argument (?P<x>.+?): expected at (?:least|most) one argument$", "{x} 后面的值个数不对。请核对写法。"),
        (r"^argument (?P<x>.+?): expected (?P<a>\d+) arguments?$", "{x} 后面要写 {a} 个值。请核对写法。"),
        (r"^argument (?P<x>.+?): ignored explicit argument '?(?P<a>.*?)'?$", "{x} 后面不用写值，“{a}”请去掉。"),
        (r"^argument (?P<x>.+?): not allowed with argument (?P<a>.+)$", "{x} 和 {a} 不能一起写。请去掉一个。"),
        (r"^argument (?P<x>.+?): invalid (?:int|float) value: '?(?P<a>.*?)'?$", "{x} 要写数字，“{a}”不是。请改正。"),
        (r"^argument (?P<x>.+?): invalid .+? value: '?(?P<a>.*?)'?$", "{x} 不能写“{a}”。请改正。"),
        (r"^argument (?P<x>.+?): (?P<a>.+)$", "{x}：{a}"),
    )
)


def in_chinese(message: str) -> str:
    """Return what argparse says as a Chinese sentence; what it is not known to say is said to be a wrong call."""
    for pattern, words in _SAYS:
        if found := pattern.match(message):
            parts = {name: text.strip() for name, text in found.groupdict().items()}
            if "b" in parts:
                parts["b"] = "、".join(re.findall(r"[^\s,']+", parts["b"]))
            return words.format(**parts)
    return message if re.search(r"[\u4e00-\u9fff]", message) else "命令的写法不对。"


class _Formatter(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, _("用法：") if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """An argument parser whose messages and headings are in the language of the surroundings; subcommands get the same."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"formatter_class": _Formatter, **kwargs, "add_help": False})
        self._positionals.title, self._optionals.title = _("参数"), _("选项")
        self.add_argument("-h", "--help", action="help", help=_("看这份说明"))

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where the way of writing it stands; exit with 2."""
        if language() == CHINESE:
            message = in_chinese(message)
        elif not message.endswith("."):
            message = f"{message[:1].upper()}{message[1:]}. "
        self.exit(2, _("{message}用法见：{command} --help", message=message, command=self.prog) + "\n")
