"""Edits by hand: what somebody with the database in front of him would type, past every verb and every guard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from yishiting.timeline import guards

PRODUCT = "yishiting."


def tables() -> dict[str, type[models.Model]]:
    """Return every table of the product by its label: proxies are the same table again."""
    return {
        model._meta.label: model
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith(PRODUCT) and not model._meta.proxy
    }


def columns(model: type[models.Model]) -> dict[str, Any]:
    """Return a table's columns by name, without its key: a row under another number is one gone and one slipped in."""
    return {field.name: field for field in model._meta.concrete_fields if not field.primary_key}


def rows_of(model: type[models.Model], estate_id: int) -> models.QuerySet[Any]:
    """Return the rows of the estate where the table tells, then those that belong to none and are shown in all."""
    rows = model._base_manager.order_by("pk")
    if "estate" not in columns(model):
        return rows
    return rows.filter(models.Q(estate=estate_id) | models.Q(estate__isnull=True)).order_by(
        models.F("estate").asc(nulls_last=True), "pk"
    )


@contextmanager
def unguarded() -> Iterator[None]:
    """Lift the guards for as long as it lasts and take back whatever is done within: hundreds of edits need it once."""
    with transaction.atomic():
        guards.remove(connection)
        yield
        transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever is done within, so that the next edit starts from what stands. The guards are lifted already."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def others(field: Any, value: Any) -> Iterator[Any]:
    """Yield values that the column could hold instead of ``value``, likely ones first."""
    if isinstance(field, models.ForeignKey):
        rows = field.remote_field.model._base_manager.exclude(pk=value).order_by("-pk")
        yield from rows.values_list("pk", flat=True)[:20]
        if field.null and value is not None:
            yield None
    elif field.choices and len(field.choices) > 1:
        yield from (key for key, _ in field.choices if key != value)
    elif isinstance(field, models.BooleanField):
        yield not value
    elif isinstance(field, models.DateTimeField):
        yield timezone.now() if value is None else value + timedelta(days=1)
        yield timezone.now() if value is None else value - timedelta(seconds=1)
        if field.null and value is not None:
            yield None
    elif isinstance(field, models.DateField):
        yield timezone.now().date() if value is None else value - timedelta(days=1)
    elif isinstance(field, models.DecimalField):
        yield Decimal(7) if value is None else value + 7
    elif isinstance(field, models.IntegerField):
        yield from (3, 7) if value is None else (value + 1, value + 70, value + 700)
    elif isinstance(field, models.JSONField):
        yield ["改过"]
    elif isinstance(field, models.FileField):
        yield "photos/另一张.jpg"
    else:
        # The last sign becomes another, so that the text stays as long as the column lets it be.
        yield f"{value[:-1]}{'改' if value[-1:] != '改' else '换'}"


def edits(model: type[models.Model], field: Any, *, estate_id: int) -> Iterator[str]:
    """Make one edit after the other in ``field`` of rows of the estate, each undone before the next; yield what it was.

    What the database itself refuses is no edit.
    """
    for row in rows_of(model, estate_id):
        value = getattr(row, field.attname)
        for other in others(field, value.name if isinstance(field, models.FileField) else value):
            with undone():
                try:
                    with transaction.atomic():
                        model._base_manager.filter(pk=row.pk).update(**{field.attname: other})
                except DatabaseError:
                    continue
                yield f"{model._meta.label} {row.pk}: {field.name} {value!r} → {other!r}"
            break


def removals(model: type[models.Model], *, estate_id: int) -> Iterator[str]:
    """Remove one row after the other, each put back before the next. Keys that point to it point nowhere meanwhile."""
    for row in rows_of(model, estate_id):
        with undone():
            table, key = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(row._meta.pk.column)
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {table} WHERE {key} = %s", [row.pk])
            yield f"{model._meta.label} {row.pk} removed"


def slips(model: type[models.Model], *, estate_id: int) -> Iterator[str]:
    """Slip in one copy of a row after the other, with as much changed as the database's rules of uniqueness ask for.

    One column after the other is tried, then all of them at once, which gets past several rules.
    """
    for row in rows_of(model, estate_id):
        single: list[dict[str, Any]] = [{}]
        together: dict[str, Any] = {}
        for field in columns(model).values():
            if field.attname != "estate_id":
                value = getattr(row, field.attname)
                found = list(others(field, value.name if isinstance(field, models.FileField) else value))
                single += [{field.attname: other} for other in found]
                if found:
                    together[field.attname] = found[0]
        for changes in (*single, together):
            slip = copy(row)
            slip.pk, slip._state.adding = None, True
            for name, other in changes.items():
                setattr(slip, name, other)
            with undone():
                try:
                    with transaction.atomic():
                        models.Model.save_base(slip, force_insert=True)
                except DatabaseError:
                    continue
                yield f"{model._meta.label}: a copy of {row.pk} with {', '.join(changes) or 'nothing'} changed"
            break
