"""The description of the interface, kept as it is promised; and answers to whatever anybody may send."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from django.test import Client

from yishiting.reach.api.v1 import api

KEPT = Path(__file__).resolve().parents[1] / "openapi.json"
RENEW = "YISHITING_RENEW"


def described() -> str:
    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


def test_the_description_is_the_one_that_is_kept() -> None:
    """A change of the interface is seen in review. To renew: `YISHITING_RENEW=1 .venv/bin/python -m pytest` and this file."""
    if os.environ.get(RENEW):
        KEPT.write_text(described(), encoding="utf-8")
    assert json.loads(KEPT.read_text(encoding="utf-8")) == json.loads(described()), (
        f"the interface changed: look at the difference, then run this test with {RENEW}=1 and commit {KEPT.name}"
    )


@pytest.mark.django_db
def test_the_description_is_served_to_anybody() -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == json.loads(KEPT.read_text(encoding="utf-8"))


def test_every_operation_says_how_it_refuses_and_what_its_fields_mean() -> None:
    for path, ways in json.loads(described())["paths"].items():
        for method, operation in ways.items():
            for status in ("401", "403", "404", "409", "422", "429"):
                assert list(operation["responses"][status]["content"]) == ["application/problem+json"], (path, method)
            assert operation["description"]
            assert operation["security"], (path, method)
