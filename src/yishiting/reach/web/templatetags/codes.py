"""Codes: one that a phone reads, drawn as one path, and one that people hold against another by eye."""

from __future__ import annotations

from collections.abc import Iterable

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString


def drawn(address: str, label: str) -> SafeString:
    """Return the drawing of a code that opens ``address``, which those who listen hear as ``label``."""
    rows = [list(row) for row in segno.make(address, error="m", micro=False).matrix_iter(border=2)]
    path = "".join(
        f"M{start} {y}h{end - start}v1h{start - end}z" for y, row in enumerate(rows) for start, end in _dark(row)
    )
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{0}v{0}h-{0}z"/><path fill="#000" d="{2}"/></svg>',
        len(rows),
        label,
        path,
    )


def grouped(code: str) -> str:
    """Return a long code in groups of eight."""
    return " ".join(code[place : place + 8] for place in range(0, len(code), 8))


def _dark(row: list[int]) -> Iterable[tuple[int, int]]:
    """Return where the dark runs of ``row`` begin and end."""
    start = None
    for place, cell in enumerate([*row, 0]):
        if cell and start is None:
            start = place
        elif not cell and start is not None:
            yield start, place
            start = None
