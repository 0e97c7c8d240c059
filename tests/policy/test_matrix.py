"""The policy matrix: every role by every operation, on rows of its own estate and of another, against the table."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.journeys.addresses import routes
from tests.policy import sight, table
from tests.policy.calls import Operation, operations, verdict
from tests.policy.roles import Role, roles
from tests.record.everything import live
from tests.support.signing import sign_in
from tests.support.world import World
from yishiting.council.appraisals.models import Appraisal
from yishiting.council.cases.models import CaseFile
from yishiting.council.matters.models import Matter, Photo, Report, StepRun
from yishiting.council.meetings.models import Attendance, Concerned, Meeting, Question, Series
from yishiting.council.projects.models import Project
from yishiting.council.votes.models import Ballot, PaperSlip, Vote
from yishiting.ground.desks import filters
from yishiting.ground.desks import services as desks
from yishiting.ground.organisations.models import Chart, ChartSeat, Interest, Term
from yishiting.ground.people.models import UnsettledPhone
from yishiting.ground.people.services import uploads
from yishiting.ground.places.models import WorkdayOverride
from yishiting.record.notices.models import Attempt, Canvass, Notice

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "roles.md"
BEGIN, END = "<!-- operations -->", "<!-- end of operations -->"
SEEN, END_SEEN = "<!-- what is seen -->", "<!-- end of what is seen -->"
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]


@dataclass(frozen=True)
class Asked:
    """What was asked: the world, everybody, which of them came past which operation, and what each was given to see.

    ``seen``: the rows of the estate that a room gave to somebody, with those that the table gives him.
    """

    world: World
    everybody: tuple[Role, ...]
    passed: frozenset[tuple[str, str]]
    rows: Rows
    seen: Mapping[tuple[str, str], tuple[set[int], set[int]]]


@pytest.fixture(scope="module")
def asked(django_db_setup: None, django_db_blocker: Any) -> Iterator[Asked]:
    """Ask everybody everything once, inside a transaction that is undone at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = live()
        world.now += timedelta(hours=1)
        everybody = tuple(roles(world))
        rows = Rows(world)
        passed = {
            (role.name, operation.name)
            for role in everybody
            for actor in [role.actor(world)]
            for operation in operations()
            if verdict(operation, actor, rows.given(operation), world, rows.ids, rows.bodies.get(operation.name))
        }
        seen = {
            (role.name, name): (each.found(actor, world), each.expected(role, actor, world))
            for role in everybody
            for actor in [role.actor(world)]
            for name, each in sight.SIGHTS.items()
        }
        yield Asked(world, everybody, frozenset(passed), rows, seen)
        transaction.set_rollback(True)


