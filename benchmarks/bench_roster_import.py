"""How long 10,000 rows of a roster take: ``python benchmarks/bench_roster_import.py [ROWS]``, one line of a table.

The whole way is timed: an ``.xlsx`` of 10,000 homes read and parsed, taken into an empty estate, the same file compared
and taken in again, and a third in which each home has another owner. Beside it, in the same run on the same database, a
bare insert of as many rows in one statement each 500: the least that any import must spend. The database is the one at
``DATABASE_URL``, else SQLite in a folder that is thrown away; nothing is measured on a database that is in use.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yishiting.ground.people.roster.model import Roster

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

LIMIT = 5.0
"""Seconds from the bytes of 10,000 rows to the committed register."""
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Times:
    """Seconds for ``rows`` rows on ``database``."""

    database: str
    rows: int
    read: float
    first: float
    again: float
    owners: float
    bare: float

    @property
    def whole(self) -> float:
        """From the file's bytes to the committed register."""
        return self.read + self.first


def workbook(rows: int, *, owner: str) -> bytes:
    """An ``.xlsx`` of ``rows`` homes: an owner with a phone each, every tenth owning two, every twentieth shared by two."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    sheet.append(["楼栋", "单元", "房号", "建筑面积(㎡)", "业主姓名", "联系电话", "居住人数"])
    for n in range(rows):
        who = n - 1 if n % 10 == 9 else n
        names = f"{owner}{who}" + (f"、{owner}{who}乙" if who % 20 == 7 else "")
        floor, door = divmod(n % 120, 4)
        sheet.append(
            [
                f"{n // 240 + 1}栋",
                f"{n // 120 % 2 + 1}单元",
                f"{floor + 1}0{door + 1}",
                f"{60 + n % 8000 / 100:.2f}",
                names,
                f"139{(ord(owner[0]) * 100_000 + who) % 100_000_000:08d}",
                n % 5 + 1,
            ]
        )
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _bare(rows: int) -> float:
    """Insert ``rows`` rows of a home's width into a table with one unique constraint, in one transaction."""
    from django.db import connection, transaction

    key = "bigserial" if connection.vendor == "postgresql" else "integer"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_bare (id {key} PRIMARY KEY, room text NOT NULL UNIQUE, area numeric)")
        begin = time.perf_counter()
        with transaction.atomic():
            for start in range(0, rows, 400):
                part = range(start, min(start + 400, rows))
                values = [value for n in part for value in (f"room {n}", "89.47")]
                cursor.execute(
                    f"INSERT INTO bench_bare (room, area) VALUES {', '.join(['(%s, %s)'] * len(part))}", values
                )
        taken = time.perf_counter() - begin
        cursor.execute("DROP TABLE bench_bare")
    return taken


def measure(rows: int = 10_000) -> Times:
    """Measure on the database that Django is set up for, migrated and not in use."""
    from django.db import connection

    from yishiting.ground.people.roster import parse, read_workbook
    from yishiting.ground.people.services import apply_roster, preview_roster
    from yishiting.ground.places.models import Estate

    estate = Estate.objects.create(name="快慢苑", slug="bench-roster")
    data, sold = workbook(rows, owner="甲"), workbook(rows, owner="丁")
    read: list[Roster] = []
    reading = _timed(lambda: read.append(parse(read_workbook(data, "名册.xlsx"), estate.name)))
    roster, other = read[0], parse(read_workbook(sold, "名册.xlsx"), estate.name)
    if len(roster.homes) != rows or roster.errors:
        raise SystemExit(f"{len(roster.homes)} of {rows} homes were read: {roster.problems[:3]}")

    def take(each: Roster, days: int) -> Callable[[], object]:
        now = NOW + timedelta(days=days)
        return lambda: apply_roster(estate=estate, roster=each, actor_id=None, now=now)

    first = _timed(take(roster, 0))
    again = _timed(lambda: (preview_roster(estate=estate, roster=roster), take(roster, 1)()))
    return Times(connection.vendor, rows, reading, first, again, _timed(take(other, 2)), _bare(rows))


def main() -> int:
    """Print the table; 1 where 10,000 rows take longer than they should."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    os.environ["YISHITING_MODE"] = "test"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["YISHITING_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yishiting.config.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, skip_checks=True)
        found = measure(rows)
    print("| database   |   rows | read s | first s | whole s | again s | all sold s | bare inserts s |")
    print("|------------|-------:|-------:|--------:|--------:|--------:|-----------:|---------------:|")
    print(
        f"| {found.database:<10} | {found.rows:>6} | {found.read:>6.2f} | {found.first:>7.2f} | {found.whole:>7.2f} "
        f"| {found.again:>7.2f} | {found.owners:>10.2f} | {found.bare:>14.2f} |"
    )
    return 0 if found.whole < LIMIT * max(rows, 10_000) / 10_000 else 1


if __name__ == "__main__":
    sys.exit(main())
