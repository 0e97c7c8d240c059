"""Loading Django, once, for the commands that need a database."""

from __future__ import annotations

import sys


def setup() -> None:
    """Load settings and apps."""
    import django

    django.setup()


def say(message: object) -> None:
    """Tell the person at the terminal something that is not the result."""
    print(message, file=sys.stderr, flush=True)
