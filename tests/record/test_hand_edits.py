"""Whatever is edited by hand in the database is found, table by table and column by column, or is named here with a reason.

A new table or a new column is in neither list and fails these tests until somebody has decided how the record holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest
from django.db import transaction

from tests.record import editing, parts
from tests.record.everything import live
from tests.support.world import World
from yishiting.kernel.words import Sentence
from yishiting.timeline import verify as walking
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db

#: Tables that the record does not hold, each with the reason.
NOT_HELD = {
    "timeline.Cursor": "how far a subscriber has read; what it does may run twice and nothing is shown of it",
    "inbox.Message": "a person's inbox is told from entries and read by him alone; losing a line loses nothing on record",
    "tokens.Token": "a person's own key to the interface, which is no fact of an estate; as whom it acts, policies decide",
    "desks.SearchText": "words for finding, made anew from the things themselves; what is found is read from those",
    "desks.SavedFilter": "how a member of staff narrows his own desk, which is no fact of an estate",
    "api.Answered": "what a write was answered, kept a day so that sending it again does nothing; what it wrote is held",
    "people.Account": "how somebody signs in, which is no fact of an estate; who may do what comes from posts and holdings",
    "people.Person": "names and phones belong to a person and not to an estate: the record keeps no digest of them",
}
#: Columns that the record does not hold, each with the reason.
COLUMNS_NOT_HELD = {
    "meetings.Attendance": {
        "person": "who came by name is read by staff alone, and a digest of a person would be guessed"
    },
    "votes.RollHead": {"estate": "a head is read by its roll, never by this column"},
    "votes.RollHome": {"estate": "a home on a roll is read by its roll, never by this column"},
}
#: Tables whose rows may be removed or slipped in without a fault, with the reason.
MAY_VANISH = {
    "places.Estate": "`verify` is asked about an estate by its name and says that there is none",
}
MAY_APPEAR = {
    "matters.Photo": "a picture that nothing uses waits to be used or dropped; one of a report is found",
    "organisations.Organisation": "a body without anybody in its posts answers for nothing",
    "organisations.Post": "a post that nobody ever held gives no rights",
    "places.Estate": "another estate, with a chain of its own in which nothing happened",
    "places.Region": "a region in which no estate lies",
    "votes.RollHome": "a home under a head of another roll counts nowhere: weights are those of the heads",
}

#: In how many rows of a table each column is edited; None for all of them, which takes a quarter of an hour.
ROWS: int | None = 1

#: What each kind of a walk's parts is asked about, in words that tell one from the other.
MARKS: tuple[tuple[str, Callable[..., Any]], ...] = (
    (
        "differing",
        lambda label, estate_id, told: (label, estate_id, sorted((pk, seal.digest) for pk, seal in told.items())),
    ),
    ("unwritten", lambda found, estate_id, vouched: (found.label, estate_id, sorted(vouched))),
    ("recount", lambda check, estate_id: (check.__module__, estate_id)),
)

HELD = sorted(editing.tables().keys() - NOT_HELD.keys())


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """An estate where everything happened, made once for the module, inside a transaction that is undone at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = live()
        with editing.unguarded():
            yield made
        transaction.set_rollback(True)


@pytest.fixture(scope="module", params=["parts", pytest.param("whole", marks=pytest.mark.long)])
def finder(world: World, request: pytest.FixtureRequest) -> parts.Finder:
    """Who is asked whether an edit is found: the parts of a walk, or, which takes minutes, a whole one for each edit."""
    return parts.Finder() if request.param == "parts" else parts.Finder([])


def test_nothing_is_found_where_nothing_was_edited(world: World) -> None:
    assert [str(fault) for fault in verify(world.estate.pk).faults] == []
    assert [part for part in parts.Finder().parts if part.finds()] == []


def test_the_walk_runs_every_part(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the tests below ask part by part is what `verify` asks, of the same rows."""
    assert {part.name.partition(" ")[0] for part in parts.parts_of(world.estate.pk)} == {name for name, _ in MARKS}
    # All in one piece, so that what never changes is asked about once there, too.
    monkeypatch.setattr(walking, "CHUNK", 100_000)
    for name, of in MARKS:

        def marked(*given: Any, name: str = name, of: Callable[..., Any] = of) -> Iterator[Sentence]:
            yield Sentence("{name}: {of}", name=name, of=of(*given))

        monkeypatch.setattr(walking, {"recount": "recounted"}.get(name, name), marked)
    expected = [str(fault) for part in parts.parts_of(world.estate.pk) for fault in part.faults()]
    faults = [str(fault) for fault in verify(world.estate.pk).faults]
    assert len(expected) > 100
    assert sorted(faults) == sorted(expected)


def test_what_is_named_as_not_held_is_there() -> None:
    tables = editing.tables()
    assert NOT_HELD.keys() <= tables.keys()
    for label, names in COLUMNS_NOT_HELD.items():
        assert names.keys() <= editing.columns(tables[label]).keys(), label


@pytest.mark.parametrize("label", HELD)
def test_an_edit_of_any_column_is_found(world: World, finder: parts.Finder, label: str) -> None:
    model = editing.tables()[label]
    unseen, untried = [], []
    for name, field in editing.columns(model).items():
        if name in COLUMNS_NOT_HELD.get(label, {}):
            continue
        tried = [
            (edit, finder.finds(label)) for edit in islice(editing.edits(model, field, estate_id=world.estate.pk), ROWS)
        ]
        unseen += [edit for edit, seen in tried if not seen]
        if not tried:
            untried.append(name)
    assert unseen == []
    assert untried == [], "nothing in the estate lets these columns be edited: let more happen in it"


@pytest.mark.parametrize("label", HELD)
def test_a_row_that_was_removed_is_missed(world: World, finder: parts.Finder, label: str) -> None:
    model = editing.tables()[label]
    tried = [(edit, finder.finds(label)) for edit in islice(editing.removals(model, estate_id=world.estate.pk), ROWS)]
    assert tried
    if label not in MAY_VANISH:
        assert [edit for edit, seen in tried if not seen] == []


@pytest.mark.parametrize("label", HELD)
def test_a_row_that_was_slipped_in_is_found(world: World, finder: parts.Finder, label: str) -> None:
    model = editing.tables()[label]
    tried = [(edit, finder.finds(label)) for edit in islice(editing.slips(model, estate_id=world.estate.pk), ROWS)]
    if label not in MAY_APPEAR:
        assert [edit for edit, seen in tried if not seen] == []