class Rows:
    """Rows of the estate on which each operation is tried, by what its address names."""

    def __init__(self, world: World) -> None:
        self.world = world
        here = {"estate": world.estate}
        worker = world.actor("community_worker")
        saved = filters.save_filter(actor=worker, name="急的", query="due=late", default=False, now=world.now)
        term = Term.objects.filter(person=world.staff["community_worker"]).order_by("pk")[0]
        given = desks.hand_over(
            actor=worker, term_id=term.pk, stand_in_id=world.staff["grid_worker"].pk, since=world.now,
            until=world.now + timedelta(days=2), reason="培训", now=world.now,
        )  # fmt: skip
        desks.end_hand_over(actor=worker, hand_over_id=given[0].pk, now=world.now)
        waiting = Matter.objects.get(**here, proposed_title="路灯")
        raised = Matter.objects.filter(
            pk__in=StepRun.objects.filter(escalations__isnull=False).values("matter"), **here
        )[0]
        self.no: dict[str, int] = {
            "matters": waiting.no,
            "step": raised.no,
            "votes": Vote.objects.get(title="还在投").no,
            "charts": Chart.objects.get(**here, published_at__isnull=False).no,
            "draft": Vote.objects.get(title="还没开始").no,
            "meetings": Meeting.objects.filter(**here, closed_at__isnull=False).order_by("no")[0].no,
            "projects": Project.objects.filter(**here).order_by("no")[0].no,
            "notices": Notice.objects.filter(
                **here, versions__published_at__isnull=False, versions__archived_at__isnull=True, versions__no=2
            )
            .order_by("no")[0]
            .no,
            "canvasses": Canvass.objects.filter(**here).order_by("no")[0].no,
            "appraisals": Appraisal.objects.filter(**here).order_by("no")[0].no,
            "cases": CaseFile.objects.filter(**here, post__kind="community_worker", mediator=world.staff["grid_worker"])
            .order_by("no")[0]
            .no,
        }
        vote = Vote.objects.get(title="还在投")
        self.photo = Photo.objects.filter(report__isnull=False, **here).order_by("pk")[0]
        self.no["photo"] = Report.objects.get(pk=self.photo.report_id or 0).matter.no
        run = StepRun.objects.get(matter=raised, ended_at=None)
        entrance = world.entrances[0].pk
        meeting = Meeting.objects.get(**here, no=self.no["meetings"])
        self.ids = {
            "run": run.pk,
            "home_id": world.homes[0].pk,
            "item_id": meeting.agenda.order_by("pk")[0].pk,
            "party_id": meeting.parties.order_by("pk")[0].pk,
            "person_id": world.staff["grid_worker"].pk,
            "term_id": term.pk,
            "stand_in_id": world.staff["grid_worker"].pk,
        }
        self.bodies: dict[str, dict[str, Any]] = {
            "accept_matter": {"playbook": "five-step", "version": 1},
            "open_appraisal": {"matter": Appraisal.objects.filter(**here).order_by("no")[0].matter.no},
            "post_notice": {"channel": "entrance", "entrance_ids": [entrance]},
            "post_notice_picture": {"channel": "entrance", "entrance_id": entrance},
            "read_slip_again": {"choices": {"1": "for"}},
            "try_together": {"verb": "decline", "matters": [waiting.no]},
            "do_together": {"verb": "decline", "matters": [waiting.no]},
        }
        self.pk: dict[str, Any] = {
            "seats": ChartSeat.objects.get(person=world.staff["community_worker"], **here).pk,
            "reports": Report.objects.get(matter=waiting, person=world.owners[0]).pk,
            "photos": self.photo.pk,
            "attendances": Attendance.objects.filter(**here).order_by("pk")[0].pk,
            "concerned": Concerned.objects.filter(**here).order_by("pk")[0].pk,
            "questions": Question.objects.filter(**here).order_by("pk")[0].pk,
            "meeting-series": Series.objects.filter(**here).order_by("pk")[0].pk,
            "slips": PaperSlip.objects.filter(vote=vote).order_by("pk")[0].pk,
            "entrances": world.entrances[0].pk,
            "homes": world.homes[0].pk,
            "doors": world.homes[0].pk,
            "phones": UnsettledPhone.objects.filter(**here, settled_at__isnull=True).order_by("pk")[0].pk,
            "days": WorkdayOverride.objects.filter(**here, lifted_at__isnull=True).order_by("pk")[0].pk,
            "filters": saved.pk,
            "interests": Interest.objects.get(body__isnull=False, **here).pk,
            "hand-overs": given[0].pk,
            "receipts": Ballot.objects.filter(item__vote=vote).order_by("pk")[0].receipt,
            "attempts": Attempt.objects.filter(place__canvass__no=self.no["canvasses"], **here).order_by("pk")[0].pk,
        }

    def given(self, operation: Operation) -> dict[str, Any]:
        """Return what an address names for an operation."""
        found: dict[str, Any] = {}
        parts = operation.path.split("/")
        for before, part in zip(["", *parts], parts, strict=False):
            name = part.strip("{}").rpartition(":")[2]
            if part.startswith("{"):
                found[name] = self._value(name, before, operation)
        return found

    def _value(self, name: str, before: str, operation: Operation) -> Any:
        if name == "slug":
            return self.world.estate.slug
        if name == "no":
            room = before if before in self.no else "cases"
            if operation.name in STEPS:
                room = "step"
            if operation.name == "publish_photo":
                room = "photo"
            if operation.name in DRAFTS:
                room = "draft"
            return self.no[room]
        if name == "token":
            # Giving it up deletes the file, so each tries one of its own.
            worker = self.world.actor("community_worker")
            return uploads.keep(
                actor=worker, estate=self.world.estate, filename="名册.csv", data=b"", now=self.world.now
            )
        if name in ("pk", "code", "home"):
            return self.pk[before]
        if name == "version" and before != "versions":
            return 1
        return {
            "name": "five-step",
            "version": 2,
            "year": 2026,
            "party": 1,
            "proposal": 1,
            "phase": 1,
            "objection": 1,
            "line": 1,
            "task": 1,
            "unit": 1,
        }[name]


