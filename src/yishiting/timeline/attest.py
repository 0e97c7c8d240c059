"""Which rows entries vouch for, and how such a row is digested."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

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

    The row is read back first, so that the digest is of what the database keeps (rounded decimals, trimmed seconds).
    """
    found = _by_model[type(row)]
    kept = found.model._base_manager.get(pk=row.pk)
    return [found.label, row.pk, row_digest(kept, found)]
