"""Drafting a vote, changing the draft, opening it (which freezes the roll) and calling it off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Max

from yishiting.council.votes import affairs, lifecycle, pinned, policy
from yishiting.council.votes.drafts import ItemDraft, OptionDraft
from yishiting.council.votes.models import Item, Option, Vote
from yishiting.council.votes.rules import Precedence
from yishiting.council.votes.services import rolls
from yishiting.council.votes.services.fetching import estate_of, times_of, vote_for
from yishiting.ground.organisations import restating
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.packs.definition import RuleBook
from yishiting.ground.places.models import Building, Entrance, Estate
from yishiting.ground.places.selectors import calendar as workdays
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.attest import Gone
from yishiting.timeline.services import book

MOST_ITEMS = 20
FEWEST_OPTIONS, MOST_OPTIONS = 2, 12
FARTHEST = timedelta(days=180)
"""How long after its drafting a vote may end at the latest.

The longest window that a local rule knows is 60 days of voting, after 15 days of notice; half a year leaves as much again for
preparing it, and refuses a slip of the finger in the year, which would keep the owners' decision open for good.
"""
ARTICLES: Mapping[str, str] = {
    Item.Rule.ORDINARY: gettext_noop("《民法典》第278条"),
    Item.Rule.SPECIAL: gettext_noop("《民法典》第278条"),
    Item.Rule.UNANIMOUS: "",
    Item.Rule.NONE_OBJECTS: "",
    Item.Rule.OPTIONS: gettext_noop("《民法典》第278条"),
}


def draft_vote(
    *,
    actor: Actor,
    estate: Estate,
    title: str,
    explanation: str,
    items: Sequence[ItemDraft],
    closes_at: datetime,
    precedence: str = Precedence.FIRST_WINS,
    secret: bool = True,
    building: Building | None = None,
    entrance: Entrance | None = None,
    thread: str = "",
    now: datetime,
) -> Vote:
    """Prepare a vote that nobody but its preparers sees yet.

    ``items`` are asked in their order, at least one. The electorate is the estate, or ``building``, or ``entrance``.
    ``thread`` names the matter that asked for the vote. Unless it is ``secret`` the archive shows each home's choice once it is
    counted, and the ballot says so. Raises :class:`NotAllowed` and :class:`BadInput` (fields ``title``,
    ``items``, ``closes_at``, ``precedence``, ``scope``).
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_draft_vote(actor, estate.pk).enforce()
        affairs.may_draft(actor, estate, thread, now).enforce()
        drafts = _checked(
            estate=estate, title=title, items=items, closes_at=closes_at, precedence=precedence,
            building=building, entrance=entrance, now=now,
        )  # fmt: skip
        last = Vote.objects.filter(estate=estate).aggregate(last=Max("no"))["last"] or 0
        vote = Vote.objects.create(
            estate=estate,
            no=last + 1,
            title=title.strip(),
            explanation=explanation.strip(),
            precedence=Precedence(precedence),
            secret=secret,
            building=entrance.building if entrance else building,
            entrance=entrance,
            thread=thread,
            drafted_at=now,
            drafted_by_id=actor.person_id,
            closes_at=closes_at,
        )
        written = _write_items(vote, drafts)
        facts = {"vote": vote.no, "items": len(drafts)}
        record.write("votes.drafted", subject=("vote", vote.pk), facts=facts, attests=[vote, *written])
    return vote


def edit_draft(
    *,
    actor: Actor,
    vote_id: int,
    title: str,
    explanation: str,
    items: Sequence[ItemDraft],
    closes_at: datetime,
    precedence: str = Precedence.FIRST_WINS,
    secret: bool = True,
    building: Building | None = None,
    entrance: Entrance | None = None,
    now: datetime,
) -> Vote:
    """Replace what a draft says. Raises :class:`WrongState` once it was opened: nothing changes under the voters."""
    with book(estate_of(vote_id), actor_id=actor.person_id, now=now) as record:
        vote = vote_for(actor, vote_id)
        policy.can_draft_vote(actor, vote.estate_id).enforce()
        affairs.may_run(actor, vote, now).enforce()
        lifecycle.may_edit(times_of(vote))
        drafts = _checked(
            estate=vote.estate, title=title, items=items, closes_at=closes_at, precedence=precedence,
            building=building, entrance=entrance, now=now,
        )  # fmt: skip
        vote.title, vote.explanation = title.strip(), explanation.strip()
        vote.precedence, vote.closes_at, vote.secret = Precedence(precedence), closes_at, secret
        vote.building, vote.entrance = (entrance.building if entrance else building), entrance
        vote.save(update_fields=["title", "explanation", "precedence", "closes_at", "secret", "building", "entrance"])
        options = Option.objects.filter(item__vote=vote)
        dropped = [
            *(Gone("votes.item", pk) for pk in vote.items.values_list("pk", flat=True)),
            *(Gone("votes.option", pk) for pk in options.values_list("pk", flat=True)),
        ]
        vote.items.all().delete()
        written = _write_items(vote, drafts)
        facts = {"vote": vote.no, "items": len(drafts)}
        record.write("votes.draft_edited", subject=("vote", vote.pk), facts=facts, attests=[*dropped, vote, *written])
    return vote


