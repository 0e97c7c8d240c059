"""The digest of a row that was just written is the digest of what the database keeps."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.world import make_person, make_world
from yishiting.council.matters.models import Matter, Report, StepEnd
from yishiting.council.votes.models import Item, Roll, Vote
from yishiting.timeline import attest

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=UTC)


def again(label: str, pk: int) -> list[object]:
    """Seal as ``verify`` does: from the row as it is read."""
    spec = attest.spec(label)
    assert spec is not None
    return [label, pk, attest.row_digest(spec.model._base_manager.get(pk=pk), spec)]


def test_a_row_of_numbers_texts_and_moments_is_not_read_again() -> None:
    world = make_world(1)
    vote = Vote.objects.create(estate=world.estate, no=1, title="灯", drafted_at=NOW, closes_at=NOW)
    item = Item.objects.create(estate=world.estate, vote=vote, question="换灯吗？ ", rule=Item.Rule.ORDINARY)
    with CaptureQueriesContext(connection) as queries:
        sealed = attest.seal(item)
    assert len(queries) == 0
    assert sealed == again("votes.item", item.pk)


def test_a_figure_that_the_database_rounds_is_sealed_as_it_keeps_it() -> None:
    world = make_world(1)
    vote = Vote.objects.create(estate=world.estate, no=1, title="灯", drafted_at=NOW, closes_at=NOW)
    area = Decimal("100.5000000000")
    roll = Roll.objects.create(
        estate=world.estate, vote=vote, frozen_at=NOW, homes=1, heads=1, area=area, digest="0" * 64
    )
    assert attest.seal(roll) == again("votes.roll", roll.pk)


def test_a_number_that_was_given_as_text_is_sealed_as_the_number_it_is_kept_as() -> None:
    world = make_world(1)
    matter = Matter.objects.create(estate=world.estate, no=1, category="other", title="灯", created_at=NOW)
    report = Report.objects.create(
        estate=world.estate, matter=matter, first_matter_id=str(matter.pk), person=make_person("某人"), words="灯不亮",
        made_at=NOW, salt="ab",
    )  # fmt: skip
    assert attest.seal(report) == again("matters.report", report.pk)


def test_a_step_that_has_not_ended_cannot_be_sealed_as_ended() -> None:
    world = make_world(1)
    matter = Matter.objects.create(estate=world.estate, no=1, category="other", title="灯", created_at=NOW)
    step = StepEnd(
        estate=world.estate, matter=matter, round=1, seq=1, step="a", kind="work", stage="topic", title="甲", who="x",
        started_at=NOW,
    )  # fmt: skip
    step.save_base(raw=True)
    with pytest.raises(StepEnd.DoesNotExist):
        attest.seal(step)
