"""``yishiting stories``: replay whole compounds through the services, for demonstration and journeys."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Listed, Sentence, gettext_noop
from yishiting.reach.cli.django_setup import ready, say, setup
from yishiting.reach.cli.tongue import _

NAME = "stories"
HELP = gettext_noop("重演演示小区的故事（只在演示和测试中）")


def configure(parser: argparse.ArgumentParser) -> None:
    """Which stories, and whether one that stands is left alone."""
    parser.add_argument("names", nargs="*", metavar="NAME", help=_("故事的名字；不写就全部"))
    parser.add_argument("--if-empty", action="store_true", help=_("已经演过的就不再演"))
    parser.add_argument("--list", action="store_true", help=_("只列出有哪些故事"))


def run(args: argparse.Namespace) -> int:
    """Replay each story; sign-ins and ids go to ``demo.json`` in the data folder and, summed up, to stderr."""
    setup()
    from django.conf import settings
    from django.utils.module_loading import import_string

    from yishiting.ground.places.models import Estate
    from yishiting.kernel import clock

    # Stories stand above this floor: settings name them, so that the command need not know them.
    known: dict[str, str] = settings.STORIES
    if args.list:
        print("\n".join(known))
        return 0
    if unknown := [name for name in args.names if name not in known]:
        raise BadInput(
            Sentence(gettext_noop("没有叫“{name}”的故事。现有：{known}。"), name=Listed(unknown), known=Listed(known))
        )
    if not (settings.DEMO or settings.TEST):
        raise WrongState(gettext_noop("故事只在演示中重演，不会写进正式的库。请设 YISHITING_MODE=demo 再运行。"))
    ready()
    path = settings.DATA_DIR / "demo.json"
    demo = json.loads(path.read_text()) if path.exists() else {"estates": [], "sign_ins": [], "ids": {}}
    for name in args.names or known:
        if Estate.objects.filter(name=name).exists():
            if name not in demo["ids"]:
                # What was told of it goes into the file last.
                text = gettext_noop("上一次“{name}”没有演完就停了，剩下半截。请删掉数据文件夹 {folder} 再来。")
                raise WrongState(Sentence(text, name=name, folder=str(settings.DATA_DIR)))
            if args.if_empty:
                continue
            raise WrongState(Sentence(gettext_noop("库里已经有“{name}”。要重演，请先删掉数据文件夹再来。"), name=name))
        say(_("正在重演：{name}", name=name))
        with _without_waiting_for_the_disk():
            told = import_string(known[name])(anchor=clock.now(), bar=sys.stderr)
        demo["estates"].append(told["estate"])
        demo["sign_ins"] += told["sign_ins"]
        demo["ids"][name] = told["ids"]
        path.write_text(json.dumps(demo, ensure_ascii=False, indent=2))
    demo["address"] = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}/"
    path.write_text(json.dumps(demo, ensure_ascii=False, indent=2))
    for entry in demo["sign_ins"]:
        say("  " + _("{role}：{phone}", role=entry["label"], phone=entry["phone"]))
    if demo["sign_ins"]:
        say(_("以上每个身份都可以在 /demo/ 一键登录；验证码会打印在这个窗口里。"))
    return 0


@contextmanager
def _without_waiting_for_the_disk() -> Iterator[None]:
    """Let SQLite go on before the disk has each of some thousand commits; what a power cut spoils is to be replayed anew."""
    from django.db import connection

    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
        try:
            yield
        finally:
            cursor.execute("PRAGMA synchronous=FULL")
