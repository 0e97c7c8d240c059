"""Counting again from the rows: what a result is made of, what pages and ``verify`` hold it against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yishiting.council.votes import rules
from yishiting.council.votes.figures import cast_of, figures_of, head_id, head_of
from yishiting.council.votes.models import Ballot, Item, PaperSlip, Result, Roll, RollHead, RollHome, Vote
from yishiting.kernel.errors import BadInput
from yishiting.kernel.hashing import digest
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.models import Entry

#: Which entry tells of which time of a vote.
_TOLD: Mapping[str, str] = {
    "votes.opened": "opened_at",
    "votes.closed": "counted_at",
    "votes.cancelled": "cancelled_at",
    "votes.draft_dropped": "cancelled_at",
}
#: Which entry tells of which time of a slip: either of them lets the count go on.
_TOLD_OF_SLIPS: Mapping[str, str] = {"votes.paper_settled": "settled_at", "votes.paper_withdrawn": "withdrawn_at"}


def roll_digest(vote: Vote, items: Iterable[Item], heads: Iterable[RollHead], homes: Iterable[RollHome]) -> str:
    """Return the digest over all that voters were asked and who they are: nothing of it can change unseen."""
    under: dict[int, list[list[Any]]] = defaultdict(list)
    for home in homes:
        under[home.head.no].append([home.home_id, home.label, home.area, home.area_source])
    return digest(
        {
            "vote": [
                vote.no, vote.title, vote.explanation, vote.precedence, vote.secret, vote.building_id, vote.entrance_id,
                vote.opened_at, vote.closes_at,
            ],
            "items": sorted(
                [
                    item.no, item.question, item.rule, item.of, item.article,
                    sorted([option.no, option.name, option.pros, option.cons] for option in item.options.all()),
                ]
                for item in items
            ),
            "heads": sorted(
                [head.no, head.kind, head.group_id, head.homes, head.area, sorted(under[head.no])] for head in heads
            ),
        }
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted:
    """One item counted from the rows: the result and which ballots stand (their ids)."""

    item: Item
    result: rules.Result | rules.OptionResult
    standing: frozenset[int]
    figures: dict[str, Any]


def recount(vote: Vote, roll: Roll) -> list[Counted]:
    """Count every item of ``vote`` from roll and ballots (four queries), whatever the rows say of supersession."""
    rows = list(RollHead.objects.filter(roll=roll).order_by("no"))
    heads = [head_of(row) for row in rows]
    ids = {row.pk: head_id(row.pk, row.kind) for row in rows}
    items = list(Item.objects.filter(vote=vote).order_by("no").prefetch_related("options"))
    names = {item.pk: {option.no: option.name for option in item.options.all()} for item in items}
    casts: Mapping[int, list[rules.Cast]] = defaultdict(list)
    for ballot in Ballot.objects.filter(item__vote=vote).order_by("pk").iterator():
        # A head that is not on the roll was slipped in; its own id makes the count refuse it.
        head = ids.get(ballot.head_id, f"head:{ballot.head_id}")
        casts[ballot.item_id].append(cast_of(ballot, head, names[ballot.item_id]))
    counted = []
    for item in items:
        effective = rules.settle(casts[item.pk], rules.Precedence(vote.precedence))
        result = _count(item, tuple(names[item.pk].values()), heads, effective)
        counted.append(
            Counted(
                item=item,
                result=result,
                standing=frozenset(cast.order for cast in effective.values()),
                figures=figures_of(result, homes=sum(row.homes for row in rows)),
            )
        )
    return counted


def _count(
    item: Item, options: Sequence[str], heads: Sequence[rules.Head], effective: Mapping[str, rules.Cast]
) -> rules.Result | rules.OptionResult:
    if item.rule == Item.Rule.OPTIONS:
        return rules.count_options(of=rules.Rule(item.of), choices=options, heads=heads, effective=effective)
    return rules.count(rule=rules.Rule(item.rule), heads=heads, effective=effective)


def check(estate_id: int) -> Iterator[Sentence]:
    """Yield a fault for each vote whose state the record does not tell, whose frozen roll was touched, whose ballots are
    marked otherwise than the rules mark them, for each counted item that a recount does not confirm, and for each slip that
    was settled or withdrawn without the record.
    """
    told: dict[int, dict[str, datetime]] = defaultdict(dict)
    written = Entry.objects.filter(estate_id=estate_id, subject_kind="vote", kind__in=_TOLD.keys()).order_by("seq")
    for vote_id, kind, at in written.values_list("subject_id", "kind", "at"):
        told[vote_id][_TOLD[kind]] = at
    for vote in Vote.objects.filter(estate_id=estate_id).select_related("roll").order_by("no"):
        if any(getattr(vote, column) != told[vote.pk].get(column) for column in set(_TOLD.values())):
            yield Sentence(gettext_noop("第 {vote} 次表决什么时候开始、计票或取消，与记录里写的对不上。"), vote=vote.no)
        if not hasattr(vote, "roll"):
            continue
        yield from _check_roll(vote)
        yield from _check_count(vote)
    yield from _check_slips(estate_id)


def _check_slips(estate_id: int) -> Iterator[Sentence]:
    told: dict[int, dict[str, datetime]] = defaultdict(dict)
    written = Entry.objects.filter(estate_id=estate_id, subject_kind="vote", kind__in=_TOLD_OF_SLIPS.keys())
    for facts, kind, at in written.order_by("seq").values_list("facts", "kind", "at").iterator():
        told[facts["slip"]][_TOLD_OF_SLIPS[kind]] = at
    for slip in PaperSlip.objects.filter(estate_id=estate_id).select_related("vote").order_by("pk").iterator():
        if any(getattr(slip, column) != told[slip.pk].get(column) for column in _TOLD_OF_SLIPS.values()):
            yield Sentence(
                gettext_noop("第 {vote} 次表决的第 {slip} 张纸票什么时候核对完或撤回，与记录里写的对不上。"),
                vote=slip.vote.no,
                slip=slip.pk,
            )


def _check_roll(vote: Vote) -> Iterator[Sentence]:
    heads = list(RollHead.objects.filter(roll=vote.roll))
    homes = RollHome.objects.filter(roll=vote.roll).select_related("head")
    if roll_digest(vote, vote.items.prefetch_related("options"), heads, homes) != vote.roll.digest:
        yield Sentence(gettext_noop("第 {vote} 次表决的事项、期限或名册在开始以后被改过。"), vote=vote.no)


def _check_count(vote: Vote) -> Iterator[Sentence]:
    try:
        counted = recount(vote, vote.roll)
    except BadInput as refusal:
        yield Sentence(gettext_noop("第 {vote} 次表决数不出来：{why}"), vote=vote.no, why=refusal.message)
        return
    results = {result.item_id: result for result in Result.objects.filter(item__vote=vote)}
    for again in counted:
        place = {"vote": vote.no, "item": again.item.no}
        kept = results.get(again.item.pk)
        if kept is None and vote.counted_at is None:
            pass  # nothing to hold a recount against as yet
        elif kept is None:
            yield Sentence(gettext_noop("第 {vote} 次表决第 {item} 项没有结果。"), **place)
        elif kept.outcome != str(again.result.outcome) or kept.figures != again.figures:
            yield Sentence(gettext_noop("第 {vote} 次表决第 {item} 项：按票重数，与公布的结果对不上。"), **place)
        standing = set(Ballot.objects.filter(item=again.item, superseded_at__isnull=True).values_list("pk", flat=True))
        if standing != again.standing:
            yield Sentence(
                gettext_noop("第 {vote} 次表决第 {item} 项：标为有效的票，与按规则该有效的票对不上。"), **place
            )
