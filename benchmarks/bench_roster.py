"""How long 10,000 homes take: read from CSV or a workbook, parsed, compared and written, each on an empty database."""

from __future__ import annotations

import csv
import io
import random
import time
from datetime import UTC, datetime

ROWS = 10_000
LIMIT = 5.0
HEADINGS = ("楼栋", "单元", "房号", "建筑面积", "产权人", "联系电话", "居住人数")
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "安宁静好和平明远清越知夏晚亭望舒鹤鸣小满守成晓舟立春佳木"


def rows(number: int = ROWS) -> list[tuple[str, ...]]:
    """Return a roster of ``number`` homes, the same on every machine: some co-owned, some owners with several homes."""
    chance = random.Random(number)

    def owner(index: int) -> tuple[str, str]:
        name = chance.choice(SURNAMES) + chance.choice(GIVEN) + chance.choice(GIVEN)
        return name, f"139{index:08d}"

    owners = [owner(index) for index in range(number)]
    made = [HEADINGS]
    for index in range(number):
        name, phone = owners[index if index % 20 else index // 2]
        second = owners[index][0] if index % 15 == 0 and owners[index][0] != name else ""
        floor, door = divmod(index % 132, 4)
        made.append(
            (
                f"{index // 264 + 1}栋", f"{index // 132 % 2 + 1}单元", f"{floor + 1}{door + 1:02d}",
                f"{chance.randint(4000, 16000) / 100:.2f}", f"{name}、{second}" if second else name, phone,
                str(chance.randint(0, 5)),
            )
        )  # fmt: skip
    return made


def as_csv(table: list[tuple[str, ...]]) -> bytes:
    """Return the roster as a CSV file."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows(table)
    return file.getvalue().encode("utf-8-sig")


def as_workbook(table: list[tuple[str, ...]]) -> bytes:
    """Return the roster as a workbook."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    for row in table:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def take_in(data: bytes, filename: str) -> float:
    """Read, parse and write a roster into a new estate; return the seconds. Undone afterwards."""
    from django.db import transaction

    from yishiting.ground.people.roster import parse, read_workbook
    from yishiting.ground.people.services.rosters import apply_roster
    from yishiting.ground.places.models import Estate

    with transaction.atomic():
        estate = Estate.objects.create(name="名册苑", slug="mingce")
        begin = time.perf_counter()
        roster = parse(read_workbook(data, filename), estate.name)
        taken = apply_roster(estate=estate, roster=roster, actor_id=None, now=datetime.now(UTC))
        seconds = time.perf_counter() - begin
        if taken.homes != ROWS:
            raise SystemExit(f"{taken.homes} homes were taken of {ROWS}: {[each.code for each in roster.problems][:5]}")
        transaction.set_rollback(True)
    return seconds


def best_of(runs: int, data: bytes, filename: str) -> float:
    """Return the shortest of some runs."""
    return min(take_in(data, filename) for _ in range(runs))
