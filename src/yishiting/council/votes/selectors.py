"""Reads of votes. No function here gives a choice, or a figure made from choices, before the vote is counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yishiting.council.votes import lifecycle, policy, rules
from yishiting.council.votes.figures import natural, unpack
from yishiting.council.votes.models import Ballot, Item, Option, PaperSlip, Result, RollHead, RollHome, Vote
from yishiting.council.votes.rules.shares import exact_sum, quorum_of, unit_of
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import Sentence, gettext_noop


# ---------------------------------------------------------------- votes
def _with_progress(votes: QuerySet[Vote]) -> QuerySet[Vote]:
    """Add what a line of a list shows: heads that took part, slips that wait, the outcomes (known once counted)."""
    taken = (
        Ballot.objects.filter(item__vote=OuterRef("pk"))
        .order_by()
        .values("item__vote")
        .annotate(n=Count("head", distinct=True))
    )
    waiting = PaperSlip.objects.waiting().filter(vote=OuterRef("pk")).order_by().values("vote").annotate(n=Count("pk"))
    return votes.select_related("estate", "roll", "building", "entrance__building").annotate(
        taken=Coalesce(Subquery(taken.values("n")), 0), waiting=Coalesce(Subquery(waiting.values("n")), 0)
    ).prefetch_related(
        Prefetch("items", Item.objects.select_related("result").order_by("no"))
    )  # fmt: skip


def _one(votes: QuerySet[Vote]) -> Vote | None:
    """Return a single vote with all that its page shows, the options of its items too (one query more than a list)."""
    return _with_progress(votes).select_related("rules").prefetch_related("items__options").first()


def votes_of(actor: Actor, estate: Estate) -> QuerySet[Vote]:
    """Return the opened votes of an estate for its list, those still open first, then the newest."""
    return _with_progress(
        Vote.objects.filter(policy.visible_to(actor), estate=estate, opened_at__isnull=False)
    ).order_by(F("closed_at").desc(nulls_first=True), "-no")


def desk_votes(actor: Actor, *, search: str = "", state: str = "", estate_id: int | None = None) -> QuerySet[Vote]:
    """Return the votes on the desk of ``actor``: what runs or is drafted first, by its end, then the newest."""
    votes = Vote.objects.filter(policy.on_desk_of(actor))
    if search:
        votes = votes.filter(Q(title__icontains=search) | Q(items__question__icontains=search)).distinct()
    if estate_id:
        votes = votes.filter(estate_id=estate_id)
    if state in IN_STATE:
        votes = votes.filter(IN_STATE[state])
    return _with_progress(votes).order_by(F("counted_at").desc(nulls_first=True), "closes_at", "-pk")


IN_STATE: dict[str, Q] = {
    "draft": Q(opened_at__isnull=True, cancelled_at__isnull=True),
    "open": Q(opened_at__isnull=False, closed_at__isnull=True, cancelled_at__isnull=True),
    "closed": Q(closed_at__isnull=False, counted_at__isnull=True, cancelled_at__isnull=True),
    "counted": Q(counted_at__isnull=False),
    "cancelled": Q(cancelled_at__isnull=False),
}
"""The five states as conditions, in the order of a vote's way."""


def vote_by_no(actor: Actor, estate: Estate, no: int) -> Vote:
    """Return an estate's vote by its number; raises :class:`NotFound` where the actor may not know it."""
    vote = _one(Vote.objects.filter(policy.visible_to(actor), estate=estate, no=no))
    if vote is None:
        raise NotFound(gettext_noop("没有找到这次表决，可能是网址写错了。请回到小区的“表决”页再找。"))
    return vote


def slips_waiting(vote: Vote) -> int:
    """Return how many slips of a vote that a list or :func:`vote_by_no` read wait to be read again or settled."""
    found: int = vars(vote)["waiting"]
    return found


_OPENED = (
    "SELECT v.id FROM votes_vote v JOIN places_estate e ON e.id = v.estate_id "
    "WHERE e.slug = %s AND v.no = %s AND v.opened_at IS NOT NULL"
)


