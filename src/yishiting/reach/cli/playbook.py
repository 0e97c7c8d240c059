"""``yishiting playbook check FILE…``: find what is wrong in playbooks, with the line of each fault, without a database."""

from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path

from yishiting.council.matters.playbooks.definition import Fault, Playbook
from yishiting.council.matters.playbooks.reading import Reading, examine
from yishiting.council.matters.playbooks.several import clash
from yishiting.kernel.words import gettext_noop
from yishiting.reach.cli.tongue import _

NAME = "playbook"
HELP = gettext_noop("检查工作法文件（不用数据库）")
LARGEST_FILE = 1_000_000


class _UnreadableError(Exception):
    """The file cannot be read; the text says why and what to do."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="check")
    check = actions.add_parser("check", help=_("逐条列出问题：文件:行号: 说明；没有问题就什么也不列"))
    check.add_argument("files", nargs="+", metavar="FILE", help=_("工作法文件（TOML）；写 - 从标准输入读"))
    check.add_argument("--json", action="store_true", help=_("用 JSON 列出"))


def run(args: argparse.Namespace) -> int:
    """Print ``FILE:LINE: message`` for each fault; 0 without fault, 1 with faults, 2 where a file cannot be read.

    Files are looked at together, too: two that say different things under one id and number are a fault of the later.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # File names and Chinese sentences are UTF-8 whatever the terminal's locale is.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    worst = 0
    listed: list[dict[str, object]] = []
    whole: dict[str, Playbook] = {}
    for name in args.files:
        try:
            source = _bytes_of(name)
        except _UnreadableError as problem:
            print(_("{file}：{message}", file=name, message=str(problem)), file=sys.stderr)
            worst = 2
            continue
        reading = examine(source)
        made = reading.playbook
        if made is not None:
            fault = clash(made, source, whole)
            if fault is None:
                whole[name] = made
            else:
                reading = Reading(None, (fault,), reading.notes)
        if reading.faults:
            worst = max(worst, 1)
        listed.append({"file": name, "faults": _plain(reading.faults), "notes": _plain(reading.notes)})
        _tell(name, reading, as_json=args.json)
    if args.json:
        print(json.dumps({"files": listed}, ensure_ascii=False, indent=2))
    return worst


def _tell(name: str, reading: Reading, *, as_json: bool) -> None:
    if not as_json:
        for fault in reading.faults:
            print(_line(name, fault))
    for note in reading.notes:
        print(_line(name, note), file=sys.stderr)
    if reading.playbook is not None:
        print(_("{file}：没有问题，共 {n} 步。", file=name, n=len(reading.playbook.steps)), file=sys.stderr)


def _line(name: str, fault: Fault) -> str:
    """Return the fault on one line, whatever the file had in it."""
    return f"{name}:{fault.line}: {' '.join(_(fault.message).split())}"


def _plain(faults: tuple[Fault, ...]) -> list[dict[str, object]]:
    return [{"line": fault.line, "code": fault.code, "message": str(fault.message)} for fault in faults]


def _bytes_of(name: str) -> bytes:
    try:
        if name == "-":
            data = sys.stdin.buffer.read(LARGEST_FILE + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise _UnreadableError(_("没有这个文件。请核对文件名和所在的文件夹。")) from None
    except IsADirectoryError:
        raise _UnreadableError(_("这是一个文件夹。请写里面的 TOML 文件。")) from None
    except PermissionError:
        raise _UnreadableError(_("没有读这个文件的权限。请换一个能读的文件。")) from None
    except OSError as error:
        raise _UnreadableError(_("读不了这个文件（{why}）。请换一个再试。", why=error.strerror)) from None
    except ValueError:  # a null character in the name
        raise _UnreadableError(_("文件名不对。请核对文件名。")) from None
    if len(data) > LARGEST_FILE:
        raise _UnreadableError(_("文件太大，不像是工作法。请核对文件名。"))
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _UnreadableError(
            _("第 {line} 行不是 UTF-8 编码，读不了。请在编辑器里另存为 UTF-8 再试。", line=line)
        ) from None
    return data
