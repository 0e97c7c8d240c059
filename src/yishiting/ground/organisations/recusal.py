"""Who has to keep out of what: an interest in what is decided is found from ties, never asked for by name. Pure.

Whoever has an interest may read, and as an owner he votes; he may not chair, count, decide, accept or close (M05, M34).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from yishiting.ground.organisations.kinds import KINDS, Duty, chain, label
from yishiting.ground.organisations.tiers import tier_of
from yishiting.kernel.words import Sentence, gettext_noop

#: What something is called that can be decided: its kind and its number in the database.
Thing = tuple[str, int]


class Because(StrEnum):
    """Why somebody keeps out; where several hold, the first of them is told."""

    OWN_WORK = "own_work"
    OWN_BODY = "own_body"
    OWN_HOME = "own_home"
    DECLARED = "declared"


class Act(StrEnum):
    """What somebody with an interest may not do."""

    CHAIR = "chair"
    DECIDE = "decide"
    VOTE = "vote"
    COUNT = "count"
    PROJECT = "project"
    ACCEPT = "accept"
    CLOSE = "close"
    APPRAISE = "appraise"


#: Which duty whoever takes an act over has to be trusted with.
TAKES: Mapping[Act, Duty] = {
    Act.CHAIR: Duty.MEET,
    Act.DECIDE: Duty.MEET,
    Act.VOTE: Duty.VOTE,
    Act.COUNT: Duty.PAPER,
    Act.PROJECT: Duty.PROJECT,
    Act.ACCEPT: Duty.PROJECT,
    Act.CLOSE: Duty.TRIAGE,
    Act.APPRAISE: Duty.APPRAISE,
}
BECAUSE: Mapping[str, Sentence] = {
    Because.OWN_WORK: Sentence(gettext_noop("经手办了这件事")),
    Because.OWN_BODY: Sentence(gettext_noop("在有关的单位任职")),
    Because.OWN_HOME: Sentence(gettext_noop("和自己家有关")),
    Because.DECLARED: Sentence(gettext_noop("登记过利害关系")),
}
ACTS: Mapping[str, Sentence] = {
    Act.CHAIR: Sentence(gettext_noop("主持会议")),
    Act.DECIDE: Sentence(gettext_noop("对方案作结论")),
    Act.VOTE: Sentence(gettext_noop("办理表决")),
    Act.COUNT: Sentence(gettext_noop("经手选票")),
    Act.PROJECT: Sentence(gettext_noop("定项目的计划")),
    Act.ACCEPT: Sentence(gettext_noop("验收")),
    Act.CLOSE: Sentence(gettext_noop("受理和办结")),
    Act.APPRAISE: Sentence(gettext_noop("办评议")),
}
_REFUSALS: Mapping[str, str] = {
    Because.OWN_WORK: gettext_noop("这件事是您经手办的，您要回避，不能{act}。请交给{instead}。您可以照常看。"),
    Because.OWN_BODY: gettext_noop("这件事关系到您任职的单位，您要回避，不能{act}。请交给{instead}。您可以照常看。"),
    Because.OWN_HOME: gettext_noop("这件事关系到您家，您要回避，不能{act}。请交给{instead}。您可以照常看。"),
    Because.DECLARED: gettext_noop(
        "您在这件事上登记过利害关系，要回避，不能{act}。请交给{instead}。您可以照常看；关系没有了，请先撤销登记。"
    ),
}
_NOBODY: Mapping[str, str] = {
    Because.OWN_WORK: gettext_noop(
        "这件事是您经手办的，您要回避，不能{act}；可是从这里到街道，没有别人能接手。请先请社区或街道任命一位。"
    ),
    Because.OWN_BODY: gettext_noop(
        "这件事关系到您任职的单位，您要回避，不能{act}；可是从这里到街道，没有别人能接手。请先请社区或街道任命一位。"
    ),
    Because.OWN_HOME: gettext_noop(
        "这件事关系到您家，您要回避，不能{act}；可是从这里到街道，没有别人能接手。请先请社区或街道任命一位。"
    ),
    Because.DECLARED: gettext_noop(
        "您在这件事上登记过利害关系，要回避，不能{act}；可是从这里到街道，没有别人能接手。请先请社区或街道任命一位。"
    ),
}


@dataclass(frozen=True, slots=True)
class Affair:
    """Something that is decided, as far as interests go.

    ``things`` are what an interest may be declared in (a matter, a vote, a project) and what carries over to this one;
    ``bodies`` are judged or paid by it, ``homes`` are what it is about, ``people`` and ``posts`` did the work it judges.
    ``no`` and ``thread`` are for the record; ``acts`` are what is done about it, by posts with one of ``duties``.
    """

    subject: Thing
    no: int
    things: frozenset[Thing]
    acts: tuple[Act, ...]
    duties: frozenset[Duty]
    thread: str = ""
    bodies: frozenset[int] = frozenset()
    homes: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()
    posts: frozenset[int] = frozenset()

    def widened(self, *, bodies: Collection[int] = (), homes: Collection[int] = ()) -> Affair:
        """Return the affair with more bodies and homes that it touches."""
        return replace(self, bodies=self.bodies | frozenset(bodies), homes=self.homes | frozenset(homes))


@dataclass(frozen=True, slots=True)
class Bond:
    """What a person is tied by: posts held and their bodies, homes owned or lived in, and what was declared of him."""

    person: int
    posts: frozenset[int] = frozenset()
    bodies: frozenset[int] = frozenset()
    homes: frozenset[int] = frozenset()
    declared_things: frozenset[Thing] = frozenset()
    declared_bodies: frozenset[int] = frozenset()
    declared_homes: frozenset[int] = frozenset()


def because(bond: Bond, affair: Affair) -> Because | None:
    """Return why a person keeps out of an affair, or None for whoever is free."""
    if bond.person in affair.people or bond.posts & affair.posts:
        return Because.OWN_WORK
    if bond.bodies & affair.bodies:
        return Because.OWN_BODY
    if bond.homes & affair.homes:
        return Because.OWN_HOME
    declared = bond.declared_things & affair.things or bond.declared_bodies & affair.bodies
    return Because.DECLARED if declared or bond.declared_homes & affair.homes else None


def instead(mine: Collection[str], free: Collection[str], act: Act) -> str:
    """Return the kind of post that takes over from posts of the kinds ``mine``; empty where nobody does.

    ``free`` are the kinds that somebody without an interest holds and that are trusted with it. The next up from one's own
    post comes first (one's own kind where a colleague holds it, too), then the lowest tier. A step of a matter goes up
    and nowhere else, as it does where a post is vacant.
    """
    for kind in sorted(mine, key=tier_of):
        found = next((each for each in chain(kind) if each in free), None)
        if found is not None:
            return found
    if act is Act.CLOSE:
        return ""
    return min(free, key=lambda each: (tier_of(each), list(KINDS).index(each)), default="")


def refusal(why: Because, act: Act, to: str, mine: Collection[str] = ()) -> Sentence:
    """Return what a verb says to whoever keeps out: why, what he may not do, and who does it (``to``: a kind of post)."""
    if not to:
        return Sentence(_NOBODY[why], act=ACTS[act])
    return Sentence(_REFUSALS[why], act=ACTS[act], instead=taker(to, mine))


def taker(to: str, mine: Collection[str]) -> Sentence:
    """Return what whoever takes over is called: another one, where he holds a post of the same kind."""
    post = Sentence(label(to))
    return Sentence(gettext_noop("另一位{post}"), post=post) if to in mine else post


def listed(words: Sequence[Sentence]) -> Sentence:
    """Return words in a row: ``物业经理兼党支部书记`` has its own sentence, this is for acts."""
    found = words[0]
    for word in words[1:]:
        found = Sentence(gettext_noop("{first}、{second}"), first=found, second=word)
    return found


def together(kinds: Sequence[str]) -> Sentence:
    """Return what somebody is called who holds posts of these kinds: ``物业经理兼党支部书记``."""
    found = Sentence(label(kinds[0])) if kinds else Sentence(gettext_noop("一位工作人员"))
    for kind in kinds[1:]:
        found = Sentence(gettext_noop("{post}兼{other}"), post=found, other=Sentence(label(kind)))
    return found
