"""``yishiting import-roster FILE --estate NAME``: read an owners' roster, show what it would change, take it in."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from yishiting.ground.people.roster import Problem, Roster, parse, read_workbook
from yishiting.kernel.errors import BadInput
from yishiting.kernel.exact import grouped
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.reach.cli.django_setup import say, setup
from yishiting.reach.cli.tongue import _

if TYPE_CHECKING:
    from yishiting.ground.people.services import Preview
    from yishiting.ground.places.models import Estate

NAME = "import-roster"
HELP = gettext_noop("读业主名册（.xlsx 或 .csv）：列出问题和变动；加 --yes 才写入")
REGION_LEVELS = 4
LARGEST_NAME = 60
LINES_SHOWN = 40


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE", help=_("名册文件"))
    parser.add_argument("--estate", required=True, metavar="NAME", help=_("小区的名称，例如 滨河佳苑"))
    parser.add_argument("--region", metavar="PATH", help=_("新小区所在的区划：市/区/街道/社区（从上到下，最多四级）"))
    parser.add_argument("--dry-run", action="store_true", help=_("只读文件、列出问题，不用数据库"))
    parser.add_argument("--yes", action="store_true", help=_("确认写入；不加就只看不写"))
    parser.add_argument("--allow-new", action="store_true", help=_("允许新增楼栋和单元"))
    parser.add_argument("--json", action="store_true", help=_("只打印一个 JSON 对象"))


def run(args: argparse.Namespace) -> int:
    """Print what was, or would be, taken; 0 done, 1 where rows were refused, 2 where nothing could be read or done."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # File names, sentences and JSON are UTF-8 whatever the terminal's locale is.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        name, region = _name(args.estate), _region(args.region)
        if args.dry_run and args.yes:
            raise BadInput(gettext_noop("--dry-run 和 --yes 不能一起用：先用 --dry-run 看，没有问题再用 --yes 写入。"))
        roster = parse(read_workbook(_bytes_of(args.file), Path(args.file).name), name)
        if args.dry_run:
            _tell(roster, None, as_json=args.json, written=False)
            return _code(roster)
        found, written = _with_database(args, name, region, roster)
    except BadInput as refusal:
        say(_("{file}：{message}", file=args.file, message=" ".join(_(refusal.message).split())))
        return 2
    taken = _in_words_of_here(found.difference.roster)
    _tell(taken, found, as_json=args.json, written=written)
    if args.yes and not written:
        say(_("没有变化，没有写入。"))
    elif not args.yes:
        say(_("还没有写入。核对无误后，在命令末尾加上 --yes 再运行一次。"))
    return _code(taken)


def _in_words_of_here(roster: Roster) -> Roster:
    """Return the roster with its problems in the command line's words: an argument stands where a page has a box."""

    def here(each: Problem) -> Problem:
        if "allow" not in each.message.params:
            return each
        params = {**each.message.params, "allow": Sentence(gettext_noop("在命令末尾加上 --allow-new"))}
        return replace(each, message=Sentence(each.message.template, **params))

    return replace(roster, problems=tuple(map(here, roster.problems)))


def _code(roster: Roster) -> int:
    return 1 if roster.errors else 0


# ------------------------------------------------------------------------------------------------------------- reading
def _name(text: str) -> str:
    name = text.strip()
    if not name:
        raise BadInput(gettext_noop("请用 --estate 写上小区的名称。"))
    if len(name) > LARGEST_NAME:
        raise BadInput(gettext_noop("小区的名称太长，最多 60 个字。"))
    return name


