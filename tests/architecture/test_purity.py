"""Pure code is pure, rooms know no HTTP, nobody listens to model signals; each planted violation is named."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.architecture.purity import (
    Module,
    http_faults,
    is_pure,
    modules_under,
    purity_faults,
    signal_faults,
    ui_faults,
)


@pytest.fixture(scope="module")
def house() -> Mapping[str, Module]:
    return modules_under(Path(__file__).resolve().parents[2] / "src")


def planted(house: Mapping[str, Module], **texts: str) -> dict[str, Module]:
    """The house with modules added; ``__`` in a keyword stands for a dot below ``yishiting``."""
    names = {f"yishiting.{key.replace('__', '.')}": text for key, text in texts.items()}
    return {**house, **{name: Module(name=name, is_package=False, text=text) for name, text in names.items()}}


def test_pure_code_depends_on_its_arguments_alone(house: Mapping[str, Module]) -> None:
    assert purity_faults(house) == []


def test_the_rules_of_the_count_are_among_what_is_pure(house: Mapping[str, Module]) -> None:
    pure = {name for name, module in house.items() if is_pure(module)}

    assert any(name.startswith("yishiting.council.votes.rules") for name in pure)
    assert {"yishiting.kernel.exact", "yishiting.kernel.workdays"} <= pure


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("from django.db import models", "imports django.db.models"),
        ("def count():\n    from django.conf import settings", "planted.rules:2 imports django.conf.settings"),
        ("import os", "imports os, which reaches outside"),
        ("from pathlib import Path", "imports pathlib.Path, which reaches outside"),
        ("import openpyxl", "imports openpyxl"),
        ("HALF = 0.5", "writes the inexact number 0.5"),
        ("def share(a):\n    return float(a)", "calls float()"),
        ("def read(a):\n    return open(a)", "calls open()"),
        ("from yishiting.kernel import clock\nLATE = clock.now()", "asks the clock by now()"),
        ("from datetime import date\nTODAY = date.today()", "asks the clock by today()"),
        ("from yishiting.council.votes.models import Vote", "> yishiting.council.votes.models:"),
    ],
)
def test_what_a_planted_rule_does_besides_deciding_is_named(house: Mapping[str, Module], text: str, named: str) -> None:
    faults = purity_faults(planted(house, council__planted__rules=text))

    assert faults
    assert all(fault.startswith("yishiting.council.planted.rules") for fault in faults)
    assert any(named in fault for fault in faults), faults


def test_a_planted_lifecycle_and_a_module_that_calls_itself_pure_are_held_to_it(house: Mapping[str, Module]) -> None:
    faults = purity_faults(
        planted(
            house,
            council__planted__lifecycle="import django",
            council__planted__parts='"""Reads a file. Pure: text in, value out."""\nimport django',
            council__planted__services='"""Writes; the pure part stands in rules."""\nimport django',
        )
    )

    assert [fault.partition(" ")[0] for fault in faults] == [
        "yishiting.council.planted.lifecycle",
        "yishiting.council.planted.parts",
    ]


def test_rooms_know_no_http(house: Mapping[str, Module]) -> None:
    assert http_faults(house) == []


def test_a_planted_view_in_a_room_is_named(house: Mapping[str, Module]) -> None:
    faults = http_faults(
        planted(
            house,
            council__votes__planted="from django.http import HttpResponse",
            reach__web__planted="from django.http import HttpResponse",
        )
    )

    assert faults == ["yishiting.council.votes.planted:1 imports django.http.HttpResponse: rooms know no HTTP"]


def test_nobody_imports_the_look(house: Mapping[str, Module]) -> None:
    assert ui_faults(house) == []


def test_a_planted_import_of_the_look_is_named(house: Mapping[str, Module]) -> None:
    faults = ui_faults(planted(house, reach__web__planted="from yishiting.ui import apps"))

    assert faults == ["yishiting.reach.web.planted:1 imports yishiting.ui.apps: ui has no Python for others"]


def test_nobody_listens_to_model_signals(house: Mapping[str, Module]) -> None:
    assert signal_faults(house) == []


def test_a_planted_listener_to_a_model_signal_is_named(house: Mapping[str, Module]) -> None:
    faults = signal_faults(
        planted(house, council__votes__planted="from django.db.models.signals import post_migrate, post_save")
    )

    assert faults == [
        "yishiting.council.votes.planted:1 imports django.db.models.signals.post_save: model signals are banned"
    ]
