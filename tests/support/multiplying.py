"""A hundred thousand matters in seconds: what was made of a thousand is copied within the database, row by row as it stands."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import Max, Model

#: So many matters are made one by one; every number of them is a multiple of it.
SEED = 1_000
_COPY = """
    INSERT INTO {table} ({columns})
    WITH RECURSIVE copy (k) AS (
        SELECT CAST(%s AS integer) UNION ALL SELECT k + 1 FROM copy WHERE k + 1 < %s
    )
    SELECT {values} FROM {table} AS seed CROSS JOIN copy WHERE seed.{by} > %s AND seed.{by} <= %s {kept}
    ORDER BY copy.k, seed.id
"""


def multiply(stands: int, wanted: int) -> None:
    """Have ``wanted`` times the seed where ``stands`` times it are, each part with the clocks of the seed.

    The matters, their steps and their words for search: no desk reads what else belongs to a matter.
    """
    from yishiting.council.matters.models import Matter, StepRun
    from yishiting.ground.desks.models import SearchText

    lowest = Matter.objects.aggregate(pk=Max("pk"))["pk"] - stands * SEED

    def copy(model: type[Model], by: str, *moved: str, kept: str = "") -> None:
        # Rows that nothing refers to get their ids from the database.
        names = [field.column for field in model._meta.concrete_fields if field.column != "id" or "id" in moved]
        values = [f"seed.{name} + copy.k * {SEED}" if name in moved else f"seed.{name}" for name in names]
        text = _COPY.format(
            table=model._meta.db_table, columns=", ".join(names), values=", ".join(values), by=by, kept=kept
        )
        with connection.cursor() as cursor:
            cursor.execute(text, [stands, wanted, lowest, lowest + SEED])

    with transaction.atomic():
        copy(Matter, "id", "id", "no")
        copy(StepRun, "matter_id", "matter_id")
        copy(SearchText, "ref", "ref", "no", kept="AND seed.kind = 'matter'")
