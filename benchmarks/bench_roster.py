"""How long reading a roster takes: ``python benchmarks/bench_roster.py [N…]``, one line of a table for each N homes.

What is timed is everything before the database: bytes to rows, rows to homes with their problems, and the difference to
a register that holds the same homes. Beside it, in the same run, the bare readers (python-calamine, ``csv``) on the same
bytes, which do nothing with what they read. The best of three runs each.
"""

from __future__ import annotations

import csv
import io
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from yishiting.ground.people.roster import KnownHome, difference, parse, read_workbook

RUNS = 3
LIMIT = 5.0
"""Seconds for 10,000 rows with the database's part; reading is to be a small share of it."""
HEADINGS = ("序号", "楼栋", "单元", "房号", "建筑面积（㎡）", "业主姓名", "联系电话", "居住人数", "人员类型", "备注")
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华"
FAMILY = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗"


def table(homes: int) -> list[tuple[object, ...]]:
    """Rows as people write them, the same on every machine: units in cells, shared names, tenants, gaps."""
    chance = random.Random(homes)
    rows: list[tuple[object, ...]] = [HEADINGS]
    for number in range(homes):
        building, rest = divmod(number, 136)
        entrance, at = divmod(rest, 68)
        name = chance.choice(FAMILY) + "".join(chance.choices(GIVEN, k=2))
        together = f"{name}/{chance.choice(FAMILY)}{chance.choice(GIVEN)}" if chance.random() < 0.15 else name
        area = f"{chance.randint(4000, 16000) / 100:.2f}"
        rows.append(
            (
                number + 1,
                f"{building + 1}栋",
                chance.choice((f"{entrance + 1}单元", entrance + 1)),
                chance.choice(("{}", "{}室")).format(f"{at // 2 + 1}{at % 2 + 1:02d}"),
                chance.choice((area, f"{area}㎡", f" {area} ")),
                together,
                f"1390{chance.randrange(10**7):07d}" if chance.random() < 0.9 else None,
                chance.randint(0, 6),
                "租户" if chance.random() < 0.2 else "业主",
                None,
            )
        )
    return rows


def as_xlsx(rows: list[tuple[object, ...]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(rows: list[tuple[object, ...]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("gb18030")


def best(work: Callable[[], object]) -> float:
    """The shortest of some runs in seconds: what the machine can do when nothing else disturbs it."""
    times = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def line(homes: int, form: str, data: bytes) -> tuple[str, float]:
    """Measure one file; return the line of the table and the seconds of the whole reading."""
    read = parse(read_workbook(data, f"a.{form}"), "某某小区")
    known = {
        home.key: KnownHome(home.building, home.entrance, home.room, home.area, home.owners, home.phones)
        for home in read.homes
    }

    def whole() -> object:
        return difference(known, parse(read_workbook(data, f"a.{form}"), "某某小区")).roster.summary()

    def bare() -> object:
        if form == "xlsx":
            return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
        return list(csv.reader(io.StringIO(data.decode("gb18030"), newline="")))

    seconds, least = best(whole), best(bare)
    return (
        f"| {homes:>9,} | {form:>5} | {len(read.problems):>9,} | {seconds:>9.3f} | {least:>9.3f} | {seconds / least:>7.1f} |",
        seconds,
    )


def main() -> int:
    """Print the table; 1 where 10,000 homes take longer than the limit."""
    sizes = [int(word) for word in sys.argv[1:]] or [1_000, 10_000, 30_000]
    print("|     homes |  file |  problems |    read s |    bare s |   times |")
    print("|----------:|------:|----------:|----------:|----------:|--------:|")
    slow = False
    for homes in sizes:
        rows = table(homes)
        for form, data in (("xlsx", as_xlsx(rows)), ("csv", as_csv(rows))):
            row, seconds = line(homes, form, data)
            print(row, flush=True)
            slow = slow or (homes == 10_000 and seconds >= LIMIT)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
