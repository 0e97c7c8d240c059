"""Whoever has an interest may read, and votes as an owner; he does not chair, count, decide, accept or close (M05)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.interests.tying import DAY, company, declare, said, second_post
from tests.support.world import World, make_world, own
from yishiting.council.appraisals import selectors as appraisal_pages
from yishiting.council.appraisals import services as appraisals
from yishiting.council.appraisals.tests import appraising
from yishiting.council.cases import lifecycle as case_rules
from yishiting.council.cases import ties
from yishiting.council.cases.models import CaseParty
from yishiting.council.matters import recusals, tasks
from yishiting.council.matters import services as matters
from yishiting.council.matters.models import Matter, StepRun
from yishiting.council.matters.tests import making
from yishiting.council.meetings import services as meetings
from yishiting.council.meetings.lifecycle import Decision
from yishiting.council.meetings.tests import sitting
from yishiting.council.projects import services as projects
from yishiting.council.projects.tests import building as works
from yishiting.council.votes import services as votes
from yishiting.council.votes.models import Ballot
from yishiting.council.votes.tests import voting
from yishiting.ground.desks import services as desks
from yishiting.ground.organisations import declaring, interests, restating
from yishiting.ground.organisations.actors import SYSTEM
from yishiting.ground.organisations.models import Interest, Term
from yishiting.ground.people.models import Holding
from yishiting.ground.places.models import Home
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.timeline.models import Entry
from yishiting.timeline.verify import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world(12)


def run_of(matter: Matter) -> StepRun:
    return StepRun.objects.select_related("post").get(matter=matter, ended_at__isnull=True)


def test_the_manager_who_is_branch_secretary_reads_the_appraisal_of_his_company_and_does_nothing_else(
    world: World,
) -> None:
    """M05, word for word: he may read but cannot set questions, vote as staff or close; the record states the recusal."""
    company(world)
    manager = world.staff["property_manager"]
    second_post(world, manager, "branch_secretary")
    matter = appraising.finished(world)
    himself = world.actor(manager)

    with pytest.raises(NotAllowed, match="要回避，不能办评议。请交给社区工作人员"):
        appraising.opened(world, matter, by="property_manager")
    appraisal = appraising.opened(world, matter)
    assert appraisal_pages.page(himself, world.estate.pk, appraisal.no).row == appraisal
    at: dict[str, Any] = {"actor": himself, "estate_id": world.estate.pk, "no": appraisal.no}
    with pytest.raises(NotAllowed, match="要回避"):
        appraisals.write_down(**at, home_id=world.homes[0].pk, score=5, now=world.now)
    with pytest.raises(NotAllowed, match="要回避"):
        appraisals.close_appraisal(**at, now=world.now + 8 * DAY)
    with pytest.raises(NotAllowed, match="要回避"):
        appraisals.note_follow_up(**at, text="都挺好", now=world.now + 8 * DAY)

    # On record, by his posts and not by his name, on the way of the matter.
    entry = Entry.objects.get(kind=restating.RECUSED)
    assert (entry.subject_kind, entry.subject_id, entry.thread) == ("appraisal", appraisal.pk, matter.thread)
    assert said(world) == ["党支部书记兼物业经理因经手办了这件事，回避第 1 次评议，不办评议，由社区工作人员办。"]
    assert manager.name not in said(world)[0]
    assert appraisals.close_appraisal(
        actor=world.actor("moderator"), estate_id=world.estate.pk, no=1, now=world.now + 8 * DAY
    ).closed_at
    assert verify(world.estate.pk).faults == ()


def test_another_post_of_the_company_is_tied_by_it_and_a_branch_of_the_company_is_the_company(world: World) -> None:
    body = company(world)
    branch = type(body).objects.create(kind="property", name="安心物业二部", estate=world.estate, parent=body)
    term = second_post(world, world.staff["moderator"], "property_manager")
    type(term.post).objects.filter(pk=term.post_id).update(organisation=branch)
    matter = appraising.finished(world)
    with pytest.raises(NotAllowed, match="关系到您任职的单位"):
        appraising.opened(world, matter)
    assert appraising.opened(world, matter, by="supervisor").pk


def test_whoever_is_tied_to_a_vote_votes_as_an_owner_and_runs_nothing_of_it(world: World) -> None:
    """Spending on his own company: the chair drafts, opens, closes, calls off and reads nothing, and keeps his ballot."""
    chair = world.staff["committee_chair"]
    Holding.objects.filter(home=world.homes[0]).delete()
    own(world.estate, [world.homes[0]], [chair])
    vote = voting.draft(world)
    row = declare(world, person_id=chair.pk, thing_kind="vote", thing_no=vote.no)
    for verb in (
        lambda: votes.open_vote(actor=world.actor(chair), vote_id=vote.pk, now=world.now),
        lambda: votes.cancel_vote(actor=world.actor(chair), vote_id=vote.pk, reason="不办了", now=world.now),
        lambda: votes.edit_draft(
            actor=world.actor(chair), vote_id=vote.pk, title="改", explanation="", items=voting.ONE,
            closes_at=world.now + DAY, now=world.now,
        ),
    ):  # fmt: skip
        with pytest.raises(NotAllowed, match="登记过利害关系，要回避，不能办理表决。请交给社区工作人员"):
            verb()
    assert said(world) == []  # a draft is nobody's business yet
    votes.open_vote(actor=world.actor("moderator"), vote_id=vote.pk, now=world.now)
    assert said(world) == ["业委会主任因登记过利害关系，回避第 1 次表决，不办理表决、经手选票，由社区工作人员办。"]
    with pytest.raises(NotAllowed, match="不能经手选票"):
        votes.receive_paper(
            actor=world.actor(chair), vote_id=vote.pk, home_id=world.homes[3].pk, received_at=world.now,
            choices=voting.same(vote, "for"), now=world.now,
        )  # fmt: skip
    with pytest.raises(NotAllowed, match="不能办理表决"):
        votes.close_vote(actor=world.actor(chair), vote_id=vote.pk, now=world.now, early=True)
    assert votes.cast_online(
        actor=world.actor(chair), vote_id=vote.pk, choices=voting.same(vote, "for"), now=world.now + DAY
    )
    assert Ballot.objects.filter(cast_by=chair).count() == 1
    # The clock has no interest.
    assert votes.close_vote(actor=SYSTEM, vote_id=vote.pk, now=world.now + 8 * DAY).counted_at

    declaring.withdraw_interest(
        actor=world.actor("community_worker"), interest_id=row.pk, reason="登记错了", now=world.now + 8 * DAY
    )
    assert verify(world.estate.pk).faults == ()


def test_a_matter_s_interest_carries_over_to_its_meeting_its_vote_and_its_project(world: World) -> None:
    """The company of the manager is paid by what the matter decides: declared once, of the matter."""
    body = company(world)
    second_post(world, world.staff["property_manager"], "moderator", "council")
    manager = world.actor("property_manager")
    matter = sitting.matter_for(world)
    declare(world, body_id=body.pk, relation="paid", thing_kind="matter", thing_no=matter.no)
    meeting = sitting.planned(world, matter)
    at: dict[str, Any] = {"estate_id": world.estate.pk, "no": meeting.no, "now": world.now}
    question = meetings.ask_question(actor=manager, item_id=meeting.agenda.get().pk, text="装几个？", **at)
    lift = {"estate_id": world.estate.pk, "question_id": question.pk, "reason": "不用问", "now": world.now}
    # What stands on the agenda is neither struck nor called off by whom it pays.
    for verb in (
        lambda: meetings.lift_question(actor=manager, **lift),
        lambda: meetings.cancel_meeting(actor=manager, **at),
    ):
        with pytest.raises(NotAllowed, match="要回避"):
            verb()
    meetings.lift_question(actor=world.actor("moderator"), **lift)
    meetings.invite(actor=manager, **at)
    sitting.sign_in(world, meeting, *sitting.SIDES)
    with pytest.raises(NotAllowed, match="关系到您任职的单位，您要回避，不能主持会议。请交给另一位议事会召集人"):
        meetings.open_meeting(actor=manager, **at)
    meetings.open_meeting(actor=world.actor("moderator"), **at)
    # He may speak and minute what others say.
    proposal = sitting.propose(world, meeting, side="物业")
    for verb in (
        lambda: meetings.decide_proposal(actor=manager, proposal_no=proposal.no, outcome="adopted", reason="", **at),
        lambda: meetings.call_off(actor=manager, reason="停电", **at),
        lambda: sitting.close(world, meeting, Decision("project", "做"), by="property_manager"),
    ):
        with pytest.raises(NotAllowed, match="要回避"):
            verb()
    sitting.decide(world, meeting, proposal.no)
    sitting.close(world, meeting, Decision("project", sitting.WORDS))
    with pytest.raises(NotAllowed, match="不能定项目的计划"):
        projects.create_project(
            actor=manager, estate=world.estate, title="充电桩", unit="个", total=40, phases=[("一期", 40, None)],
            matter_no=matter.no, now=world.now,
        )  # fmt: skip
    with pytest.raises(NotAllowed, match="不能办理表决"):
        voting.draft(world, actor=manager, thread=matter.thread)
    # The committee's chair answers for it; the company's own people do not.
    project = projects.create_project(
        actor=world.actor("committee_chair"), estate=world.estate, title="充电桩", unit="个", total=40,
        phases=[("一期", 40, None)], matter_no=matter.no, post_kind="property_manager", now=world.now,
    )  # fmt: skip
    assert project.post is not None
    assert project.post.kind == "community_worker"
    subjects = set(Entry.objects.filter(kind=restating.RECUSED).values_list("subject_kind", flat=True))
    assert subjects == {"matter", "meeting", "project"}
    assert verify(world.estate.pk).faults == ()


def test_a_contractor_s_people_record_their_work_and_do_not_accept_it(world: World) -> None:
    body = company(world)
    project = works.create(world, 26)
    declare(world, body_id=body.pk, relation="paid", thing_kind="project", thing_no=project.no)
    done: dict[str, Any] = {"estate_id": world.estate.pk, "no": project.no, "phase_no": 1, "now": world.now}
    manager = world.actor("property_manager")
    projects.start_phase(actor=manager, photo=works.picture(world), **done)
    projects.finish_phase(actor=manager, photo=works.picture(world), **done)
    with pytest.raises(NotAllowed, match="不能验收。请交给社区工作人员"):
        projects.accept_phase(actor=manager, photo=works.picture(world), **done)
    with pytest.raises(NotAllowed, match="不能定项目的计划"):
        projects.change_plan(
            actor=manager, estate_id=world.estate.pk, no=project.no, phases=[("全部", 26, date(2026, 9, 1))],
            reason="快些", now=world.now,
        )  # fmt: skip
    assert projects.accept_phase(actor=world.actor("committee_chair"), photo=works.picture(world), **done).accepted_at


def test_a_step_goes_to_the_next_post_up_and_comes_back_when_the_interest_ends(world: World) -> None:
    matter = making.accepted(
        world, making.reported(world).matter, making.own_playbook(world, making.SIMPLE.replace(
            'who = "community_worker"\nwithin = "3 workdays"', 'who = "grid_worker"\nwithin = "3 workdays"'
        ))
    )  # fmt: skip
    worker = world.staff["grid_worker"]
    assert run_of(matter).post.kind == "grid_worker"  # type: ignore[union-attr]
    row = declare(world, by="grid_worker", person_id=worker.pk, thing_kind="matter", thing_no=matter.no)
    run = run_of(matter)
    assert run.post is not None
    assert run.post.kind == "community_worker"
    assert recusals.shifted([run]) == {run.pk}
    assert said(world, "matters.step_reassigned") == ["原来负责的要回避，“办理”改由社区工作人员负责。"]
    with pytest.raises(NotAllowed, match="不能受理和办结。请交给社区工作人员"):
        matters.end_step(actor=world.actor("grid_worker"), matter_id=matter.pk, outcome="done", now=world.now)
    # He still reads it, adds what he knows, and may hand it further up.
    assert matters.add_evidence(
        actor=world.actor("grid_worker"), matter_id=matter.pk, kind="note", note="钥匙在我这里", now=world.now
    )
    declaring.withdraw_interest(
        actor=world.actor("grid_worker"), interest_id=row.pk, reason="弟弟已经退伙", now=world.now
    )
    run = run_of(matter)
    assert run.post is not None
    assert run.post.kind == "grid_worker"
    assert recusals.shifted([run]) == set()
    assert said(world, restating.ENDED) == ["网格员不用再回避第 1 件事项。"]
    matters.end_step(actor=world.actor("grid_worker"), matter_id=matter.pk, outcome="done", now=world.now)
    assert verify(world.estate.pk).faults == ()


def test_whoever_stands_in_for_somebody_does_not_do_what_that_one_may_not(world: World) -> None:
    """The chair goes on leave and leaves his post to a member of the committee, ties and all."""
    chair, member = world.staff["committee_chair"], world.staff["committee_member"]
    vote = voting.opened(world)
    desks.hand_over(
        actor=world.actor(chair), term_id=Term.objects.get(person=chair).pk, stand_in_id=member.pk, since=world.now,
        until=world.now + 5 * DAY, reason="年休假", now=world.now,
    )  # fmt: skip
    at: dict[str, Any] = {"vote_id": vote.pk, "now": world.now}
    declare(world, person_id=chair.pk, thing_kind="vote", thing_no=vote.no)
    with pytest.raises(NotAllowed, match="不能办理表决"):
        votes.close_vote(actor=world.actor(member), early=True, **at)
    # What he is trusted with himself he does: he has no interest of his own.
    assert voting.receive(world, vote, 3, "for", received_at=world.now)
    assert votes.receive_paper(
        actor=world.actor(member), home_id=world.homes[4].pk, received_at=world.now, choices=voting.same(vote, "for"),
        **at,
    )  # fmt: skip
    assert votes.close_vote(actor=world.actor("moderator"), early=True, **at).closed_at


def test_a_colleague_on_the_same_post_keeps_the_step(world: World) -> None:
    matter = making.accepted(world, making.reported(world).matter, making.own_playbook(world, making.SIMPLE))
    post = run_of(matter).post
    assert post is not None
    Term.objects.create(post=post, person=world.owners[5], since=world.now)
    declare(world, person_id=world.staff["community_worker"].pk, thing_kind="matter", thing_no=matter.no,
            by="community_worker")  # fmt: skip
    assert run_of(matter).post == post
    with pytest.raises(NotAllowed, match="请交给另一位社区工作人员"):
        matters.end_step(actor=world.actor("community_worker"), matter_id=matter.pk, outcome="done", now=world.now)
    colleague = world.actor(world.owners[5])
    assert matters.end_step(actor=colleague, matter_id=matter.pk, outcome="done", now=world.now)


def test_an_interest_that_leaves_nobody_up_to_the_top_leaves_the_step_to_nobody_and_says_so(world: World) -> None:
    matter = making.accepted(world, making.reported(world).matter, making.own_playbook(world, making.SIMPLE))
    worker = world.staff["community_worker"]
    declare(world, person_id=worker.pk, thing_kind="matter", thing_no=matter.no)
    assert run_of(matter).post is None
    assert said(world, "matters.step_reassigned") == ["“办理”目前没有人负责，等任命。"]
    with pytest.raises(NotAllowed, match="没有别人能接手。请先请社区或街道任命一位"):
        matters.end_step(actor=world.actor(worker), matter_id=matter.pk, outcome="done", now=world.now)
    # The sweep that fills vacancies does not hand it back to him; it finds whoever is appointed.
    assert tasks.sweep(now=world.now) == 0
    assert run_of(matter).post is None
    second_post(world, world.owners[4], "subdistrict_worker", "community")
    restating.sweep(now=world.now)
    tasks.sweep(now=world.now)
    run = run_of(matter)
    assert run.post is not None
    assert run.post.kind == "subdistrict_worker"


def test_a_step_that_begins_later_and_one_that_rises_find_whoever_is_free(world: World) -> None:
    playbook = making.own_playbook(world, making.SIMPLE.replace("community_worker", "grid_worker"))
    matter = making.reported(world).matter
    declare(world, person_id=world.staff["grid_worker"].pk, thing_kind="matter", thing_no=matter.no)
    matter = making.accepted(world, matter, playbook)
    assert run_of(matter).post.kind == "community_worker"  # type: ignore[union-attr]
    with pytest.raises(NotAllowed, match="要回避"):
        matters.decline(actor=world.actor("grid_worker"), matter_id=matter.pk, reason="不归我管", now=world.now)


def test_the_days_of_an_interest_begin_and_end_by_the_clock(world: World) -> None:
    matter = making.accepted(
        world, making.reported(world).matter,
        making.own_playbook(world, making.SIMPLE.replace("community_worker", "grid_worker")),
    )  # fmt: skip
    begins, ends = world.now + 2 * DAY, world.now + 4 * DAY
    declare(world, person_id=world.staff["grid_worker"].pk, thing_kind="matter", thing_no=matter.no,
            since=begins, until=ends)  # fmt: skip
    assert restating.sweep(now=begins - timedelta(seconds=1)) == 0
    assert run_of(matter).post.kind == "grid_worker"  # type: ignore[union-attr]
    assert restating.sweep(now=begins) == 1
    assert restating.sweep(now=begins) == 0
    assert run_of(matter).post.kind == "community_worker"  # type: ignore[union-attr]
    assert restating.sweep(now=ends) == 1
    assert run_of(matter).post.kind == "grid_worker"  # type: ignore[union-attr]
    assert verify(world.estate.pk).faults == ()


def test_whose_own_household_a_matter_is_about_does_not_decide_on_it(world: World) -> None:
    """Own pact violation: the moderator lives in the home that the matter is about; nobody had to declare it."""
    moderator = world.staff["moderator"]
    own(world.estate, [world.homes[7]], [moderator])
    matter = sitting.matter_for(world)
    row = meetings.name_concerned(
        actor=world.actor("community_worker"), estate_id=world.estate.pk, matter_no=matter.no,
        home_id=world.homes[7].pk, now=world.now,
    )  # fmt: skip
    assert said(world) == ["议事会召集人因和自己家有关，回避第 1 件事项，不受理和办结，由社区工作人员办。"]
    with pytest.raises(NotAllowed, match="这件事关系到您家"):
        meetings.lift_concerned(
            actor=world.actor(moderator), estate_id=world.estate.pk, concerned_id=row.pk, reason="不是我家",
            now=world.now,
        )  # fmt: skip
    meetings.lift_concerned(
        actor=world.actor("grid_worker"), estate_id=world.estate.pk, concerned_id=row.pk, reason="看错门", now=world.now
    )
    assert said(world, restating.ENDED) == ["议事会召集人不用再回避第 1 件事项。"]


def test_a_declared_interest_in_a_party_keeps_a_mediator_out(world: World) -> None:
    mediator = world.staff["grid_worker"]
    home = Home.objects.get(pk=world.homes[2].pk)
    parties = [CaseParty(home=home)]
    at = {"now": world.now}
    assert case_rules.conflict(ties.of_person(mediator.pk, **at), ties.of_parties(parties, **at)) is None
    declare(world, person_id=mediator.pk, home_id=home.pk)
    assert case_rules.conflict(ties.of_person(mediator.pk, **at), ties.of_parties(parties, **at)) is not None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "长" * 201}, "reason"),
        ({"relation": "friend"}, "relation"),
        ({"thing_no": 99}, "in_what"),
        ({"thing_kind": "", "thing_no": None}, "in_what"),
        ({"home_id": 1}, "in_what"),
        ({"person_id": None}, "who"),
        ({"until": "yesterday"}, "until"),
        ({"thing_kind": "", "thing_no": None, "organisation_id": 10**6}, "in_what"),
        ({"thing_kind": "", "thing_no": None, "home_id": 10**6}, "in_what"),
    ],
)
def test_what_does_not_fit_together_is_refused_with_its_field(world: World, wrong: dict[str, Any], field: str) -> None:
    matter = making.reported(world).matter
    given = {"person_id": world.staff["moderator"].pk, "thing_kind": "matter", "thing_no": matter.no} | wrong
    if given.get("until"):
        given["until"] = world.now - DAY
    with pytest.raises(BadInput) as refusal:
        declare(world, **given)
    assert field in refusal.value.fields
    assert not Interest.objects.exists()


def test_nobody_declares_for_another_nor_withdraws_what_another_declared_of_him(world: World) -> None:
    matter = making.reported(world).matter
    thing = {"thing_kind": "matter", "thing_no": matter.no}
    moderator, chair = world.staff["moderator"], world.staff["committee_chair"]
    with pytest.raises(NotAllowed, match="由社区工作人员来做"):
        declare(world, by="moderator", person_id=chair.pk, **thing)
    with pytest.raises(NotAllowed, match="由社区工作人员来做"):
        declare(world, by="committee_chair", body_id=company(world).pk, relation="paid", **thing)
    stranger = make_world(1, name="隔壁苑")
    with pytest.raises(NotAllowed, match="没有住处，也没有岗位"):
        declare(world, actor=stranger.actor(0), person_id=stranger.owners[0].pk, **thing)

    by_staff = declare(world, person_id=moderator.pk, **thing)
    with pytest.raises(WrongState, match="已经登记过"):
        declare(world, by="moderator", person_id=moderator.pk, **thing)
    withdraw = declaring.withdraw_interest
    with pytest.raises(NotAllowed, match="不能由您自己撤销"):
        withdraw(actor=world.actor("moderator"), interest_id=by_staff.pk, reason="没事了", now=world.now)
    with pytest.raises(NotFound):
        withdraw(actor=world.actor("committee_chair"), interest_id=by_staff.pk, reason="帮他撤", now=world.now)
    with pytest.raises(NotAllowed, match="由社区工作人员来做"):
        withdraw(actor=world.actor("supervisor"), interest_id=by_staff.pk, reason="帮他撤", now=world.now)
    with pytest.raises(BadInput, match="为什么撤销"):
        withdraw(actor=world.actor("community_worker"), interest_id=by_staff.pk, reason="", now=world.now)
    withdraw(actor=world.actor("community_worker"), interest_id=by_staff.pk, reason="登记错了人", now=world.now)
    with pytest.raises(WrongState, match="已经撤销"):
        withdraw(actor=world.actor("community_worker"), interest_id=by_staff.pk, reason="再来", now=world.now)
    # What one declared of oneself one withdraws.
    mine = declare(world, by="moderator", person_id=moderator.pk, **thing)
    assert withdraw(actor=world.actor("moderator"), interest_id=mine.pk, reason="没有了", now=world.now).withdrawn_at
    # Whose interest it is stands in no entry that a neighbour reads.
    told = Entry.objects.filter(kind__startswith="organisations.interest")
    assert {key for entry in told for key in entry.facts} == {"of", "in", "relation"}
    assert verify(world.estate.pk).faults == ()


def test_an_interest_that_is_edited_by_hand_in_the_database_is_refused_or_found(world: World) -> None:
    from tests.record.editing import unguarded

    matter = making.reported(world).matter
    row = declare(world, person_id=world.staff["moderator"].pk, thing_kind="matter", thing_no=matter.no)
    with unguarded():
        Interest.objects.filter(pk=row.pk).update(person=world.staff["supervisor"])
        assert verify(world.estate.pk).faults


def test_all_rooms_in_which_something_is_decided_are_asked() -> None:
    assert set(interests.ROOMS) == {"matter", "vote", "meeting", "project", "appraisal"}