STEPS = frozenset({"end_step", "add_evidence", "answer_matter", "raise_matter"})
DRAFTS = frozenset({"edit_draft", "open_vote"})


def test_every_operation_has_its_line() -> None:
    assert sorted(each.name for each in operations()) == sorted(table.BY_OPERATION)
    assert len(table.BY_OPERATION) == sum(len(names) for names in table.RULES.values())


def test_everybody_may_what_the_table_says_and_no_more(asked: Asked) -> None:
    wrong = [
        f"{operation}: {role.name} {'passes' if (role.name, operation) in asked.passed else 'is refused'}"
        f" ({table.BY_OPERATION[operation]})"
        for operation in table.BY_OPERATION
        for role in asked.everybody
        if ((role.name, operation) in asked.passed) != table.may(role, operation)
    ]
    assert not wrong, "\n".join(wrong)


#: What is done to a thing, and how it is read: whoever may do it can see it.
READ_OF = {
    "triage | step | supervise | meet | vote | project": (
        "get_desk_matter",
        ("accept_matter", "decline_matter", "merge_matter", "declare_emergency", "judge_report", "end_step"),
    ),
    "meetings": ("get_meeting", ("invite", "move_meeting", "attend", "close_meeting", "write_minutes")),
    "whom it is about": ("list_concerned", ("name_concerned", "ask_concerned")),
    "votes": ("get_vote", ("edit_draft", "open_vote", "close_vote", "cancel_vote", "cast_ballot")),
    "charts": (
        "get_desk_chart",
        ("publish_chart", "end_chart", "add_unit", "change_unit", "cover_places", "end_unit", "appoint_leader"),
    ),
    "units": ("get_unit", ("attach_members", "end_seat", "set_naming")),
    "paper": ("list_slips", ("receive_slip", "read_slip_again", "withdraw_slip")),
    "projects": ("get_project", ("change_plan", "add_insurance", "record_phase_step")),
    "money": ("get_funding", ("plan_funding", "tell_funding")),
    "what comes first": ("list_tasks", ("add_task", "finish_task", "drop_task")),
    "posts": ("list_terms", ("declare_for_other", "register_company")),
    "interests": ("get_interest", ("withdraw_interest",)),
    "several matters": ("get_desk_matter", ("try_together", "do_together")),
    "roster": ("get_home", ("set_area", "settle_phone", "send_roster")),
    "calendar": ("get_calendar", ("set_day", "import_days", "lift_day")),
    "rules": ("list_adopted_packs", ("adopt_pack",)),
    "appraisals": ("get_appraisal", ("answer_appraisal", "write_answer_down", "close_appraisal", "note_low_score")),
    "notices": (
        "get_desk_notice",
        ("revise_notice", "review_notice", "publish_notice", "post_notice", "archive_notice"),
    ),
    "objections": ("list_objections", ("write_down_objection", "answer_objection")),
    "rounds": ("get_desk_canvass", ("record_attempt", "withdraw_attempt", "close_canvass")),
    "doors": ("list_doors", ("record_attempt", "withdraw_attempt")),
    "cases": (
        "get_case",
        (
            "choose_mediator",
            "add_case_party",
            "record_consent",
            "hold_session",
            "write_agreement",
            "set_seal",
            "end_case",
        ),
    ),
    "one's own case": ("get_my_case", ("say",)),
}


@pytest.mark.parametrize("room", sorted(READ_OF))
def test_whoever_may_do_something_to_a_thing_can_see_it(asked: Asked, room: str) -> None:
    read, writes = READ_OF[room]
    readers = {name for name, operation in asked.passed if operation == read}
    for write in writes:
        doers = {name for name, operation in asked.passed if operation == write}
        assert doers, write
        assert doers <= readers, (write, sorted(doers - readers))


def test_nobody_of_another_estate_passes_more_than_the_street(asked: Asked) -> None:
    """Who is signed in elsewhere reads what anyone reads, and his own affairs; a post there opens nothing here."""
    for role in asked.everybody:
        if "elsewhere" in role.name:
            passed = {operation for name, operation in asked.passed if name == role.name}
            rules = {table.BY_OPERATION[operation] for operation in passed}
            assert rules <= {"anyone", "signed", "office", "signed and sees his own desk"}, (role.name, sorted(rules))


