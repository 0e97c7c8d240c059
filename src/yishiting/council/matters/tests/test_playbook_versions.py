"""Playbooks taken in: shipped ones once, own ones without fault, and what a matter pins never changes under it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.support.world import START, make_world
from yishiting.council.matters import selectors, services
from yishiting.council.matters.models import PlaybookVersion, Retirement
from yishiting.council.matters.playbooks import library
from yishiting.council.matters.tests.making import (
    SIMPLE,
    STAFF,
    accepted,
    later,
    own_playbook,
    prepared,
    reported,
    run_of,
)
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
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


# -- pinned versions, duplicates, retirement ---------------------------------------------------------------------------


def test_a_newer_version_does_not_move_a_matter_that_began_on_an_older_one() -> None:
    world = prepared()
    first = own_playbook(world)
    matter = accepted(world, reported(world).matter, first)
    changed = SIMPLE.replace("version = 1", "version = 2").replace("3 workdays", "9 workdays")
    second = own_playbook(world, changed.replace('title = "办理"', 'title = "重新分工办理"'))
    run = run_of(matter)
    assert (run.title, matter.playbook) == ("办理", first)
    worker = world.actor(STAFF)
    services.end_step(actor=worker, matter_id=matter.pk, outcome="done", now=later(world, hours=1))
    services.answer(actor=worker, matter_id=matter.pk, texts="办好了", now=later(world, hours=1))
    services.reopen(actor=world.actor(0), report_id=matter.reports.get().pk, reason="又坏了", now=later(world, hours=1))
    assert run_of(matter).title == "办理", "a reopening begins on the version that the matter pins"
    use = selectors.playbook_use(world.estate, "simple")
    assert (use.newest, use.versions, use.under_way, use.behind) == (2, (1, 2), {1: 1}, True)
    other = accepted(world, reported(world, title="另一件").matter, second)
    assert run_of(other).title == "重新分工办理"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("直接办理", "绕着办理"), "id_taken"),
        (("version = 3", "version = 2"), "version_behind"),
        (("3 workdays", "4 workdays"), "version_taken"),
    ],
)
def test_an_id_that_is_taken_and_a_number_behind_are_refused_with_what_to_do(
    change: tuple[str, str], code: str
) -> None:
    world = prepared()
    third = SIMPLE.replace("version = 1", "version = 3")
    own_playbook(world, third)
    text = third.replace(*change)
    if code == "id_taken":
        text = text.replace("version = 3", "version = 4")
    with pytest.raises(BadInput) as refusal:
        own_playbook(world, text)
    assert refusal.value.code == code
    assert "请" in str(refusal.value.message)
    assert PlaybookVersion.objects.filter(estate=world.estate).count() == 1


def test_the_id_of_a_shipped_playbook_is_not_free_for_another_one() -> None:
    world = prepared()
    with pytest.raises(BadInput) as refusal:
        own_playbook(world, SIMPLE.replace('id = "simple"', 'id = "round-table"').replace("version = 1", "version = 7"))
    assert refusal.value.code == "id_taken"
    assert "楼栋圆桌会" in str(refusal.value.message)


def test_a_retired_playbook_is_offered_no_more_and_what_runs_on_it_goes_on() -> None:
    world, other = prepared(), make_world(3, name="别处苑")
    version = own_playbook(world)
    matter, waiting = accepted(world, reported(world).matter, version), reported(world, title="另一件").matter
    worker = world.actor(STAFF)
    for name in ("simple", "garden-council"):
        services.retire_playbook(
            actor=worker, estate=world.estate, playbook=name, reason="换了做法", now=later(world, hours=1)
        )
    offered = {each.playbook for each in selectors.available_playbooks(world.estate)}
    assert not offered & {"simple", "garden-council"}
    assert "garden-council" in {each.playbook for each in selectors.available_playbooks(other.estate)}
    with pytest.raises(BadInput):
        accepted(world, waiting, version)
    with pytest.raises(BadInput) as newer:
        own_playbook(world, SIMPLE.replace("version = 1", "version = 2"))
    assert newer.value.code == "retired"
    services.end_step(actor=worker, matter_id=matter.pk, outcome="done", now=later(world, hours=1))
    services.answer(actor=worker, matter_id=matter.pk, texts="办好了", now=later(world, hours=1))
    matter.refresh_from_db()
    assert matter.status == "closed"
    with pytest.raises(WrongState):
        services.retire_playbook(actor=worker, estate=world.estate, playbook="simple", reason="再停", now=world.now)
    services.restore_playbook(
        actor=worker, estate=world.estate, playbook="simple", reason="还是要用", now=later(world, hours=1)
    )
    accepted(world, waiting, version)
    with pytest.raises(WrongState):
        services.restore_playbook(actor=worker, estate=world.estate, playbook="simple", reason="再来", now=world.now)
    assert [each.playbook for each in selectors.retired_playbooks(world.estate)] == ["garden-council"]
    assert verify(world.estate.pk).faults == ()


def test_retiring_asks_for_a_reason_a_duty_a_playbook_and_spares_the_common_one() -> None:
    world = prepared()
    worker, at = world.actor(STAFF), dict[str, Any]({"estate": world.estate, "now": world.now})
    with pytest.raises(BadInput):
        services.retire_playbook(actor=worker, playbook="garden-council", reason=" ", **at)
    with pytest.raises(BadInput):
        services.retire_playbook(actor=worker, playbook="garden-council", reason="长" * 501, **at)
    with pytest.raises(WrongState) as common:
        services.retire_playbook(actor=worker, playbook="five-step", reason="不要了", **at)
    assert common.value.code == "common"
    with pytest.raises(NotFound):
        services.retire_playbook(actor=worker, playbook="nowhere", reason="不要了", **at)
    for who in (0, "property_manager"):
        with pytest.raises(NotAllowed):
            services.retire_playbook(actor=world.actor(who), playbook="garden-council", reason="不要了", **at)
    with pytest.raises(NotAllowed):
        services.restore_playbook(actor=world.actor(0), playbook="garden-council", reason="要了", **at)


def test_an_edit_of_a_retirement_past_the_verbs_is_found() -> None:
    world = prepared()
    row = services.retire_playbook(
        actor=world.actor(STAFF), estate=world.estate, playbook="garden-council", reason="换了做法", now=world.now
    )
    guards.install(connection)
    with pytest.raises(DatabaseError), transaction.atomic():
        Retirement.objects.filter(pk=row.pk).update(reason="别的")
    guards.remove(connection)
    Retirement.objects.filter(pk=row.pk).update(reason="别的")
    assert any("花园议事会" in str(fault) for fault in verify(world.estate.pk).faults)


def test_a_common_playbook_that_says_nobody_takes_reports_up_is_not_taken_in() -> None:
    world = prepared()
    text = library.texts()["five-step"].replace("version = 1", "version = 2")
    for old, new in (('kind = "triage"', 'kind = "work"'), ('within = "2 workdays"\n', "")):
        assert old in text
        with pytest.raises(BadInput) as refusal:
            own_playbook(world, text.replace(old, new, 1).replace("{", "{{").replace("}", "}}"))
        assert refusal.value.code == "common"
    two = text.replace('who = "community_worker"', 'who = "grid_worker"', 1)
    own_playbook(world, two.replace("{", "{{").replace("}", "}}"))
    assert run_of(reported(world).matter).who == "grid_worker"


def test_of_two_texts_under_one_number_an_own_and_one_shipped_later_each_is_known_again() -> None:
    world = prepared()
    own = own_playbook(world)
    longer = SIMPLE.replace("3 workdays", "5 workdays")
    later_shipped = PlaybookVersion.objects.create(
        estate=None, playbook="simple", version=1, name=own.name, text=longer.format(needs=""), added_at=world.now
    )
    assert [own_playbook(world), own_playbook(world, longer)] == [own, later_shipped]
    with pytest.raises(BadInput) as refusal:
        own_playbook(world, SIMPLE.replace("3 workdays", "7 workdays"))
    assert refusal.value.code == "version_taken"
