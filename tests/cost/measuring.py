"""What a page makes the database do, told without a clock: steps of SQLite's machine, or rows that PostgreSQL's scans looked at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import Client

#: SQLite says so after each so many steps.
UNIT = 10


class Work:
    """How much was done; grows while it is measured."""

    def __init__(self) -> None:
        self.done = 0


@contextmanager
def measured() -> Iterator[Work]:
    """Measure what the database does within the block."""
    work = Work()
    with _rows_looked_at(work) if connection.vendor == "postgresql" else _steps(work):
        yield work


@contextmanager
def _steps(work: Work) -> Iterator[None]:
    def more() -> int:
        work.done += UNIT
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(more, UNIT)
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, 0)


@contextmanager
def _rows_looked_at(work: Work) -> Iterator[None]:
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield
    with connection.cursor() as cursor:
        for sql, params in asked:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
            found = cursor.fetchone()[0]
            work.done += _looked_at((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])


def _looked_at(plan: dict[str, Any]) -> int:
    """Return the rows that the scans of a plan gave or dropped."""
    rows = sum(_looked_at(below) for below in plan.get("Plans", ()))
    if plan["Node Type"].endswith("Scan"):
        dropped = sum(plan.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
        rows += int((plan["Actual Rows"] + dropped) * plan["Actual Loops"])
    return rows


def cost(client: Client, address: str) -> int:
    """Return what a page makes the database do when it is asked for once more."""
    assert client.get(address).status_code == 200
    with measured() as work:
        assert client.get(address).status_code == 200
    return work.done
