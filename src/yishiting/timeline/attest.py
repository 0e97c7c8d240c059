"""What entries vouch for: rows that never change, rows as they stand now, and whole registers; and how each is digested."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField, CharField, DateTimeField, ForeignKey, IntegerField, Model, Q, TextField

from yishiting.kernel.hashing import digest
from yishiting.kernel.words import Sentence

#: The condition that every row of an estate meets.
EVERY_ROW = Q()
#: Stands where the digest would, in the entry of the verb that took a row back.
GONE = ""


@dataclass(frozen=True, slots=True)
class Attested:
    """A model whose rows entries attest.

    ``fields`` are those that never change once written; of a ``current`` model they are those that change only by a verb
    that attests the row anew, so that the last digest on record is the one that counts. ``must`` says which rows of an
    estate some entry has to attest (None: no row has to). ``names`` says what a row is, for the sentence of a fault.
    """

    label: str
    model: type[Model]
    fields: tuple[str, ...]
    current: bool = False
    must: Q | None = None
    names: Callable[[Any], Sentence] | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """Rows that are attested together, for tables whose rows come by the thousand in one verb.

    ``parts(estate_id, ids)`` gives the digest of each part of an estate's register as it stands (of those in ``ids``, or
    of all); ``names(id)`` says what a part is.
    """

    label: str
    parts: Callable[[int, Collection[int] | None], Mapping[int, str]]
    names: Callable[[int], Sentence]


@dataclass(frozen=True, slots=True)
class Whole:
    """Asks an entry to attest a register as it stands: the parts of these ids, or all."""

    label: str
    ids: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """Asks an entry to say that a row which an earlier one attests was taken back, and is no longer there."""

    label: str
    row_id: int


Attestable = Model | Whole | Gone

_by_label: dict[str, Attested] = {}
_by_model: dict[type[Model], Attested] = {}
_registers: dict[str, Register] = {}


def register(
    label: str,
    model: type[Model],
    fields: Iterable[str],
    *,
    current: bool = False,
    must: Q | None = EVERY_ROW,
    names: Callable[[Any], Sentence] | None = None,
) -> None:
    """Register ``model`` under ``label`` (stable for ever: it is in the record); raises ``ValueError`` when taken.

    The row's id and its estate are always among the fields. See :class:`Attested` for the others.
    """
    _refuse_taken(label)
    always = ("pk", "estate_id") if _has_estate(model) else ("pk",)
    rest = tuple(name for name in fields if name not in always)
    spec = Attested(label, model, always + rest, current, must, names)
    _by_label[label] = spec
    _by_model[model] = spec


def register_whole(
    label: str,
    parts: Callable[[int, Collection[int] | None], Mapping[int, str]],
    *,
    names: Callable[[int], Sentence],
) -> None:
    """Register rows that are attested together under ``label``; raises ``ValueError`` when it is taken."""
    _refuse_taken(label)
    _registers[label] = Register(label, parts, names)


def _refuse_taken(label: str) -> None:
    if label in _by_label or label in _registers:
        raise ValueError(f"attested label {label!r} is registered twice")


def _has_estate(model: type[Model]) -> bool:
    try:
        model._meta.get_field("estate")
    except FieldDoesNotExist:
        return False
    return True


def spec(label: str) -> Attested | None:
    """Return what is registered for rows under ``label``."""
    return _by_label.get(label)


def whole(label: str) -> Register | None:
    """Return the register that is attested under ``label``."""
    return _registers.get(label)


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


def seals(estate_id: int, asked: Iterable[Attestable]) -> list[list[Any]]:
    """Return ``[label, id, digest]`` for all that an entry is asked to attest, in order."""
    sealed: list[list[Any]] = []
    for each in asked:
        if isinstance(each, Gone):
            sealed.append([each.label, each.row_id, GONE])
        elif isinstance(each, Whole):
            parts = _registers[each.label].parts(estate_id, each.ids)
            sealed.extend([each.label, part, parts[part]] for part in sorted(parts))
        else:
            sealed.append(seal(each))
    return sealed


def seal(row: Model) -> list[Any]:
    """Return ``[label, id, digest]`` for a row that was just written.

    The row is read back first where the database may keep something else than it was given (rounded decimals, a date out
    of a text), so that the digest is of what it keeps.
    """
    found = _by_model[type(row)]
    # A proxy may hold back rows that are not to be attested yet, and what changes may have changed under another name
    # within the verb, so those are always asked for.
    as_is = not (found.current or found.model._meta.proxy) and all(_kept_as_is(row, name) for name in found.fields)
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
