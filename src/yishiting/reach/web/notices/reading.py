"""What pages of notices show, gathered for their templates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yishiting.council.matters.models import Matter, StepRun
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import label
from yishiting.ground.places.models import Entrance, Estate
from yishiting.kernel.clock import CHINA
from yishiting.reach.web.doorway import number_in
from yishiting.record.notices import hearing, policy, rules, selectors
from yishiting.record.notices.models import Channel, Objection, Posting, Version
from yishiting.record.notices.services.objecting import window_of
from yishiting.record.notices.services.publishing import hung

#: look, icon and word of each state.
STATES = {
    "draft": ("", "edit", gettext_noop("草稿")),
    "reviewed": ("now", "tick", gettext_noop("复核过，可以发布")),
    "returned": ("due", "back", gettext_noop("退回修改")),
    "published": ("now", "flag", gettext_noop("正在公示")),
    "archived": ("off", "bar", gettext_noop("已收起")),
    "withdrawn": ("off", "back", gettext_noop("有异议成立，已撤回")),
    "replaced": ("off", "bar", gettext_noop("已换新版")),
}
#: look, icon and word of each state of an objection.
OBJECTIONS = {
    "open": ("due", "clock", gettext_noop("等答复")),
    "answered": ("done", "tick", gettext_noop("已答复")),
    "withdrawn": ("off", "bar", gettext_noop("已撤回")),
}
THREAD = "matter/"


@dataclass(frozen=True, slots=True)
class ChannelShown:
    """A channel that was planned or used, with its evidence; ``have`` of ``want`` places."""

    code: str
    name: str
    postings: tuple[Posting, ...]
    have: int
    want: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A version as its pages show it."""

    version: Version
    look: str
    icon: str
    word: str
    hung: rules.Hung
    signed: str
    signed_kind: str

    @property
    def complete(self) -> bool:
        """Whether it hangs wherever it was to hang."""
        return self.hung.since is not None


def shown(version: Version, now: datetime) -> Shown:
    """Return a version with its state in words and how long it has hung."""
    look, icon, word = STATES[version.state]
    return Shown(
        version=version,
        look=look,
        icon=icon,
        word=word,
        hung=hung(version, now.astimezone(CHINA).date()),
        signed=version.post.organisation.name if version.post else "",
        signed_kind=label(version.post.kind) if version.post else "",
    )


@dataclass(frozen=True, slots=True)
class Objections:
    """What a page tells of the objections to a version: counts, until when they are heard, the reader's own."""

    heard: hearing.Heard
    window: rules.Window
    mine: tuple[Objection, ...]
    #: Whether the reader has a home in its scope, and has not objected to this version already.
    may: bool

    @property
    def shown(self) -> bool:
        """Whether there is anything to tell."""
        return self.window.state != "none" or self.heard.made > 0 or bool(self.mine)


def objections(version: Version, actor: Actor, now: datetime) -> Objections:
    """Gather the objections to a version for a reader; nobody is told whose they are, nor what they say."""
    window = window_of(version, now.astimezone(CHINA).date())
    mine = tuple(hearing.mine(actor, version.notice))
    standing = any(row.version_id == version.pk and row.withdrawn_at is None for row in mine)
    may = window.is_open and not standing and (actor.is_nobody or bool(policy.homes_within(actor, version)))
    return Objections(hearing.heard(version), window, mine, may)


def channels(version: Version) -> list[ChannelShown]:
    """Return the channels of a version, planned ones first, each with its evidence."""
    postings: dict[str, list[Posting]] = {code: [] for code in version.channels}
    for row in version.postings.all():
        postings.setdefault(row.channel, []).append(row)
    entrances = len(version.places.all())
    found = []
    for code, rows in postings.items():
        want = entrances if code == Channel.ENTRANCE else 1
        found.append(ChannelShown(code, str(Channel(code).label), tuple(rows), min(len(rows), want), want))
    return found


def scope(version: Version) -> str:
    """Say a version's scope in words; nothing for the whole estate."""
    entrances = [spot.entrance for spot in selectors.spots(version)]
    said = selectors.scope_words(version, entrances, Entrance.objects.filter(estate_id=version.estate_id).count())
    return said.render(_) if said else ""


def matter_of(thread: str) -> Matter | None:
    """Return the matter that a notice or a canvass stands for."""
    if not thread.startswith(THREAD):
        return None
    return Matter.objects.filter(pk=int(thread.removeprefix(THREAD))).first()


def waiting_run(estate: Estate, kind: str, asked: str) -> StepRun | None:
    """Return the passage of the matter of that number, where its present step is of ``kind``."""
    no = number_in(asked)
    if no is None:
        return None
    runs = StepRun.objects.filter(
        estate=estate, matter__no=no, kind=kind, ended_at__isnull=True, matter__status=Matter.Status.OPEN
    )
    return runs.select_related("matter").first()
