"""``yishiting rules check FILE…``: find what is wrong in rule packs, with the line of each fault, without a database."""

from __future__ import annotations

import argparse

from yishiting.ground.packs.reading import Reading, examine
from yishiting.kernel.words import gettext_noop
from yishiting.reach.cli import checked_files
from yishiting.reach.cli.tongue import _

NAME = "rules"
HELP = gettext_noop("检查规则包文件（不用数据库）")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="check")
    check = actions.add_parser("check", help=_("逐条列出问题：文件:行号: 说明；没有问题就什么也不列"))
    checked_files.configure(check, files=_("规则包文件（TOML）；写 - 从标准输入读"))


def run(args: argparse.Namespace) -> int:
    """Print ``FILE:LINE: message`` for each fault; 0 without fault, 1 with faults, 2 where a file cannot be read."""
    return checked_files.check(
        args, lambda _name, data: examine(data), too_large=_("文件太大，不像是规则包。请核对文件名。"), fine=_said_of
    )


def _said_of(name: str, reading: Reading) -> str | None:
    if reading.pack is None:
        return None
    figures = reading.pack.figures.values()
    return _(
        "{file}：没有问题，共 {n} 条，其中 {unverified} 条还没有与现行文本核对。",
        file=name,
        n=len(figures),
        unverified=sum(1 for figure in figures if not figure.verified),
    )
