"""One verb of triage over several matters: looked at before it is done, then each matter in its own right.

Nothing here decides: each matter goes through the very verb that its own page calls, with its policy, its transaction and its
entries. What is refused for one leaves the others as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from django.db import transaction

from yishiting.council.matters import policy
from yishiting.council.matters.models import Matter, StepRun
from yishiting.council.matters.services import escalation, triage
from yishiting.ground.organisations.actors import Actor
from yishiting.kernel.errors import BadInput, Refusal
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.turns import turn

#: So many at once: each holds its estate's record for a moment, and a preview holds all of them.
MOST = 50
VERBS: Mapping[str, str] = MappingProxyType(
    {
        "accept": gettext_noop("受理"),
        "decline": gettext_noop("不予采纳"),
        "merge": gettext_noop("并入另一件"),
        "raise": gettext_noop("上交"),
    }
)


@dataclass(frozen=True, slots=True)
class Together:
    """What is to be done with which matters. ``playbook_id`` goes with ``accept``, ``into_id`` with ``merge``.

    ``seen`` gives for a matter the step and the post that it was with when it was looked at, so that nothing is raised twice.
    """

    verb: str
    matter_ids: tuple[int, ...]
    reason: str
    playbook_id: int = 0
    into_id: int = 0
    seen: Mapping[int, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """What came of one matter, or would: ``refusal`` says why not. ``seen`` is the step and the post that it was with."""

    matter: Matter
    refusal: Sentence | None
    seen: tuple[int, int] = (0, 0)

    @property
    def done(self) -> bool:
        """Whether it is done, or would be."""
        return self.refusal is None


def chosen(actor: Actor, matter_ids: Collection[int]) -> list[Matter]:
    """Return those of some matters that stand on the actor's desk, in the order of their estates and numbers (one query).

    Raises :class:`BadInput` for none and for more than :data:`MOST`.
    """
    if len(set(matter_ids)) > MOST:
        raise BadInput(Sentence(gettext_noop("一次最多一起办 {most} 件。请少选一些。"), most=MOST))
    rows = policy.desk_scope(actor).filter(pk__in=matter_ids)
    found = list(rows.select_related("estate", "building", "entrance__building").order_by("estate_id", "no"))
    if not found:
        raise BadInput(gettext_noop("还没有选。请在事项列表里勾上要一起办的几件。"))
    return found


def look(*, actor: Actor, wanted: Together, now: datetime) -> list[Line]:
    """Return what would come of each matter: every verb is tried in turn, and all of it taken back."""
    rows = chosen(actor, wanted.matter_ids)
    with turn(), transaction.atomic():
        lines = _each(actor, rows, wanted, now)
        transaction.set_rollback(True)
    return lines


def carry_out(*, actor: Actor, wanted: Together, now: datetime) -> list[Line]:
    """Do it, each matter in a transaction of its own, and return what came of each."""
    return _each(actor, chosen(actor, wanted.matter_ids), wanted, now)


def _each(actor: Actor, rows: Sequence[Matter], wanted: Together, now: datetime) -> list[Line]:
    verb = _verb(actor, wanted, now)
    runs = StepRun.objects.filter(matter__in=rows, ended_at__isnull=True).values_list("matter_id", "pk", "post_id")
    seen = {matter: (run, post or 0) for matter, run, post in runs}
    lines = []
    for row in rows:
        if wanted.verb == "merge" and row.pk == wanted.into_id:
            continue  # the others go into this one; nothing is done with it
        refusal: Sentence | None = None
        try:
            verb(row.pk)
        except Refusal as refused:
            refusal = refused.message
        lines.append(Line(row, refusal, seen.get(row.pk, (0, 0))))
    return lines


def _verb(actor: Actor, wanted: Together, now: datetime) -> Callable[[int], object]:
    """Return the verb of one matter's own page, with all but the matter filled in."""

    def accept(pk: int) -> object:
        return triage.triage_accept(
            actor=actor, matter_id=pk, playbook_id=wanted.playbook_id, reason=wanted.reason, now=now
        )

    def decline(pk: int) -> object:
        return triage.decline(actor=actor, matter_id=pk, reason=wanted.reason, now=now)

    def merge(pk: int) -> object:
        return triage.merge(actor=actor, matter_id=pk, into_id=wanted.into_id, reason=wanted.reason, now=now)

    def raise_(pk: int) -> object:
        run, post = wanted.seen.get(pk, (None, None))
        return escalation.raise_matter(
            actor=actor, matter_id=pk, reason=wanted.reason, run_id=run, from_post_id=post, now=now
        )

    verbs: dict[str, Callable[[int], object]] = {
        "accept": accept,
        "decline": decline,
        "merge": merge,
        "raise": raise_,
    }
    if wanted.verb not in verbs:
        raise BadInput(gettext_noop("请选要一起办什么。"), fields={"verb": gettext_noop("请选要一起办什么。")})
    return verbs[wanted.verb]