def open_vote(*, actor: Actor, vote_id: int, now: datetime) -> Vote:
    """Open a draft: freeze who may vote and with what weight, and take ballots from now on.

    Raises :class:`WrongState` where it is no draft, where its end has passed, or where a home lacks its area or has two
    owner groups (the homes are named).
    """
    with book(estate_of(vote_id), actor_id=actor.person_id, now=now) as record:
        vote = vote_for(actor, vote_id)
        policy.can_open_vote(actor, vote).enforce()
        affairs.may_run(actor, vote, now).enforce()
        rules = pinned.rules_for(vote)
        lifecycle.may_open(times_of(vote), items=vote.items.count(), now=now, window=_window(vote, rules, now))
        if rules.holds("ballot.one_way_only") and vote.precedence != Precedence.FIRST_WINS:
            raise WrongState(
                gettext_noop("照本地的规则，网上和纸票只能投一种、投一次，先交的算。请先把草稿改成“先交的算”。"),
                code="one_way_only",
            )
        vote.opened_at = now
        vote.save(update_fields=["opened_at"])
        roll = rolls.freeze(vote, now=now)
        record.write(
            "votes.opened",
            subject=("vote", vote.pk),
            facts={"vote": vote.no, "heads": roll.heads, "homes": roll.homes, "closes_at": vote.closes_at.isoformat()},
            attests=[vote, roll, pinned.pin(vote, rules)],
            thread=vote.thread,
        )
        restating.restate(record, [affairs.affair(vote)], estate=vote.estate, now=now)
    return vote


def cancel_vote(*, actor: Actor, vote_id: int, reason: str, now: datetime) -> Vote:
    """Call a vote off before voting ends; its ballots stay on record and are never counted.

    ``reason`` is shown to everyone. Raises :class:`WrongState` once voting has ended.
    """
    with book(estate_of(vote_id), actor_id=actor.person_id, now=now) as record:
        vote = vote_for(actor, vote_id)
        policy.can_cancel_vote(actor, vote).enforce()
        affairs.may_run(actor, vote, now).enforce()
        lifecycle.may_cancel(times_of(vote))
        words = reason.strip()
        if not words or len(words) > 200:
            raise BadInput(
                gettext_noop("请写上取消的原因。"),
                fields={"reason": gettext_noop("请用一两句话（不超过 200 字）写明为什么取消，会公布出来。")},
            )
        vote.cancelled_at, vote.cancel_reason = now, words
        vote.save(update_fields=["cancelled_at", "cancel_reason"])
        # A draft that nobody saw is dropped without telling everybody.
        kind = "votes.cancelled" if vote.opened_at else "votes.draft_dropped"
        record.write(kind, subject=("vote", vote.pk), facts={"vote": vote.no}, attests=[vote], thread=vote.thread)
    return vote


