"""Votes: who has come while one runs, what came out once it is counted, and the verbs of preparing. No answer holds a choice."""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema
from pydantic import Field

from yishiting.council.matters.selectors.public import matter_on
from yishiting.council.matters.selectors.waiting import waiting_for_vote
from yishiting.council.votes import policy, selectors, services
from yishiting.council.votes.models import Vote
from yishiting.council.votes.rules import Precedence
from yishiting.council.votes.selectors import ItemResult, MyHead
from yishiting.ground.places.models import Building, Entrance, Estate
from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import gettext_noop
from yishiting.reach.api.disclosures import Disclosed, disclosed
from yishiting.reach.api.door import Request, estate_at, is_device
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page
from yishiting.reach.api.shapes import Done, Id, Line, Moment, No, Number, Reason, Search, Slug, Words, said, share

router = Router(tags=["votes"])


class OptionOut(Schema):
    """One of the answers that an item offers, with what speaks for it and against it."""

    no: int
    name: str
    pros: str
    cons: str


class ItemOut(Schema):
    """A question, by which majority it passes, and under which article.

    Under the rule ``options`` a ballot names the number of one of ``options``, and ``of`` is the majority that it needs.
    """

    no: int
    question: str
    rule: str
    of: str
    article: str
    options: list[OptionOut]


class CountOut(Schema):
    """Heads (人) and their area in square metres, exact."""

    heads: int
    area: str


class TurnoutOut(Schema):
    """Who came, never what they chose."""

    all: CountOut
    participating: CountOut
    needed: CountOut
    missing: CountOut


class ChosenOut(Schema):
    """What one option got, and whether it was adopted."""

    no: int
    name: str
    heads: int
    area: str
    adopted: bool


class ResultOut(Schema):
    """What came out of an item, with the steps of the count in words. ``agrees``: the ballots still give it."""

    item: int
    outcome: str
    heads: dict[str, int]
    area: dict[str, str]
    choices: list[ChosenOut]
    explanation: list[str]
    agrees: bool


class MyBallotOut(Schema):
    """A ballot that one may cast, or has cast: whether, never how."""

    head: int
    homes: list[str]
    area: str
    receipt: str
    may_still_cast: bool


class VoteLine(Schema):
    """A vote in a list."""

    no: int
    title: str
    state: str
    electorate: str
    opened_at: datetime | None
    closes_at: datetime
    closed_at: datetime | None
    counted_at: datetime | None
    cancelled_at: datetime | None


class Votes(Schema):
    """A page of votes."""

    items: list[VoteLine]
    next: str | None


class VoteOut(VoteLine):
    """A vote. ``results`` is empty until it is counted; ``mine`` is for who asks alone. ``archive_root`` is what the owners'
    edition of the archive hashes to, empty before the count."""

    explanation: str
    precedence: str
    secret: bool
    archive_root: str
    cancel_reason: str
    matter: int | None
    items: list[ItemOut]
    turnout: TurnoutOut | None
    results: list[ResultOut]
    mine: list[MyBallotOut]
    disclosed: Disclosed


class OptionIn(Schema):
    """One of the answers to choose from, with what speaks for it and against it."""

    name: Line
    pros: Line = ""
    cons: Line = ""


class ItemIn(Schema):
    """A question with its majority: ordinary, special, unanimous or none_objects; or options, with the majority ``of`` that
    one of ``options`` needs."""

    question: Line
    rule: Line = "ordinary"
    of: Line = ""
    article: Line = ""
    options: list[OptionIn] = Field(default_factory=list, max_length=50)


class DraftIn(Schema):
    """What a vote asks, of whom (the estate, a building or an entrance) and until when."""

    title: Line
    explanation: Words = ""
    items: list[ItemIn] = Field(max_length=20)
    closes_at: Moment
    precedence: Line = Precedence.FIRST_WINS.value
    secret: bool = True
    building_id: Id | None = None
    entrance_id: Id | None = None


class NewDraftIn(DraftIn):
    """A draft; ``matter`` is the number of the one that waits for this vote."""

    matter: Number | None = None


class CloseIn(Schema):
    """``early``: voting is to end before its time; ``all_keyed``: no paper is outstanding, so that it is counted at once."""

    early: bool = False
    all_keyed: bool = False


