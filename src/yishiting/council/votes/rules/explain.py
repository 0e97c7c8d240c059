"""The count in sentences that a neighbour can check with a pencil: number, unit, what it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from yishiting.council.votes.rules.shares import (
    HALF,
    THREE_QUARTERS,
    least_area,
    least_area_over,
    least_heads,
    least_heads_over,
    quorum_of,
    unit_of,
)
from yishiting.council.votes.rules.terms import DEVELOPER, Block, Head, Outcome, Pair, Rule
from yishiting.kernel.exact import two_places
from yishiting.kernel.words import Sentence, gettext_noop

OUTCOME_WORDS = {
    Outcome.PASSED: Sentence(gettext_noop("通过")),
    Outcome.FAILED: Sentence(gettext_noop("没有通过")),
    Outcome.NO_QUORUM: Sentence(gettext_noop("来的不够，表决不成")),
    Outcome.TO_ADJUDICATE: Sentence(gettext_noop("待监票认定")),
    Outcome.ELECTED: Sentence(gettext_noop("选出来了")),
    Outcome.RUNOFF: Sentence(gettext_noop("还要再选一轮")),
}
"""What an outcome is called on screen and on paper."""


def explain(
    *,
    rule: Rule,
    heads: Sequence[Head],
    without_invalid: Block,
    with_invalid: Block,
    against: Pair,
    abstained: Pair,
    invalid: Pair,
) -> tuple[Sentence, ...]:
    """Return the sentences of one count: who counts, who came, who approved, what stays open, and the law last.

    The figures are those without invalid ballots; areas are in square metres, with two decimals or as many as the roll
    writes.
    """
    unit = unit_of(head.area for head in heads)
    homes = sum(head.homes for head in heads)
    majority = rule in (Rule.ORDINARY, Rule.SPECIAL)
    parts: list[Sentence] = [
        *attendance(without_invalid.all, without_invalid.participating, homes, unit, binding=majority),
        *who_counts(heads, homes),
    ]
    if rule is Rule.UNANIMOUS:
        parts.append(_unanimous(without_invalid))
    elif rule is Rule.NONE_OBJECTS:
        parts.append(_none_objects(against))
    elif without_invalid.quorum:
        parts.extend(approval(rule, without_invalid.participating, without_invalid.in_favour, unit))
    else:
        parts.append(
            Sentence(
                gettext_noop("赞成 {heads} 人、{area} ㎡；来的不够，先不比赞成多少。"),
                heads=without_invalid.in_favour.heads,
                area=shown(without_invalid.in_favour.area),
            )
        )
    if abstained.heads:
        parts.append(said_of_abstentions(rule, abstained))
    if invalid.heads:
        parts.append(said_of_invalid(without_invalid.outcome, with_invalid.outcome, invalid))
    agreed = without_invalid.outcome is with_invalid.outcome
    parts.append(
        Sentence(
            gettext_noop("结果：{outcome}。"),
            outcome=OUTCOME_WORDS[without_invalid.outcome if agreed else Outcome.TO_ADJUDICATE],
        )
    )
    parts.append(law(rule))
    return tuple(parts)


def shown(area: Decimal) -> str:
    """Return an area with two decimals; all of them where an area is finer, so that what is printed is what was compared."""
    exponent = area.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -2:
        whole, _, digits = format(area, "f").partition(".")
        return f"{whole}.{digits.rstrip('0').ljust(2, '0')}"
    return two_places(area)


def attendance(whole: Pair, came: Pair, homes: int, unit: Decimal, *, binding: bool) -> Iterator[Sentence]:
    """Yield who counts and who came, in people and in m²; ``binding`` where two thirds must come for a decision."""
    turnout = quorum_of(whole=whole, participating=came, unit=unit)
    people = {
        "all": whole.heads,
        "homes": homes,
        "needed": turnout.needed.heads,
        "came": came.heads,
        "missing": turnout.missing.heads,
    }
    area = {
        "all": shown(whole.area),
        "needed": shown(turnout.needed.area),
        "came": shown(came.area),
        "missing": shown(turnout.missing.area),
    }
    if not binding:
        yield Sentence(
            gettext_noop("共 {all} 人（{homes} 户），来了 {came} 人；三分之二是 {needed} 人，这里只作参考。"), **people
        )
        yield Sentence(gettext_noop("面积共 {all} ㎡，来了 {came} ㎡；三分之二是 {needed} ㎡，这里只作参考。"), **area)
        return
    if turnout.missing.heads:
        yield Sentence(
            gettext_noop("共 {all} 人（{homes} 户），要到 {needed} 人，来了 {came} 人，不够，还差 {missing} 人。"),
            **people,
        )
    else:
        yield Sentence(gettext_noop("共 {all} 人（{homes} 户），要到 {needed} 人，来了 {came} 人，够。"), **people)
    if turnout.missing.area:
        yield Sentence(
            gettext_noop("面积共 {all} ㎡，要到 {needed} ㎡，来了 {came} ㎡，不够，还差 {missing} ㎡。"), **area
        )
    else:
        yield Sentence(gettext_noop("面积共 {all} ㎡，要到 {needed} ㎡，来了 {came} ㎡，够。"), **area)


def who_counts(heads: Sequence[Head], homes: int) -> Iterator[Sentence]:
    """Why the number of people is not the number of homes, where it is not, and who cannot be reached."""
    if homes != len(heads):
        yield Sentence(gettext_noop("一位业主有几户的，算 1 人、1 票，面积加在一起。"))
    for head in heads:
        if head.id == DEVELOPER:
            yield Sentence(
                gettext_noop("开发商没卖或没交房的，都在一起算 1 人（{homes} 户，{area} ㎡）。"),
                homes=head.homes,
                area=shown(head.area),
            )
    unknown = sum(1 for head in heads if not head.known)
    if unknown:
        yield Sentence(gettext_noop("有 {homes} 户还不知道业主是谁：算在总数里，没有票可计。"), homes=unknown)


def approval(rule: Rule, came: Pair, approve: Pair, unit: Decimal) -> Iterator[Sentence]:
    """Yield how much of those who ``came`` must approve under an ordinary or special ``rule``, and how much did."""
    if rule is Rule.SPECIAL:
        heads = least_heads(came.heads, THREE_QUARTERS)
        area = least_area(came.area, THREE_QUARTERS, unit)
        enough = (
            gettext_noop("来的 {came} 人里，赞成要到四分之三，就是 {needed} 人；赞成 {got} 人，够。"),
            gettext_noop("来的 {came} ㎡里，赞成要到四分之三，就是 {needed} ㎡；赞成 {got} ㎡，够。"),
        )
        short = (
            gettext_noop("来的 {came} 人里，赞成要到四分之三，就是 {needed} 人；赞成 {got} 人，不够。"),
            gettext_noop("来的 {came} ㎡里，赞成要到四分之三，就是 {needed} ㎡；赞成 {got} ㎡，不够。"),
        )
    else:
        heads = least_heads_over(came.heads, HALF)
        area = least_area_over(came.area, HALF, unit)
        enough = (
            gettext_noop("来的 {came} 人里，赞成要超过一半，至少 {needed} 人；赞成 {got} 人，够。"),
            gettext_noop("来的 {came} ㎡里，赞成要超过一半，至少 {needed} ㎡；赞成 {got} ㎡，够。"),
        )
        short = (
            gettext_noop("来的 {came} 人里，赞成要超过一半，至少 {needed} 人；赞成 {got} 人，不够。"),
            gettext_noop("来的 {came} ㎡里，赞成要超过一半，至少 {needed} ㎡；赞成 {got} ㎡，不够。"),
        )
    yield Sentence((enough if approve.heads >= heads else short)[0], came=came.heads, needed=heads, got=approve.heads)
    yield Sentence(
        (enough if approve.area >= area else short)[1],
        came=shown(came.area),
        needed=shown(area),
        got=shown(approve.area),
    )


def _unanimous(block: Block) -> Sentence:
    missing = block.all.heads - block.in_favour.heads
    if missing:
        return Sentence(
            gettext_noop("要 {all} 人全都赞成（没来的也算在内）；赞成 {got} 人，还差 {missing} 人，不够。"),
            all=block.all.heads,
            got=block.in_favour.heads,
            missing=missing,
        )
    return Sentence(
        gettext_noop("要 {all} 人全都赞成；赞成 {got} 人，够。"), all=block.all.heads, got=block.in_favour.heads
    )


def _none_objects(against: Pair) -> Sentence:
    if against.heads:
        return Sentence(gettext_noop("只要有 1 人反对就不能通过；反对的有 {heads} 人。"), heads=against.heads)
    return Sentence(gettext_noop("只要有 1 人反对就不能通过；反对的有 0 人。"))


def said_of_abstentions(rule: Rule, abstained: Pair) -> Sentence:
    """Return how those who abstained were counted."""
    figures = {"heads": abstained.heads, "area": shown(abstained.area)}
    if rule is Rule.NONE_OBJECTS:
        return Sentence(gettext_noop("弃权 {heads} 人、{area} ㎡：算来了，不算反对。"), **figures)
    return Sentence(gettext_noop("弃权 {heads} 人、{area} ㎡：算来了，不算赞成。"), **figures)


def said_of_invalid(left_out: Outcome, taken_in: Outcome, invalid: Pair) -> Sentence:
    """Return what the invalid ballots could change: ``left_out`` and ``taken_in`` are the words of the two counts."""
    params = {
        "heads": invalid.heads,
        "area": shown(invalid.area),
        "left_out": OUTCOME_WORDS[left_out],
        "taken_in": OUTCOME_WORDS[taken_in],
    }
    if left_out is taken_in:
        return Sentence(
            gettext_noop("无效票 {heads} 人、{area} ㎡，上面没有算；就算他们来了，结果也一样：{taken_in}。"), **params
        )
    return Sentence(
        gettext_noop(
            "无效票 {heads} 人、{area} ㎡：不算来了，{left_out}；算来了，{taken_in}。两种算法不一样，要请监票人认定这些票。"
        ),
        **params,
    )


def law(rule: Rule) -> Sentence:
    """Return the article that a decision of this kind rests on."""
    if rule is Rule.ORDINARY:
        return Sentence(
            gettext_noop("依据：《民法典》第278条，人数和面积都要三分之二以上参加，参加的人里人数和面积都过半数同意。")
        )
    if rule is Rule.SPECIAL:
        return Sentence(
            gettext_noop(
                "依据：《民法典》第278条，人数和面积都要三分之二以上参加，参加的人里人数和面积都四分之三以上同意。"
            )
        )
    if rule is Rule.UNANIMOUS:
        return Sentence(gettext_noop("依据：这件事约定全体同意才通过；人数和面积照《民法典》第278条计算。"))
    return Sentence(gettext_noop("依据：这件事约定无人反对才通过；人数和面积照《民法典》第278条计算。"))
