"""Whom an entry concerns: reporters when their matter moves, owners when they are asked to vote and when it is counted,
homes that a meeting is about when it is announced, who objected to a notice when he is answered.

A subscriber that may lag: the entry is the outbox, and the unique constraint on (person, entry) tells each person once,
however often the worker runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from yishiting.council.cases.models import CaseParty
from yishiting.council.cases.ties import people_of
from yishiting.council.matters.models import Escalation, Matter, Report
from yishiting.council.meetings.models import Concerned, Meeting
from yishiting.council.votes.models import RollHead, Vote
from yishiting.ground.organisations.models import Term
from yishiting.ground.people.models import Holding, OwnerGroupMember, Residence
from yishiting.ground.places.models import Estate
from yishiting.reach.messages.services import tell
from yishiting.record.notices.models import Objection
from yishiting.timeline import subscribers
from yishiting.timeline.models import Entry

NAME = "inbox"


def register() -> None:
    """Subscribe to the entries that people are told of."""
    subscribers.may_lag(NAME, tuple(_HANDLERS), handle)


def handle(entry: Entry) -> None:
    """Tell whoever an entry concerns; running it again tells nobody twice."""
    _HANDLERS[entry.kind](entry)


def _slug(entry: Entry) -> str:
    return str(Estate.objects.values_list("slug", flat=True).get(pk=entry.estate_id))


def _tell_reporters(
    entry: Entry, kind: str, *, reports: Iterable[int] | None = None, facts: Mapping[str, Any] | None = None
) -> None:
    matter = Matter.objects.get(pk=entry.subject_id)
    chosen = Report.objects.filter(matter=matter, withdrawn_at__isnull=True)
    if reports is not None:
        chosen = Report.objects.filter(pk__in=list(reports), estate_id=entry.estate_id)
    # Who did it himself (asked for another round) need not be told.
    people = chosen if entry.actor_id is None else chosen.exclude(person_id=entry.actor_id)
    tell(
        entry,
        kind=kind,
        people=people.order_by("person_id").values_list("person_id", flat=True).distinct(),
        facts={"no": matter.no, "title": matter.title, **(facts or {})},
        link=f"/e/{_slug(entry)}/matters/{matter.no}/",
    )


def _accepted(entry: Entry) -> None:
    _tell_reporters(entry, "accepted", facts={"name": entry.facts.get("name")})


def _moved(entry: Entry) -> None:
    if entry.facts.get("moved"):
        _tell_reporters(entry, "moved", facts={"stage": entry.facts.get("stage"), "step": entry.facts.get("title")})


def _answered(entry: Entry) -> None:
    _tell_reporters(entry, "answered", reports=entry.facts.get("reports") or ())


def _declined(entry: Entry) -> None:
    _tell_reporters(entry, "declined", reports=entry.facts.get("reports") or ())


def _merged(entry: Entry) -> None:
    matter = Matter.objects.select_related("merged_into").get(pk=entry.subject_id)
    target = matter.merged_into or matter
    tell(
        entry,
        kind="merged",
        people=Report.objects.filter(pk__in=list(entry.facts.get("reports") or ()), estate_id=entry.estate_id)
        .order_by("person_id")
        .values_list("person_id", flat=True)
        .distinct(),
        facts={"no": matter.no, "title": matter.title, "into": entry.facts.get("into")},
        link=f"/e/{_slug(entry)}/matters/{target.no}/",
    )


def _emergency(entry: Entry) -> None:
    if entry.facts.get("tier"):
        up = Escalation.objects.filter(matter=entry.subject_id, cause=Escalation.Cause.EMERGENCY).latest("pk")
        _tell_posts(entry, "raised_to_you", [up.to_post_id], {"step": up.run.title, "tier": entry.facts["tier"]})
    _tell_reporters(entry, "emergency")


def _taken_apart(entry: Entry) -> None:
    _tell_reporters(
        entry, "taken_apart", reports=entry.facts.get("reports") or (), facts={"root": entry.facts.get("root")}
    )


def _rejected(entry: Entry) -> None:
    _tell_reporters(entry, "rejected", reports=entry.facts.get("reports") or ())


def _holders(entry: Entry, posts: Iterable[int]) -> list[int]:
    """Return who held the posts when the entry was written."""
    held = Term.objects.filter(post__in=list(posts), since__lte=entry.at).filter(
        Q(until__isnull=True) | Q(until__gt=entry.at)
    )
    return list(held.order_by("person_id").values_list("person_id", flat=True).distinct())


def _tell_posts(entry: Entry, kind: str, posts: Iterable[int], facts: Mapping[str, Any]) -> None:
    matter = Matter.objects.get(pk=entry.subject_id)
    people = [person for person in _holders(entry, posts) if person != entry.actor_id]
    link = f"/desk/{_slug(entry)}/matters/{matter.no}/"
    tell(entry, kind=kind, people=people, facts={"no": matter.no, "title": matter.title, **facts}, link=link)


def _raised(entry: Entry) -> None:
    """Tell who has it now, who had it before, then the reporters: whoever is more than one of these is told once."""
    facts = {"step": entry.facts.get("title"), "tier": entry.facts.get("tier")}
    raised = Escalation.objects.get(run=entry.facts.get("run"), from_tier=entry.facts.get("from_tier"))
    _tell_posts(entry, "raised_to_you", [raised.to_post_id], facts)
    if raised.from_post_id is not None:
        _tell_posts(entry, "raised_from_you", [raised.from_post_id], facts)
    _tell_reporters(entry, "raised", facts=facts)


def _came_back(entry: Entry) -> None:
    facts = {"step": entry.facts.get("title"), "tier": entry.facts.get("tier"), "label": entry.facts.get("label")}
    _tell_posts(entry, "came_back", entry.facts.get("post_ids") or (), facts)


def _reopened(entry: Entry) -> None:
    _tell_reporters(entry, "reopened", facts={"round": entry.facts.get("round")})


def _tell_voters(entry: Entry, kind: str, facts: Mapping[str, Any]) -> None:
    vote = Vote.objects.get(pk=entry.subject_id)
    groups = RollHead.objects.filter(roll__vote=vote, group__isnull=False).values("group_id")
    tell(
        entry,
        kind=kind,
        people=OwnerGroupMember.objects.filter(group_id__in=groups)
        .order_by("person_id")
        .values_list("person_id", flat=True)
        .distinct(),
        facts={"no": vote.no, "title": vote.title, **facts},
        link=f"/e/{_slug(entry)}/votes/{vote.no}/",
    )


def _vote_opened(entry: Entry) -> None:
    _tell_voters(entry, "vote_opened", {})


def _vote_closed(entry: Entry) -> None:
    _tell_voters(entry, "vote_closed", {"outcome": entry.facts.get("outcome")})


def _case(entry: Entry) -> None:
    """The parties of a case are asked to look; what it is about stands on their own page alone."""
    parties = CaseParty.objects.filter(case=entry.subject_id)
    if (party := entry.facts.get("party")) is not None:
        parties = parties.filter(no=party)
    no = entry.facts.get("no")
    people = sorted(people_of(parties, now=entry.at) - {entry.actor_id})
    tell(entry, kind="case", people=people, facts={"no": no}, link=f"/me/cases/{_slug(entry)}/{no}/")


def _about(entry: Entry, kind: str, meeting: Meeting, rows: Iterable[Concerned]) -> None:
    """Tell who owns and who lives in the homes that a matter is about; nobody else learns of it, and no door is named."""
    found = list(rows)
    homes = [row.home_id for row in found if row.home_id is not None]
    if not homes:
        return
    now = {"home_id__in": homes, "until__isnull": True}
    people = {
        *Holding.objects.filter(**now).values_list("person_id", flat=True),
        *Residence.objects.filter(**now).values_list("person_id", flat=True),
    } - {entry.actor_id}
    facts = {"no": meeting.no, "title": found[0].matter.title}
    tell(entry, kind=kind, people=sorted(people), facts=facts, link=f"/e/{_slug(entry)}/meetings/{meeting.no}/")


def _standing(entry: Entry) -> QuerySet[Concerned]:
    """Return whom the matter is about on whose way the entry of a meeting stands."""
    matter_id = int(entry.thread.removeprefix("matter/") or 0) if entry.thread.startswith("matter/") else 0
    named = Concerned.objects.filter(matter_id=matter_id, lifted_at__isnull=True, named_at__lte=entry.at)
    return named.select_related("matter").order_by("pk")


def _meeting_invited(entry: Entry) -> None:
    _about(entry, "concerned_invited", Meeting.objects.get(pk=entry.subject_id), _standing(entry))


def _meeting_cancelled(entry: Entry) -> None:
    """Whoever was told to come is told not to; a plan that was never announced concerns nobody yet."""
    meeting = Meeting.objects.get(pk=entry.subject_id)
    if meeting.announced_at is not None:
        _about(entry, "concerned_cancelled", meeting, _standing(entry))


def _concerned_named(entry: Entry) -> None:
    """A home that is named after the invitation went out is told of it as the others were."""
    row = Concerned.objects.select_related("matter").get(pk=entry.subject_id)
    going = Meeting.objects.filter(
        agenda__matter=row.matter_id, invited_at__lte=entry.at, opened_at__isnull=True, cancelled_at__isnull=True
    )
    meeting = going.order_by("-no").first()
    if meeting is not None and row.lifted_at is None:
        _about(entry, "concerned_invited", meeting, [row])


def _objection_answered(entry: Entry) -> None:
    """Who objected in writing of his own is told; who handed in paper is told by staff."""
    row = Objection.objects.select_related("version").get(notice=entry.subject_id, no=entry.facts["objection"])
    if row.person_id is None:
        return
    no = entry.facts["no"]
    facts = {"no": no, "title": row.version.title}
    link = f"/e/{_slug(entry)}/notices/{no}/objections/{row.no}/"
    tell(entry, kind="objection_answered", people=[row.person_id], facts=facts, link=link)


_HANDLERS: Mapping[str, Callable[[Entry], None]] = {
    "matters.accepted": _accepted,
    "matters.step_started": _moved,
    "matters.answered": _answered,
    "matters.declined": _declined,
    "matters.merged": _merged,
    "matters.emergency": _emergency,
    "matters.raised": _raised,
    "matters.came_back": _came_back,
    "matters.reopened": _reopened,
    "cases.opened": _case,
    "cases.party_added": _case,
    "meetings.invited": _meeting_invited,
    "meetings.cancelled": _meeting_cancelled,
    "meetings.concerned_named": _concerned_named,
    "notices.objection_answered": _objection_answered,
    "votes.opened": _vote_opened,
    "votes.closed": _vote_closed,
    "matters.unmerged": _taken_apart,
    "matters.separated": _taken_apart,
    "matters.rejected": _rejected,
}
