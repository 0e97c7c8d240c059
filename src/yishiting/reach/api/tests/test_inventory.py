"""Each public verb of the rooms and each page is reached through the interface, or is listed with the reason why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from importlib import import_module

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from yishiting.reach.api.tests import inventory, pages
from yishiting.reach.api.tests.inventory import NOT_REACHED, NOT_SENT, OWN, REACHED, operations, verbs


def test_each_verb_is_reached_or_is_listed_with_its_reason() -> None:
    known = {name for name, _verb in verbs()}
    assert sorted(known - REACHED.keys() - NOT_REACHED.keys()) == [], (
        "a verb has neither an operation nor a reason: write its operation, or its reason into NOT_REACHED"
    )
    assert sorted((REACHED.keys() | NOT_REACHED.keys()) - known) == []
    assert not REACHED.keys() & NOT_REACHED.keys()
    assert set(REACHED.values()) <= operations().keys()
    assert all({**NOT_REACHED, **NOT_SENT, **OWN}.values())


def test_the_rooms_are_found_by_machine() -> None:
    found = dict(inventory.rooms())
    assert {
        "votes",
        "matters",
        "meetings",
        "projects",
        "cases",
        "appraisals",
        "notices",
        "people",
        "places",
    } <= found.keys()


def test_every_write_of_the_interface_is_a_verb_of_a_room() -> None:
    writes = {name for name, method in operations().items() if method != "get"}
    assert sorted(writes - set(REACHED.values()) - OWN.keys()) == []
    assert sorted(OWN.keys() - writes) == []


def test_no_two_operations_and_no_two_shapes_have_one_name() -> None:
    names = [
        op["operationId"]
        for ways in import_module("yishiting.reach.api.v1").api.get_openapi_schema()["paths"].values()
        for op in ways.values()
    ]
    assert [name for name, times in Counter(names).items() if times > 1] == []
    shapes: dict[str, set[object]] = {}
    for room in vars(import_module("yishiting.reach.api.v1"))["ROUTERS"]:
        for name, value in vars(room).items():
            if isinstance(value, type) and hasattr(value, "model_json_schema"):
                shapes.setdefault(name, set()).add(value)
    assert [name for name, values in shapes.items() if len(values) > 1] == []


def _page_names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for each in patterns:
        if isinstance(each, URLPattern):
            if each.name:
                yield each.name
        elif each.namespace in (None, "web"):
            yield from _page_names(each.url_patterns)


def test_what_each_page_tells_is_told_by_an_operation_or_is_listed_with_its_reason() -> None:
    web = next(
        each for each in get_resolver().url_patterns if isinstance(each, URLResolver) and each.namespace == "web"
    )
    known = set(_page_names(web.url_patterns))
    assert sorted(known - pages.TOLD.keys() - pages.NOT_TOLD.keys()) == [], (
        "a page has neither an operation that tells the same nor a reason: write it into pages.py"
    )
    assert sorted((pages.TOLD.keys() | pages.NOT_TOLD.keys()) - known) == []
    assert not pages.TOLD.keys() & pages.NOT_TOLD.keys()
    assert sorted(set(pages.TOLD.values()) - operations().keys()) == []
    assert all(pages.NOT_TOLD.values())
