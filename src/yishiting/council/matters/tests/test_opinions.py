"""Opinions and problems are counted apart, and the desk's list of reports shows how each stands."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.support.world import World
from yishiting.council.matters import selectors, services
from yishiting.council.matters.models import Matter, Report
from yishiting.council.matters.selectors import OpinionFigures, ReportFilter
from yishiting.council.matters.selectors.front import FrontFigures, front_figures
from yishiting.council.matters.tests.making import (
    STAFF,
    accepted,
    assert_record_holds,
    later,
    own_playbook,
    prepared,
    reported,
)
from yishiting.ground.organisations.actors import NOBODY

pytestmark = pytest.mark.django_db


def judged(world: World, report: Report, valid: bool) -> None:
    reason = "属实" if valid else "不是本小区的事"
    services.judge_report(actor=world.actor(STAFF), report_id=report.pk, valid=valid, reason=reason, now=world.now)


def solved(world: World, matter: Matter) -> None:
    services.end_step(actor=world.actor(STAFF), matter_id=matter.pk, outcome="done", now=world.now)
    services.answer(actor=world.actor(STAFF), matter_id=matter.pk, texts="办好了", now=world.now)


def test_an_estate_that_judges_no_opinion_shows_no_such_figures() -> None:
    world = prepared()
    report = reported(world)
    assert front_figures(world.estate.pk) == FrontFigures(solved=0, under_way=1, answered_homes=0, judges=False)
    judged(world, report, valid=True)
    assert front_figures(world.estate.pk).judges


def test_many_opinions_to_one_problem_keep_their_units_and_no_share_while_one_is_not_linked() -> None:
    world = prepared()
    version = own_playbook(world)
    first = reported(world, 0)
    for who in (1, 2, 3):
        services.join(actor=world.actor(who), matter_id=first.matter_id, words="我家也是", now=world.now)
    off = services.join(actor=world.actor(4), matter_id=first.matter_id, words="别处的", now=world.now)
    judged(world, off, valid=False)
    loose, unseen = reported(world, 5, title="路灯"), reported(world, 6, title="花坛")
    judged(world, loose, valid=True)
    turned_down = reported(world, 7, title="公交站")
    services.decline(actor=world.actor(STAFF), matter_id=turned_down.matter_id, reason="归公交公司", now=world.now)
    back = reported(world, 8, title="不反映了")
    services.withdraw_report(actor=world.actor(8), report_id=back.pk, now=world.now)
    solved(world, accepted(world, first.matter, version))
    figures = selectors.opinion_figures(world.estate.pk)
    # Four opinions are one solved problem; the fifth valid one concerns nothing that was taken up yet.
    assert figures == OpinionFigures(submitted=8, valid=5, not_valid=2, linked=4, settled=4, problems=1)
    assert (figures.waiting, figures.share) == (1, None)
    accepted(world, loose.matter, version)
    figures = selectors.opinion_figures(world.estate.pk)
    assert (figures.linked, figures.share, figures.waiting) == (5, Fraction(4, 5), 1)
    accepted(world, unseen.matter, version)
    figures = selectors.opinion_figures(world.estate.pk)
    assert (figures.valid, figures.share, figures.waiting) == (6, Fraction(4, 6), 0)
    assert_record_holds(world)


def test_a_hundred_and_sixty_opinions_four_rejected_and_eighty_nine_problems_solved() -> None:
    world = prepared()
    rejected = reported(world, 0)
    others = [services.join(actor=world.actor(who), matter_id=rejected.matter_id, words="别处", now=world.now)
              for who in range(1, 5)]  # fmt: skip
    for each in others:
        judged(world, each, valid=False)
    solved(world, accepted(world, rejected.matter, own_playbook(world)))
    made = Matter.objects.bulk_create(
        Matter(
            estate=world.estate, no=no, category="其他", title="问题", status="closed", stage="feedback",
            created_at=world.now, ended_at=world.now, home_count=1,
        )
        for no in range(2, 90)
    )  # fmt: skip
    Report.objects.bulk_create(
        Report(
            estate=world.estate, matter=made[n % 88], first_matter=made[n % 88], person=world.owners[0],
            home=world.homes[n % 12], words="意见", made_at=world.now, salt="0" * 32,
        )
        for n in range(155)
    )  # fmt: skip
    figures = selectors.opinion_figures(world.estate.pk)
    assert (figures.submitted, figures.valid, figures.not_valid, figures.problems) == (160, 156, 4, 89)
    # All are linked, so a share may be shown: of opinions by opinions, never 89 of 156.
    assert figures.share == 1


def found(world: World, who: int | str = STAFF, **wanted: str) -> list[int]:
    return [each.pk for each in selectors.desk_reports(world.actor(who), replace(ReportFilter(), **wanted))]


def test_the_list_of_reports_is_narrowed_by_how_each_stands() -> None:
    world = prepared()
    first = reported(world, 0)
    off = services.join(actor=world.actor(1), matter_id=first.matter_id, words="隔壁的灯", now=later(world, hours=1))
    judged(world, off, valid=False)
    services.rate(actor=world.actor(1), report_id=off.pk, rating=1, now=world.now)
    back = services.join(actor=world.actor(2), matter_id=first.matter_id, words="看错了", now=later(world, hours=1))
    services.withdraw_report(actor=world.actor(2), report_id=back.pk, now=world.now)
    valid = reported(world, 3, title="花坛", category="绿化")
    judged(world, valid, valid=True)
    assert found(world) == [valid.pk, back.pk, off.pk, first.pk]
    assert found(world, sort="old") == [first.pk, off.pk, back.pk, valid.pk]
    expected = {
        "waiting": [valid.pk, first.pk],
        "unjudged": [first.pk],
        "valid": [valid.pk],
        "invalid": [off.pk],
        "withdrawn": [back.pk],
        "answered": [off.pk],
        "unhappy": [off.pk],
        "瞎写": [valid.pk, back.pk, off.pk, first.pk],
    }
    assert {standing: found(world, standing=standing) for standing in expected} == expected
    assert found(world, search="隔壁") == [off.pk]
    assert found(world, search="第 2 件") == [valid.pk]
    assert found(world, search="第 3 件") == []
    assert found(world, search="花坛 2") == [valid.pk]
    assert found(world, category="绿化") == [valid.pk]
    standings = [selectors.standing_of(each) for each in selectors.desk_reports(world.actor(STAFF), ReportFilter())]
    assert standings == ["waiting", "withdrawn", "invalid", "waiting"]


def test_words_of_reports_are_read_by_those_who_triage_and_supervise_alone() -> None:
    world = prepared()
    report = reported(world, 0)
    for who in (STAFF, "grid_worker", "supervisor"):
        assert found(world, who) == [report.pk]
    for who in (0, "property_manager"):
        assert found(world, who) == []
    assert not selectors.desk_reports(NOBODY, ReportFilter()).exists()
