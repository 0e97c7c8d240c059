"""Verbs that begin at the same moment, each on a thread and a connection of its own, as requests do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import connections

from yishiting.kernel.errors import Refusal

T = TypeVar("T")
#: A gate that does not open, or a verb that does not end, fails the test instead of holding it for ever.
GATE_SECONDS, VERB_SECONDS = 20, 60


def together(*verbs: Callable[[], T]) -> list[T | Refusal]:
    """Run ``verbs`` at once; return, in their order, what each gave or was refused with. Anything else fails the test."""
    gate = threading.Barrier(len(verbs))
    answers: dict[int, T | Refusal] = {}
    broken: list[BaseException] = []

    def run(place: int, verb: Callable[[], T]) -> None:
        try:
            gate.wait(timeout=GATE_SECONDS)
            answers[place] = verb()
        except Refusal as refusal:
            answers[place] = refusal
        except BaseException as error:
            broken.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each, daemon=True) for each in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=VERB_SECONDS)
    assert broken == []
    assert len(answers) == len(verbs), "a verb did not end"
    return [answers[place] for place in range(len(verbs))]


def refusals(answers: Sequence[object]) -> list[Refusal]:
    """Return those of the answers that are refusals."""
    return [answer for answer in answers if isinstance(answer, Refusal)]


def codes(answers: Sequence[object]) -> list[str]:
    """Return what each refusal is called: who came second is told the right thing."""
    return [refusal.code for refusal in refusals(answers)]
