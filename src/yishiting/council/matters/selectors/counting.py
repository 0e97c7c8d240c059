"""Several figures in one question, each counted by the index that suits it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

_COUNTED = "(SELECT COUNT(*) FROM ({rows}) AS counted)"


def how_many(**sets: QuerySet[Any]) -> dict[str, int]:
    """Count some sets of rows (one query).

    One count with a condition for each figure reads every row for all of them; a set of its own reads nothing but the part of
    an index where it lies.
    """
    texts: list[str] = []
    values: list[Any] = []
    for rows in sets.values():
        try:
            unsorted = rows if rows.query.is_sliced else rows.order_by()
            text, here = unsorted.values("pk").query.sql_with_params()
        except EmptyResultSet:
            texts.append("0")
            continue
        texts.append(_COUNTED.format(rows=text))
        values += here
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(texts)}", values)
        found = cursor.fetchone()
    return dict(zip(sets, map(int, found or ()), strict=True))
