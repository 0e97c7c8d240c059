"""Kinds of post: the document says what the table says, and a vacancy swallows nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.world import START, make_world
from yishiting.ground.organisations.kinds import KINDS, Duty, chain
from yishiting.ground.organisations.models import Term
from yishiting.ground.organisations.selectors import responsible


def test_the_document_lists_every_kind_with_its_duties(repository_root: Path) -> None:
    lines = (repository_root / "docs" / "roles.md").read_text().splitlines()
    for kind in KINDS.values():
        (line,) = [line for line in lines if line.startswith(f"| `{kind.code}`")]
        assert kind.label in line
        duties = line.split("|")[3]
        if kind.duties == frozenset(Duty):
            assert duties.strip() == "all"
        else:
            assert {duty for duty in Duty if duty.value in duties} == kind.duties
        assert (f"`{kind.next_up}`" in line) == (kind.next_up is not None)


@pytest.mark.parametrize("code", [*KINDS, "no_such_post"])
def test_whoever_is_missing_somebody_further_up_answers(code: str) -> None:
    kinds = chain(code)
    assert kinds[0] == code
    assert len(kinds) == len(set(kinds))
    assert kinds[-1] == "subdistrict_worker"


@pytest.mark.django_db
def test_the_narrowest_post_of_the_kind_answers_and_a_vacancy_goes_up() -> None:
    world = make_world(6)
    where = {"estate": world.estate, "now": START + timedelta(days=1), "building_id": world.buildings[0].pk}
    found = responsible(kind="building_head", **where)
    assert found is not None
    assert (found.person_ids, found.stands_in) == ((world.staff["building_head"].pk,), False)
    Term.objects.filter(person=world.staff["building_head"]).update(until=START + timedelta(hours=1))
    found = responsible(kind="building_head", **where)
    assert found is not None
    assert (found.post.kind, found.stands_in) == ("grid_worker", True)


@pytest.mark.django_db
def test_a_post_of_another_building_does_not_answer() -> None:
    world = make_world(6)
    found = responsible(kind="building_head", estate=world.estate, now=START + timedelta(days=1), building_id=None)
    assert found is not None
    assert found.post.kind == "grid_worker"


@pytest.mark.django_db
def test_rights_end_with_the_term() -> None:
    world = make_world(6)
    assert world.actor("grid_worker").has_duty(Duty.TRIAGE, world.estate.pk)
    Term.objects.filter(person=world.staff["grid_worker"]).update(until=START)
    assert not world.actor("grid_worker").has_duty(Duty.TRIAGE, world.estate.pk)


@pytest.mark.django_db
def test_a_post_of_a_region_answers_for_each_estate_under_it_and_for_no_other() -> None:
    world, other = make_world(2), make_world(2, name="别处苑")
    worker = world.actor("community_worker")
    assert worker.has_duty(Duty.ROSTER, world.estate.pk)
    assert not worker.has_duty(Duty.ROSTER, other.estate.pk)
    assert worker.estates_served == {world.estate.pk}
