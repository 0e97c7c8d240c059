"""Reads of the inbox, and how each message reads."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet

from yishiting.council.matters.playbooks.definition import STAGE_LABELS, Stage
from yishiting.council.votes.rules import Outcome
from yishiting.council.votes.rules.explain import OUTCOME_WORDS
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.tiers import Tier
from yishiting.ground.organisations.tiers import label as tier_label
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.reach.messages.models import Message

_WORDS: Mapping[str, str] = {
    "accepted": gettext_noop("您反映的“{title}”受理了，按“{name}”办理。"),
    "moved": gettext_noop("您反映的“{title}”到了{stage}阶段：{step}。"),
    "answered": gettext_noop("您反映的“{title}”有答复了，请看看，给个评价。"),
    "declined": gettext_noop("您反映的“{title}”没有立项，理由写在答复里。"),
    "merged": gettext_noop("您反映的“{title}”和第 {into} 件是一回事，并到一起办，您的话一句不少。"),
    "taken_apart": gettext_noop("您反映的“{title}”和第 {root} 件不是一回事，分开单独办，重新等受理。"),
    "rejected": gettext_noop("您对“{title}”的意见没有采纳，理由写在答复里，可以评价。"),
    "emergency": gettext_noop("您反映的“{title}”转为应急处理，马上办。"),
    "raised": gettext_noop("您反映的“{title}”上交到{tier}办理：{step}。"),
    "raised_to_you": gettext_noop("“{title}”上交到您这里了，请接着办：{step}。"),
    "raised_from_you": gettext_noop("“{title}”从您这里上交到{tier}了：{step}。办完会把结果转回给您。"),
    "came_back": gettext_noop("您上交的“{title}”有结果了，由{tier}办完：{step}，{label}。"),
    "reopened": gettext_noop("您反映的“{title}”重新办理，这是第 {round} 轮。"),
    "case": gettext_noop("有一件调解请您看看。愿不愿意调解，由您定。"),
    "concerned_invited": gettext_noop("第 {no} 次会议要议“{title}”，和您家有关，请您到会。时间、地点请点开看。"),
    "concerned_cancelled": gettext_noop("要议“{title}”的第 {no} 次会议取消了，您不用来了。再开会时会另外告诉您。"),
    "objection_answered": gettext_noop("您对公示“{title}”提的异议有答复了，请看看。"),
    "vote_opened": gettext_noop("“{title}”开始表决了，请您投票。"),
    "vote_closed": gettext_noop("“{title}”计票了：{outcome}。"),
}


def inbox(actor: Actor) -> QuerySet[Message]:
    """Return the actor's messages, newest first."""
    return Message.objects.filter(person_id=actor.person_id) if actor.person_id else Message.objects.none()


def unread(actor: Actor) -> int:
    """Return how many messages the actor has not read (one query)."""
    return inbox(actor).filter(read_at__isnull=True).count()


def words(message: Message) -> Sentence:
    """Return how a message reads; one that an older or newer release sent says so."""
    text = _WORDS.get(message.kind)
    if text is None:
        return Sentence(gettext_noop("有一条新消息，请打开看看。"))
    facts = dict(message.facts)
    stage, outcome = facts.get("stage"), facts.get("outcome")
    if stage in tuple(Stage):
        facts["stage"] = STAGE_LABELS[Stage(stage)]
    if outcome in tuple(Outcome):
        facts["outcome"] = OUTCOME_WORDS[Outcome(outcome)]
    if (tier := facts.get("tier")) in tuple(Tier):
        facts["tier"] = tier_label(int(tier))
    return Sentence(text, **facts)
