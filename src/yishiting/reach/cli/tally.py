"""``yishiting tally FILE.json``: recount one vote from a file, without a database."""

from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path

from yishiting.council.votes import tally_file
from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import gettext_noop
from yishiting.reach.cli.tongue import _, translator

NAME = "tally"
HELP = gettext_noop("按《民法典》第278条计一次票：读 JSON 文件，给出结果和说明（不用数据库）")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE.json", help=_("计票文件；写 - 从标准输入读"))


def run(args: argparse.Namespace) -> int:
    """Print the count as one JSON object; 0 also where the vote failed, 2 where the file cannot be read."""
    try:
        data = sys.stdin.buffer.read() if args.file == "-" else Path(args.file).read_bytes()
    except OSError as error:
        return _wrong(args.file, _why(error))
    except ValueError:  # a null character in the name
        return _wrong(args.file, _("文件名不对。请核对文件名。"))
    try:
        tally = tally_file.read(data)
        found = tally_file.answer(tally_file.result_of(tally), translate=translator())
    except BadInput as refusal:
        return _wrong(args.file, _(refusal.message))
    for name in tally.set_aside:
        print(_("{file}：不认识“{name}”，没有用它。", file=args.file, name=name), file=sys.stderr)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # JSON is UTF-8 whatever the terminal's locale is.
        sys.stdout.reconfigure(encoding="utf-8")
    print(json.dumps(found, ensure_ascii=False, indent=2))
    return 0


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return _("没有这个文件。请核对文件名和所在的文件夹。")
    if isinstance(error, IsADirectoryError):
        return _("这是一个文件夹。请写里面的 JSON 文件。")
    if isinstance(error, PermissionError):
        return _("没有读这个文件的权限。请换一个能读的文件。")
    return _("读不了这个文件（{why}）。请换一个再试。", why=error.strerror)


def _wrong(name: str, message: str) -> int:
    """Say one sentence on stderr, kept to one line whatever the file contains."""
    print(_("{file}：{message}", file=name, message=" ".join(message.split())), file=sys.stderr)
    return 2
