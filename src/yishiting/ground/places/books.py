"""The rule book of an estate: which pack it took, and what holds there."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache

from yishiting.ground.packs.definition import Pack, RuleBook
from yishiting.ground.packs.reading import NATIONAL, examine
from yishiting.ground.packs.shipped import book_of, rule_book
from yishiting.ground.places import policy
from yishiting.ground.places.models import AdoptedPack, Estate
from yishiting.ground.places.policy import Asking
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.toml.faults import Fault
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.services import book as record_of

LONGEST_REASON = 200


class FaultyPack(BadInput):
    """A pack that cannot be taken; ``faults`` name each line that is to be mended."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        text = Sentence(gettext_noop("规则包里有 {n} 处要改，没有采用。请按行号改好再来。"), n=len(faults))
        super().__init__(text, code="faulty_pack", fields={"pack": text})
        self.faults = faults


@lru_cache(maxsize=256)
def _read(text: str) -> Pack | None:
    return examine(text).pack


def in_force(estate_id: int) -> AdoptedPack | None:
    """Return the pack that an estate took last, or None where the nation's alone holds (one query)."""
    return AdoptedPack.objects.filter(estate_id=estate_id).order_by("-no").first()


def book(estate_id: int) -> RuleBook:
    """Return what holds in an estate (one query). What it took is read again from its text; what that rests on is shipped."""
    taken = in_force(estate_id)
    pack = _read(taken.text) if taken is not None else None
    if pack is None:
        return rule_book(NATIONAL)
    try:
        return book_of(pack)
    except KeyError:  # its base is no longer shipped: its own figures hold, and the nation's
        return RuleBook(pack, *rule_book(NATIONAL).packs)


def adopt_pack(*, actor: Asking, estate: Estate, text: str, reason: str, now: datetime) -> AdoptedPack:
    """Take the pack written in ``text`` for an estate; votes that are drafted or open from now on go by it.

    What runs already keeps the rules by which it began. Raises :class:`FaultyPack` with the lines that are wrong,
    :class:`BadInput` without a reason, :class:`WrongState` for the very pack that holds already.
    """
    words = reason.strip()
    if not words or len(words) > LONGEST_REASON:
        said = Sentence(
            gettext_noop("请用一两句话（不超过 {n} 字）写明为什么用这一个，例如“本市的规定”。"), n=LONGEST_REASON
        )
        raise BadInput(said, fields={"reason": said})
    reading = examine(text)
    if reading.pack is None:
        raise FaultyPack(reading.faults)
    try:
        book_of(reading.pack)
    except KeyError:
        fault = Fault(
            1, Sentence(gettext_noop("没有“{base}”这个规则包，不能以它为 base。"), base=reading.pack.base), "base"
        )
        raise FaultyPack((fault,)) from None
    digest = hashlib.sha256(text.encode()).hexdigest()
    with record_of(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_keep_rules(actor, estate.pk).enforce()
        standing = in_force(estate.pk)
        if standing is not None and standing.digest == digest:
            raise WrongState(gettext_noop("现在用的就是这一个，不用再采用。"), code="pack_stands")
        row = AdoptedPack.objects.create(
            estate=estate,
            no=standing.no + 1 if standing else 1,
            pack_id=reading.pack.id,
            version=reading.pack.version,
            name=reading.pack.name[:60],
            text=text,
            digest=digest,
            reason=words,
            adopted_at=now,
        )
        record.write(
            "places.pack_adopted",
            subject=("pack", row.pk),
            facts={"name": row.name, "version": row.version, "pack": row.pack_id},
            attests=[row],
        )
    return row