def _line(vote: Vote) -> dict[str, object]:
    return {
        "no": vote.no,
        "title": vote.title,
        "state": vote.state,
        "electorate": str(vote.entrance or vote.building or ""),
        "opened_at": vote.opened_at,
        "closes_at": vote.closes_at,
        "closed_at": vote.closed_at,
        "counted_at": vote.counted_at,
        "cancelled_at": vote.cancelled_at,
    }


def _turnout(vote: Vote) -> TurnoutOut | None:
    if vote.opened_at is None:
        return None
    told = selectors.turnout(vote)
    return TurnoutOut(
        **{
            name: CountOut(heads=getattr(told, name).heads, area=share(getattr(told, name).area))
            for name in ("all", "participating", "needed", "missing")
        }
    )


def _result(told: ItemResult) -> ResultOut:
    return ResultOut(
        item=told.item.no,
        outcome=told.outcome,
        heads=told.heads,
        area={name: share(value) for name, value in told.area.items()},
        choices=[
            ChosenOut(
                no=row.option.no, name=row.option.name, heads=row.heads, area=share(row.area), adopted=row.adopted
            )
            for row in told.choices
        ],
        explanation=[said(each) for each in told.explanation],
        agrees=told.agrees,
    )


def _mine(vote: Vote, row: MyHead) -> MyBallotOut:
    return MyBallotOut(
        head=row.head.no,
        homes=list(row.homes),
        area=share(row.area),
        receipt=row.receipt,
        may_still_cast=row.may_still_cast(vote),
    )


def _my_ballots(request: Request, vote: Vote) -> list[MyBallotOut]:
    return [_mine(vote, row) for row in selectors.my_heads(vote, request.actor)] if vote.opened_at else []


def done(vote: Vote) -> Done:
    """Return how a vote stands after a verb."""
    return Done(no=vote.no, state=str(vote.state))


def choices_of(vote: Vote, choices: dict[int, str]) -> dict[int, str]:
    """Return choices by the items' ids, from those by their numbers; raises :class:`BadInput` for a number of none."""
    ids = {item.no: item.pk for item in vote.items.all()}
    unknown = [no for no in choices if no not in ids]
    if unknown:
        text = gettext_noop("这次表决没有这一项。请照表决页上的项目填。")
        raise BadInput(text, fields={f"choices.{no}": text for no in unknown})
    return {ids[no]: choice for no, choice in choices.items()}


@reads(router, "/estates/{slug}/votes", scope="votes:read", answer=Votes)
def list_votes(request: Request, slug: Slug, cursor: Cursor = "", limit: Limit = 20) -> Votes:
    """List the votes that were opened, the newest first."""
    rows = selectors.votes_of(request.actor, estate_at(slug))
    found, after = page(rows, by=("-no",), cursor=cursor, limit=limit)
    return Votes(items=[VoteLine.model_validate(_line(row)) for row in found], next=after)


@reads(router, "/estates/{slug}/desk/votes", scope="votes:read", answer=Votes, public=False)
def list_desk_votes(
    request: Request, slug: Slug, q: Search = "", state: Search = "", cursor: Cursor = "", limit: Limit = 20
) -> Votes:
    """List the votes on one's desk, drafts too; `state` is draft, open, closed, counted or cancelled."""
    estate = estate_at(slug)
    policy.can_see_desk(request.actor, estate.pk).enforce()
    rows = selectors.desk_votes(request.actor, search=q.strip(), state=state, estate_id=estate.pk)
    found, after = page(rows, by=("-no",), cursor=cursor, limit=limit)
    return Votes(items=[VoteLine.model_validate(_line(row)) for row in found], next=after)


@reads(router, "/estates/{slug}/votes/{no}", scope="votes:read", answer=VoteOut)
def get_vote(request: Request, slug: Slug, no: No) -> VoteOut:
    """Tell a vote: who has come while it runs, what came out and why once it is counted."""
    vote = selectors.vote_by_no(request.actor, estate_at(slug), no)
    matter = matter_on(request.actor, vote.thread)
    return VoteOut.model_validate(
        {
            **_line(vote),
            "explanation": vote.explanation,
            "precedence": vote.precedence,
            "secret": vote.secret,
            "archive_root": vote.owners_root,
            "cancel_reason": vote.cancel_reason,
            "matter": matter.no if matter else None,
            "items": [
                ItemOut(
                    no=item.no,
                    question=item.question,
                    rule=item.rule,
                    of=item.of,
                    article=item.article,
                    options=[
                        OptionOut(no=option.no, name=option.name, pros=option.pros, cons=option.cons)
                        for option in item.options.all()
                    ],
                )
                for item in vote.items.all()
            ],
            "turnout": _turnout(vote),
            "results": [_result(each) for each in selectors.results(vote)],
            "mine": [] if is_device(request) else _my_ballots(request, vote),
            "disclosed": disclosed(vote.estate, "vote", vote.pk, now=request.now),
        }
    )


