"""Loading Django, once, for the commands that need a database."""

from __future__ import annotations

import sys

from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.reach.cli.tongue import _


def setup() -> None:
    """Load settings and apps. Raises :class:`BadInput` where they, or the clock of a demonstration, cannot be read."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    from yishiting.kernel import clock

    try:
        django.setup()
    except (ValueError, OSError, ImproperlyConfigured) as error:
        text = gettext_noop("设置读不了（{why}）。请核对环境变量和数据文件夹，见 docs/operate/one-box.md。")
        raise BadInput(Sentence(text, why=" ".join(str(error).split()))) from error
    try:
        clock.now()
    except ValueError:
        raise BadInput(
            Sentence(gettext_noop("{name} 要写成 2026-03-01T09:00:00+08:00 这样的时间。"), name=clock.OVERRIDE)
        ) from None


def ready() -> None:
    """Load settings and apps, and hold that the database is there with its tables; raises :class:`BadInput` else."""
    setup()
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        lacking = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise unusable(error) from error
    if lacking:
        raise BadInput(gettext_noop("数据库还没有建好，或者是旧版本的。请先运行 yishiting init，再试一次。"))


def unusable(error: Exception) -> BadInput:
    """Return the refusal of a command whose database does not answer."""
    text = gettext_noop("数据库用不了（{why}）。请核对 DATABASE_URL。")
    return BadInput(Sentence(text, why=" ".join(str(error).split())))


def say(message: object) -> None:
    """Tell the person at the terminal something that is not the result."""
    print(_(message) if isinstance(message, Sentence) else message, file=sys.stderr, flush=True)
