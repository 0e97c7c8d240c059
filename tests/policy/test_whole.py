"""The matrix leaves no verb out: whatever opens an estate's record is called by an operation of it, or by the clock."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from yishiting.reach.api.tests import inventory

SOURCE = Path(import_module("yishiting").__path__[0])
#: What the worker does by itself, and what verbs call inside their own book: nobody calls it.
BY_ITSELF = {
    "yishiting.ground.organisations.restating.restate_all",
    "yishiting.council.matters.tasks.end_elapsed",
    "yishiting.council.matters.tasks.reassign",
    "yishiting.council.matters.services.engine.open_matter",
    "yishiting.council.matters.services.escalation.raise_overdue",
}


def writers() -> Iterator[str]:
    """Yield every public function that opens a book, wherever it stands."""
    for path in sorted(SOURCE.rglob("*.py")):
        inner = path.relative_to(SOURCE).with_suffix("").parts
        if {"tests", "stories", "timeline"} & set(inner):
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            called = {each.func.id for each in ast.walk(node) if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)}  # fmt: skip
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and "book" in called:
                yield ".".join(("yishiting", *inner, node.name))


def test_whatever_writes_into_the_record_is_a_verb_of_the_matrix_or_the_clocks() -> None:
    verbs = {f"{verb.__module__}.{verb.__name__}" for _name, verb in inventory.verbs()}
    found = set(writers())
    assert len(found) > 100
    assert sorted(found - verbs - BY_ITSELF) == []
    assert sorted(BY_ITSELF - found) == []