def opened_vote_id(slug: str, no: int) -> int | None:
    """Return the id of the opened vote at an address, or None (one query): the short way in for a ballot."""
    with connection.cursor() as cursor:
        cursor.execute(_OPENED, [slug, no])
        row = cursor.fetchone()
    return row[0] if row else None


def outcome_of(vote: Vote) -> str:
    """Return the one word of a counted vote (its items and results are loaded), or an empty string."""
    if not vote.counted_at:
        return ""
    return str(lifecycle.overall([rules.Outcome(item.result.outcome) for item in vote.items.all()]))


# ---------------------------------------------------------------- turnout: who came, never what they chose
def turnout(vote: Vote) -> rules.Turnout:
    """Return heads and area that took part, are needed and are missing, read from the ballots (one query)."""
    came = RollHead.objects.filter(Exists(Ballot.objects.filter(head=OuterRef("pk"))), roll=vote.roll)
    areas = [natural(area) for area in came.order_by().values_list("area", flat=True)]
    whole = natural(vote.roll.area)
    return quorum_of(
        whole=rules.Pair(vote.roll.heads, whole),
        participating=rules.Pair(len(areas), exact_sum(areas)),
        unit=unit_of([whole, *areas]),
    )


# ---------------------------------------------------------------- results: once counted
@dataclass(frozen=True, slots=True)
class Chosen:
    """What one option got, and whether it is the one that was adopted."""

    option: Option
    heads: int
    area: Decimal
    adopted: bool


@dataclass(frozen=True, slots=True)
class ItemResult:
    """A counted item: what was stored at the count, and the figures that the ballots give now.

    ``heads`` and ``area`` map ``abstain`` and ``invalid``, and ``for`` and ``against`` of a yes or no; ``choices`` holds what
    each option got, where some were offered. ``agrees`` is false where the ballots no longer give what was counted; a page
    then says so instead of hiding it.
    """

    item: Item
    outcome: str
    stored: dict[str, Any]
    heads: dict[str, int]
    area: dict[str, Decimal]
    explanation: tuple[Sentence, ...]
    agrees: bool
    choices: tuple[Chosen, ...] = ()


def _pile(rule: str, choice: str, marks: str) -> str:
    """Return under what a ballot counts: its choice, or the number of the one option that it names."""
    if rule != Item.Rule.OPTIONS or choice != Ballot.Choice.FOR:
        return choice
    if not marks:
        return Ballot.Choice.ABSTAIN
    return Ballot.Choice.INVALID if "," in marks else marks


def _chosen(item: Item, adopted: str | None, areas: Mapping[tuple[int, str], list[Decimal]]) -> tuple[Chosen, ...]:
    if item.rule != Item.Rule.OPTIONS:
        return ()
    found = ((option, areas[item.pk, str(option.no)]) for option in item.options.all())
    return tuple(
        Chosen(option, len(weights), natural(exact_sum(weights)), option.name == adopted) for option, weights in found
    )


def results(vote: Vote) -> list[ItemResult]:
    """Return the result of each item, recounted from the effective ballots (three queries); nothing before the count."""
    if not vote.counted_at:
        return []
    areas: dict[tuple[int, str], list[Decimal]] = defaultdict(list)
    effective = Ballot.objects.filter(item__vote=vote, superseded_at__isnull=True).order_by()
    for item, rule, choice, marks, weight in effective.values_list(
        "item_id", "item__rule", "choice", "marks", "head__area"
    ):
        areas[item, _pile(rule, choice, marks)].append(weight)
    found = []
    rows = Result.objects.filter(item__vote=vote).select_related("item").prefetch_related("item__options")
    for result in rows.order_by("item__no"):
        stored = result.figures
        said = [choice for choice in rules.Choice if choice in stored["heads"]]
        heads = {str(choice): len(areas[result.item_id, choice]) for choice in said}
        area = {str(choice): natural(exact_sum(areas[result.item_id, choice])) for choice in said}
        choices = _chosen(result.item, stored.get("adopted"), areas)
        found.append(
            ItemResult(
                item=result.item,
                outcome=result.outcome,
                stored=stored,
                heads=heads,
                area=area,
                explanation=tuple(unpack(packed) for packed in stored["explanation"]),
                agrees=all(
                    heads[name] == stored["heads"][name] and area[name] == Decimal(stored["area"][name])
                    for name in heads
                )
                and [(row.option.name, row.heads, row.area) for row in choices]
                == [(row["name"], row["heads"], Decimal(row["area"])) for row in stored.get("choices", ())],
                choices=choices,
            )
        )
    return found