def test_everybody_sees_what_the_table_says_and_no_more(asked: Asked) -> None:
    wrong = [
        f"{name}: {role} sees {sorted(found - expected)} too many, {sorted(expected - found)} too few"
        for (role, name), (found, expected) in asked.seen.items()
        if found != expected
    ]
    assert not wrong, "\n".join(wrong)


def test_what_is_not_for_anyone_is_there_to_be_kept_from_him(asked: Asked) -> None:
    """Of each room that keeps something back there is something, and staff elsewhere see of it what the street does."""
    for name, each in sight.SIGHTS.items():
        whole = sight.ids(each.rows(asked.world))
        street = asked.seen["nobody", name][0]
        assert whole, name
        assert (street == whole) is (each.open == sight.EVERYBODY), name
        for role in asked.everybody:
            if "elsewhere" in role.name:
                assert asked.seen[role.name, name][0] == street, (role.name, name)


#: A reading operation, and the room whose rows it tells: nobody is let in to read what he is given nothing of.
TELLS = {
    "get_desk_matter": "matters at the desk",
    "get_desk_notice": "versions of notices",
    "get_desk_canvass": "rounds",
    "list_terms": "posts",
    "list_interests": "interests",
    "get_interest": "interests",
    "list_concerned": "whom it is about",
    "get_case": "cases",
    "draft_vote": "votes",
}


@pytest.mark.parametrize("operation", sorted(TELLS))
def test_whoever_is_let_in_is_given_something_to_see(asked: Asked, operation: str) -> None:
    passed = {role for role, name in asked.passed if name == operation}
    given = {role for role in passed if asked.seen[role, TELLS[operation]][0]}
    assert passed
    assert passed == given, sorted(passed - given)


def pages_of_the_desk(rows: Rows) -> dict[str, str]:
    """Return the address of every page of the desk that is of one estate, on rows that are there where they are known."""
    found = {}
    for name, pattern in routes().items():
        if pattern.startswith("desk/") and "<slug:slug>" in pattern:
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", pattern)
            parts = re.findall(r"\{(\w+)\}", path)
            try:
                given = rows.given(Operation(name, "GET", path, rows.given, public=False))
            except KeyError:
                given = {"slug": rows.world.estate.slug, **{part: 1 for part in parts if part != "slug"}}
            found[name] = "/" + path.format(**given)
    return found


def test_no_page_of_the_desk_opens_to_who_works_for_another_estate(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker of another community is trusted with everything there, and finds nothing behind any address here."""
    monkeypatch.setenv("YISHITING_NOW", asked.world.now.isoformat())
    stranger = next(
        each.person for each in asked.everybody if each.person and each.name == "community_worker elsewhere"
    )
    client, colleague = sign_in(Client(), stranger), sign_in(Client(), asked.world.staff["community_worker"])
    pages, opened = pages_of_the_desk(asked.rows), []
    for name, address in pages.items():
        assert client.get(address).status_code in {403, 404, 405}, (name, address)
        if colleague.get(address).status_code not in {403, 404}:
            opened.append(name)
    # So that it is not the address that is wrong: most of them open to who works here.
    assert len(opened) > 0.8 * len(pages), sorted(set(pages) - set(opened))


def _words(rule: str) -> str:
    return rule.replace(" | ", " or ")


def test_the_document_shows_these_tables() -> None:
    """To renew: `YISHITING_RENEW=1 .venv/bin/python -m pytest` and this file."""
    calls = [f"| {_words(rule)} | {', '.join(f'`{name}`' for name in names)} |" for rule, names in table.RULES.items()]
    rooms = [f"| {name} | {each.anyone} | {each.his} | {_words(each.rule)} |" for name, each in sight.SIGHTS.items()]
    text = DOCUMENT.read_text(encoding="utf-8")
    for begin, end, head, lines in (
        (BEGIN, END, ["| who | may call |", "|---|---|"], calls),
        (
            SEEN,
            END_SEEN,
            ["| of | anyone sees | besides, somebody sees | all are seen by |", "|---|---|---|---|"],
            rooms,
        ),
    ):
        before, _begin, rest = text.partition(begin)
        _old, _end, after = rest.partition(end)
        text = "\n".join([f"{before}{begin}", "", *head, *lines, "", f"{end}{after}"])
    if os.environ.get("YISHITING_RENEW"):
        DOCUMENT.write_text(text, encoding="utf-8")
    assert text == DOCUMENT.read_text(encoding="utf-8")
