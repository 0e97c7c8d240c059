"""What runs behind a kind of step and behind a gate: the tables that the pure registry has no place for.

``registry`` (pure) says how kinds and gates are called; here stands how a gate is measured, what starts with a step, and
what the desk offers for it. A room above registers its own with :func:`register_kind_handler` and
:func:`register_gate_handler` when the application starts; a name that the pure registry does not know, or that is taken,
raises ``ValueError`` at once, so the program does not start.

A handler knows no address: it names an action ("plan_meeting"), and the pages know which page that is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from yishiting.council.matters.lifecycle import GateState
from yishiting.council.matters.playbooks.definition import Need, Playbook, Step
from yishiting.council.matters.registry import REGISTRY
from yishiting.kernel.words import Sentence, gettext_noop

if TYPE_CHECKING:
    from yishiting.council.matters.models import Matter, StepRun
    from yishiting.ground.organisations.actors import Actor


@dataclass(frozen=True, slots=True)
class Measuring:
    """What a gate may look at: the matter, its present step run, the step and its playbook."""

    matter: Matter
    run: StepRun
    playbook: Playbook
    step: Step
    now: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that the desk offers for a step. ``action`` is a code that the pages map to an address.

    ``key`` is the number of what already stands (a vote's, a meeting's), or 0 for something to be begun.
    """

    action: str
    label: Sentence
    key: int = 0
    state: Sentence | None = None


GateHandler = Callable[[Measuring, str | None], GateState]


@dataclass(frozen=True, slots=True)
class KindHandler:
    """What runs behind a kind of step.

    ``by_hand``: whether staff may end it with an outcome; else only the room behind it reports one.
    ``offers(run)``: what the desk offers beside the outcomes.
    ``pending(run)``: the outcome that the room behind it reports already though the step goes on (its gates were not met),
    tried again whenever evidence is added.
    ``start(run, payload, actor, now)``: begins what the step is about (a meeting's resolution becomes a vote or a project),
    in a transaction of the caller, outside any open book.
    ``held(run)``: what else keeps the step from ending, whatever its gates, or None.
    ``denied(run, outcome)``: why the rows behind the step speak against this one outcome, or None; others stay open.
    """

    by_hand: bool = True
    offers: Callable[[StepRun], tuple[Offer, ...]] | None = None
    pending: Callable[[StepRun], str | None] | None = None
    start: Callable[[StepRun, Any, Actor, datetime], None] | None = None
    held: Callable[[StepRun], Sentence | None] | None = None
    denied: Callable[[StepRun, str], Sentence | None] | None = None


BY_HAND = KindHandler()
_kinds: dict[str, KindHandler] = {}
_gates: dict[str, GateHandler] = {}
#: How a gate is measured while no room has registered for it.
_fallbacks: dict[str, GateHandler] = {}


def register_kind_handler(name: str, handler: KindHandler) -> None:
    """Let ``handler`` run behind the kind ``name``; raises ``ValueError`` for an unknown or taken name."""
    if name not in REGISTRY.kinds:
        raise ValueError(f"no kind of step is called {name!r}: describe it in the registry first")
    if name in _kinds:
        raise ValueError(f"the kind of step {name!r} has a handler already")
    _kinds[name] = handler


def register_gate_handler(name: str, handler: GateHandler) -> None:
    """Let ``handler`` measure the gate ``name``; raises ``ValueError`` for an unknown or taken name."""
    _check_gate(name, _gates)
    _gates[name] = handler


def register_gate_fallback(name: str, handler: GateHandler) -> None:
    """Let ``handler`` measure the gate ``name`` from recorded evidence until a room registers for it."""
    _check_gate(name, _fallbacks)
    _fallbacks[name] = handler


def _check_gate(name: str, table: Mapping[str, GateHandler]) -> None:
    if name not in REGISTRY.gates:
        raise ValueError(f"no gate is called {name!r}: describe it in the registry first")
    if name in table:
        raise ValueError(f"the gate {name!r} has a handler already")


def handler_of(kind: str) -> KindHandler:
    """Return what runs behind ``kind``; a kind that no room registered for is ended by hand."""
    return _kinds.get(kind, BY_HAND)


def measure(need: Need, at: Measuring) -> GateState:
    """Return how far ``need`` is met; a gate that nothing measures is not met and says so."""
    found = _gates.get(need.name) or _fallbacks.get(need.name)
    if found is None:
        text = gettext_noop("这个版本不会核对这个条件，请联系维护人员")
        return GateState(met=False, have=0, want=1, explanation=Sentence(text))
    return found(at, need.argument)


def measure_all(at: Measuring) -> dict[Need, GateState]:
    """Return how far each need of the present step is met."""
    return {need: measure(need, at) for need in at.step.needs}


def unmeasured() -> tuple[str, ...]:
    """Return the gates of the pure registry that nothing measures; a test holds this empty."""
    return tuple(name for name in REGISTRY.gates if name not in _gates and name not in _fallbacks)
