"""Playbooks taken in: shipped ones once, own ones without fault, and what a matter pins never changes under it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from tests.support.world import START, make_world
from yishiting.council.matters import selectors, services
from yishiting.council.matters.models import PlaybookVersion
from yishiting.council.matters.playbooks import library
from yishiting.council.matters.tests.making import SIMPLE, STAFF, accepted, own_playbook, prepared, reported
from yishiting.kernel.errors import BadInput, NotAllowed
from yishiting.timeline import guards
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db


def test_the_shipped_playbooks_are_taken_in_once_however_often_that_is_asked() -> None:
    world = prepared()
    services.ensure_library(now=world.now)
    assert PlaybookVersion.objects.filter(estate=None).count() == len(library.playbooks())


def test_a_shipped_playbook_that_says_something_else_under_its_number_is_refused() -> None:
    world = prepared()
    guards.remove(connection)
    five = PlaybookVersion.objects.get(playbook="five-step")
    PlaybookVersion.objects.filter(pk=five.pk).update(text=five.text.replace("3 workdays", "4 workdays"))
    with pytest.raises(BadInput) as refusal:
        services.ensure_library(now=world.now)
    assert refusal.value.code == "version_taken"


def test_an_own_playbook_is_offered_in_its_estate_alone_and_its_newest_version_first() -> None:
    world = prepared()
    other = make_world(3, name="别处苑")
    own_playbook(world)
    second = own_playbook(world, SIMPLE.replace("version = 1", "version = 2"))
    here = [(each.playbook, each.version) for each in selectors.available_playbooks(world.estate)]
    assert ("simple", 2) in here
    assert ("simple", 1) not in here
    assert "simple" not in {each.playbook for each in selectors.available_playbooks(other.estate)}
    foreign = reported(other).matter
    with pytest.raises(BadInput):
        services.triage_accept(
            actor=other.actor(STAFF), matter_id=foreign.pk, playbook_id=second.pk, reason="办", now=world.now
        )


def test_the_same_text_is_the_same_version_and_another_text_under_its_number_is_refused() -> None:
    world = prepared()
    first = own_playbook(world)
    assert own_playbook(world) == first
    with pytest.raises(BadInput) as refusal:
        own_playbook(world, SIMPLE.replace("办理", "马上办理"))
    assert refusal.value.code == "version_taken"


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\xff\xfe\x00",
        "id = ",
        "version = 1",
        SIMPLE.format(needs="").replace('"end"', '"nowhere"'),
        "x" * 300_000,
    ],
)
def test_nothing_is_kept_of_a_faulty_one(source: str | bytes) -> None:
    world = prepared()
    before = PlaybookVersion.objects.count()
    with pytest.raises(BadInput) as refusal:
        services.add_playbook(actor=world.actor(STAFF), estate=world.estate, source=source, now=world.now)
    assert PlaybookVersion.objects.count() == before
    if isinstance(refusal.value, services.FaultyPlaybook):
        assert all(fault.line >= 1 for fault in refusal.value.faults)


def test_only_who_triages_takes_playbooks_in() -> None:
    world = prepared()
    for who in (0, "property_manager"):
        with pytest.raises(NotAllowed):
            services.add_playbook(
                actor=world.actor(who), estate=world.estate, source=SIMPLE.format(needs=""), now=world.now
            )


def test_the_database_keeps_a_version_as_it_was_and_an_edit_past_it_is_found() -> None:
    world = prepared()
    version = own_playbook(world)
    accepted(world, reported(world).matter, version)
    guards.install(connection)
    with pytest.raises(DatabaseError), transaction.atomic():
        PlaybookVersion.objects.filter(pk=version.pk).update(text="")
    guards.remove(connection)
    PlaybookVersion.objects.filter(pk=version.pk).update(name="改了名")
    assert any("matters.playbook" in str(fault) for fault in verify(world.estate.pk).faults)


@pytest.mark.parametrize(
    "changes",
    [
        {"text": 'id = "clear-stairwells"'},
        {"name": "改了名"},
        {"categories": ["改过"]},
        {"retired_at": START},
        {"version": 99},
        {"playbook": "another"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_shipped_version_that_no_matter_uses_is_held_against_the_files(changes: dict[str, object]) -> None:
    world = prepared()
    assert verify(world.estate.pk).faults == ()
    guards.remove(connection)
    PlaybookVersion.objects.filter(estate=None, playbook="clear-stairwells").update(**changes)
    assert any("工作法" in str(fault) for fault in verify(world.estate.pk).faults)


def test_a_shipped_version_that_was_removed_is_missed() -> None:
    world = prepared()
    guards.remove(connection)
    PlaybookVersion.objects.filter(estate=None, playbook="clear-stairwells").delete()
    assert any("不见了" in str(fault) for fault in verify(world.estate.pk).faults)
