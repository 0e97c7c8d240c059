"""The kinds of post and what each may do. Pure: the checker of playbooks reads it without a database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from yishiting.kernel.words import gettext_noop


class Duty(StrEnum):
    """What a post may be trusted with; policies ask for a duty, never for a kind of post."""

    TRIAGE = "triage"  # take reports up, decline, merge, answer
    MEET = "meet"  # call, run, minute and close meetings
    VOTE = "vote"  # draft, open and close votes
    PAPER = "paper"  # enter paper ballots
    PROJECT = "project"  # run projects
    ROSTER = "roster"  # import and correct the roster
    STEP = "step"  # work on a step that is one's own
    SUPERVISE = "supervise"  # read everything of the estate that is not C3
    CALENDAR = "calendar"  # enter days off and make-up days, which every clock counts with
    RULES = "rules"  # choose the rule pack by which the estate votes and elects
    MEDIATE = "mediate"  # open cases of mediation and lead those that one is chosen for
    CASES = "cases"  # look after the cases put on one's post: choose mediators, set the seal
    NOTICE = "notice"  # draft and publish notices, record where they hang, archive them
    REVIEW = "review"  # review notices that name homes and that another drafted
    CANVASS = "canvass"  # go from home to home, and record what came of it
    INTEREST = "interest"  # keep the register of posts and interests
    APPRAISE = "appraise"  # open appraisals of work done by others, close them, read what was said


@dataclass(frozen=True, slots=True)
class PostKind:
    """A kind of post: its code, its Chinese title, its side at a meeting, its duties, and who stands in for it."""

    code: str
    label: str
    side: str
    duties: frozenset[Duty]
    #: The kind that takes over what a vacancy would swallow.
    next_up: str | None = None


_D = Duty
_ALL = frozenset(Duty)
KINDS: dict[str, PostKind] = {
    kind.code: kind
    for kind in (
        PostKind("subdistrict_worker", gettext_noop("街道工作人员"), "街道", _ALL),
        PostKind("community_worker", gettext_noop("社区工作人员"), "社区", _ALL, "subdistrict_worker"),
        PostKind("community_secretary", gettext_noop("社区书记"), "社区", _ALL, "subdistrict_worker"),
        PostKind(
            "grid_worker",
            gettext_noop("网格员"),
            "网格员",
            frozenset(
                {_D.TRIAGE, _D.MEET, _D.PAPER, _D.STEP, _D.PROJECT, _D.MEDIATE, _D.NOTICE, _D.REVIEW, _D.CANVASS}
            ),
            "community_worker",
        ),
        PostKind(
            "moderator",
            gettext_noop("议事会召集人"),
            "议事会",
            frozenset({_D.TRIAGE, _D.MEET, _D.VOTE, _D.STEP, _D.PROJECT, _D.APPRAISE, _D.NOTICE, _D.REVIEW}),
            "community_worker",
        ),
        PostKind(
            "branch_secretary",
            gettext_noop("党支部书记"),
            "支部",
            frozenset({_D.TRIAGE, _D.MEET, _D.STEP, _D.SUPERVISE, _D.APPRAISE, _D.NOTICE, _D.REVIEW, _D.CANVASS}),
            "community_worker",
        ),
        PostKind(
            "committee_chair",
            gettext_noop("业委会主任"),
            "业委会",
            frozenset({_D.MEET, _D.VOTE, _D.PAPER, _D.PROJECT, _D.STEP, _D.NOTICE, _D.REVIEW, _D.CANVASS}),
            "community_worker",
        ),
        PostKind(
            "committee_member",
            gettext_noop("业委会委员"),
            "业委会",
            frozenset({_D.PAPER, _D.PROJECT, _D.STEP, _D.CANVASS}),
            "committee_chair",
        ),
        PostKind(
            "owner_representative",
            gettext_noop("业主代表"),
            "业主代表",
            frozenset({_D.STEP}),
            "committee_chair",
        ),
        PostKind(
            "building_head", gettext_noop("楼栋长"), "楼栋长", frozenset({_D.STEP, _D.PAPER, _D.CANVASS}), "grid_worker"
        ),
        PostKind(
            "property_manager",
            gettext_noop("物业经理"),
            "物业",
            frozenset({_D.STEP, _D.PROJECT, _D.NOTICE}),
            "community_worker",
        ),
        PostKind("police_officer", gettext_noop("社区民警"), "社区民警", frozenset({_D.STEP}), "community_worker"),
        PostKind(
            "supervisor",
            gettext_noop("业主监事"),
            "监事会",
            frozenset({_D.SUPERVISE, _D.APPRAISE}),
            "community_worker",
        ),
        PostKind(
            "recorder", gettext_noop("记录员"), "社区", frozenset({_D.MEET, _D.STEP, _D.NOTICE}), "community_worker"
        ),
        PostKind(
            "case_supervisor",
            gettext_noop("调解委员会主任"),
            "调解委员会",
            frozenset({_D.MEDIATE, _D.CASES}),
            "community_worker",
        ),
        PostKind("mediator", gettext_noop("调解员"), "调解委员会", frozenset({_D.MEDIATE}), "case_supervisor"),
        PostKind("volunteer", gettext_noop("志愿者"), "志愿者", frozenset({_D.STEP}), "grid_worker"),
    )
}


def label(code: str) -> str:
    """Return the Chinese title of a kind of post (to be translated), or a general one for a kind not known here."""
    kind = KINDS.get(code)
    return kind.label if kind else gettext_noop("负责岗位")


def chain(code: str) -> tuple[str, ...]:
    """Return the kinds to look for, in order: the kind itself, then who takes over where nobody holds it.

    A kind not known here goes to the community worker, so that nothing is ever nobody's.
    """
    found: list[str] = []
    current: str | None = code
    while current is not None and current not in found:
        found.append(current)
        kind = KINDS.get(current)
        current = kind.next_up if kind else "community_worker"
    return tuple(found)
