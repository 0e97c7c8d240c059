"""The kinds of step that need no room of their own: staff end them with an outcome, and record evidence for their gates."""

from __future__ import annotations

from yishiting.council.matters.kinds import KindHandler, Offer, register_kind_handler
from yishiting.council.matters.models import StepRun
from yishiting.kernel.words import Sentence, gettext_noop


def _triage(run: StepRun) -> tuple[Offer, ...]:
    return (Offer("triage", Sentence(gettext_noop("换一种工作法受理"))),)


def _answer(run: StepRun) -> tuple[Offer, ...]:
    return (Offer("answer", Sentence(gettext_noop("写答复"))),)


def register() -> None:
    """Register them; meetings and projects register their own."""
    for kind in ("wait", "work", "talk", "inspection"):
        register_kind_handler(kind, KindHandler())
    register_kind_handler("triage", KindHandler(offers=_triage))
    register_kind_handler("answer", KindHandler(offers=_answer))
