"""How many ballots a second: ``python benchmarks/bench_ballot.py [HEADS [CONNECTIONS]]``, one line of a table.

A ballot goes the whole way of ``cast_online``: the estate's lock, roll and precedence, the ballot, its digest and its link
in the chain. Beside it, in the same run on the same database, a bare insert into a table with one unique constraint: the
least that any ballot must spend. Each is one transaction. The database is the one at ``DATABASE_URL``, else SQLite in a
folder that is thrown away; nothing is measured on a database that is in use.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

WANTED = 0.15
"""The least share of the bare insert's speed that a ballot may have."""


@dataclass(frozen=True)
class Speed:
    """Ballots and bare inserts a second, on ``connections`` connections of ``database``."""

    database: str
    connections: int
    ballots: float
    inserts: float

    @property
    def share(self) -> float:
        """Ballots against bare inserts."""
        return self.ballots / self.inserts


def _per_second(jobs: Sequence[Callable[[], object]], connections: int) -> float:
    from django.db import connections as open_connections

    def work(share: Sequence[Callable[[], object]]) -> None:
        for job in share:
            job()
        open_connections.close_all()

    shares = [jobs[start::connections] for start in range(connections)]
    begin = time.perf_counter()
    if connections == 1:
        for job in jobs:
            job()
    else:
        with ThreadPoolExecutor(connections) as pool:
            list(pool.map(work, shares))
    return len(jobs) / (time.perf_counter() - begin)


def _bare(start: int, number: int) -> list[Callable[[], object]]:
    """Rows of one number and one word, each saved by Django in a transaction of its own."""
    from django.db import models

    global _Bare
    if _Bare is None:

        class Bare(models.Model):
            head = models.IntegerField(unique=True)
            choice = models.CharField(max_length=10)

            class Meta:
                app_label = "benchmarks"
                managed = False
                db_table = "bench_bare"

            def __str__(self) -> str:
                return str(self.head)

        _Bare = Bare
    return [lambda head=head: _Bare.objects.create(head=head, choice="for") for head in range(start, start + number)]


_Bare: Any = None


def _prepare(heads: int) -> tuple[int, int, list[Any], Any]:
    """An estate of ``heads`` homes and an open vote; give the vote, its item, the actors and the present."""
    from django.db import connection

    from tests.support.world import make_world
    from yishiting.council.votes import services
    from yishiting.ground.places.models import Estate

    world = make_world(heads, name=f"快慢苑{Estate.objects.count() + 1}", per_entrance=50)
    vote = services.draft_vote(
        actor=world.actor("committee_chair"), estate=world.estate, title="快慢", explanation="",
        items=[services.ItemDraft("快吗？", "ordinary")], closes_at=world.now + timedelta(days=7), now=world.now,
    )  # fmt: skip
    services.open_vote(actor=world.actor("committee_chair"), vote_id=vote.pk, now=world.now)
    key = "bigserial" if connection.vendor == "postgresql" else "integer"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_bare")
        cursor.execute(
            f"CREATE TABLE bench_bare (id {key} PRIMARY KEY, head integer NOT NULL UNIQUE, choice text NOT NULL)"
        )
    return vote.pk, vote.items.get().pk, [world.actor(owner) for owner in range(heads)], world.now


def measure(heads: int = 600, connections: int = 1) -> Speed:
    """Measure on the database that Django is set up for, migrated and not in use.

    The two take turns in small portions, so that whatever else the machine does falls on both.
    """
    from django.db import connection

    from yishiting.council.votes import services

    vote, item, actors, now = _prepare(heads)

    def cast(actor: Any) -> Callable[[], object]:
        return lambda: services.cast_online(actor=actor, vote_id=vote, choices={item: "for"}, now=now)

    portion = max(heads // 6, connections)
    ballots, inserts, taken = 0.0, 0.0, 0
    for start in range(0, heads, portion):
        jobs = [cast(actor) for actor in actors[start : start + portion]]
        bare = _bare(start * 4, len(jobs) * 4)
        inserts += len(jobs) * 4 / _per_second(bare, connections)
        ballots += len(jobs) / _per_second(jobs, connections)
        taken += len(jobs)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_bare")
    return Speed(connection.vendor, connections, taken / ballots, taken * 4 / inserts)


def main() -> int:
    """Print the table; 1 where a ballot is slower than it should be."""
    words = [int(word) for word in sys.argv[1:]]
    os.environ["YISHITING_MODE"] = "test"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["YISHITING_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yishiting.config.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, skip_checks=True)
        speed = measure(*words)
        print("| database   | connections | ballots/s | bare inserts/s | share |")
        print("|------------|------------:|----------:|---------------:|------:|")
        print(
            f"| {speed.database:<10} | {speed.connections:>11} | {speed.ballots:>9.0f} | {speed.inserts:>14.0f} "
            f"| {speed.share:>5.2f} |"
        )
    return 0 if speed.share >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
