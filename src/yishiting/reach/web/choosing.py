"""What a form offers to choose from, where that is only known once somebody asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms


def offer(form: forms.BaseForm, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Have a field of ``form`` offer these; raises :class:`TypeError` for a field from which nothing is chosen."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"nothing is chosen from {name!r}")
    field.choices = list(choices)