def _checked(
    *,
    estate: Estate,
    title: str,
    items: Sequence[ItemDraft],
    closes_at: datetime,
    precedence: str,
    building: Building | None,
    entrance: Entrance | None,
    now: datetime,
) -> list[ItemDraft]:
    faults: dict[str, str | Sentence] = {}
    if not title.strip() or len(title.strip()) > 120:
        faults["title"] = gettext_noop("请写上表决的题目，不超过 120 字。")
    drafts = [_tidy(item) for item in items if item.question.strip()]
    if not drafts:
        faults["items"] = gettext_noop("请写上至少一项要表决的事。")
    elif len(drafts) > MOST_ITEMS:
        faults["items"] = Sentence(gettext_noop("一次最多表决 {n} 项，请分成几次。"), n=MOST_ITEMS)
    elif any(len(draft.question) > 200 or len(draft.article) > 60 for draft in drafts):
        faults["items"] = gettext_noop("每一项的问题不超过 200 字，依据不超过 60 字。")
    elif any(draft.rule not in Item.Rule.values for draft in drafts):
        faults["items"] = gettext_noop("请为每一项选好要多少人同意才算通过。")
    elif wrong := [fault for fault in map(_wrong_options, drafts) if fault]:
        faults["items"] = wrong[0]
    if closes_at <= now:
        faults["closes_at"] = gettext_noop("截止时间要在现在以后，请改一个日子。")
    elif closes_at > now + FARTHEST:
        faults["closes_at"] = Sentence(
            gettext_noop("截止时间最晚是起草后 {n} 天，请改到 {day} 以前。"),
            n=FARTHEST.days,
            day=_dated(now + FARTHEST),
        )
    if precedence not in tuple(Precedence):
        faults["precedence"] = gettext_noop("请选好网上和纸票都交了的时候，哪一张算数。")
    place = entrance or building
    if place is not None and place.estate_id != estate.pk:
        faults["scope"] = gettext_noop("选的楼栋或单元不在这个小区，请重新选。")
    if faults:
        raise BadInput(gettext_noop("草稿里还有要改的地方。"), fields=faults)
    return drafts


def _tidy(item: ItemDraft) -> ItemDraft:
    """What was typed, without blanks at its ends; what is asked by yes or no offers no options, whatever was typed there."""
    choosing = item.rule == Item.Rule.OPTIONS
    return ItemDraft(
        question=item.question.strip(),
        rule=item.rule,
        article=item.article.strip(),
        of=item.of if choosing else "",
        options=tuple(
            OptionDraft(option.name.strip(), option.pros.strip(), option.cons.strip())
            for option in item.options
            if option.name.strip()
        )
        if choosing
        else (),
    )


def _wrong_options(item: ItemDraft) -> str | Sentence | None:
    """Return what is wrong with the options of an item, if anything."""
    if item.rule != Item.Rule.OPTIONS:
        return None
    if item.of not in Item.Majority.values:
        return gettext_noop("几个选项里选一个的，请选好是一般事项还是重大事项。")
    names = [option.name for option in item.options]
    if not FEWEST_OPTIONS <= len(names) <= MOST_OPTIONS:
        return Sentence(
            gettext_noop("几个选项里选一个的，请写 {least} 到 {most} 个选项。"), least=FEWEST_OPTIONS, most=MOST_OPTIONS
        )
    if len(set(names)) != len(names):
        return gettext_noop("有两个选项名字一样，请改得能分清。")
    if any(len(option.name) > 60 or len(option.pros) > 300 or len(option.cons) > 300 for option in item.options):
        return gettext_noop("选项的名字不超过 60 字，好处和不足各不超过 300 字。")
    return None


def _window(vote: Vote, rules: RuleBook, now: datetime) -> lifecycle.Window:
    """Return between which days a vote that opens now may end; the day on which it opens does not count."""
    today, calendar = now.astimezone(CHINA).date(), workdays(vote.estate_id)
    return lifecycle.Window(
        rules.span("vote.least").after(today, calendar), rules.span("vote.most").after(today, calendar)
    )


def _dated(at: datetime) -> Sentence:
    day = at.astimezone(CHINA)
    return Sentence(gettext_noop("{year}年{month}月{day}日"), year=day.year, month=day.month, day=day.day)


def _write_items(vote: Vote, drafts: Sequence[ItemDraft]) -> list[Item | Option]:
    items = Item.objects.bulk_create(
        [
            Item(
                estate_id=vote.estate_id,
                vote=vote,
                no=no,
                question=draft.question,
                rule=draft.rule,
                of=draft.of,
                article=draft.article or ARTICLES[draft.rule],
            )
            for no, draft in enumerate(drafts, start=1)
        ]
    )
    options = Option.objects.bulk_create(
        [
            Option(estate_id=vote.estate_id, item=item, no=no, name=option.name, pros=option.pros, cons=option.cons)
            for item, draft in zip(items, drafts, strict=True)
            for no, option in enumerate(draft.options, start=1)
        ]
    )
    return [*items, *options]
