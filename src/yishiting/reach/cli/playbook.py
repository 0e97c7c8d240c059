"""``yishiting playbook check FILE…``: find what is wrong in playbooks, with the line of each fault, without a database."""

from __future__ import annotations

import argparse

from yishiting.council.matters.playbooks.definition import Playbook
from yishiting.council.matters.playbooks.reading import Reading, examine
from yishiting.council.matters.playbooks.several import clash
from yishiting.kernel.words import gettext_noop
from yishiting.reach.cli import checked_files
from yishiting.reach.cli.tongue import _

NAME = "playbook"
HELP = gettext_noop("检查工作法文件（不用数据库）")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="check")
    check = actions.add_parser("check", help=_("逐条列出问题：文件:行号: 说明；没有问题就什么也不列"))
    checked_files.configure(check, files=_("工作法文件（TOML）；写 - 从标准输入读"))


def run(args: argparse.Namespace) -> int:
    """Print ``FILE:LINE: message`` for each fault; 0 without fault, 1 with faults, 2 where a file cannot be read.

    Files are looked at together, too: two that say different things under one id and number are a fault of the later.
    """
    whole: dict[str, Playbook] = {}

    def read(name: str, source: bytes) -> Reading:
        reading = examine(source)
        if reading.playbook is None:
            return reading
        if (fault := clash(reading.playbook, source, whole)) is not None:
            return Reading(None, (fault,), reading.notes)
        whole[name] = reading.playbook
        return reading

    return checked_files.check(args, read, too_large=_("文件太大，不像是工作法。请核对文件名。"), fine=_said_of)


def _said_of(name: str, reading: Reading) -> str | None:
    if reading.playbook is None:
        return None
    return _("{file}：没有问题，共 {n} 步。", file=name, n=len(reading.playbook.steps))
