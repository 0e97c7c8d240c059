"""Files that a command checks: read whole, refused in a sentence, their faults told one a line."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from yishiting.kernel.toml.faults import Fault
from yishiting.reach.cli.tongue import _

LARGEST_FILE = 1_000_000


class Read(Protocol):
    """What the reader of a file found."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What must be mended, by line."""

    @property
    def notes(self) -> tuple[Fault, ...]:
        """What is worth a look, by line."""


R = TypeVar("R", bound=Read)


class UnreadableError(Exception):
    """The file cannot be read; the text says why and what to do."""


def configure(parser: argparse.ArgumentParser, *, files: str) -> None:
    """Add the arguments of a check; ``files`` says what they are."""
    parser.add_argument("files", nargs="+", metavar="FILE", help=files)
    parser.add_argument("--json", action="store_true", help=_("用 JSON 列出"))


def check(
    args: argparse.Namespace,
    examine: Callable[[str, bytes], R],
    *,
    too_large: str,
    fine: Callable[[str, R], str | None],
) -> int:
    """Print ``FILE:LINE: message`` for each fault; 0 without fault, 1 with faults, 2 where a file cannot be read.

    ``examine`` is given the name of each file and what stands in it, one after the other; ``fine`` says of a file without a fault what it is (None where it has one).
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # File names and Chinese sentences are UTF-8 whatever the terminal's locale is.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    worst = 0
    listed: list[dict[str, object]] = []
    for name in args.files:
        try:
            reading = examine(name, bytes_of(name, too_large=too_large))
        except UnreadableError as problem:
            print(_("{file}：{message}", file=name, message=str(problem)), file=sys.stderr)
            worst = 2
            continue
        if reading.faults:
            worst = max(worst, 1)
        listed.append({"file": name, "faults": _plain(reading.faults), "notes": _plain(reading.notes)})
        if not args.json:
            for fault in reading.faults:
                print(_line(name, fault))
        for note in reading.notes:
            print(_line(name, note), file=sys.stderr)
        if (said := fine(name, reading)) is not None:
            print(said, file=sys.stderr)
    if args.json:
        print(json.dumps({"files": listed}, ensure_ascii=False, indent=2))
    return worst


def bytes_of(name: str, *, too_large: str) -> bytes:
    """Return what is in the file ``name`` (``-`` is the standard input), which must be UTF-8 and not too large."""
    try:
        if name == "-":
            data = sys.stdin.buffer.read(LARGEST_FILE + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise UnreadableError(_("没有这个文件。请核对文件名和所在的文件夹。")) from None
    except IsADirectoryError:
        raise UnreadableError(_("这是一个文件夹。请写里面的 TOML 文件。")) from None
    except PermissionError:
        raise UnreadableError(_("没有读这个文件的权限。请换一个能读的文件。")) from None
    except OSError as error:
        raise UnreadableError(_("读不了这个文件（{why}）。请换一个再试。", why=error.strerror)) from None
    except ValueError:  # a null character in the name
        raise UnreadableError(_("文件名不对。请核对文件名。")) from None
    if len(data) > LARGEST_FILE:
        raise UnreadableError(too_large)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableError(
            _("第 {line} 行不是 UTF-8 编码，读不了。请在编辑器里另存为 UTF-8 再试。", line=line)
        ) from None
    return data


def _line(name: str, fault: Fault) -> str:
    """Return the fault on one line, whatever the file had in it."""
    return f"{name}:{fault.line}: {' '.join(_(fault.message).split())}"


def _plain(faults: tuple[Fault, ...]) -> list[dict[str, object]]:
    return [{"line": fault.line, "code": fault.code, "message": str(fault.message)} for fault in faults]
