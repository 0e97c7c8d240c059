"""滨河佳苑 replayed: every figure is queried, and whoever touches the record is found."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from yishiting.council.matters.models import Answer, Evidence, Matter, Report, StepRun
from yishiting.council.matters.selectors.front import front_figures
from yishiting.council.meetings import selectors as meetings
from yishiting.council.meetings.models import Minutes, Proposal
from yishiting.council.projects.models import Project
from yishiting.council.votes.models import Ballot, Result, Vote
from yishiting.ground.organisations.actors import NOBODY
from yishiting.ground.people.models import OwnerGroup
from yishiting.ground.places import selectors as places
from yishiting.ground.places.models import Estate
from yishiting.kernel.clock import CHINA
from yishiting.reach.cli.main import main
from yishiting.stories.binhe import replay
from yishiting.timeline import guards
from yishiting.timeline.models import Entry, Head
from yishiting.timeline.verify import verify

ANCHOR = datetime(2026, 11, 20, 11, 0, tzinfo=CHINA)
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Replay once for the module, inside a transaction that is undone at its end."""
    from django.db import transaction

    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            yield replay(anchor=ANCHOR, bar=io.StringIO())
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)


@pytest.fixture
def estate(told: Any) -> Estate:
    return Estate.objects.get(slug=told["estate"]["slug"])


def test_the_roster_stands_as_it_was_handed_over(estate: Estate) -> None:
    totals = places.totals(estate.pk)
    assert (totals.buildings, totals.entrances, totals.homes, totals.residents) == (2, 6, 282, 740)
    assert str(totals.area) == "28922.4200"
    assert OwnerGroup.objects.filter(estate=estate).count() == 270


def test_six_meetings_five_matters_solved_and_one_under_way_never_as_a_rate(estate: Estate) -> None:
    assert meetings.figures(estate.pk).held == 6
    figures = front_figures(estate.pk)
    assert (figures.solved, figures.under_way) == (5, 1)
    under_way = Matter.objects.get(estate=estate, status=Matter.Status.OPEN)
    assert under_way.stage == Matter.Stage.CARRY_OUT


def test_two_hundred_and_eighty_two_places_against_three_hundred_are_short_by_eighteen(estate: Estate) -> None:
    parking = places.parking(estate.pk)
    assert parking is not None
    assert (parking.places, parking.need, parking.short) == (282, 300, 18)


def test_every_reporter_of_a_closed_matter_has_an_answer(estate: Estate) -> None:
    closed = Matter.objects.filter(estate=estate, status=Matter.Status.CLOSED)
    reports = Report.objects.filter(matter__in=closed)
    assert reports.count() == 34
    assert Answer.objects.filter(report__in=reports).exclude(text="").count() == 34
    assert Answer.objects.filter(report__in=reports, rating__isnull=False).count() > 10


def test_both_votes_that_ended_passed_on_two_hundred_and_seventy_heads(estate: Estate) -> None:
    for vote in Vote.objects.filter(estate=estate, counted_at__isnull=False):
        assert vote.roll.heads == 270
        assert vote.roll.homes == 282
        assert [item.result.outcome for item in vote.items.all()] == ["passed"]
    assert Vote.objects.get(estate=estate, no=1).items.get().result.figures
    assert Ballot.objects.filter(item__vote__no=1, superseded_at=None).count() == 190


def test_projects_follow_from_resolutions_and_one_is_in_its_first_phase(estate: Estate) -> None:
    done, going = (
        Project.objects.filter(estate=estate, ended_at__isnull=False),
        Project.objects.get(estate=estate, ended_at__isnull=True),
    )
    assert done.count() == 2
    assert all(project.resolution_id for project in Project.objects.filter(estate=estate))
    assert [phase.planned for phase in going.phases.all()] == [10, 8]
    assert [phase.accepted_at for phase in going.phases.all()] == [None, None]