def _region(text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    path = tuple(part.strip() for part in text.replace("／", "/").strip().strip("/").split("/"))
    if not all(path):
        raise BadInput(gettext_noop("--region 里有一级是空的。请写成 市/区/街道/社区，例如 滨江市/滨河街道/滨河社区。"))
    if len(path) > REGION_LEVELS:
        raise BadInput(Sentence(gettext_noop("区划最多四级：市/区/街道/社区。您给了 {n} 级。"), n=len(path)))
    if max(map(len, path)) > LARGEST_NAME:
        raise BadInput(gettext_noop("--region 里有一级太长，每级最多 60 个字。"))
    return path


def _bytes_of(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except FileNotFoundError:
        raise BadInput(gettext_noop("没有这个文件。请核对文件名和所在的文件夹。")) from None
    except IsADirectoryError:
        raise BadInput(gettext_noop("这是一个文件夹。请写里面的名册文件。")) from None
    except PermissionError:
        raise BadInput(gettext_noop("没有读这个文件的权限。请换一个能读的文件。")) from None
    except OSError as error:
        raise BadInput(
            Sentence(gettext_noop("读不了这个文件（{why}）。请换一个再试。"), why=str(error.strerror))
        ) from None
    except ValueError:  # a null character in the name
        raise BadInput(gettext_noop("文件名不对。请核对文件名。")) from None


# ------------------------------------------------------------------------------------------------------------ database
def _with_database(
    args: argparse.Namespace, name: str, region: tuple[str, ...], roster: Roster
) -> tuple[Preview, bool]:
    """Compare with the register, and with ``--yes`` take the roster in; an estate not known is made in the same go.

    Returns what it changes, and whether anything was written.
    """
    setup()
    from django.db import DatabaseError, transaction

    from yishiting.ground.organisations.selectors import responsible
    from yishiting.ground.people.services import apply_roster, preview_roster
    from yishiting.ground.places.models import Estate
    from yishiting.kernel import clock

    try:
        if not args.yes:
            known = Estate.objects.filter(name=name).first()
            if known is None:
                say(_("还没有叫“{name}”的小区，写入时会新建。", name=name))
            return preview_roster(estate=known, roster=roster, allow_new=args.allow_new), False
        with transaction.atomic():
            now = clock.now()
            estate, made = _estate(name, region)
            if region and not made:
                say(_("这个小区已经在册，--region 没有用上。"))
            done = apply_roster(estate=estate, roster=roster, actor_id=None, now=now, allow_new=args.allow_new)
            if responsible(kind="community_worker", estate=estate, now=now) is None:
                say(_("{name}还没有办事的人。请用 yishiting appoint 任命，例如：", name=name))
                say(
                    "  "
                    + _(
                        "yishiting appoint --estate {name} --post community_worker --name 姓名 --phone 手机号",
                        name=name,
                    )
                )
            return done.preview, made or done.seq is not None
    except DatabaseError as error:
        raise BadInput(
            Sentence(
                gettext_noop("数据库用不了，什么也没有写入。请先运行 yishiting init，再试一次。（{why}）"),
                why=" ".join(str(error).split()),
            )
        ) from error


def _estate(name: str, region: Sequence[str]) -> tuple[Estate, bool]:
    """Return the estate of that name and whether it was made now. Two commands at once get the same one."""
    from django.db import IntegrityError, transaction

    from yishiting.ground.places import services as places
    from yishiting.ground.places.models import Estate
    from yishiting.kernel import clock

    found = Estate.objects.filter(name=name).first()
    if found is not None:
        return found, False
    try:
        with transaction.atomic():
            made = places.create_estate(name=name, region=places.region_at(region), actor_id=None, now=clock.now())
        return made, True
    except IntegrityError:
        return Estate.objects.get(name=name), False


# -------------------------------------------------------------------------------------------------------------- telling
def _tell(roster: Roster, found: Preview | None, *, as_json: bool, written: bool) -> None:
    if as_json:
        print(json.dumps(roster.summary(), ensure_ascii=False, indent=2))
        for line in _changes(found):
            say(line)
        return
    print(_totals(roster))
    for line in _changes(found):
        print(line)
    problems = sorted(roster.problems, key=lambda each: each.level)
    if not problems:
        print(_("没有问题。"))
    for each in problems[:LINES_SHOWN]:
        print(_problem(each))
    if len(problems) > LINES_SHOWN:
        print(_("……还有 {n} 条。要看全部，请加 --json。", n=len(problems) - LINES_SHOWN))
    if problems:
        kept = len(problems) - len(roster.errors)
        print(_("共 {n} 行没有收，{kept} 处已收下、待核实。", n=len(roster.errors), kept=kept))
    if written:
        say(_("已写入。"))


def _totals(roster: Roster) -> str:
    figures = roster.summary()
    told = {
        "estate": roster.estate,
        **{name: figures[name] for name in ("buildings", "entrances", "homes", "residents", "owners", "heads")},
        "area": grouped(roster.area),
    }
    if figures["residents"] is None:
        return _(
            "{estate}：{buildings} 栋，{entrances} 个单元，{homes} 户，{area} 平方米；"
            "已知业主 {owners} 位（共有算一位），表决时共 {heads} 票。",
            **told,
        )
    return _(
        "{estate}：{buildings} 栋，{entrances} 个单元，{homes} 户，{residents} 人，{area} 平方米；"
        "已知业主 {owners} 位（共有算一位），表决时共 {heads} 票。",
        **told,
    )


def _changes(preview: Preview | None) -> list[str]:
    if preview is None or preview.difference.first:
        return []
    found = preview.difference
    lines = [_(line) for line in (*preview.kept_areas(), *found.lines())]
    if not lines:
        return [_("和现有的名册一样，没有变动。")]
    counts = found.counts()
    text = gettext_noop(
        "和现有的名册相比：新增 {added} 户，变更 {changed} 户，这次没有写到的 {missing} 户（记录保留）。"
    )
    told = [_(text, added=counts["added"], changed=counts["changed"], missing=counts["missing"])]
    told += [f"  {line}" for line in lines[:LINES_SHOWN]]
    if len(lines) > LINES_SHOWN:
        told.append("  " + _("……还有 {n} 条变动。", n=len(lines) - LINES_SHOWN))
    return told


def _problem(each: Problem) -> str:
    where = (
        _("第 {row} 行“{column}”", row=each.row, column=each.column) if each.column else _("第 {row} 行", row=each.row)
    )
    value = _("（{value}）", value=each.value) if each.value else ""
    kind = _("没有收") if each.level == "error" else _("待核实")
    message = _(each.message)
    told = _("[{kind}] {where}{value}：{message}", kind=kind, where=where, value=value, message=message)
    return " ".join(told.split())
