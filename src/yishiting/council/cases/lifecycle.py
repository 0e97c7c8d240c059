"""When a case may go on, and when it ends (人民调解法). Pure: facts and ``now`` in, a refusal or nothing out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Sentence, gettext_noop

SIDES = ("a", "b")
AGREED, REFUSED, OPEN, CLOSED = "agreed", "refused", "open", "closed"
#: Joint application to the court for confirmation (人民调解法 第33条), in days from the day the agreement is in force.
COURT_DAYS = 30
#: A figure under this is not shown: a street knows who its one case was.
LEAST_SHOWN = 3
FARTHEST_FOLLOW_UP = timedelta(days=730)
LONGEST = 5000
LONGEST_PLACE = 80


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """A party: its side, its latest words on being mediated and on open sessions ('' for none) since when, and if heard."""

    no: int
    side: str
    word: str = ""
    word_at: datetime | None = None
    open_word: str = ""
    open_at: datetime | None = None
    heard: bool = False


@dataclass(frozen=True, slots=True)
class Ties:
    """What somebody is tied by: himself, the homes that he owns or lives in, the bodies that he holds a post of."""

    people: frozenset[int]
    homes: frozenset[int]
    bodies: frozenset[int]


@dataclass(frozen=True, slots=True)
class Signed:
    """What stands under an agreement."""

    kind: str
    parties: frozenset[int]
    by_mediator: bool
    sealed: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """Cases that ended, those agreed, those whose agreement was kept (件); None where it is not shown."""

    ended: int | None
    agreed: int | None
    kept: int | None


def day_of(moment: datetime) -> date:
    """Return the day in China."""
    return moment.astimezone(CHINA).date()


def check_going_on(outcome: str) -> None:
    """Refuse what is done to a case that has ended."""
    if outcome:
        raise WrongState(gettext_noop("这件调解已经结束了。还要谈，请另开一件。"), code="ended")


def check_words(words: str, *, field: str, text: str) -> str:
    """Return ``words`` without blanks around them; refuses empty and endless ones (of ``field``)."""
    if not words.strip():
        raise BadInput(text, fields={field: text})
    return check_room(words, field=field)


def check_room(words: str, *, field: str, most: int = LONGEST) -> str:
    """Return ``words`` without blanks around them; refuses more than there is room for (of ``field``), and cuts nothing."""
    kept = words.strip()
    if len(kept) > most:
        too_long = Sentence(gettext_noop("写得太长了，最多 {n} 个字。"), n=most)
        raise BadInput(too_long, fields={field: too_long})
    return kept


def conflict(mediator: Ties, parties: Ties) -> Sentence | None:
    """Return why somebody may not lead a case between these parties, or None: himself, his household, his company."""
    if mediator.people & parties.people or mediator.homes & parties.homes:
        # One sentence for both: which of the two it is, is nothing for whoever chooses.
        return Sentence(
            gettext_noop("这位调解员自己是当事人，或者和当事人是一家（同住、同有一套房），不能调解这件事。请换一位。")
        )
    if mediator.bodies & parties.bodies:
        return Sentence(gettext_noop("调解员在当事的单位任职，不能调解这件事。请换一位。"))
    return None


def check_new_party(*, outcome: str, side: str, sessions: int) -> None:
    """A party is named before the first session: whoever sat there knew who was asked."""
    check_going_on(outcome)
    if side not in SIDES:
        raise BadInput(gettext_noop("请选这是哪一方。"), fields={"side": gettext_noop("请选哪一方。")})
    if sessions:
        raise WrongState(gettext_noop("已经开过调解会，不能再加当事人。要加，请结束这一件，另开一件。"))


def check_consent(
    party: PartyFacts, *, outcome: str, act: str, at: datetime, opened_at: datetime, now: datetime
) -> None:
    """Refuse a word that cannot be taken: of a day to come, from before the case, or said twice."""
    check_going_on(outcome)
    if at > now or at < opened_at:
        text = gettext_noop("表态的时间要在开案以后、现在以前。请改日期。")
        raise BadInput(text, fields={"at": text})
    if act == AGREED and party.word == AGREED:
        raise WrongState(gettext_noop("这一方已经同意过了，不用再登记。"), code="said_already")
    if act in (OPEN, CLOSED) and party.word != AGREED:
        raise WrongState(gettext_noop("要先同意调解，才谈公开不公开。"))
    if act not in (AGREED, REFUSED, OPEN, CLOSED):
        text = gettext_noop("请选同意还是不愿意。")
        raise BadInput(text, fields={"act": text})


def missing_consent(parties: Iterable[PartyFacts]) -> tuple[int, ...]:
    """Return the numbers of the parties that have not agreed."""
    return tuple(party.no for party in parties if party.word != AGREED)


def has_both_sides(parties: Iterable[PartyFacts]) -> bool:
    """Whether somebody stands on each side."""
    return {party.side for party in parties} == set(SIDES)


def is_open(parties: Sequence[PartyFacts]) -> bool:
    """Whether sessions may be open: closed by default, open where every party agreed to that."""
    return has_both_sides(parties) and all(party.open_word == OPEN for party in parties)


def check_consented(parties: Sequence[PartyFacts]) -> None:
    """Refuse while a side is not named or a party has not agreed."""
    if not has_both_sides(parties):
        raise WrongState(gettext_noop("还没有写明另一方是谁。请先加上当事人。"), code="one_sided")
    if left := missing_consent(parties):
        raise WrongState(
            Sentence(gettext_noop("还有 {n} 方没有同意调解。双方都同意了才能开。"), n=len(left)), code="no_consent"
        )


def check_session(
    parties: Sequence[PartyFacts],
    *,
    outcome: str,
    has_mediator: bool,
    came: frozenset[int],
    held_at: datetime,
    now: datetime,
    open_asked: bool,
) -> None:
    """Refuse a session without consent, without a mediator, of a time to come or before the consents, or with nobody."""
    check_going_on(outcome)
    if not has_mediator:
        raise WrongState(gettext_noop("还没有定调解员。请先定一位。"), code="no_mediator")
    check_consented(parties)
    if held_at > now:
        text = gettext_noop("调解会要开过以后再登记。请改时间。")
        raise BadInput(text, fields={"held_at": text})
    if any(party.word_at is not None and held_at < party.word_at for party in parties):
        text = gettext_noop("这个时间比双方同意调解还早。双方同意以后才能开，请改时间。")
        raise BadInput(text, code="before_consent", fields={"held_at": text})
    if not came or came - {party.no for party in parties}:
        text = gettext_noop("请勾上来了的当事人。")
        raise BadInput(text, fields={"came": text})
    if open_asked and not is_open(parties):
        raise WrongState(gettext_noop("公开调解要每一方都同意。现在只能不公开。"), code="not_open")
    if open_asked and any(party.open_at is not None and held_at < party.open_at for party in parties):
        text = gettext_noop("这个时间比双方同意公开还早，那时只能不公开。请改时间，或记成不公开。")
        raise BadInput(text, code="before_consent", fields={"held_at": text})


def check_agreement(
    parties: Sequence[PartyFacts], *, outcome: str, has_mediator: bool, follow_up_on: date, now: datetime
) -> None:
    """Refuse an agreement before every party was heard, or without a day within reach for looking back."""
    check_going_on(outcome)
    if not has_mediator:
        raise WrongState(gettext_noop("还没有定调解员。请先定一位。"), code="no_mediator")
    check_consented(parties)
    if any(not party.heard for party in parties):
        raise WrongState(gettext_noop("还有当事人没有在调解会上说过话。两边都听过，才能写协议。"), code="not_heard")
    check_follow_up_day(follow_up_on, now=now)


def check_follow_up_day(due_on: date, *, now: datetime) -> None:
    """Refuse a day for looking back that has passed or lies more than two years ahead."""
    today = day_of(now)
    if not today < due_on <= today + FARTHEST_FOLLOW_UP:
        text = gettext_noop("回访的日子要在明天以后、两年以内。")
        raise BadInput(text, fields={"follow_up_on": text})


def is_in_force(signed: Signed, parties: Iterable[PartyFacts]) -> bool:
    """Whether an agreement is in force: an oral one once recorded, a written one once signed by all and sealed."""
    if signed.kind == "oral":
        return True
    return signed.sealed and signed.by_mediator and {party.no for party in parties} <= signed.parties


def check_seal(signed: Signed, parties: Sequence[PartyFacts]) -> None:
    """The seal comes last: it says that all of them signed."""
    missing = {party.no for party in parties} - signed.parties
    if missing or not signed.by_mediator:
        raise WrongState(gettext_noop("当事人和调解员还没有都签字。签齐了再盖章。"), code="unsigned")


def court_until(in_force_at: datetime) -> date:
    """Return the last day on which both sides may ask the court together to confirm the agreement."""
    return day_of(in_force_at) + timedelta(days=COURT_DAYS)


def check_court(*, in_force_at: datetime | None, asked_on: date, court_on: date | None, now: datetime) -> None:
    """Refuse an application without an agreement in force, twice, of a day to come, or after the thirtieth day."""
    if in_force_at is None:
        raise WrongState(gettext_noop("协议生效以后才能申请司法确认。"), code="not_in_force")
    if court_on is not None:
        raise WrongState(gettext_noop("已经登记过申请司法确认的日子。"))
    if not day_of(in_force_at) <= asked_on <= day_of(now):
        text = gettext_noop("日子要在协议生效以后、今天以前。请改日期。")
        raise BadInput(text, fields={"on": text})
    if asked_on > court_until(in_force_at):
        raise WrongState(
            Sentence(gettext_noop("申请司法确认要在协议生效起 {n} 天以内，已经过了。"), n=COURT_DAYS), code="too_late"
        )


def check_follow_up(*, in_force: bool, pending: bool, fulfilled: bool, again_on: date | None, now: datetime) -> None:
    """Refuse to look back on what is not in force or was looked at already; what was not kept is looked at again."""
    if not in_force:
        raise WrongState(gettext_noop("协议还没有生效，不用回访。"))
    if not pending:
        raise WrongState(gettext_noop("没有等着的回访，已经登记过了。"), code="nothing_due")
    if not fulfilled:
        if again_on is None:
            text = gettext_noop("没有做到的，请写上下次回访的日子。")
            raise BadInput(text, fields={"follow_up_on": text})
        check_follow_up_day(again_on, now=now)


def check_end(*, outcome: str, ending: str) -> None:
    """A mediator ends a case as failed or escalated; agreed and refused come of the parties' own acts."""
    check_going_on(outcome)
    if ending not in ("failed", "escalated"):
        text = gettext_noop("请选没有谈成，还是转到上一级。")
        raise BadInput(text, fields={"outcome": text})


def counted(*, ended: int, agreed: int, kept: int) -> Counted:
    """Return what may be shown: nothing under three, and nothing from which a number under three follows."""
    shown_ended = ended if ended >= LEAST_SHOWN else None
    shown_agreed = _part(agreed, ended) if shown_ended is not None else None
    shown_kept = _part(kept, agreed) if shown_agreed is not None else None
    return Counted(shown_ended, shown_agreed, shown_kept)


def _part(part: int, whole: int) -> int | None:
    rest = whole - part
    return part if part >= LEAST_SHOWN and (rest == 0 or rest >= LEAST_SHOWN) else None
