"""From the homes of a roll to its heads (区分所有权司法解释 第9条)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from yishiting.council.votes.rules.shares import exact_sum
from yishiting.council.votes.rules.terms import DEVELOPER, Head, Kind, RollHome
from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Sentence, gettext_noop


def heads_of(roll: Sequence[RollHome]) -> tuple[Head, ...]:
    """Return the heads of ``roll`` in the order in which each first appears.

    An owner's several homes are one head with their areas summed. What the developer has not sold, or sold and not yet
    handed over, is one head together with the id ``developer``, whatever the register says of its owner; a sold home
    that belongs to ``developer`` joins it. A home without a known owner is a head of its own, with an id that no owner
    on this roll has. Raises :class:`BadInput` for a home that is listed twice.
    """
    prefix = "unknown:"
    owners = {home.owner for home in roll if home.owner is not None}
    # An owner's id is opaque and might look like ours; one that did would receive another home's area.
    while any(owner.startswith(prefix) for owner in owners):
        prefix = f"un{prefix}"

    seen: set[str] = set()
    areas: dict[str, list[Decimal]] = {}
    unknown: set[str] = set()
    for home in roll:
        if home.home in seen:
            raise BadInput(
                Sentence(gettext_noop("{home} 在名册上出现了两次，请删去一处再算。"), home=home.home),
                code="duplicate_home",
            )
        seen.add(home.home)
        if home.kind is not Kind.SOLD:
            head = DEVELOPER
        elif home.owner is None:
            head = f"{prefix}{home.home}"
            unknown.add(head)
        else:
            head = home.owner
        areas.setdefault(head, []).append(home.area)
    return tuple(
        Head(id=head, area=exact_sum(parts), homes=len(parts), known=head not in unknown)
        for head, parts in areas.items()
    )
