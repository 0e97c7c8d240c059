"""``yishiting verify``: walk the record of one estate or of all, and say where it stands."""

from __future__ import annotations

import argparse
import json
import re

from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import gettext_noop
from yishiting.reach.cli.django_setup import ready, say
from yishiting.reach.cli.tongue import _

NAME = "verify"
HELP = gettext_noop("核对记录：有没有被改过、删过、截断过")
_MARK = re.compile(r"^(\d+):([0-9a-f]{64})$")


def configure(parser: argparse.ArgumentParser) -> None:
    """Which estate, and the value noted down earlier."""
    parser.add_argument("--estate", metavar="NAME", help=_("小区名称；不写就核对全部小区"))
    parser.add_argument("--expect", metavar="SEQ:HASH", help=_("以前记下的校验值，用来查末尾有没有被截断"))
    parser.add_argument("--json", action="store_true", help=_("结果用 JSON"))


def run(args: argparse.Namespace) -> int:
    """Print ``SEQ:HASH`` for an estate (with its name where there are several); 1 where a fault was found."""
    expect = None
    if args.expect:
        match = _MARK.match(args.expect.strip())
        if match is None:
            raise BadInput(gettext_noop("--expect 要写成 序号:校验值，例如 120:3fa9……（64 位）。"))
        expect = (int(match[1]), match[2])
    ready()
    from yishiting.ground.places.models import Estate
    from yishiting.ground.places.selectors import estate_by_name
    from yishiting.timeline.verify import verify

    estates = [estate_by_name(args.estate)] if args.estate else list(Estate.objects.order_by("pk"))
    if expect and len(estates) != 1:
        raise BadInput(gettext_noop("用 --expect 时，请用 --estate 说明是哪个小区。"))
    if not estates:
        say(_("还没有小区。先用 yishiting import-roster 导入名册，或运行 yishiting stories。"))
    faulty = False
    printed = []
    for estate in estates:
        report = verify(estate.pk, expect=expect)
        for fault in report.faults:
            say(_("{file}：{message}", file=estate.name, message=fault))
        faulty = faulty or bool(report.faults)
        printed.append(
            {
                "estate": estate.name,
                "seq": report.seq,
                "hash": report.hash,
                "faults": [str(fault) for fault in report.faults],
            }
        )
        if not args.json:
            mark = f"{report.seq}:{report.hash}"
            print(mark if len(estates) == 1 else f"{mark} {estate.name}")
    if args.json:
        print(json.dumps(printed, ensure_ascii=False, indent=2))
    return 1 if faulty else 0
