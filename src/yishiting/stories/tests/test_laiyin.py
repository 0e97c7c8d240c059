"""莱茵小镇 replayed: a list with gaps, a decision of three quarters, forty piles in three phases."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from yishiting.council.matters.models import Answer, Matter, Report
from yishiting.council.projects import selectors as projects
from yishiting.council.projects.models import Phase, Project
from yishiting.council.votes import services as votes
from yishiting.council.votes.models import Ballot, PaperSlip, RollHead, Vote
from yishiting.ground.organisations.actors import NOBODY
from yishiting.ground.organisations.models import Organisation
from yishiting.ground.people.models import UnsettledPhone
from yishiting.ground.people.sign_in import may_sign_in
from yishiting.ground.places import selectors as places
from yishiting.ground.places.models import Building, Estate, Home
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import WrongState
from yishiting.stories.laiyin import people, replay
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

ANCHOR = datetime(2026, 11, 20, 11, 0, tzinfo=CHINA)
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """Replay once for the module, inside a transaction that is undone at its end."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield replay(anchor=ANCHOR, bar=io.StringIO())
        transaction.set_rollback(True)


@pytest.fixture
def estate(told: dict[str, Any]) -> Estate:
    return Estate.objects.get(slug=told["estate"]["slug"])


@pytest.fixture
def piles(estate: Estate) -> Project:
    return Project.objects.get(estate=estate)


def test_a_roll_with_a_hole_cannot_freeze_until_the_area_is_settled() -> None:
    estate = people.found_estate(ANCHOR)
    cast = people.give_posts(estate, ANCHOR)
    chair = cast.actor("committee_chair", ANCHOR)
    vote = votes.draft_vote(
        actor=chair, estate=estate, title="装充电桩", explanation="", items=[votes.ItemDraft("装不装？", "special")],
        closes_at=ANCHOR + timedelta(days=20), now=ANCHOR,
    )  # fmt: skip
    (gap,) = Home.objects.filter(estate=estate, area__isnull=True).select_related("building", "entrance")
    with pytest.raises(WrongState) as refused:
        votes.open_vote(actor=chair, vote_id=vote.pk, now=ANCHOR)
    assert gap.room in str(refused.value.message)
    assert [home.pk for home in people.settle_gaps(cast, ANCHOR)] == [gap.pk]
    opened = votes.open_vote(actor=chair, vote_id=vote.pk, now=ANCHOR)
    assert (opened.roll.homes, opened.roll.heads) == (1912, 1912)


def test_twenty_nine_buildings_with_a_label_of_thirty_two_among_them(estate: Estate) -> None:
    totals = places.totals(estate.pk)
    assert (totals.buildings, totals.entrances, totals.homes) == (29, 58, 1912)
    assert totals.area == Decimal("213953.26") + people.SURVEYED
    assert Building.objects.filter(estate=estate, label="32栋").exists()


def test_the_owners_decided_by_three_quarters_of_those_who_took_part(estate: Estate) -> None:
    vote = Vote.objects.select_related("roll").get(estate=estate)
    item = vote.items.get()
    assert (item.rule, item.result.outcome) == ("special", "passed")
    # Whom they let run it is named in what they were asked, and stands where an interest can name it.
    (company,) = Organisation.objects.filter(estate=estate, kind=Organisation.Kind.COMPANY)
    assert company.name in item.question
    standing = Ballot.objects.filter(item=item, superseded_at=None)
    in_favour, part = standing.filter(choice="for").count(), standing.count()
    # By hand: two thirds of the heads took part, three quarters of those agree; homes without a known owner count as heads.
    assert 3 * part >= 2 * vote.roll.heads
    assert 4 * in_favour >= 3 * part
    assert RollHead.objects.filter(roll=vote.roll, kind=RollHead.Kind.UNKNOWN).count() == 457
    assert PaperSlip.objects.filter(vote=vote, settled_at__isnull=False).count() == 62


def test_forty_piles_stand_after_three_acceptances_each_phase_insured_before_it_runs(piles: Project) -> None:
    assert projects.progress(piles) == (40, 40)
    assert piles.needs_insurance
    assert piles.ended_at is not None
    phases = list(piles.phases.order_by("no"))
    assert [phase.planned for phase in phases] == [14, 13, 13]
    stood, before = [], None
    for phase in phases:
        assert phase.accepted_at is not None
        assert phase.started_at is not None
        assert phase.operating_at is not None
        assert before is None or phase.started_at > before
        assert projects.insured_on(piles, phase.operating_at.astimezone(CHINA).date())
        before = phase.accepted_at
        stood.append(sum(each.planned for each in Phase.objects.filter(project=piles, accepted_at__lte=before)))
    assert stood == [14, 27, 40]


def test_every_reporter_of_the_piles_was_answered_and_the_shed_is_under_way(estate: Estate) -> None:
    closed = Matter.objects.get(estate=estate, status=Matter.Status.CLOSED)
    assert Report.objects.filter(matter=closed).count() == 18
    assert Answer.objects.filter(report__matter=closed).exclude(text="").count() == 18
    assert Matter.objects.get(estate=estate, status=Matter.Status.OPEN).stage == Matter.Stage.CARRY_OUT


def test_anyone_may_read_how_far_the_piles_are(estate: Estate) -> None:
    assert projects.progress(projects.project_page(NOBODY, estate.pk, 1)) == (40, 40)


def test_the_chain_stands_and_its_time_never_runs_backwards(estate: Estate) -> None:
    assert verify(estate.pk).faults == ()
    times = list(Entry.objects.filter(estate_id=estate.pk).order_by("seq").values_list("at", flat=True))
    assert times == sorted(times)
    assert times[-1] <= ANCHOR


def test_everybody_who_is_shown_can_sign_in_by_his_phone_and_nobody_voted_by_one_that_opens_nothing(
    told: dict[str, Any], estate: Estate
) -> None:
    shown = told["sign_ins"]
    assert {row["role"]: getattr(may_sign_in(row["phone"]), "pk", None) for row in shown} == {
        row["role"]: row["person"] for row in shown
    }
    shut = UnsettledPhone.objects.filter(estate=estate, settled_at__isnull=True).values("phone_hash")
    assert shut.exists()
    online = Ballot.objects.filter(item__vote__estate=estate, channel="online")
    assert not online.filter(cast_by__phone_hash__in=shut).exists()