# ---------------------------------------------------------------- one's own ballot
# As it is sent, since every ballot runs it.
_HEADS = """
    SELECT h.* FROM people_holding o
    JOIN votes_vote v ON v.id = %s AND o.since <= v.opened_at AND (o.until IS NULL OR o.until > v.opened_at)
    JOIN votes_roll r ON r.vote_id = v.id
    JOIN votes_rollhead h ON h.roll_id = r.id AND h.group_id = o.group_id
    WHERE o.person_id = %s ORDER BY h.no
"""


def heads_of_person(vote_id: int, actor: Actor) -> list[RollHead]:
    """Return the heads of the roll whose owner group had the person as a member when the vote opened (one query)."""
    if actor.person_id is None:
        return []
    # A group with several homes comes once for each of them.
    return list({row.pk: row for row in RollHead.objects.raw(_HEADS, [vote_id, actor.person_id])}.values())


@dataclass(frozen=True, slots=True)
class MyHead:
    """A ballot that the actor may cast: its weight, its homes, and the one that stands for it already, if any."""

    head: RollHead
    homes: tuple[str, ...]
    area: Decimal
    receipt: str
    channel: str

    def may_still_cast(self, vote: Vote) -> bool:
        """Whether a ballot cast now could stand: none is in, or one on paper that a ballot online beats."""
        return not self.receipt or (
            self.channel == Ballot.Channel.PAPER and vote.precedence == rules.Precedence.ONLINE_WINS
        )


def my_heads(vote: Vote, actor: Actor) -> list[MyHead]:
    """Return the ballots that the actor has in a vote (three queries at most); whether cast, never how."""
    heads = heads_of_person(vote.pk, actor)
    if not heads:
        return []
    homes: dict[int, list[str]] = defaultdict(list)
    for row in (
        RollHome.objects.filter(head__in=heads).select_related("home__entrance__building").order_by("home__order", "pk")
    ):
        homes[row.head_id].append(str(row.home))
    effective = Ballot.objects.filter(head__in=heads, superseded_at__isnull=True).order_by("item__no")
    standing: dict[int, tuple[str, str]] = {}
    for head_id, receipt, channel in effective.values_list("head_id", "receipt", "channel"):
        standing.setdefault(head_id, (receipt, channel))
    return [MyHead(head, tuple(homes[head.pk]), natural(head.area), *standing.get(head.pk, ("", ""))) for head in heads]


