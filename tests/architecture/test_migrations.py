"""The migrations make the very tables that the models say, and that the tests run on."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from tests.support.tables import PRODUCT

pytestmark = pytest.mark.django_db

SQLITE = {
    "columns": 'SELECT m.name, c.name, c.type, c."notnull", c.pk FROM sqlite_master m, pragma_table_info(m.name) c '
    "WHERE m.type = 'table'",
    "references": 'SELECT m.name, f."table", f."from", f."to" FROM sqlite_master m, pragma_foreign_key_list(m.name) f '
    "WHERE m.type = 'table'",
    "indexes": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "triggers": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'",
    "rules": "SELECT name, sql FROM sqlite_master WHERE type = 'table'",
}
POSTGRESQL = {
    "columns": "SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, "
    "is_nullable, column_default, is_identity FROM information_schema.columns WHERE table_schema = 'public'",
    "rules": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
}
RULE = re.compile(r'CONSTRAINT "\w+" (?:CHECK|UNIQUE) \((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)')


def test_no_model_says_what_no_migration_makes() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.slow
def test_a_migrated_database_is_the_one_that_the_tests_run_on(tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        here = {what: set(_rows(cursor, words)) for what, words in _asked().items()}
    with migrated(tmp_path) as cursor:
        there = {what: set(_rows(cursor, words)) for what, words in _asked().items()}

    assert len(here["columns"]) > 500
    for what in here:
        assert here[what] == there[what], what


def _asked() -> dict[str, str]:
    return POSTGRESQL if connection.vendor == "postgresql" else SQLITE


def _rows(cursor: Any, words: str) -> Iterator[tuple[Any, ...]]:
    cursor.execute(words)
    # Tables of others carry the history of theirs: a key that grew from an integer to a larger one.
    others = tuple(f"{app.label}_" for app in apps.get_app_configs() if not app.name.startswith(PRODUCT))
    for row in cursor.fetchall():
        if row[0].startswith(others):
            continue
        if len(row) == 2:
            # SQLite keeps a table's rules in its own text, in which the order of columns is the order of history.
            table, text = row
            yield from ((table, rule) for rule in RULE.findall(text))
        else:
            yield tuple(row)


@contextmanager
def migrated(folder: Path) -> Iterator[Any]:
    """Yield a cursor in a new database that ``yishiting init`` made, as everybody makes his."""
    if connection.vendor == "sqlite":
        _init(folder, DATABASE_URL=None)
        with closing(sqlite3.connect(folder / "yishiting.sqlite3")) as database:
            yield database.cursor()
        return
    import psycopg

    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    name = f"migrated_{token_hex(4)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as outside:
        outside.execute(f"CREATE DATABASE {name}")
        try:
            _init(folder, DATABASE_URL=f"{server}/{name}")
            with psycopg.connect(f"{server}/{name}") as database:
                yield database.cursor()
        finally:
            outside.execute(f"DROP DATABASE {name}")


def _init(folder: Path, **given: str | None) -> None:
    surroundings = {**os.environ, "YISHITING_MODE": "demo", "YISHITING_DATA": str(folder), **given}
    subprocess.run(
        [sys.executable, "-m", "yishiting.reach.cli.main", "init"],
        env={name: value for name, value in surroundings.items() if value is not None},
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