def _scope(estate: Estate, data: DraftIn) -> tuple[Building | None, Entrance | None]:
    """Return the part of the estate that votes; raises :class:`BadInput` for a part of another estate."""
    building = Building.objects.filter(estate=estate, pk=data.building_id or 0).first()
    entrance = Entrance.objects.filter(estate=estate, pk=data.entrance_id or 0).select_related("building").first()
    wrong = {"building_id": data.building_id and not building, "entrance_id": data.entrance_id and not entrance}
    if any(wrong.values()):
        text = gettext_noop("选的楼栋不在这个小区。请重新选择谁来投。")
        raise BadInput(text, fields={name: text for name, is_wrong in wrong.items() if is_wrong})
    return building, entrance


def _draft_of(item: ItemIn) -> services.ItemDraft:
    options = tuple(services.OptionDraft(option.name, option.pros, option.cons) for option in item.options)
    return services.ItemDraft(item.question, item.rule, item.article, item.of, options)


@writes(router, "/estates/{slug}/votes", scope="votes:write", answer=Done, status=201)
def draft_vote(request: Request, slug: Slug, data: NewDraftIn) -> Done:
    """Prepare a vote that nobody but its preparers sees yet."""
    estate = estate_at(slug)
    policy.can_draft_vote(request.actor, estate.pk).enforce()
    building, entrance = _scope(estate, data)
    matter = waiting_for_vote(request.actor, estate, str(data.matter)) if data.matter else None
    made = services.draft_vote(
        actor=request.actor,
        estate=estate,
        title=data.title,
        explanation=data.explanation,
        items=[_draft_of(item) for item in data.items],
        closes_at=data.closes_at,
        precedence=data.precedence,
        secret=data.secret,
        building=building,
        entrance=entrance,
        thread=matter.thread if matter else "",
        now=request.now,
    )
    return done(made)


def _found(request: Request, slug: str, no: int) -> Vote:
    return selectors.vote_by_no(request.actor, estate_at(slug), no)


@writes(router, "/estates/{slug}/votes/{no}", scope="votes:write", answer=Done, method="PUT")
def edit_draft(request: Request, slug: Slug, no: No, data: DraftIn) -> Done:
    """Replace what a draft says."""
    vote = _found(request, slug, no)
    policy.can_draft_vote(request.actor, vote.estate_id).enforce()
    building, entrance = _scope(vote.estate, data)
    made = services.edit_draft(
        actor=request.actor,
        vote_id=vote.pk,
        title=data.title,
        explanation=data.explanation,
        items=[_draft_of(item) for item in data.items],
        closes_at=data.closes_at,
        precedence=data.precedence,
        secret=data.secret,
        building=building,
        entrance=entrance,
        now=request.now,
    )
    return done(made)


@writes(router, "/estates/{slug}/votes/{no}/opening", scope="votes:write", answer=Done)
def open_vote(request: Request, slug: Slug, no: No) -> Done:
    """Open a draft: the roll is frozen and ballots are taken."""
    vote = _found(request, slug, no)
    return done(services.open_vote(actor=request.actor, vote_id=vote.pk, now=request.now))


@writes(router, "/estates/{slug}/votes/{no}/closing", scope="votes:write", answer=Done)
def close_vote(request: Request, slug: Slug, no: No, data: CloseIn) -> Done:
    """End the voting, and count where no paper slip waits."""
    vote = _found(request, slug, no)
    return done(
        services.close_vote(
            actor=request.actor, vote_id=vote.pk, now=request.now, early=data.early, all_keyed=data.all_keyed
        )
    )


@writes(router, "/estates/{slug}/votes/{no}/cancellation", scope="votes:write", answer=Done)
def cancel_vote(request: Request, slug: Slug, no: No, data: Reason) -> Done:
    """Call a vote off; the reason is shown to everyone."""
    vote = _found(request, slug, no)
    return done(services.cancel_vote(actor=request.actor, vote_id=vote.pk, reason=data.reason, now=request.now))
