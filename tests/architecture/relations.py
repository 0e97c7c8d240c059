"""Relations between tables, walked against the order of the floors: a string foreign key is not an import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.apps import AppConfig
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models

from tests.architecture.order import Order

HOUSE = "yishiting."


def relation_faults(tables: Iterable[type[models.Model]], order: Order) -> list[str]:
    """Return a sentence for each relation of ``tables`` that points to a floor or a room its owner must not know."""
    return [
        f"{table._meta.label}.{field} points to {target._meta.label}: {table.__module__} must not know it"
        for table in tables
        if table.__module__.startswith(HOUSE)
        for field, target in _targets(table)
        if target.__module__.startswith(HOUSE) and not order.permits(table.__module__, target.__module__)
    ] + [
        f"{table._meta.label}.{field.name} is a generic relation: nobody can tell what it points to"
        for table in tables
        if table.__module__.startswith(HOUSE)
        for field in table._meta.private_fields
        if isinstance(field, GenericForeignKey)
    ]


def _targets(table: type[models.Model]) -> Iterator[tuple[str, type[models.Model]]]:
    """Every table that ``table`` itself points to, the middle tables of many-to-many fields and its parents included."""
    for field in table._meta.get_fields(include_parents=False, include_hidden=True):
        # What points here was declared there, and is judged there.
        if field.auto_created and not field.concrete:
            continue
        target = field.remote_field.model if field.remote_field else None
        if isinstance(target, type) and issubclass(target, models.Model):
            yield field.name, target
        through = getattr(field.remote_field, "through", None)
        if isinstance(through, type) and issubclass(through, models.Model) and not through._meta.auto_created:
            yield field.name, through
    for parent in table._meta.parents:
        yield "its parent", parent


def migration_faults(
    migrations: Iterable[tuple[str, str, Iterable[tuple[str, str]]]], apps: Iterable[AppConfig], order: Order
) -> list[str]:
    """Return a sentence for each migration that waits for one of an app it must not know.

    ``migrations`` are triples of app label, name and the (label, name) pairs it depends on.
    """
    modules = {app.label: app.name for app in apps if app.name.startswith(HOUSE)}
    return [
        f"{label}.{name} depends on {needed}: {modules[label]} must not know {modules[needed]}"
        for label, name, dependencies in migrations
        for needed, _ in dependencies
        if label in modules and needed in modules and not order.permits(modules[label], modules[needed])
    ]
