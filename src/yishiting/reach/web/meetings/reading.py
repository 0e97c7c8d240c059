"""What pages of meetings show of one meeting, gathered from the rooms that its matters went on to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_noop

from yishiting.council.matters import kinds
from yishiting.council.matters import services as matters
from yishiting.council.matters.models import StepRun
from yishiting.council.meetings import selectors
from yishiting.council.meetings.kinds import Kind, proposed_sides
from yishiting.council.meetings.lifecycle import BEFORE, PartyFacts, check_open
from yishiting.council.meetings.models import AgendaItem, Meeting, Proposal
from yishiting.council.projects import selectors as projects
from yishiting.council.projects.models import Project
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.kernel.errors import WrongState
from yishiting.kernel.words import Sentence
from yishiting.reach.web.templatetags.ui import when

#: What the handlers of kinds offer beside a meeting: the page it is done on, how the desk calls it here, whose page it is.
PAGES = {
    "draft_vote": ("web:desk_vote_new", Sentence(gettext_noop("转为表决")), Duty.VOTE),
    "create_project": ("web:desk_project_new", Sentence(gettext_noop("转为项目")), Duty.PROJECT),
    "plan_meeting": ("web:desk_meeting_new", Sentence(gettext_noop("再安排一次会")), Duty.MEET),
}
STANDING = {
    "open_vote_page": ("web:desk_vote", Duty.VOTE),
    "open_project_page": ("web:desk_project", Duty.PROJECT),
    "open_meeting_page": ("web:desk_meeting", Duty.MEET),
}


STATES = {
    "planned": gettext_noop("还没发邀请"),
    "invited": gettext_noop("已发邀请"),
    "open": gettext_noop("正在开会"),
    "closed": gettext_noop("已散会"),
    "cancelled": gettext_noop("取消了"),
    "interrupted": gettext_noop("中断了"),
}


def state_words(meeting: Meeting) -> str:
    """Return the state of a meeting in words; one that was announced and moved waits for a new invitation."""
    if meeting.state == "planned" and meeting.announced_at:
        return gettext("改期，等新通知")
    return gettext(STATES[meeting.state])


def irregular(meeting: Meeting) -> list[str]:
    """Say in words what was out of order as a meeting opened; nothing where all was as announced."""
    words = []
    if "unannounced" in meeting.how_opened:
        words.append(gettext("没有事先公告：开会以前没有按这个时间、地点发过邀请。"))
    if "early" in meeting.how_opened and meeting.opened_at:
        told = {"hour": when(meeting.starts_at), "opened": when(meeting.opened_at)}
        words.append(gettext("提前开会：定的是 %(hour)s，%(opened)s 就开了。") % told)
    return words


@dataclass(frozen=True, slots=True)
class Onward:
    """Where a matter goes from here: a button of the desk. ``begins``: what is offered has still to be begun."""

    href: str
    words: Sentence
    begins: bool


@dataclass(frozen=True, slots=True)
class ItemShown:
    """An agenda item with how it ended in words, and the projects that carry its resolution out."""

    item: AgendaItem
    outcome: Sentence | None
    projects: Sequence[Project]
    onward: Sequence[Onward] = ()
    questions: Sequence[selectors.QuestionShown] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """A side at the meeting: whether it must come, and how many people came for it. Never who."""

    name: str
    required: bool
    present: int
    core: bool = False
    least: int = 1

    @property
    def there(self) -> bool:
        """Whether enough people came for it."""
        return self.present >= self.least


def sides_of(meeting: Meeting) -> list[Side]:
    """Return the sides of a meeting as ``selectors.meeting_page`` read it."""
    return [
        Side(party.name, party.required, getattr(party, "present", 0), party.core, party.least)
        for party in meeting.parties.all()
    ]


def lack(meeting: Meeting) -> Sentence | None:
    """Return why the meeting cannot open yet, in the words in which opening it would be refused; None where it can."""
    parties = [PartyFacts(side.name, side.required, side.present, side.core, side.least) for side in sides_of(meeting)]
    try:
        check_open(state=BEFORE[0], parties=parties, kind=meeting.rule, quorum=meeting.quorum)
    except WrongState as refusal:
        return refusal.message
    return None


def sides_to_ask(kind: Kind, needed: Sequence[str]) -> str:
    """Return the sides of a new plan as its form takes them: a line each, a question mark before who may stay away."""
    lines = []
    for side in proposed_sides(kind, needed):
        people = gettext(" %(n)s人") % {"n": side.least} if side.least > 1 else ""
        lines.append(f"{'' if side.required else '?'}{gettext(side.name)}{people}")
    return "\n".join(lines)


def items_of(meeting: Meeting, *, at_desk: Actor | None = None) -> list[ItemShown]:
    """Return the agenda as pages show it; for who stands at the desk with what he may go on to with each matter."""
    items = list(meeting.agenda.all())
    resolutions = [item.resolution_id for item in items if item.resolution_id is not None]
    carried = projects.of_resolutions(resolutions) if resolutions else {}
    # What is being prepared for a later meeting is for those who prepare it.
    named = at_desk is None
    asked = selectors.questions_of([item.matter_id for item in items], at=meeting, announced=named) if items else {}
    onward = _onward(meeting, items, at_desk) if at_desk and meeting.state in ("closed", "interrupted") else {}
    return [
        ItemShown(
            item=item,
            outcome=matters.labels_of(item.run).get(item.outcome) if item.outcome else None,
            projects=carried.get(item.resolution_id or 0, ()),
            onward=onward.get(item.matter_id, ()),
            questions=asked.get(item.matter_id, ()),
        )
        for item in items
    ]


def undecided(meeting: Meeting) -> list[Proposal]:
    """Return the proposals that have no outcome yet, in their order."""
    return sorted(
        (row for item in meeting.agenda.all() for row in item.proposals.all() if not row.outcome),
        key=lambda row: row.no,
    )


def _onward(meeting: Meeting, items: Sequence[AgendaItem], actor: Actor) -> dict[int, list[Onward]]:
    slug = meeting.estate.slug
    runs = StepRun.objects.filter(matter__in=[item.matter_id for item in items], ended_at__isnull=True)
    found: dict[int, list[Onward]] = {}
    for run in runs.select_related("matter"):
        offers = kinds.handler_of(run.kind).offers
        for offer in offers(run) if offers else ():
            if offer.action in PAGES:
                page, words, duty = PAGES[offer.action]
                href = f"{reverse(page, args=[slug])}?{urlencode({'matter': run.matter.no})}"
                onward = Onward(href, words, begins=True)
            elif offer.action in STANDING:
                page, duty = STANDING[offer.action]
                onward = Onward(reverse(page, args=[slug, offer.key]), offer.label, begins=False)
            else:
                continue
            if actor.has_duty(duty, meeting.estate_id):
                found.setdefault(run.matter_id, []).append(onward)
    return found
