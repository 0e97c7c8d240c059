"""Which rows entries vouch for, and how such a row is digested."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, CharField, DateTimeField, ForeignKey, IntegerField, Model, TextField

from yishiting.kernel.hashing import digest


@dataclass(frozen=True, slots=True)
class Attested:
    """A model whose rows entries attest: ``fields`` are those that never change once written."""

    label: str
    model: type[Model]
    fields: tuple[str, ...]


_by_label: dict[str, Attested] = {}
_by_model: dict[type[Model], Attested] = {}


def register(label: str, model: type[Model], fields: Iterable[str]) -> None:
    """Register ``model`` under ``label`` (stable for ever: it is in the record); raises ``ValueError`` when taken."""
    if label in _by_label:
        raise ValueError(f"attested label {label!r} is registered twice")
    spec = Attested(label, model, ("pk", *fields))
    _by_label[label] = spec
    _by_model[model] = spec


def spec(label: str) -> Attested | None:
    """Return what is registered under ``label``."""
    return _by_label.get(label)


def all_specs() -> tuple[Attested, ...]:
    """Return every registered model, ordered by label."""
    return tuple(_by_label[label] for label in sorted(_by_label))


def _value(row: Model, name: str) -> Any:
    value = row.pk if name == "pk" else getattr(row, name)
    # A file field holds a file object; its stored name (which carries the content's digest) is what is attested.
    return str(value.name) if hasattr(value, "storage") else value


def row_digest(row: Model, spec: Attested) -> str:
    """Return the digest of the row's attested fields, as loaded from the database."""
    return digest([spec.label, *[[name, _value(row, name)] for name in spec.fields]])


def seal(row: Model) -> list[Any]:
    """Return ``[label, id, digest]`` for a row that was just written.

    The row is read back first where the database may keep something else than it was given (rounded decimals, a date out
    of a text), so that the digest is of what it keeps.
    """
    found = _by_model[type(row)]
    # A proxy may hold back rows that are not to be attested yet, so those are always asked for.
    as_is = not found.model._meta.proxy and all(_kept_as_is(row, name) for name in found.fields)
    kept = row if as_is else found.model._base_manager.get(pk=row.pk)
    return [found.label, row.pk, row_digest(kept, found)]


def _kept_as_is(row: Model, name: str) -> bool:
    """Return whether any database gives this field's value back as it is on ``row``: null, numbers, texts, moments."""
    value = row.pk if name == "pk" else getattr(row, name)
    field = row._meta.pk if name == "pk" else row._meta.get_field(name)
    while isinstance(field, ForeignKey):
        field = field.target_field
    if value is None:
        return True
    if isinstance(field, BooleanField):
        return type(value) is bool
    if isinstance(field, IntegerField):
        return type(value) is int
    if isinstance(field, CharField | TextField):
        return isinstance(value, str)
    return isinstance(field, DateTimeField) and isinstance(value, datetime)
