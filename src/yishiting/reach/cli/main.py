"""The entry point ``yishiting``: finds the command and turns refusals into messages and exit codes."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from yishiting.kernel.errors import Refusal
from yishiting.reach.cli.speaking import Parser
from yishiting.reach.cli.tongue import _

#: The command as typed, and its module here.
COMMANDS = {
    "init": "init",
    "serve": "serve",
    "work": "work",
    "stories": "stories",
    "import-roster": "import_roster",
    "appoint": "appoint",
    "tally": "tally",
    "playbook": "playbook",
    "rules": "rule_packs",
    "verify": "verify",
    "export-vote": "export_vote",
    "verify-vote": "verify_vote",
}


def parser(wanted: str | None = None) -> argparse.ArgumentParser:
    """Return the parser; with the name of a command only that command's module is imported, so it starts at once."""
    root = Parser(prog="yishiting", description=_("议事亭：小区自己的事，自己商量着办。"))
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module_name in COMMANDS.items():
        if wanted in COMMANDS and name != wanted:
            continue
        module = import_module(f"yishiting.reach.cli.{module_name}")
        sub = commands.add_parser(module.NAME, help=_(module.HELP), description=_(module.HELP))
        module.configure(sub)
        sub.set_defaults(run=module.run)
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yishiting.config.settings")
    # Chinese names must come out whatever locale a service manager starts us with.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    words = list(sys.argv[1:] if argv is None else argv)
    args = parser(words[0] if words else None).parse_args(words)
    try:
        code = int(args.run(args))
        # Here and not at the very end, where nobody could say what went wrong.
        sys.stdout.flush()
        return code
    except Refusal as refusal:
        print(_(refusal.message), file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read it has read enough.
        _read_by_nobody()
        return 0
    except OSError as error:
        _read_by_nobody()
        print(_("读写出错（{why}）。请核对磁盘空间和文件夹的权限。", why=error.strerror or str(error)), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _read_by_nobody() -> None:
    """Let what is still to be written go nowhere, since the end would try it once more and complain."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