def test_the_chain_stands(estate: Estate) -> None:
    report = verify(estate.pk)
    assert report.faults == ()
    assert report.seq > 800


def test_nobody_reads_more_than_the_public_may(estate: Estate) -> None:
    assert meetings.public_list(NOBODY, estate.pk).count() == 6


def _edit_ballot() -> int:
    ballot = Ballot.objects.filter(choice="against", superseded_at=None, item__vote__no=1).first()
    assert ballot is not None
    Ballot.objects.filter(pk=ballot.pk).update(choice="for")
    return ballot.pk


def _edit(model: Any, **changes: Any) -> Callable[[], int]:
    def edit() -> int:
        row = model.objects.order_by("pk").first()
        model.objects.filter(pk=row.pk).update(**changes)
        return int(row.pk)

    return edit


@pytest.mark.parametrize(
    ("touch", "named"),
    [
        (_edit_ballot, "votes.ballot"),
        (_edit(Minutes, text="改过的记录"), "meetings.minutes"),
        (_edit(Proposal, text="改过的方案"), "meetings.proposal"),
        (_edit(Answer, text="改过的答复"), "matters.answer"),
        (_edit(Report, words="改过的话"), "matters.report"),
        (_edit(Entry, facts={"no": 7}), "第 1 条"),
    ],
    ids=["ballot", "minutes", "proposal", "answer", "report", "entry"],
)
def test_whatever_is_edited_is_found_and_named(
    estate: Estate, capsys: pytest.CaptureFixture[str], touch: Callable[[], int], named: str
) -> None:
    guards.remove(connection)
    pk = touch()
    assert main(["verify", "--estate", estate.name]) == 1
    told = capsys.readouterr().err
    assert named in told
    assert named.startswith("第") or f"第 {pk} 行" in told


def test_a_result_that_was_edited_no_longer_agrees_with_its_ballots(
    estate: Estate, capsys: pytest.CaptureFixture[str]
) -> None:
    guards.remove(connection)
    Result.objects.filter(item__vote__no=1).update(outcome="failed")
    assert main(["verify", "--estate", estate.name]) == 1
    assert "表决" in capsys.readouterr().err


def test_a_cut_tail_is_found_by_the_mark_that_was_noted_down(
    estate: Estate, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "--estate", estate.name]) == 0
    mark = capsys.readouterr().out.strip()
    guards.remove(connection)
    last = Entry.objects.filter(estate_id=estate.pk).order_by("-seq")
    before = last[1]
    last[0].delete()
    Head.objects.filter(pk=estate.pk).update(seq=before.seq, hash=before.hash)
    assert main(["verify", "--estate", estate.name, "--expect", mark]) == 1
    assert mark.split(":")[0] in capsys.readouterr().err


def test_the_mark_of_an_untouched_record_is_still_right_when_more_was_written(
    estate: Estate, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "--estate", estate.name]) == 0
    mark = capsys.readouterr().out.strip()
    assert mark == f"{Head.objects.get(pk=estate.pk)}"
    assert main(["verify", "--estate", estate.name, "--expect", mark, "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert f"{row['seq']}:{row['hash']}" == mark


def test_a_mark_that_cannot_be_read_is_wrong_usage(estate: Estate) -> None:
    assert main(["verify", "--estate", estate.name, "--expect", "12"]) == 2
    assert main(["verify", "--estate", "没有这个小区"]) == 2


def test_the_story_left_a_trace_on_each_step(estate: Estate) -> None:
    assert StepRun.objects.filter(estate=estate, ended_at__isnull=True).count() == 1
    assert not Evidence.objects.filter(run__estate=estate, photo__isnull=True, kind="photo").exists()


def test_the_time_of_the_record_never_runs_backwards(estate: Estate) -> None:
    times = list(Entry.objects.filter(estate_id=estate.pk).order_by("seq").values_list("at", flat=True))
    assert times == sorted(times)
    assert times[-1] <= ANCHOR
