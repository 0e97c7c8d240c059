"""What the pages of a vote show: states, turnout, results with their reasons. No figure is made here, only arranged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yishiting.council.votes import rules, selectors
from yishiting.council.votes.models import Item, Vote
from yishiting.council.votes.rules.explain import OUTCOME_WORDS
from yishiting.council.votes.rules.shares import quorum_of, unit_of
from yishiting.kernel.exact import grouped
from yishiting.kernel.words import Sentence

GOALS = {Item.Rule.ORDINARY: "1/2", Item.Rule.SPECIAL: "3/4", Item.Rule.UNANIMOUS: "1/1"}


@dataclass(frozen=True, slots=True)
class Line:
    """A vote on a list: its state as a badge (look, icon, words) and whether the reader has a ballot to cast."""

    vote: Vote
    badge: tuple[str, str, str]
    waits_for_me: bool


def badge_of(vote: Vote, now: datetime) -> tuple[str, str, str]:
    """Return look, icon and words for the state of a vote."""
    state = vote.state
    if state == "draft":
        return "", "edit", _("草稿")
    if state == "cancelled":
        return "off", "bar", _("已取消")
    if state == "open" and now <= vote.closes_at:
        return "vote", "paper", _("正在表决")
    if state in ("open", "closed"):
        return "now", "clock", _("已截止，等计票")
    outcome = selectors.outcome_of(vote)
    looks = {"passed": ("done", "tick"), "to_adjudicate": ("due", "warn")}
    look, icon = looks.get(outcome, ("off", "bar"))
    return look, icon, OUTCOME_WORDS[rules.Outcome(outcome)].render(_)


@dataclass(frozen=True, slots=True)
class Reason:
    """A question that a neighbour asks of a result, whether the answer is yes (None: neither), and the figures."""

    enough: bool | None
    question: str
    ask: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A counted item as the page shows it."""

    item: Item
    result: selectors.ItemResult
    outcome_words: str
    seal: tuple[str, str]
    goal: str
    bar_heads: int
    bar_area: Decimal
    reasons: tuple[Reason, ...]
    steps: tuple[Sentence, ...]
    law: Sentence
    two_ways: tuple[tuple[str, str, str, str], ...]


#: Cut in stone, as it were: the seal stays Chinese, and its label is said in the reader's language.
SEALS = {
    "passed": ("表决", "通过"),
    "failed": ("没有", "通过"),
    "no_quorum": ("人数", "不够"),
    "to_adjudicate": ("等待", "认定"),
}


def shown(result: selectors.ItemResult) -> Shown:
    """Arrange a result: bars from the ballots as they are, reasons from what was stored at the count."""
    stored = result.stored
    rule = Item.Rule(result.item.rule)
    came = [name for name in ("for", "against", "abstain") if name in result.heads]
    whole_bar = rule is Item.Rule.UNANIMOUS
    return Shown(
        item=result.item,
        result=result,
        outcome_words=_outcome_words(result),
        seal=SEALS[result.outcome],
        goal=GOALS.get(rule, ""),
        bar_heads=stored["heads"]["all"] if whole_bar else sum(result.heads[name] for name in came),
        bar_area=Decimal(stored["area"]["all"]) if whole_bar else sum((result.area[name] for name in came), Decimal(0)),
        reasons=tuple(_reasons(result, rule)),
        # The law comes last and stands under them by itself.
        steps=result.explanation[:-1],
        law=result.explanation[-1],
        two_ways=tuple(_two_ways(stored)) if stored["heads"]["invalid"] else (),
    )


def _outcome_words(result: selectors.ItemResult) -> str:
    for row in result.choices:
        if row.adopted:
            return _("选定“{option}”").format(option=row.option.name)
    return OUTCOME_WORDS[rules.Outcome(result.outcome)].render(_)


def _pair(block: dict[str, Any]) -> rules.Pair:
    return rules.Pair(block["heads"], Decimal(block["area"]))


def _reasons(result: selectors.ItemResult, rule: Item.Rule) -> list[Reason]:
    stored = result.stored
    choosing = rule is Item.Rule.OPTIONS
    if choosing:
        rule = Item.Rule(result.item.of)
    block = stored["without_invalid"]
    whole = rules.Pair(stored["heads"]["all"], Decimal(stored["area"]["all"]))
    participating, approving = _pair(block["participating"]), _pair(block["for"])
    unit = unit_of([whole.area, participating.area, approving.area])
    quorum = quorum_of(whole=whole, participating=participating, unit=unit)
    found = [
        Reason(
            quorum.met if rule in (Item.Rule.ORDINARY, Item.Rule.SPECIAL) else None,
            _("来的人够不够？"),
            _("要三分之二。"),
            _compare(participating, whole, quorum.needed),
        )
    ]
    if rule in (Item.Rule.ORDINARY, Item.Rule.SPECIAL):
        if rule is Item.Rule.SPECIAL:
            ask = _("重大事项，要来的人里四分之三。")
            needed = rules.Pair(
                rules.least_heads(participating.heads, rules.THREE_QUARTERS),
                rules.least_area(participating.area, rules.THREE_QUARTERS, unit),
            )
        else:
            ask = _("要超过来的人的一半。")
            needed = rules.Pair(
                rules.least_heads_over(participating.heads, rules.HALF),
                rules.least_area_over(participating.area, rules.HALF, unit),
            )
        enough = approving.heads >= needed.heads and approving.area >= needed.area
        found.append(
            Reason(
                enough,
                _("最多的一个够不够？") if choosing else _("赞成的够不够？"),
                ask,
                _compare(approving, participating, needed),
            )
        )
    elif rule is Item.Rule.UNANIMOUS:
        found.append(
            Reason(
                approving.heads == whole.heads,
                _("是不是人人赞成？"),
                _("约定要全体同意。"),
                (_("赞成 {got} / {all} 人。").format(got=approving.heads, all=whole.heads),),
            )
        )
    else:
        against = stored["heads"]["against"]
        found.append(
            Reason(against == 0, _("有没有人反对？"), _("约定无人反对。"), (_("反对的有 {n} 人。").format(n=against),))
        )
    if abstained := stored["heads"]["abstain"]:
        said = _("{n} 人弃权，算来了，哪个也没有选。") if choosing else _("{n} 人弃权，算来了，不算赞成。")
        found.append(Reason(None, _("弃权怎么算？"), said.format(n=abstained), ()))
    return found


def _compare(got: rules.Pair, whole: rules.Pair, needed: rules.Pair) -> tuple[str, str]:
    yes, short = _("够"), _("不够")
    return (
        _("人数 {got} / {all} 人，要 {needed} 人，{word}。").format(
            got=got.heads, all=whole.heads, needed=needed.heads, word=yes if got.heads >= needed.heads else short
        ),
        _("面积 {got} / {all} ㎡，要 {needed} ㎡，{word}。").format(
            got=grouped(got.area),
            all=grouped(whole.area),
            needed=grouped(needed.area),
            word=yes if got.area >= needed.area else short,
        ),
    )


def _two_ways(stored: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Return both counts side by side where invalid ballots exist: what, heads and area that came, the word."""
    rows = []
    for key, name in (("without_invalid", _("无效票不算来了")), ("with_invalid", _("无效票算来了"))):
        came = stored[key]["participating"]
        rows.append(
            (
                name,
                _("{n} 人").format(n=came["heads"]),
                _("{area} ㎡").format(area=grouped(Decimal(came["area"]))),
                OUTCOME_WORDS[rules.Outcome(stored[key]["outcome"])].render(_),
            )
        )
    return rows
