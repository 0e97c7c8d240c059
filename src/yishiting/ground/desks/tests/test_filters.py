"""Filters that somebody keeps: his own, named once, one of them the one that the desk opens with."""

from __future__ import annotations

import pytest

from tests.support.world import START, World, make_world
from yishiting.ground.desks import filters
from yishiting.ground.desks.models import SavedFilter
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world(2)


def save(
    world: World, name: str, query: str = "due=late", *, default: bool = False, by: str = "grid_worker"
) -> SavedFilter:
    return filters.save_filter(actor=world.actor(by), name=name, query=query, default=default, now=START)


def test_a_filter_keeps_what_narrows_the_desk_and_nothing_else(world: World) -> None:
    row = save(world, " 急的 ", "page=3&room=matters&due=late&next=//evil&q=")
    assert (row.name, row.query) == ("急的", "room=matters&due=late")
    for nothing in ("", "page=2", "q=+"):
        with pytest.raises(BadInput):
            save(world, "空", nothing)


def test_an_address_with_more_fields_than_any_page_sends_keeps_nothing(world: World) -> None:
    long = "due=late&" + "&".join(f"x{n}=1" for n in range(filters.MOST_FIELDS))
    assert filters.tidy(long) == ""
    with pytest.raises(BadInput):
        save(world, "长", long)


def test_there_is_one_default_and_names_are_ones_own(world: World) -> None:
    first, second = save(world, "甲", default=True), save(world, "乙", default=True)
    save(world, "甲", by="moderator", default=True)
    first.refresh_from_db()
    assert (first.default, second.default) == (False, True)
    with pytest.raises(BadInput):
        save(world, "甲")
    changed = filters.change_filter(actor=world.actor("grid_worker"), filter_id=first.pk, name="丙", default=True)
    assert (changed.name, changed.default) == ("丙", True)
    assert [row.name for row in filters.filters_of(world.actor("grid_worker")) if row.default] == ["丙"]


def test_nobody_reads_changes_or_drops_anothers(world: World) -> None:
    row, other = save(world, "甲"), world.actor("moderator")
    with pytest.raises(NotFound):
        filters.filter_of(other, row.pk)
    with pytest.raises(NotFound):
        filters.change_filter(actor=other, filter_id=row.pk, name="乙", default=False)
    with pytest.raises(NotFound):
        filters.delete_filter(actor=other, filter_id=row.pk)
    filters.delete_filter(actor=world.actor("grid_worker"), filter_id=row.pk)
    assert not SavedFilter.objects.exists()


def test_a_resident_keeps_none_and_nobody_more_than_twenty(world: World) -> None:
    with pytest.raises(NotAllowed):
        filters.save_filter(actor=world.actor(0), name="甲", query="due=late", default=False, now=START)
    for number in range(filters.MOST):
        save(world, f"第{number}个")
    with pytest.raises(WrongState):
        save(world, "再一个")
