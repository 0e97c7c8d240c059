"""What no file of the repository may hold: the address of a package registry, or a path of somebody's machine."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

# Written so that this file does not find itself.
HOSTS = ("registry.npmjs" + ".org", "files.pythonhosted" + ".org", "pypi" + ".org/simple", "proxy.golang" + ".org")
PLACES = ("root", r"home/[a-z][\w.-]*", r"Users/[A-Za-z][\w.-]*", "work", "opt/pypi", "tmp")
FORBIDDEN = re.compile(
    "|".join(
        [
            *(re.escape(host) for host in HOSTS),
            r"file:" + r"///",
            r"https?://[^\s\"'<>]*/simple/",
            r"\"resolved\": *\"(?:ht|git)",
            r"--(?:extra-)?index-url[ =]h",
            r"\.\./" + r"shared\b",
            # A path that starts here; `media/root/` or `https://host/work/` is none.
            *(rf"(?<![\w.:/\-}})\]*]){'/'}{place}(?:/[\w.-]+|\b(?=[\s\"'`]))" for place in PLACES),
        ]
    )
)


def repository_files(root: Path) -> list[Path]:
    """Every file that git keeps or is about to keep; all files outside of the made directories where git is not there."""
    command = ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        made = {".git", ".venv", "node_modules", "var", "built", "__pycache__"}
        return [path for path in root.rglob("*") if path.is_file() and not made.intersection(path.parts)]
    return [path for name in listed.split("\0") if name and (path := root / name).is_file()]


def address_faults(files: Iterable[tuple[str, bytes]]) -> list[str]:
    """Return a sentence for each line of ``files`` (name, content) that holds such an address; binaries are skipped."""
    return [f"{name}:{line} holds {what!r}" for name, content in files for line, what in _found(content)]


def _found(content: bytes) -> Iterator[tuple[int, str]]:
    if b"\0" in content[:8000]:
        return
    text = content.decode("utf-8", errors="replace")
    for found in FORBIDDEN.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found.group()
