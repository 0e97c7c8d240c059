"""Triggers by which the database itself refuses to change what is append-only, on SQLite and PostgreSQL.

They protect against our own mistakes, not against whoever owns the database file: against him stands the chain, which
``yishiting verify`` walks. ``remove`` exists for tests, which must tamper, and for a data protection officer's redaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

_guarded: dict[str, tuple[str, ...]] = {"timeline_entry": ()}


def register(table: str, *, free: Iterable[str] = ()) -> None:
    """Make ``table`` append-only except for the columns in ``free``; installed after ``migrate``."""
    _guarded[table] = tuple(free)


def _frozen_columns(connection: BaseDatabaseWrapper, table: str, free: tuple[str, ...]) -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # Django's own introspection parses the table's text here, which takes longer than all the rest.
            cursor.execute(f"PRAGMA table_info({connection.ops.quote_name(table)})")
            names = [name for _, name, *_ in cursor.fetchall()]
        else:
            names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    return sorted(set(names).difference(free))


def _present(connection: BaseDatabaseWrapper) -> list[str]:
    tables = set(connection.introspection.table_names())
    return [table for table in _guarded if table in tables]


def install(connection: BaseDatabaseWrapper) -> None:
    """Create (or create anew) the guards of every registered table that exists."""
    remove(connection)
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION yishiting_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME; END $$"
            )
        for table in _present(connection):
            columns = ", ".join(quote(name) for name in _frozen_columns(connection, table, _guarded[table]))
            for verb in (f"UPDATE OF {columns}", "DELETE"):
                name = quote(f"{table}_no_{verb.split()[0].lower()}")
                if connection.vendor == "postgresql":
                    cursor.execute(
                        f"CREATE TRIGGER {name} BEFORE {verb} ON {quote(table)} "
                        "FOR EACH ROW EXECUTE FUNCTION yishiting_append_only()"
                    )
                else:
                    cursor.execute(
                        f"CREATE TRIGGER {name} BEFORE {verb} ON {quote(table)} "
                        f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
                    )


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the guards of every registered table that exists."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in _present(connection):
            for verb in ("update", "delete"):
                name = quote(f"{table}_no_{verb}")
                where = f" ON {quote(table)}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{where}")


def install_after_migrate(using: str, **_: Any) -> None:
    """Handler of ``post_migrate``."""
    install(connections[using])
