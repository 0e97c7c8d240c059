"""Having one's post looked after: who may, who sees and does what, what the record says, and how it ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tests.support.world import START, World, make_world
from yishiting.ground.desks import policy, selectors, services
from yishiting.ground.desks.models import HandOver
from yishiting.ground.organisations import services as organisations
from yishiting.ground.organisations.actors import Actor, actor_for
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.organisations.models import Term
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
GIVER, STAND_IN = "grid_worker", "building_head"


@pytest.fixture
def world() -> World:
    return make_world(12)


def term(world: World, kind: str = GIVER) -> Term:
    return Term.objects.get(person=world.staff[kind], until__isnull=True)


def hand(world: World, *, by: str = GIVER, to: str = STAND_IN, now: datetime = START, **more: Any) -> list[HandOver]:
    given = {"since": now, "until": now + 7 * DAY, "reason": "年休假", "term_id": term(world, by).pk, **more}
    return services.hand_over(
        actor=actor_for(world.staff[by], now=now), stand_in_id=world.staff[to].pk, now=now, **given
    )


def actor(world: World, kind: str = STAND_IN, *, at: datetime = START) -> Actor:
    return actor_for(world.staff[kind], now=at)


def test_a_stand_in_has_what_falls_due_with_the_post_until_the_clock_ends_it(world: World) -> None:
    hand(world)
    estate = world.estate.pk
    assert not actor(world, at=START - DAY).has_duty(Duty.TRIAGE, estate)
    lent = [office for office in actor(world).offices if office.stands_for is not None]
    assert [(office.kind, office.stands_for) for office in lent] == [("grid_worker", world.staff[GIVER].pk)]
    assert actor(world).has_duty(Duty.TRIAGE, estate)
    # The roster, cases of mediation and reading everything stay with the holder.
    assert not actor(world).has_duty(Duty.MEDIATE, estate)
    assert not actor(world, at=START + 7 * DAY).has_duty(Duty.TRIAGE, estate)
    assert actor(world, GIVER).has_duty(Duty.TRIAGE, estate)


def test_a_post_of_a_region_is_handed_over_in_each_of_its_estates_and_each_record_says_so(world: World) -> None:
    other = Estate.objects.create(name="另一苑", slug="other", region=world.estate.region)
    rows = hand(world, by="community_worker", to="moderator")
    assert {row.estate_id for row in rows} == {world.estate.pk, other.pk}
    assert actor(world, "moderator").has_duty(Duty.VOTE, other.pk)
    for estate in (world.estate, other):
        assert Entry.objects.filter(estate_id=estate.pk, kind="desks.handed_over").count() == 1
        assert not verify(estate.pk).faults
    services.end_hand_over(actor=actor(world, "moderator"), hand_over_id=rows[0].pk, now=START + DAY)
    assert not actor(world, "moderator", at=START + DAY).has_duty(Duty.VOTE, other.pk)
    assert not any(verify(estate.pk).faults for estate in (world.estate, other))


def test_what_one_stands_in_for_cannot_be_handed_on(world: World) -> None:
    hand(world)
    for by in (STAND_IN, "moderator"):
        with pytest.raises(NotFound):
            hand(world, by=by, to="committee_chair", term_id=term(world).pk)
    assert all(office.stands_for is None for office in policy.own_offices(actor(world)))


def test_a_stand_in_is_somebody_else_with_a_post_here(world: World) -> None:
    elsewhere = make_world(2, name="远处苑")
    for person in (world.owners[0], world.staff[GIVER], elsewhere.staff["moderator"]):
        with pytest.raises(BadInput) as refused:
            services.hand_over(
                actor=actor(world, GIVER), term_id=term(world).pk, stand_in_id=person.pk, since=START,
                until=START + DAY, reason="培训", now=START,
            )  # fmt: skip
        assert "stand_in" in refused.value.fields
    assert not HandOver.objects.exists()


def test_nobody_has_two_stand_ins_at_once_and_none_who_is_away_himself(world: World) -> None:
    hand(world, by=STAND_IN, to="moderator", since=START + 10 * DAY, until=START + 12 * DAY)
    hand(world)
    after = START + timedelta(hours=1)
    with pytest.raises(WrongState):
        hand(world, to="moderator", now=after, since=START + 6 * DAY, until=START + 8 * DAY)
    with pytest.raises(BadInput):
        hand(world, now=after, since=START + 11 * DAY, until=START + 13 * DAY)
    hand(world, to="moderator", now=after, since=START + 7 * DAY, until=START + 8 * DAY)


def test_either_of_the_two_ends_it_early_and_nobody_else(world: World) -> None:
    row = hand(world)[0]
    with pytest.raises(NotAllowed):
        services.end_hand_over(actor=actor(world, "moderator"), hand_over_id=row.pk, now=START + DAY)
    services.end_hand_over(actor=actor(world, GIVER), hand_over_id=row.pk, now=START + DAY)
    assert not actor(world, at=START + DAY).has_duty(Duty.TRIAGE, world.estate.pk)
    with pytest.raises(WrongState):
        services.end_hand_over(actor=actor(world), hand_over_id=row.pk, now=START + DAY)
    assert [entry.kind for entry in Entry.objects.filter(kind__startswith="desks.").order_by("seq")] == [
        "desks.handed_over",
        "desks.hand_over_ended",
    ]


def test_it_ends_with_the_term_of_the_holder_and_with_the_stand_ins_own_post(world: World) -> None:
    hand(world)
    organisations.end_term(term=term(world, STAND_IN), now=START + DAY, actor_id=None)
    assert actor(world, at=START + DAY).offices == ()
    hand(world, by="moderator", to="committee_chair")
    organisations.end_term(term=term(world, "moderator"), now=START + DAY, actor_id=None)
    assert not actor(world, "committee_chair", at=START + DAY).has_duty(Duty.TRIAGE, world.estate.pk)


def test_nobody_goes_away_on_a_day_on_which_he_stands_in_for_another(world: World) -> None:
    hand(world, since=START + 2 * DAY, until=START + 6 * DAY)
    for days in ((5, 9), (1, 3), (3, 4)):
        with pytest.raises(WrongState, match="正代别人办事"):
            hand(world, by=STAND_IN, to="moderator", since=START + days[0] * DAY, until=START + days[1] * DAY)
    hand(world, by=STAND_IN, to="moderator", since=START + 6 * DAY, until=START + 8 * DAY)
    assert not verify(world.estate.pk).faults


def test_it_begins_now_at_the_earliest_and_the_record_says_so(world: World) -> None:
    (row,) = hand(world, since=START - 3 * DAY, until=START + DAY)
    assert row.since == START
    entry = Entry.objects.get(kind="desks.handed_over")
    assert entry.facts["since"] == START.isoformat()


def test_a_stand_in_without_a_post_looks_after_nothing_and_gives_way_to_another(world: World) -> None:
    hand(world)
    after = START + DAY
    organisations.end_term(term=term(world, STAND_IN), now=after, actor_id=None)
    for who in (GIVER, "supervisor"):
        assert [each.state for each in selectors.hand_overs(actor(world, who, at=after), now=after)] == ["over"], who
    hand(world, to="moderator", now=after)
    told = selectors.hand_overs(actor(world, GIVER, at=after), now=after)
    assert [(each.state, each.first.stand_in_id) for each in told] == [
        ("now", world.staff["moderator"].pk),
        ("over", world.staff[STAND_IN].pk),
    ]
    assert Entry.objects.filter(kind="desks.hand_over_ended").count() == 1
    assert not verify(world.estate.pk).faults


def test_what_was_handed_over_is_changed_by_no_hand_in_the_table(world: World) -> None:
    (row,) = hand(world)
    for change in ({"until": START + 9 * DAY}, {"stand_in": world.staff["moderator"]}, {"reason": "别的"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            HandOver.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        HandOver.objects.filter(pk=row.pk).delete()


def test_the_two_and_who_supervises_read_of_it_and_nobody_else(world: World) -> None:
    hand(world)
    for kind, count in ((GIVER, 1), (STAND_IN, 1), ("supervisor", 1), ("moderator", 0), ("police_officer", 0)):
        assert len(selectors.hand_overs(actor(world, kind), now=START)) == count, kind
    assert selectors.hand_overs(actor_for(world.owners[0], now=START), now=START) == []


def test_no_name_and_no_reason_is_in_the_record(world: World) -> None:
    hand(world, reason="住院做手术")
    text = str(Entry.objects.filter(kind="desks.handed_over").values_list("facts", flat=True).get())
    assert "住院" not in text
    assert all(person.name not in text for person in world.staff.values())
