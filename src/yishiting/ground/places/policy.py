"""Who may enter days off and make-up days: they move the clocks of everybody in the estate."""

from __future__ import annotations

from typing import Any, Protocol

from yishiting.kernel.verdict import Verdict, allow_if
from yishiting.kernel.words import gettext_noop

CALENDAR = "calendar"
"""The duty's code; duties are named a room higher (organisations.kinds.Duty)."""


RULES = "rules"
"""The duty of whoever chooses an estate's rule pack."""


class Asking(Protocol):
    """What this room needs to know of an actor. Posts stand a room higher, so the actor is described, not imported."""

    @property
    def person_id(self) -> int | None:
        """Who asks."""

    def has_duty(self, duty: Any, estate_id: int, *, building_id: int | None = None) -> bool:
        """Whether a post held now carries the duty in the estate."""


def can_keep_calendar(actor: Asking, estate_id: int) -> Verdict:
    """Whether the actor may enter and lift days of the estate's work calendar."""
    return allow_if(
        actor.has_duty(CALENDAR, estate_id),
        gettext_noop("工作日历牵动所有事项的期限，由社区和街道的工作人员登记。有不对的，请找社区工作人员。"),
    )


def can_keep_rules(actor: Asking, estate_id: int) -> Verdict:
    """Whether the actor may choose the estate's rule pack."""
    return allow_if(
        actor.has_duty(RULES, estate_id),
        gettext_noop("小区用哪个规则包，由社区和街道的工作人员选定。有不对的，请找社区工作人员。"),
    )
