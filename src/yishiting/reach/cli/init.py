"""``yishiting init``: make the database, its caches and the static files ready; safe to run at any time."""

from __future__ import annotations

import argparse

from yishiting.kernel.words import gettext_noop
from yishiting.reach.cli.django_setup import say, setup, unusable
from yishiting.reach.cli.tongue import _

NAME = "init"
HELP = gettext_noop("建好或更新数据库和静态文件（可以反复运行）")


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments: the database is the one at DATABASE_URL, else under var/."""


def run(args: argparse.Namespace) -> int:
    """Migrate, make the cache table, collect static files, take in the shipped playbooks."""
    setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import DatabaseError

    from yishiting.council.matters.services import ensure_library
    from yishiting.kernel import clock

    say(_("正在准备数据库……"))
    try:
        call_command("migrate", interactive=False, verbosity=0)
        if "db.DatabaseCache" in settings.CACHES["default"]["BACKEND"]:
            call_command("createcachetable", verbosity=0)
    except DatabaseError as error:
        raise unusable(error) from error
    ensure_library(now=clock.now())
    say(_("正在准备页面文件……"))
    call_command("collectstatic", interactive=False, verbosity=0)
    return 0
