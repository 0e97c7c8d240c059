"""The description of the interface, kept as it is promised; and answers to whatever anybody may send."""

from __future__ import annotations

import json
import os
import re
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


#: What stands in an address where it asks for something else than a number.
NAMED = {"slug": "nowhere", "name": "any", "code": "any", "token": "0", "year": "2026"}


@pytest.mark.django_db
def test_no_address_hides_another() -> None:
    """An address with a word in it stands beside one with a number there: each method arrives where it is declared."""
    for path, ways in json.loads(described())["paths"].items():
        address = re.sub(r"{(\w+)}", lambda found: NAMED.get(found[1], "7"), path)
        for method in ways:
            answer = Client().generic(method.upper(), address, "{}", content_type="application/json")
            assert answer.status_code != 405, (method, path)


def test_every_list_is_read_by_cursor_or_is_short_by_its_nature() -> None:
    told = json.loads(described())
    shapes = told["components"]["schemas"]
    for path, ways in told["paths"].items():
        if "get" not in ways:
            continue
        name = ways["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        if "items" not in shapes[name]["properties"] or ways["get"]["operationId"] in SHORT:
            continue
        asked = {each["name"] for each in ways["get"]["parameters"]}
        assert {"cursor", "limit"} <= asked, path
        assert "next" in shapes[name]["properties"], path


SHORT = {
    "search_desk": "fifty at most, and it says where there is more",
    "list_filters": "twenty at most",
    "list_hand_overs": "a hundred at most",
    "list_stand_ins": "who holds a post in the same body or place",
    "list_questions": "what one meeting has to settle",
    "list_my_invitations": "a hundred at most",
    "list_answers": "no order may tell who came when, so nothing to continue from",
    "list_mediators": "fifty at most",
    "list_people_of_home": "who is registered in one home",
    "list_series": "an estate's regular meetings",
    "list_held_together": "who holds posts of several kinds in one estate",
    "list_retired_playbooks": "an estate's retired playbooks",
    "get_settled": "one line a tier",
    "get_vote": "the questions of one vote",
}
