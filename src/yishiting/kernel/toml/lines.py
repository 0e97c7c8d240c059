"""Where each key of a TOML text stands: a scanner that keeps lines, which ``tomllib`` throws away.

It reads only text that ``tomllib`` has accepted, so it need not find errors, only positions.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping

Path = tuple[str | int, ...]

_GAP = re.compile(r"(?:[ \t\n]+|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]}\n#]*")
_STRINGS = (
    # The closing marks of a multi-line string may be preceded by one or two quotes that belong to its text.
    re.compile(r'"""(?:[^\\"]|\\[\s\S]|"{1,2}(?!"))*"{3,5}'),
    re.compile(r"'''(?:[^']|'{1,2}(?!'))*'{3,5}"),
    re.compile(r'"(?:[^\\"\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)


class Lines:
    """The line, counted from 1, of each key, element and table of a TOML text."""

    def __init__(self, lines: Mapping[Path, int]) -> None:
        self._lines = lines

    def of(self, *path: str | int) -> int:
        """Return the line of ``path``, or of the nearest thing around it that has one; 1 for the file itself."""
        while path:
            if (line := self._lines.get(path)) is not None:
                return line
            path = path[:-1]
        return 1


def index(text: str) -> Lines:
    """Return the lines of everything in ``text``, which ``tomllib.loads`` must have accepted."""
    return Lines(_Scanner(text.replace("\r\n", "\n")).scan())


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.lines: dict[Path, int] = {}
        self.tables: dict[Path, int] = {}
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        self.skip(_GAP)
        while self.position < len(self.text):
            if self.text[self.position] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip(_GAP)
        return self.lines

    @property
    def line(self) -> int:
        return bisect_right(self.starts, self.position)

    def skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.position)
        if match is None:
            return ""
        self.position = match.end()
        return match[0]

    def header(self) -> Path:
        line = self.line
        marks = 2 if self.text.startswith("[[", self.position) else 1
        self.position += marks
        keys = self.key()
        self.position += marks
        path: Path = ()
        for number, key in enumerate(keys):
            path = (*path, key)
            self.lines.setdefault(path, line)
            if marks == 2 and number == len(keys) - 1:
                self.tables[path] = self.tables.get(path, 0) + 1
            if path in self.tables:
                # A table under an array of tables belongs to the latest element of the array.
                path = (*path, self.tables[path] - 1)
                self.lines.setdefault(path, line)
        return path

    def key(self) -> tuple[str, ...]:
        parts: list[str] = []
        while True:
            self.skip(_BLANK)
            if self.text[self.position] in "\"'":
                quoted = self.string()
                parts.append(str(tomllib.loads(f"key = {quoted}")["key"]))
            else:
                parts.append(self.skip(_BARE_KEY))
            self.skip(_BLANK)
            if self.text[self.position] != ".":
                return tuple(parts)
            self.position += 1

    def string(self) -> str:
        for pattern in _STRINGS:
            if found := self.skip(pattern):
                return found
        raise ValueError("not a TOML string")

    def pair(self, table: Path) -> None:
        line = self.line
        path = table
        for key in self.key():
            path = (*path, key)
            self.lines.setdefault(path, line)
        self.position += 1  # the equals sign
        self.skip(_BLANK)
        self.value(path)

    def value(self, path: Path) -> None:
        first = self.text[self.position]
        if first in "\"'":
            self.string()
        elif first == "[":
            self.array(path)
        elif first == "{":
            self.inline_table(path)
        else:
            self.skip(_BARE_VALUE)

    def array(self, path: Path) -> None:
        self.position += 1
        number = 0
        self.skip(_GAP)
        while self.text[self.position] != "]":
            if self.text[self.position] == ",":
                self.position += 1
                number += 1
            else:
                self.lines[(*path, number)] = self.line
                self.value((*path, number))
            self.skip(_GAP)
        self.position += 1

    def inline_table(self, path: Path) -> None:
        self.position += 1
        self.skip(_GAP)
        while self.text[self.position] != "}":
            if self.text[self.position] == ",":
                self.position += 1
            else:
                self.pair(path)
            self.skip(_GAP)
        self.position += 1
