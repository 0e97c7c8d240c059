"""The kinds of meeting and whom each needs, as data. Pure: the lifecycle and the pages read it without a database.

A kind names the sides that are asked as a rule. Its *core* sides cannot be left out: without them it is not that kind of
meeting. The other sides are a proposal that the convener may change; what a playbook asks for is checked besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yishiting.kernel.words import Sentence, gettext_noop

COUNCIL = "council"
#: Whom a matter is about comes as a side of its own, so that no name stands on the record.
CONCERNED = gettext_noop("所涉住户")


@dataclass(frozen=True, slots=True)
class SideRule:
    """A side of a kind: whether it is the core, whether it must come, and how many people it takes to be there."""

    name: str
    core: bool = False
    required: bool = True
    least: int = 1


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of meeting.

    ``sides`` are those asked as a rule; ``majority``: more than half of all asked sides have to be there, else the required
    ones alone; ``one_building``: it belongs to one building.
    """

    code: str
    label: Sentence
    about: Sentence
    sides: tuple[SideRule, ...] = ()
    majority: bool = False
    one_building: bool = False

    @property
    def core(self) -> tuple[SideRule, ...]:
        """The sides without which it is not this kind of meeting."""
        return tuple(side for side in self.sides if side.core)

    def quorum(self, *, asked: int, required: int) -> int:
        """Return how many sides have to be there, of ``asked`` in all and ``required`` that must come."""
        return max(required, asked // 2 + 1) if self.majority else max(required, 1)


def _side(name: str, *, core: bool = False, required: bool = True, least: int = 1) -> SideRule:
    return SideRule(name, core=core, required=core or required, least=least)


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            COUNCIL,
            Sentence(gettext_noop("议事会")),
            Sentence(gettext_noop("要哪几方到场，看工作法和事项。")),
        ),
        Kind(
            "one_plus_n",
            Sentence(gettext_noop("1+N 议事会")),
            Sentence(gettext_noop("党组织必须到场，各方过半到场才能开。")),
            (
                _side(gettext_noop("党组织"), core=True),
                _side(gettext_noop("业委会"), required=False),
                _side(gettext_noop("业主监事会"), required=False),
                _side(gettext_noop("物业"), required=False),
                _side(gettext_noop("志愿者协会"), required=False),
                _side(gettext_noop("居民"), required=False),
            ),
            majority=True,
        ),
        Kind(
            "round_table",
            Sentence(gettext_noop("楼栋圆桌会")),
            Sentence(gettext_noop("一栋楼里的事，有关的住户坐到一起商量。")),
            (
                _side(gettext_noop("社区")),
                _side(gettext_noop("居民代表"), core=True),
                _side(gettext_noop("楼栋长"), required=False),
                _side(CONCERNED),
            ),
            one_building=True,
        ),
        Kind(
            "talk",
            Sentence(gettext_noop("说事会")),
            Sentence(gettext_noop("支部牵头，请所涉住户当面说清楚。")),
            (
                _side(gettext_noop("支部"), core=True),
                _side(gettext_noop("网格员"), required=False),
                _side(gettext_noop("物业"), required=False),
                _side(CONCERNED, required=False),
            ),
        ),
        Kind(
            "garden",
            Sentence(gettext_noop("花园议事会")),
            Sentence(gettext_noop("热心人牵头，本楼住户在楼下商量怎么自己管。")),
            (
                _side(gettext_noop("牵头人"), core=True, least=3),
                _side(gettext_noop("本楼住户"), core=True),
                _side(gettext_noop("社区"), required=False),
            ),
            one_building=True,
        ),
        Kind(
            "owners_talk",
            Sentence(gettext_noop("业主协商会")),
            Sentence(gettext_noop("业主把几个问题一个一个议定，没议定的不能往下办。")),
            (
                _side(gettext_noop("业主"), core=True),
                _side(gettext_noop("社区")),
                _side(gettext_noop("物业"), required=False),
            ),
        ),
    )
}


def kind_of(code: str) -> Kind:
    """Return the kind of that code; one that is not known here is held like a plain council."""
    return KINDS.get(code, KINDS[COUNCIL])


def proposed_sides(kind: Kind, needed: Sequence[str]) -> tuple[SideRule, ...]:
    """Return the sides to write on a new plan: those of the kind, and each that a playbook names as required."""
    found = {side.name: side for side in kind.sides}
    for name in needed:
        rule = found.get(name, SideRule(name))
        found[name] = SideRule(name, core=rule.core, required=True, least=rule.least)
    return tuple(found.values())
