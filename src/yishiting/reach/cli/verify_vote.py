"""``yishiting verify-vote ARCHIVE``: hold an archive against itself and recount it, without a database."""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
from importlib import resources
from pathlib import Path

from yishiting.council.votes.archive import checking
from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.reach.cli.tongue import _

NAME = "verify-vote"
HELP = gettext_noop("核对一次表决的存档：有没有被改过，重数一遍对不对（不用数据库）")


def configure(parser: argparse.ArgumentParser) -> None:
    """Which file, and the root that was posted."""
    parser.add_argument("archive", metavar="ARCHIVE", help=_("存档文件（ZIP）"))
    parser.add_argument("--root", metavar="HASH", default="", help=_("公布的校验值，64 位；写了就一起核对"))
    parser.add_argument("--json", action="store_true", help=_("结果用 JSON"))


def run(args: argparse.Namespace) -> int:
    """Print the root and the recounted figures; 1 where something was changed or differs, 2 where it is no archive."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    root = args.root.strip().lower()
    if root and not re.fullmatch(r"[0-9a-f]{64}", root):
        raise BadInput(gettext_noop("--root 要写公布的校验值，64 位的数字和字母 a 到 f。"))
    try:
        data = Path(args.archive).read_bytes()
    except (OSError, ValueError) as error:
        raise BadInput(
            Sentence(gettext_noop("读不了 {file}（{why}）。请核对文件名。"), file=args.archive, why=str(error))
        ) from error
    script = resources.files("yishiting.council.votes.archive").joinpath("recount_script.py").read_bytes()
    found = checking.check(data, script=script, root=root)
    for fault in found.faults:
        print(_("{file}：{message}", file=args.archive, message=_(fault)), file=sys.stderr)
    if args.json:
        told = {"root": found.root, "items": list(found.items), "faults": [str(fault) for fault in found.faults]}
        print(json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1))
    else:
        print(found.root)
        for item in found.items:
            print(f"{item['item']}: {item['outcome']} {json.dumps(item['heads'])} {json.dumps(item['area'])}")
    return 1 if found.faults else 0