def waiting_for(actor: Actor, *, now: datetime) -> QuerySet[Vote]:
    """Return the open votes in which the actor has a ballot that nobody has cast yet, soonest end first (one query)."""
    if actor.person_id is None:
        return Vote.objects.none()
    held = Q(group__holdings__since__lte=F("roll__frozen_at")) & (
        Q(group__holdings__until__isnull=True) | Q(group__holdings__until__gt=F("roll__frozen_at"))
    )
    mine = RollHead.objects.filter(
        held, ~Exists(Ballot.objects.filter(head=OuterRef("pk"))), group__holdings__person_id=actor.person_id,
        roll__vote=OuterRef("pk"),
    )  # fmt: skip
    return (
        Vote.objects.filter(IN_STATE["open"], Exists(mine), closes_at__gte=now)
        .select_related("estate")
        .order_by("closes_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt code tells: that a ballot was recorded, when, how, and whether it is the one that counts.

    Never the choice: nobody can be made to show how he voted. ``mine`` where the actor cast it himself, and then only its
    weight is known. ``other_at`` and ``other_channel`` are the ballot that counts instead.
    """

    code: str
    vote: Vote
    cast_at: datetime
    channel: str
    counts: bool
    other_at: datetime | None
    other_channel: str
    mine: bool
    area: Decimal | None


def tidy(code: str) -> str:
    """Return a receipt code as it is stored, from one that was typed with spaces or small letters."""
    return "".join(code.split()).replace("-", "").upper()


def receipt_of(actor: Actor, vote: Vote, code: str) -> Receipt:
    """Return what a receipt of this vote says; raises :class:`NotFound` for a code that was never given out."""
    ballot = (
        Ballot.objects.filter(estate_id=vote.estate_id, item__vote=vote, receipt=tidy(code))
        .select_related("head")
        .order_by("item__no")
        .first()
    )
    if ballot is None:
        raise NotFound(gettext_noop("没有这个回执号。请对照回执一个字一个字再核对，还不对就找社区工作人员。"))
    other = None
    if ballot.superseded_at:
        other = Ballot.objects.filter(item=ballot.item_id, head=ballot.head_id, superseded_at__isnull=True).first()
    mine = actor.person_id is not None and ballot.cast_by_id == actor.person_id
    return Receipt(
        code=ballot.receipt,
        vote=vote,
        cast_at=ballot.cast_at,
        channel=ballot.channel,
        counts=ballot.superseded_at is None,
        other_at=other.cast_at if other else None,
        other_channel=other.channel if other else "",
        mine=mine,
        area=natural(ballot.head.area) if mine else None,
    )


@dataclass(frozen=True, slots=True)
class MyBallot:
    """A ballot that the actor cast: which vote, when, by which receipt, whether it counts. Never the choice."""

    vote: Vote
    cast_at: datetime
    receipt: str
    counts: bool


def my_ballots(actor: Actor) -> list[MyBallot]:
    """Return the actor's own online ballots, newest first, one a receipt (one query)."""
    if actor.person_id is None:
        return []
    rows = (
        Ballot.objects.filter(cast_by_id=actor.person_id, item__no=1)
        .select_related("item__vote__estate")
        .order_by("-cast_at", "-pk")
    )
    return [MyBallot(row.item.vote, row.cast_at, row.receipt, row.superseded_at is None) for row in rows]


# ---------------------------------------------------------------- paper (the slips themselves: slips.py)
def settled_slips(vote: Vote) -> int:
    """Return how many of a vote's slips are settled."""
    return PaperSlip.objects.filter(vote=vote, settled_at__isnull=False).count()


def paper_receipt(slip: PaperSlip) -> str:
    """Return the receipt of a settled slip, to be handed to who brought it; empty before."""
    return slip.ballots.order_by("pk").values_list("receipt", flat=True).first() or ""


def homes_on_roll(
    vote: Vote, *, building_id: int | None = None, entrance_id: int | None = None, room: str = ""
) -> QuerySet[RollHome]:
    """Return the homes of a roll at a place, to find whose slip it is; ``room`` is matched from its beginning."""
    rows = RollHome.objects.filter(roll=vote.roll).select_related("home__entrance__building", "head")
    if building_id:
        rows = rows.filter(home__building_id=building_id)
    if entrance_id:
        rows = rows.filter(home__entrance_id=entrance_id)
    if room:
        rows = rows.filter(home__room__startswith=room)
    return rows.order_by("home__order", "pk")


ID_DIGITS = 18
"""A longer number in an address is no row's; a database that is asked for it fails."""


def home_on_roll(vote: Vote, home: str) -> RollHome | None:
    """Return the home of the roll with that id as it stands in an address, or None."""
    if not home.isdecimal() or len(home) > ID_DIGITS:
        return None
    return (
        RollHome.objects.filter(roll=vote.roll, home_id=int(home))
        .select_related("home__entrance__building", "head")
        .first()
    )
