"""Who may do what with votes, each with a reason that a person can read."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Q

from yishiting.council.votes.models import RollHead, Vote
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.kernel.verdict import YES, Verdict, allow_if, no
from yishiting.kernel.words import gettext_noop

_DESK = (Duty.VOTE, Duty.PAPER, Duty.SUPERVISE)


def estates_with(actor: Actor, duties: Collection[Duty]) -> frozenset[int]:
    """Return the estates in which a post held now carries one of ``duties``."""
    return frozenset(
        estate for office in actor.offices if office.duties.intersection(duties) for estate in office.estate_ids
    )


def visible_to(actor: Actor) -> Q:
    """Votes that ``actor`` may know of: every one that was opened; drafts by those alone who prepare votes there."""
    if actor.is_system:
        return Q()
    return Q(opened_at__isnull=False) | Q(estate_id__in=estates_with(actor, (Duty.VOTE, Duty.SUPERVISE)))


def on_desk_of(actor: Actor) -> Q:
    """Votes that stand on the desk of ``actor``: those of the estates in which he prepares, keys or supervises votes."""
    if actor.is_system:
        return Q()
    return Q(estate_id__in=estates_with(actor, _DESK)) & visible_to(actor)


def can_see_desk(actor: Actor, estate_id: int) -> Verdict:
    """The staff's pages of an estate's votes."""
    return allow_if(
        any(actor.has_duty(duty, estate_id) for duty in _DESK),
        gettext_noop("这一页给办表决的工作人员用。您要投票或看结果，请到小区的“表决”页。"),
    )


def can_draft_vote(actor: Actor, estate_id: int) -> Verdict:
    """Drafting, and changing a draft."""
    return allow_if(
        actor.has_duty(Duty.VOTE, estate_id),
        gettext_noop("起草表决由议事会召集人、业委会主任或社区工作人员来做。请找他们。"),
    )


def can_open_vote(actor: Actor, vote: Vote) -> Verdict:
    """Opening, which freezes the roll."""
    return allow_if(
        actor.has_duty(Duty.VOTE, vote.estate_id),
        gettext_noop("开始表决由议事会召集人、业委会主任或社区工作人员来做。请找他们。"),
    )


def can_close_vote(actor: Actor, vote: Vote) -> Verdict:
    """Ending the voting and counting."""
    return allow_if(
        actor.has_duty(Duty.VOTE, vote.estate_id),
        gettext_noop("截止和计票由议事会召集人、业委会主任或社区工作人员来做，到时间系统也会自动截止。"),
    )


def can_cancel_vote(actor: Actor, vote: Vote) -> Verdict:
    """Calling a vote off."""
    return allow_if(
        actor.has_duty(Duty.VOTE, vote.estate_id),
        gettext_noop("取消表决由议事会召集人、业委会主任或社区工作人员来做。请找他们。"),
    )


def can_cast_online(actor: Actor, estate_id: int, heads: Sequence[RollHead]) -> Verdict:
    """Voting for oneself: ``heads`` are those of the roll whose owner group had the person as a member at opening.

    A post gives no ballot, and neither does living there: tenants and staff are told who votes for the home.
    """
    if heads:
        return YES
    if any(estate == estate_id for estate, _ in actor.owned):
        return no(
            gettext_noop(
                "您不在这次表决的名册上：可能房子不在表决的范围里，或是表决开始以后才买的。有疑问请找社区核对。"
            )
        )
    return no(gettext_noop("这次表决由业主投票。您名下没有登记这个小区的房产；租住的话，请告诉房东来投。"))


def can_read_paper(actor: Actor, vote: Vote, *, building_ids: Collection[int] = ()) -> Verdict:
    """Keying paper ballots, in the building that the post answers for where it answers for one."""
    places: Collection[int | None] = building_ids or (None,)
    return allow_if(
        any(actor.has_duty(Duty.PAPER, vote.estate_id, building_id=building) for building in places),
        gettext_noop("录纸票由网格员、楼栋长、业委会或社区工作人员来做，只能录自己负责的楼。请找他们。"),
    )


def can_withdraw_slip(
    actor: Actor, vote: Vote, *, first_reader: int | None, building_ids: Collection[int] = ()
) -> Verdict:
    """Withdrawing a slip: whoever may key it, except the person who made its first reading (``first_reader``).

    Four eyes: one person takes a slip in and another takes it out, so that nobody makes a ballot vanish that he alone has
    seen. Whoever made the second reading has seen it too and may; nobody needs to be found who holds the duty as a third.
    """
    if not (verdict := can_read_paper(actor, vote, building_ids=building_ids)):
        return verdict
    return allow_if(
        actor.person_id is not None and actor.person_id != first_reader,
        gettext_noop("这张纸票的第一遍是您录的，要由另一位工作人员来撤回。请交给他。"),
    )
