"""An estate with thousands of matters, written behind the services: for counting queries and for measuring, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Max, Model

from yishiting.council.matters.models import Answer, Matter, PlaybookVersion, Report, Resolution, StepRun
from yishiting.council.meetings.models import AgendaItem, Meeting, Party
from yishiting.council.projects.models import Phase, Project
from yishiting.council.votes.models import Item, Roll, Vote
from yishiting.ground.organisations.models import Post
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Estate, Home
from yishiting.kernel.hashing import chain
from yishiting.timeline.models import Entry, Head

BATCH = 1000
CATEGORIES = ("parking", "property", "environment", "safety")


def add_matters(
    estate: Estate, number: int, *, homes: Sequence[Home], reporter: Person, post: Post, now: datetime
) -> None:
    """Add ``number`` matters, each with a report and an entry of the record.

    Of ten, seven are closed with an answer, one is declined with one, and two go on at a step of ``post``.
    """
    first = (Matter.objects.filter(estate=estate).aggregate(no=Max("no"))["no"] or 0) + 1
    playbook = PlaybookVersion.objects.order_by("pk").first()
    head, _ = Head.objects.get_or_create(pk=estate.pk)
    for start in range(first, first + number, BATCH):
        numbers = range(start, min(start + BATCH, first + number))
        matters = Matter.objects.bulk_create([_matter(estate, no, homes, playbook, now) for no in numbers])
        reports = Report.objects.bulk_create(
            [
                Report(
                    estate=estate, matter=matter, first_matter=matter, person=reporter, home=homes[matter.no % len(homes)],
                    words="楼道里的灯又不亮了。", made_at=matter.created_at, salt="0" * 32,
                )
                for matter in matters
            ]
        )  # fmt: skip
        Answer.objects.bulk_create(
            [
                Answer(
                    estate=estate, matter=matter, report=report, round=1, text="已经修好了。", given_by=reporter,
                    given_at=matter.ended_at, rating=matter.no % 5 + 1, rated_at=matter.ended_at,
                )
                for matter, report in zip(matters, reports, strict=True)
                if matter.ended_at
            ]
        )  # fmt: skip
        StepRun.objects.bulk_create([_step(matter, post) for matter in matters])
        Entry.objects.bulk_create([_entry(matter, head, now) for matter in matters])
    head.save()


def copy_matters(estate: Estate, seed: int, *, times: int) -> None:
    """Copy the last ``seed`` matters of those that :func:`add_matters` added, so many times, within the database.

    Each copy comes with its report, its answer, its step and its entry, at the moments of its seed; the entries have the
    numbers that follow, and no chain of hashes.
    """
    rows = {model: model.objects.filter(estate_id=estate.pk) for model in (Matter, Report, Entry)}
    of = rows[Matter].order_by("-no").values("pk")[:seed]
    lowest = min(row["pk"] for row in of)
    for model, of_it in ((Matter, "id"), (Report, "matter_id"), (Answer, "matter_id"), (StepRun, "matter_id")):
        _copy(model, f"{of_it} >= {lowest}", seed, times)
    last = rows[Entry].order_by("-seq")[0]
    _copy(Entry, f"estate_id = {estate.pk} AND seq > {last.seq - seed}", seed, times)
    Head.objects.filter(pk=estate.pk).update(seq=last.seq + seed * times)
    with connection.cursor() as cursor:
        for text in connection.ops.sequence_reset_sql(no_style(), [Matter, Report]):
            cursor.execute(text)


#: What of a copy is further on than in its seed. Where no id stands, the database gives one.
_MOVED: dict[type[Model], tuple[str, ...]] = {
    Matter: ("id", "no"),
    Report: ("id", "matter_id", "first_matter_id"),
    Answer: ("matter_id", "report_id"),
    StepRun: ("matter_id",),
    Entry: ("seq", "subject_id"),
}


def _copy(model: type[Model], which: str, seed: int, times: int) -> None:
    moved = _MOVED[model]
    names = [field.column for field in model._meta.concrete_fields if field.column != "id" or "id" in moved]
    values = [
        # No two entries may follow the same one.
        f"CAST(seed.seq + copy.k * {seed} AS varchar(64))"
        if name == "prev_hash"
        else f"seed.{name}{f' + copy.k * {seed}' if name in moved else ''}"
        for name in names
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) "
            f"WITH RECURSIVE copy (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM copy WHERE k < {times}) "
            f"SELECT {', '.join(values)} FROM {model._meta.db_table} AS seed CROSS JOIN copy WHERE {which}"
        )


def _matter(estate: Estate, no: int, homes: Sequence[Home], playbook: PlaybookVersion | None, now: datetime) -> Matter:
    begun = now - timedelta(minutes=no)
    kind = no % 10
    ended = None if kind < 2 else begun + timedelta(days=3)
    home = homes[no % len(homes)]
    return Matter(
        estate=estate, no=no, category=CATEGORIES[no % len(CATEGORIES)], title=f"楼道照明第{no}处", spot="二层转角",
        building_id=home.building_id, entrance_id=home.entrance_id, playbook=playbook, home_count=1, created_at=begun,
        stage=Matter.Stage.FEEDBACK if ended else Matter.Stage.TOPIC,
        status=Matter.Status.OPEN if ended is None else Matter.Status.DECLINED if kind == 2 else Matter.Status.CLOSED,
        unanswered=0 if ended else 1, due_at=None if ended else begun + timedelta(days=5), ended_at=ended,
    )  # fmt: skip


def _step(matter: Matter, post: Post) -> StepRun:
    return StepRun(
        estate_id=matter.estate_id, matter=matter, round=1, seq=1, step="topic", kind="work", stage=matter.stage,
        title="确定议题", who=post.kind, post=post, started_at=matter.created_at, due_at=matter.due_at,
        ended_at=matter.ended_at, outcome="done" if matter.ended_at else "",
    )  # fmt: skip


def _entry(matter: Matter, head: Head, now: datetime) -> Entry:
    entry = Entry(
        estate_id=matter.estate_id, seq=head.seq + 1, at=now, kind="matters.reported", subject_kind="matter",
        subject_id=matter.pk, thread=matter.thread, facts={"no": matter.no}, prev_hash=head.hash,
    )  # fmt: skip
    entry.hash = chain(entry.prev_hash, entry.content())
    head.seq, head.hash = entry.seq, entry.hash
    return entry


def add_the_rest(estate: Estate, number: int, *, post: Post, now: datetime) -> None:
    """Add ``number`` votes, meetings and projects each; every third is over."""
    _add_votes(estate, number, now)
    _add_meetings(estate, number, now)
    _add_projects(estate, number, post, now)


def _add_votes(estate: Estate, number: int, now: datetime) -> None:
    first = Vote.objects.filter(estate=estate).count() + 1
    votes = Vote.objects.bulk_create(
        [
            Vote(
                estate=estate, no=no, title=f"第{no}次问大家", drafted_at=now, opened_at=now - timedelta(days=9),
                closes_at=now + timedelta(days=9), closed_at=now if no % 3 == 0 else None,
            )
            for no in range(first, first + number)
        ]
    )  # fmt: skip
    Item.objects.bulk_create(
        [Item(estate=estate, vote=vote, no=no, question="好吗？", rule="ordinary") for vote in votes for no in (1, 2)]
    )
    Roll.objects.bulk_create(
        [
            Roll(estate=estate, vote=vote, frozen_at=now, homes=12, heads=12, area=1200, digest="0" * 64)
            for vote in votes
        ]
    )


def _add_meetings(estate: Estate, number: int, now: datetime) -> None:
    first = Meeting.objects.filter(estate=estate).count() + 1
    matter = Matter.objects.filter(estate=estate).order_by("no").first()
    run = StepRun.objects.filter(matter=matter).first()
    meetings = Meeting.objects.bulk_create(
        [
            Meeting(
                estate=estate, no=no, title="议事会", place="居委会二楼", planned_at=now, announced_at=now, invited_at=now,
                starts_at=now + timedelta(days=2), opened_at=now if no % 3 == 0 else None,
                closed_at=now if no % 3 == 0 else None,
            )
            for no in range(first, first + number)
        ]
    )  # fmt: skip
    Party.objects.bulk_create(
        [Party(estate=estate, meeting=meeting, name=name) for meeting in meetings for name in ("社区", "物业")]
    )
    AgendaItem.objects.bulk_create(
        [AgendaItem(estate=estate, meeting=meeting, no=1, matter=matter, run=run) for meeting in meetings]
    )


def _add_projects(estate: Estate, number: int, post: Post, now: datetime) -> None:
    first = Project.objects.filter(estate=estate).count() + 1
    matter = Matter.objects.filter(estate=estate).order_by("no").first()
    assert matter is not None
    last = Resolution.objects.filter(estate=estate).count()
    resolution = Resolution.objects.create(estate=estate, no=last + 1, matter=matter, text="换灯", adopted_at=now)
    projects = Project.objects.bulk_create(
        [
            Project(
                estate=estate, no=no, title=f"换灯第{no}批", unit="盏", total=20, matter=matter, resolution=resolution, post=post,
                created_at=now,
                ended_at=now if no % 3 == 0 else None,
            )
            for no in range(first, first + number)
        ]
    )  # fmt: skip
    Phase.objects.bulk_create(
        [
            Phase(estate=estate, project=project, no=no, title=f"第{no}段", planned=10, started_at=now)
            for project in projects
            for no in (1, 2)
        ]
    )
