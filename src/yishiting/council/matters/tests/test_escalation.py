"""What a tier cannot settle, or lets lie, rises to the next with its reason; what comes of it is brought back down."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.support.together import codes, together
from tests.support.world import World, make_person
from yishiting.council.matters import policy, selectors, services
from yishiting.council.matters.models import Escalation, Matter
from yishiting.council.matters.tasks import sweep
from yishiting.council.matters.tests.making import (
    accepted,
    assert_record_holds,
    due,
    held_by,
    kinds_written,
    later,
    own_playbook,
    prepared,
    reported,
    run_of,
)
from yishiting.ground.organisations import services as organisations
from yishiting.ground.organisations.models import Organisation, Post, Term
from yishiting.ground.organisations.tiers import Tier
from yishiting.kernel.errors import BadInput, NotAllowed, WrongState
from yishiting.timeline import entries
from yishiting.timeline.models import Entry

pytestmark = pytest.mark.django_db

LADDER = """
id = "ladder"
version = 1
name = "从楼栋办起"

[[step]]
id = "do"
stage = "carry_out"
kind = "work"
title = "清理"
who = "building_head"
within = "3 workdays"
{needs}
next = {{ done = "answer" }}

[[step]]
id = "answer"
stage = "feedback"
kind = "answer"
title = "答复反映人"
who = "community_worker"
next = {{ answered = "end" }}
"""


def subdistrict(world: World) -> Post:
    """Appoint somebody at the subdistrict."""
    assert world.estate.region is not None
    region = world.estate.region.parent
    body = Organisation.objects.create(kind="community", name="街道办事处", region=region)
    post = organisations.create_post(organisation=body, kind="subdistrict_worker", region=region)
    world.staff["subdistrict_worker"] = make_person("街道办", "13900099999")
    organisations.appoint(post=post, person=world.staff["subdistrict_worker"], since=world.now, actor_id=None)
    return post


def begun(world: World, text: str = LADDER) -> Matter:
    """A matter of building 1 that is with its building head."""
    version = own_playbook(world, text)
    return accepted(world, reported(world, building=world.buildings[0]).matter, version)


def vacate(world: World, kind: str) -> None:
    """Let nobody hold posts of that kind from now on."""
    for term in Term.objects.filter(post__kind=kind, until__isnull=True):
        organisations.end_term(term=term, now=world.now, actor_id=None)


def told(kind: str) -> list[str]:
    """How entries of a kind read, in order."""
    return [str(entries.describe(kind, entry.facts)) for entry in Entry.objects.filter(kind=kind).order_by("seq")]


def test_a_step_rises_from_its_minute_on_and_not_a_minute_earlier() -> None:
    world = prepared()
    matter = begun(world)
    missed = due(run_of(matter))
    assert sweep(now=missed - timedelta(minutes=1)) == 0
    assert held_by(matter) == "building_head"
    assert sweep(now=missed) == 1
    raised = Escalation.objects.get(matter=matter)
    assert (raised.cause, raised.due_at, raised.raised_at) == ("overdue", missed, missed)
    assert (raised.from_tier, raised.to_tier, held_by(matter)) == (Tier.BUILDING, Tier.ESTATE, "grid_worker")
    assert told("matters.raised") == ["“清理”在楼栋长手里超期，上交到小区，由网格员负责。"]
    assert_record_holds(world)


def test_the_tier_above_has_the_whole_time_again_and_the_top_keeps_what_it_has() -> None:
    world = prepared()
    subdistrict(world)
    matter = begun(world)
    passed = []
    for _ in range(6):
        run = run_of(matter)
        passed.append(held_by(matter))
        before = run.due_at
        sweep(now=due(run))
        run.refresh_from_db()
        matter.refresh_from_db()
        assert matter.due_at == run.due_at
        if run.due_at == before:
            break
    assert passed == ["building_head", "grid_worker", "community_worker", "subdistrict_worker"]
    desk = selectors.desk_matter(
        world.actor("subdistrict_worker"), world.estate, matter.no, now=due(run_of(matter)) + timedelta(days=1)
    )
    assert (desk.overdue, desk.escalates, desk.at_top) == (True, False, True)
    assert_record_holds(world)


def test_a_sweep_that_runs_again_raises_nothing_again() -> None:
    world = prepared()
    matter = begun(world)
    missed = due(run_of(matter))
    assert [sweep(now=missed + timedelta(minutes=n)) for n in range(3)] == [1, 0, 0]
    assert kinds_written(matter).count("matters.raised") == 1


def test_a_step_whose_playbook_says_stay_stays_where_it_is() -> None:
    world = prepared()
    stays = LADDER.replace('within = "3 workdays"', 'within = "3 workdays"\noverdue = "stay"')
    matter = begun(world, stays)
    assert sweep(now=due(run_of(matter)) + timedelta(days=9)) == 0
    assert held_by(matter) == "building_head"


def test_what_nobody_takes_up_in_time_rises_too() -> None:
    world = prepared()
    subdistrict(world)
    matter = reported(world).matter
    assert held_by(matter) == "community_worker"
    assert sweep(now=due(run_of(matter))) == 1
    assert held_by(matter) == "subdistrict_worker"


def test_what_was_due_first_rises_first() -> None:
    world = prepared()
    version = own_playbook(world, LADDER)
    matters = [reported(world, who=number, building=world.buildings[0]).matter for number in range(4)]
    # Taken up in an order that is neither that of their numbers nor its reverse.
    for place in (2, 0, 3, 1):
        later(world, days=3)
        accepted(world, matters[place], version)
    sweep(now=later(world, days=60))
    stamped = [entry.facts["due"] for entry in Entry.objects.filter(kind="matters.raised").order_by("seq")]
    assert len(stamped) == 4
    assert stamped == sorted(stamped)


def test_a_vacancy_above_goes_to_the_next_post_up_and_the_record_says_so() -> None:
    world = prepared()
    subdistrict(world)
    matter = begun(world)
    sweep(now=due(run_of(matter)))
    vacate(world, "community_worker")
    sweep(now=due(run_of(matter)))
    assert held_by(matter) == "subdistrict_worker"
    assert told("matters.raised")[-1] == "“清理”在网格员手里超期，上交到街道：社区工作人员空缺，由街道工作人员代办。"
    desk = selectors.desk_matter(world.actor("subdistrict_worker"), world.estate, matter.no, now=world.now)
    assert (desk.stands_in, desk.asked_post) == (True, "community_worker")


def test_with_nobody_up_to_the_top_the_matter_stays_and_rises_once_somebody_is_appointed() -> None:
    world = prepared()
    matter = begun(world)
    sweep(now=due(run_of(matter)))
    vacate(world, "community_worker")
    late = due(run_of(matter))
    assert sweep(now=late) == 0
    assert held_by(matter) == "grid_worker"
    with pytest.raises(WrongState) as refusal:
        services.raise_matter(actor=world.actor("grid_worker"), matter_id=matter.pk, reason="管不了", now=late)
    assert str(refusal.value) == "上面的岗位（社区工作人员、街道工作人员）现在都没有人，交不上去。请先任命，再上交。"
    subdistrict(world)
    assert sweep(now=late + timedelta(hours=1)) == 1
    assert held_by(matter) == "subdistrict_worker"


def test_a_step_without_anybody_up_to_the_top_is_said_to_be_nobodys() -> None:
    world = prepared()
    for kind in ("building_head", "grid_worker", "community_worker"):
        vacate(world, kind)
    matter = reported(world, building=world.buildings[0]).matter
    assert run_of(matter).post is None
    assert sweep(now=later(world, days=30)) == 0
    assert selectors.unowned(world.actor("moderator"), now=world.now) == [matter]
    assert selectors.matter_page(world.actor(0), matter, now=world.now).unowned
    subdistrict(world)
    assert sweep(now=world.now) == 1
    assert held_by(matter) == "subdistrict_worker"
    assert selectors.unowned(world.actor("moderator"), now=world.now) == []


def test_whom_it_went_to_keeps_it_when_his_post_falls_vacant() -> None:
    world = prepared()
    subdistrict(world)
    matter = begun(world)
    for _ in range(2):
        sweep(now=due(run_of(matter)))
    assert held_by(matter) == "community_worker"
    vacate(world, "community_worker")
    sweep(now=world.now + timedelta(minutes=5))
    assert held_by(matter) == "subdistrict_worker"


def test_whoever_has_the_step_raises_what_is_beyond_him_with_a_reason() -> None:
    world = prepared()
    matter = begun(world)
    head = world.actor("building_head")
    with pytest.raises(BadInput):
        services.raise_matter(actor=head, matter_id=matter.pk, reason=" ", now=world.now)
    with pytest.raises(NotAllowed):
        services.raise_matter(
            actor=world.actor("property_manager"), matter_id=matter.pk, reason="归我管", now=world.now
        )
    raised = services.raise_matter(
        actor=head, matter_id=matter.pk, reason="要动公共维修资金", now=later(world, hours=1)
    )
    assert (raised.cause, raised.reason, raised.due_at) == ("beyond", "要动公共维修资金", None)
    assert held_by(matter) == "grid_worker"
    assert told("matters.raised") == ["“清理”超出楼栋长的权限，上交到小区，由网格员负责。"]
    assert "要动公共维修资金" not in str(Entry.objects.filter(kind="matters.raised").values_list("facts", flat=True))
    with pytest.raises(NotAllowed):
        services.raise_matter(actor=head, matter_id=matter.pk, reason="再交一次", now=world.now)
    with pytest.raises(NotAllowed) as refusal:
        services.end_step(actor=head, matter_id=matter.pk, outcome="done", now=world.now)
    assert "这一步不归您办" in str(refusal.value)
    assert_record_holds(world)


def test_who_looked_at_it_before_somebody_raised_it_raises_nothing_on_top() -> None:
    world = prepared()
    matter = begun(world)
    looked_at = run_of(matter)
    services.raise_matter(actor=world.actor("building_head"), matter_id=matter.pk, reason="办不了", now=world.now)
    with pytest.raises(WrongState) as refusal:
        services.raise_matter(
            actor=world.actor("grid_worker"), matter_id=matter.pk, reason="办不了", now=world.now, run_id=looked_at.pk,
            from_post_id=looked_at.post_id,
        )  # fmt: skip
    assert refusal.value.code == "raised_already"
    assert held_by(matter) == "grid_worker"


def test_from_the_top_nothing_is_raised() -> None:
    world = prepared()
    subdistrict(world)
    matter = begun(world)
    for kind in ("building_head", "grid_worker", "community_worker"):
        services.raise_matter(actor=world.actor(kind), matter_id=matter.pk, reason="办不了", now=later(world, hours=1))
    with pytest.raises(WrongState) as refusal:
        services.raise_matter(
            actor=world.actor("subdistrict_worker"), matter_id=matter.pk, reason="办不了", now=world.now
        )
    assert "已经在街道这一级" in str(refusal.value)


def test_what_comes_of_it_goes_back_to_each_who_raised_it() -> None:
    world = prepared()
    matter = begun(world)
    for kind in ("building_head", "grid_worker"):
        services.raise_matter(actor=world.actor(kind), matter_id=matter.pk, reason="办不了", now=later(world, hours=1))
    lower = world.actor("grid_worker")
    with pytest.raises(NotAllowed) as refusal:
        services.end_step(actor=lower, matter_id=matter.pk, outcome="done", now=world.now)
    assert "已经上交" in str(refusal.value)
    raised = selectors.DeskFilter(state="", due="raised")
    assert [row.pk for row in selectors.desk_list(lower, raised, now=world.now)] == [matter.pk]
    assert not selectors.desk_list(world.actor("moderator"), raised, now=world.now)
    services.end_step(actor=world.actor("community_worker"), matter_id=matter.pk, outcome="done", now=world.now)
    assert told("matters.came_back") == ["“清理”由社区办完：已完成。结果转回楼栋长、网格员。"]
    order = kinds_written(matter)
    assert order.index("matters.came_back") == order.index("matters.step_ended") + 1
    assert policy.desk_scope(world.actor("building_head")).filter(pk=matter.pk).exists()
    assert_record_holds(world)


def test_a_raised_matter_that_is_declined_comes_back_too() -> None:
    world = prepared()
    matter = begun(world)
    services.raise_matter(actor=world.actor("building_head"), matter_id=matter.pk, reason="办不了", now=world.now)
    services.decline(
        actor=world.actor("community_worker"), matter_id=matter.pk, reason="不归小区管", now=later(world, hours=1)
    )
    assert told("matters.came_back") == ["“清理”由小区办完：没有立项。结果转回楼栋长。"]


def test_a_step_that_was_never_raised_brings_nothing_back() -> None:
    world = prepared()
    matter = begun(world)
    services.end_step(actor=world.actor("building_head"), matter_id=matter.pk, outcome="done", now=world.now)
    assert "matters.came_back" not in kinds_written(matter)


def test_an_emergency_goes_straight_to_the_tier_that_is_named() -> None:
    world = prepared()
    subdistrict(world)
    matter = begun(world)
    grid = world.actor("grid_worker")
    with pytest.raises(BadInput):
        services.emergency(actor=grid, matter_id=matter.pk, reason="漏气", now=world.now, tier=Tier.ESTATE)
    services.emergency(actor=grid, matter_id=matter.pk, reason="漏气", now=world.now, tier=Tier.SUBDISTRICT)
    kept = Escalation.objects.get(matter=matter)
    assert (kept.cause, kept.from_tier, kept.to_tier, kept.reason) == (
        "emergency",
        Tier.BUILDING,
        Tier.SUBDISTRICT,
        "漏气",
    )
    assert kept.raised_by_id == grid.person_id
    assert held_by(matter) == "subdistrict_worker"
    assert told("matters.emergency") == ["网格员决定应急处理，直接报到街道，由街道工作人员负责。"]
    services.answer(
        actor=world.actor("subdistrict_worker"), matter_id=matter.pk, texts="修好了", now=later(world, hours=2)
    )
    assert told("matters.came_back") == ["“应急处理”由街道办完：已答复。结果转回楼栋长。"]
    assert_record_holds(world)


def test_an_emergency_that_nobody_above_can_take_is_refused() -> None:
    world = prepared()
    matter = begun(world)
    vacate(world, "community_worker")
    with pytest.raises(WrongState) as refusal:
        services.emergency(
            actor=world.actor("grid_worker"), matter_id=matter.pk, reason="漏气", now=world.now, tier=Tier.COMMUNITY
        )
    assert "请先任命" in str(refusal.value)
    assert held_by(matter) == "building_head"


@pytest.mark.django_db(transaction=True)
def test_raising_twice_at_once_is_one_raise() -> None:
    world = prepared(homes=2)
    matter = begun(world)
    head, now = world.actor("building_head"), world.now

    def verb() -> Escalation:
        return services.raise_matter(actor=head, matter_id=matter.pk, reason="办不了", now=now)

    answers = together(verb, verb, verb)
    assert codes(answers) == ["not_allowed", "not_allowed"]
    assert Escalation.objects.count() == 1
    assert held_by(matter) == "grid_worker"


@pytest.mark.django_db(transaction=True)
def test_sweeps_in_two_places_at_once_raise_once() -> None:
    world = prepared(homes=2)
    matter = begun(world)
    missed: datetime = due(run_of(matter))
    changed = together(*[lambda: sweep(now=missed)] * 3)
    assert sorted(changed) == [0, 0, 1]
    assert Escalation.objects.count() == 1
    assert_record_holds(world)
