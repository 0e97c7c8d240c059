"""``python -m benchmarks [--quick] [--only NAME] [--json]``: one table; 1 where a figure is short of what is wanted."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict

from benchmarks import bench_ballot, bench_desk, bench_roster_import, bench_rules, bench_server
from benchmarks.box import ROOT
from benchmarks.table import Line, limit, render, share

ON_BOTH = ("roster", "ballots")
"""What is measured on PostgreSQL too, where its server is installed."""


def rules(quick: bool, database: str) -> list[Line]:
    """Count 10,000 heads."""
    heads = 10_000
    _, seconds = bench_rules.line(heads)
    return [limit(f"rules: count of {heads:,} heads", seconds, "s", bench_rules.LIMIT, places=3)]


def roster(quick: bool, database: str) -> list[Line]:
    """Take in a workbook of 10,000 rows."""
    times = bench_roster_import.measure()
    name = f"roster: {times.rows:,} rows of a workbook"
    return [
        limit(f"{name}, read and applied, {database}", times.whole, "s", bench_roster_import.LIMIT),
        limit(f"{name}, of it reading", times.read, "s"),
        limit(f"{name}, compared and taken in again", times.again, "s"),
        limit("bare insert of as many rows in one transaction", times.bare, "s"),
    ]


def ballots(quick: bool, database: str) -> list[Line]:
    """Cast ballots: by the service alone, then through the server."""
    effort = bench_server.QUICK if quick else bench_server.Effort()
    lines = []
    for connections in (1, 8):
        speed = bench_ballot.measure(240 if quick else 600, connections)
        name = f"cast_online alone / bare insert, {connections} connection{'s' * (connections > 1)}, {database}"
        lines.append(share(name, [(speed.ballots, speed.inserts)], "/s"))
    return lines + bench_server.measure(effort, database=database, only_ballots=True)


def pages(quick: bool, database: str) -> list[Line]:
    """Read pages."""
    effort = bench_server.QUICK if quick else bench_server.Effort()
    return bench_server.measure(effort, database=database, only_pages=True)


def desk(quick: bool, database: str) -> list[Line]:
    """Read a desk and search, with ever more matters."""
    return bench_desk.measure(bench_desk.QUICK if quick else bench_desk.EFFORT)


PARTS: dict[str, Callable[[bool, str], list[Line]]] = {
    "rules": rules,
    "roster": roster,
    "ballots": ballots,
    "pages": pages,
    "desk": desk,
}


def here(names: list[str], *, quick: bool) -> list[Line]:
    """Measure on the database of this process's surroundings, in a data folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="yishiting-bench-") as folder:
        os.environ |= {
            "YISHITING_MODE": "test", "YISHITING_DATA": folder, "DJANGO_SETTINGS_MODULE": "yishiting.config.settings",
        }  # fmt: skip
        import django
        from django.core.management import call_command
        from django.db import connection, connections

        django.setup()
        call_command("migrate", verbosity=0, skip_checks=True)
        lines: list[Line] = []
        for name in names:
            print(f"measuring {name} on {connection.vendor} …", file=sys.stderr)
            lines += PARTS[name](quick, connection.vendor)
        connections.close_all()
        return lines


def on_postgres(names: list[str], *, quick: bool) -> list[Line]:
    """Measure on a PostgreSQL server that is started for it and thrown away; nothing where there is none."""
    script = str(ROOT / "scripts" / "postgres.sh")
    if subprocess.run([script, "--bindir"], capture_output=True).returncode:
        print("no PostgreSQL server is installed: measured on SQLite alone", file=sys.stderr)
        return []
    words = [script, sys.executable, "-m", "benchmarks", "--json", "--database-at-hand", "--only", *names]
    done = subprocess.run([*words, *(["--quick"] if quick else [])], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        # Told, not judged: the server is set to forget and not to wait for the disk, so it is no installation of anybody's.
        return [Line(**{**line, "wanted": "", "ok": None}) for line in json.loads(done.stdout)]
    except ValueError:
        raise SystemExit("measuring on PostgreSQL failed; see above") from None


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure what docs/operate/speed.md names."
    )
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="NAME", help=f"some of: {', '.join(PARTS)}")
    parser.add_argument("--json", action="store_true", help="print lines as JSON")
    parser.add_argument("--database-at-hand", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    names = args.only or list(PARTS)
    if not args.database_at_hand:
        # A database in use is never measured on: each run makes its own.
        os.environ.pop("DATABASE_URL", None)
    lines = here(names, quick=args.quick)
    both = [name for name in names if name in ON_BOTH]
    if both and not args.database_at_hand:
        lines += on_postgres(both, quick=args.quick)
    if args.json:
        json.dump([asdict(line) for line in lines], sys.stdout, ensure_ascii=False, indent=1)
    else:
        print(render(lines))
    return 1 if any(line.ok is False for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
