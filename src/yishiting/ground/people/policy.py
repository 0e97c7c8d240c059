"""Who may keep an estate's roster. Names and phones are C2: the post responsible, and nobody else's browsing."""

from __future__ import annotations

from typing import Any, Protocol

from yishiting.kernel.verdict import Verdict, allow_if
from yishiting.kernel.words import gettext_noop

ROSTER, TRIAGE = "roster", "triage"
"""The duties' codes; duties are named a room higher (organisations.kinds.Duty)."""


class Asking(Protocol):
    """What this room needs to know of an actor. Posts stand a room higher, so the actor is described, not imported."""

    @property
    def person_id(self) -> int | None:
        """Who asks."""

    def has_duty(self, duty: Any, estate_id: int, *, building_id: int | None = None) -> bool:
        """Whether a post held now carries the duty in the estate."""


def can_keep_roster(actor: Asking, estate_id: int) -> Verdict:
    """Whether the actor may read, import and correct the roster of the estate."""
    return allow_if(
        actor.has_duty(ROSTER, estate_id),
        gettext_noop("名册里有业主的姓名和电话，只有负责这个小区名册的社区工作人员能看。需要查改，请找社区工作人员。"),
    )


def can_name_people(actor: Asking, estate_id: int) -> Verdict:
    """Whether the actor may read who lives in a home: who keeps the roster, and who writes down what a neighbour says."""
    return allow_if(
        actor.has_duty(ROSTER, estate_id) or actor.has_duty(TRIAGE, estate_id),
        gettext_noop("一户里登记的是哪几位，只有管名册和受理反映的工作人员能看。需要查，请找社区工作人员。"),
    )
