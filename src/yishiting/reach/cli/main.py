"""The entry point ``yishiting``: finds the command and turns refusals into messages and exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from yishiting.kernel.errors import Refusal

COMMANDS = ("init", "serve", "work", "stories", "import_roster", "tally", "playbook", "verify")


def parser() -> argparse.ArgumentParser:
    """Return the parser with every command; importing a command's module must not need a database."""
    root = argparse.ArgumentParser(prog="yishiting", description="议事亭：小区自己的事，自己商量着办。")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        module = import_module(f"yishiting.reach.cli.{name}")
        sub = commands.add_parser(module.NAME, help=module.HELP, description=module.HELP)
        module.configure(sub)
        sub.set_defaults(run=module.run)
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yishiting.config.settings")
    # Chinese must come out whatever locale a service manager starts us with.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    args = parser().parse_args(argv)
    try:
        return int(args.run(args))
    except Refusal as refusal:
        print(str(refusal.message), file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
