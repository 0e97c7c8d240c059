"""An estate that is put back is the one that was made: whoever asks second tests the same things."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.record import kept
from tests.record.everything import live
from tests.support.world import World, make_world
from yishiting.ground.places.models import Estate
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db


def small() -> World:
    return make_world(2)


def asked() -> tuple[World, dict[str, list[tuple[object, ...]]]]:
    with transaction.atomic():
        world, rows = live(), kept.rows()
        assert [str(fault) for fault in verify(world.estate.pk).faults] == []
        transaction.set_rollback(True)
    return world, rows


def test_who_asks_again_gets_the_same_rows_and_a_world_of_his_own() -> None:
    (first, before), (second, after) = asked(), asked()
    assert sum(map(len, before.values())) > 500
    assert after == before
    assert (second.now, second.estate, second.homes) == (first.now, first.estate, first.homes)
    second.owners.clear()
    assert asked()[0].owners == first.owners


def test_beside_other_rows_an_estate_is_made_anew() -> None:
    with transaction.atomic():
        kept.once(small)
        transaction.set_rollback(True)
    other = make_world(1, name="先来的小区")
    made = kept.once(small)
    assert Estate.objects.get(slug=other.estate.slug) == other.estate
    assert Estate.objects.get(slug=made.estate.slug) == made.estate != other.estate
