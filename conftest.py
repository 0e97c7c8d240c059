"""What every test shares. Fixtures of a room stand in the room's own tests."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

# Two cores that also run a browser say nothing about speed, so no example is failed for being slow. In CI the examples
# are the same in each run: a submission is not failed by an example that nobody can repeat.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("house"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "house")

NEEDS_DATABASE = frozenset(
    {
        "db",
        "transactional_db",
        "django_db_reset_sequences",
        "django_db_serialized_rollback",
        "live_server",
        "admin_user",
        "admin_client",
    }
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a database as `database`, however it asks for one: by mark, by fixture or by test case.

    A mark set by hand would be forgotten, and the test would then run on one database alone.
    """
    from django.test import TransactionTestCase

    names = Counter(item.nodeid for item in items)
    if twice := [name for name, number in names.items() if number > 1]:
        # Where several processes share the work, tests of one name are run as one and the others are lost without a word.
        raise pytest.UsageError(f"{len(twice)} tests share their name with another, the first is {twice[0]}")
    for item in items:
        case = getattr(item, "cls", None)
        if (
            item.get_closest_marker("django_db")
            or NEEDS_DATABASE.intersection(getattr(item, "fixturenames", ()))
            or (isinstance(case, type) and issubclass(case, TransactionTestCase))
        ):
            item.add_marker(pytest.mark.database)
        if item.get_closest_marker("once") and os.environ.get("DATABASE_URL", "").startswith("postgres"):
            item.add_marker(pytest.mark.long)
    # A file is one process's work: those that take longest begin first, so that no process ends alone.
    long_ones = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in long_ones)


@pytest.fixture(scope="session")
def repository_root() -> Path:
    """The top of this checkout."""
    return Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The database of the run: its tables come from the models (``--nomigrations``) and are then completed."""
    from django.db import connection

    from tests.support.tables import finish

    with django_db_blocker.unblock():
        finish(connection)


@pytest.fixture(autouse=True, scope="session")
def _guards_give_way_to_the_flush() -> Iterator[None]:
    """A transactional test empties every table afterwards, which the append-only guards would refuse on SQLite.

    On PostgreSQL they guard each row, and a table is emptied without touching one. What follows a migration (guards,
    content types that nobody here asks for) is not made anew each time: that takes longer than most tests.
    """
    from django.core.management.commands import flush
    from django.db import connection
    from django.test import TransactionTestCase

    from yishiting.timeline import guards

    teardown = TransactionTestCase._fixture_teardown

    def unguarded(self: TransactionTestCase) -> None:
        guards.remove(connection)
        teardown(self)
        guards.install(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_, **__: None)
        if connection.vendor == "sqlite":
            patch.setattr(TransactionTestCase, "_fixture_teardown", unguarded)
        # TestCase has a teardown of its own, a rollback that needs no help.
        yield
