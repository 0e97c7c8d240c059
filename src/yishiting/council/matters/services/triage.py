"""Triage: taking a matter up with a playbook, declining it with an answer, merging it, declaring an emergency."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from yishiting.council.matters import affairs, lifecycle, policy
from yishiting.council.matters.models import Decision, Matter, Report, StepRun
from yishiting.council.matters.playbooks.definition import Playbook, Stage
from yishiting.council.matters.services import engine, escalation
from yishiting.council.matters.services.answers import store_answers
from yishiting.council.matters.services.engine import open_matter, state_of
from yishiting.council.matters.services.playbooks import playbook_of, selectable
from yishiting.council.matters.services.reports import recount
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.organisations.tiers import HEADS, Tier, tier_of
from yishiting.ground.organisations.tiers import label as tier_label
from yishiting.ground.places import selectors as places
from yishiting.kernel.errors import BadInput, NotFound, WrongState
from yishiting.kernel.line import contact_in, one_line
from yishiting.kernel.words import Sentence, gettext_noop

ACCEPTED = "accepted"
#: As long as an answer may be: the reason why a matter is declined is one.
LONGEST_REASON = 2000


def triage_accept(
    *, actor: Actor, matter_id: int, playbook_id: int, reason: str, now: datetime, title: str = "",
    spot: str | None = None,
) -> Matter:  # fmt: skip
    """Take a matter up: it runs on the playbook version ``playbook_id`` from now on.

    Where that playbook begins with a triage step that wants nothing more, this very verb is that step and ends it as
    accepted. From now on anyone reads its title and spot: ``title`` and ``spot`` where they are given, for a neighbour's that
    name a person, else the neighbour's own. Raises :class:`WrongState` for a matter that
    runs on a playbook already (except while its triage step is open), :class:`BadInput` without a reason.
    """
    with open_matter(actor, matter_id, now) as (record, matter):
        policy.can_triage(actor, matter).enforce()
        affairs.is_free(actor, matter, now).enforce()
        state = state_of(matter)
        require_reason(reason)
        version = selectable(matter.estate_id).filter(pk=playbook_id).first()
        if version is None:
            text = gettext_noop("请选一种工作法。")
            raise BadInput(text, fields={"playbook": text})
        if state.status is not lifecycle.Status.OPEN or state.emergency:
            raise WrongState(gettext_noop("这件事已经不在等受理。请刷新页面看看最新的进展。"), code="not_open")
        if state.playbook is not None and (state.step is None or state.step.kind != "triage"):
            raise WrongState(gettext_noop("这件事已经受理过了，正在按工作法办理。"), code="accepted_already")
        playbook = playbook_of(version)
        _make_public(matter, title, spot)
        decision = decide(actor, matter, Decision.Kind.ACCEPTED, reason, now)
        ended = engine.leave_run(matter, outcome=ACCEPTED, note="", actor_id=actor.person_id, now=now)
        matter.playbook = version
        matter.save(update_fields=["title", "spot", "playbook"])
        record.write(
            "matters.accepted",
            subject=("matter", matter.pk),
            facts={"no": matter.no, "playbook": version.playbook, "version": version.version, "name": version.name},
            attests=[decision, version, *ended],
            thread=matter.thread,
        )
        begun = lifecycle.start(playbook, now=now, calendar=places.calendar(matter.estate_id), round_no=matter.round)
        engine.enter(record, matter, begun, now)
        if triages_itself(playbook):
            run = engine.require_run(matter, None)
            engine.finish_run(record, matter, run, ACCEPTED, note="", actor_id=actor.person_id, now=now, reported=False)
    return matter


def _make_public(matter: Matter, title: str, spot: str | None) -> None:
    given = {
        "title": one_line(title) or matter.said_title,
        "spot": one_line(spot) if spot is not None else matter.said_spot,
    }
    fields = {}
    for name, words in given.items():
        if len(words) > 80:
            fields[name] = gettext_noop("太长了，最多 80 个字。")
        elif contact_in(words):
            fields[name] = gettext_noop("这一句大家都看得到，请去掉里面的电话和证件号。")
    if fields:
        raise BadInput(next(iter(fields.values())), fields=fields)
    matter.title, matter.spot = given["title"], given["spot"]


def triages_itself(playbook: Playbook) -> bool:
    """Whether being taken up is all that the first step of ``playbook`` asks for."""
    first = playbook.first
    return first.kind == "triage" and ACCEPTED in first.next and not first.needs


def decline(
    *, actor: Actor, matter_id: int, reason: str, now: datetime, texts: Mapping[int, str] | None = None
) -> Matter:
    """Decline a matter: every reporter gets ``reason`` as the answer, or what ``texts`` says for his report."""
    with open_matter(actor, matter_id, now) as (record, matter):
        policy.can_settle(actor, matter, engine.current_run(matter)).enforce()
        affairs.is_free(actor, matter, now).enforce()
        state = state_of(matter)
        departure = lifecycle.decline(state, reason=reason)
        answers = {report.report_id: (texts or {}).get(report.report_id, reason) for report in state.unanswered}
        decision = decide(actor, matter, Decision.Kind.DECLINED, reason, now)
        given = store_answers(matter, answers, actor=actor, now=now)
        ended = engine.leave_run(matter, outcome="declined", note="", actor_id=actor.person_id, now=now)
        matter.unanswered = 0
        matter.save(update_fields=["unanswered"])
        engine.close(record, matter, status=Matter.Status.DECLINED, stage=departure.stage, now=now)
        record.write(
            "matters.declined",
            subject=("matter", matter.pk),
            facts={"no": matter.no, "answers": len(given), "reports": [each.report_id for each in given]},
            attests=[decision, matter, *given, *ended],
            thread=matter.thread,
        )
    return matter


def merge(*, actor: Actor, matter_id: int, into_id: int, reason: str, now: datetime) -> Matter:
    """Merge a matter into another of the estate, which takes over every report; returns the one it went into."""
    with open_matter(actor, matter_id, now) as (record, matter):
        policy.can_settle(actor, matter, engine.current_run(matter)).enforce()
        affairs.is_free(actor, matter, now).enforce()
        target = Matter.objects.select_related("playbook", "estate__region").filter(
            pk=into_id, estate_id=matter.estate_id
        ).first()  # fmt: skip
        if target is None:
            raise NotFound(gettext_noop("没有要并入的那件事。请核对它的编号。"))
        policy.can_triage(actor, target).enforce()
        affairs.is_free(actor, target, now).enforce()
        state = state_of(matter)
        require_reason(reason)
        departure = lifecycle.merge_into(state, state_of(target))
        decision = decide(actor, matter, Decision.Kind.MERGED, reason, now, target=target)
        ended = engine.leave_run(matter, outcome="merged", note="", actor_id=actor.person_id, now=now)
        moved = [report.report_id for report in state.reports]
        Report.objects.filter(matter=matter).update(matter=target)
        matter.merged_into = target
        matter.home_count = matter.unanswered = 0
        matter.status, matter.stage, matter.due_at, matter.ended_at = "merged", departure.stage, None, now
        matter.save(update_fields=["merged_into", "home_count", "unanswered", "status", "stage", "due_at", "ended_at"])
        recount(target)
        record.write(
            "matters.merged",
            subject=("matter", matter.pk),
            facts={"no": matter.no, "into": target.no, "reports": moved},
            attests=[decision, matter, *ended],
            thread=matter.thread,
        )
        record.write(
            "matters.merged_in",
            subject=("matter", target.pk),
            facts={"no": target.no, "from": matter.no, "homes": target.home_count},
            attests=[target],
            thread=target.thread,
        )
    return target


def emergency(*, actor: Actor, matter_id: int, reason: str, now: datetime, tier: Tier | None = None) -> Matter:
    """Take a matter out of its playbook to be dealt with at once; who decided and why stand on record.

    Its title and spot are public from now on, since who decides has read them.

    With ``tier`` it goes straight to that tier, over the heads of those between; refused where that is not further up than
    the actor's own and than where the matter was raised to, or nobody holds a post there or above. Without it the actor's post
    deals with it, or that above which has it already: an emergency brings nothing down.
    """
    with open_matter(actor, matter_id, now) as (record, matter):
        policy.can_triage(actor, matter).enforce()
        post = post_kind(actor, matter)
        departure = lifecycle.emergency(state_of(matter), who=engine.post_words(post), why=reason)
        left = engine.current_run(matter)
        who = _who_deals(left, post or engine.COMMUNITY, tier)
        decision = decide(actor, matter, Decision.Kind.EMERGENCY, reason, now)
        ended = engine.leave_run(matter, outcome="emergency", note="", actor_id=actor.person_id, now=now)
        matter.emergency_at = now
        _make_public(matter, "", None)
        matter.save(update_fields=["emergency_at", "title", "spot"])
        run = engine.begin_run(
            matter,
            step=engine.EMERGENCY,
            kind=engine.EMERGENCY,
            stage=Stage.CARRY_OUT,
            title=engine.EMERGENCY_TITLE,
            who=who,
            due_at=None,
            now=now,
        )
        if tier is not None and run.post is None:
            text = gettext_noop("上面的岗位现在都没有人，报不上去。请先任命，或者不选上报到哪一级。")
            raise WrongState(text, code="nobody_above")
        skipped = (
            escalation.skip_to(matter, run, left.post if left else None, reason, actor=actor, now=now) if tier else None
        )
        record.write(
            "matters.emergency",
            subject=("matter", matter.pk),
            facts={
                "no": matter.no,
                "post": post,
                "passed": [str(stage) for stage in departure.passed],
                **({"tier": skipped.to_tier, "to": skipped.to_post.kind} if skipped else {}),
            },
            attests=[decision, matter, run, *ended, *([skipped] if skipped else [])],
            thread=matter.thread,
        )
    return matter


def _who_deals(left: StepRun | None, post: str, tier: Tier | None) -> str:
    """Return the kind of post that an emergency goes to, declared by ``post`` out of the passage ``left``."""
    raised = escalation.raised_to(left)
    if tier is not None and tier <= tier_of(post):
        text = gettext_noop("直接上报，只能报到比您更高的一级。请另选，或者不选。")
        raise BadInput(text, fields={"tier": text})
    if tier is not None and raised is not None and tier <= raised:
        up = Sentence(gettext_noop("这件事已经上交到{tier}了。请报到更高的一级，或者不选。"), tier=tier_label(raised))
        raise BadInput(up, fields={"tier": up})
    if tier is not None:
        return HEADS[tier]
    if left is not None and left.post is not None and raised is not None and raised > tier_of(post):
        return left.post.kind
    return post


def reopen(*, actor: Actor, report_id: int, reason: str, now: datetime) -> Matter:
    """Ask for another round: by a reporter, with a reason. Every reporter is then owed a new answer."""
    found = Report.objects.filter(pk=report_id).first()
    if found is None:
        raise NotFound(gettext_noop("没有这条反映。请从“我的”里重新打开。"))
    with open_matter(actor, found.matter_id, now) as (record, matter):
        policy.is_reporter(actor, found).enforce()
        found.refresh_from_db()
        if found.withdrawn_at is not None:
            text = gettext_noop("这条反映您已经撤回了。还有要反映的，请另外反映一件。")
            raise WrongState(text, code="withdrawn")
        advance = lifecycle.reopen(state_of(matter), reason=reason, now=now, calendar=places.calendar(matter.estate_id))
        matter.round, matter.status, matter.stage = advance.round, Matter.Status.OPEN, advance.stage
        matter.ended_at = matter.emergency_at = None
        matter.save(update_fields=["round", "status", "stage", "ended_at", "emergency_at"])
        decision = decide(actor, matter, Decision.Kind.REOPENED, reason, now)
        again = [found] if found.invalid_at is not None else []
        if again:
            # Who was told that his opinion is not valid and asks for another round is heard anew.
            found.invalid_at = None
            found.save(update_fields=["invalid_at"])
        recount(matter)
        waiting = [engine.begin_intake(matter, now)] if advance.step is None else []
        record.write(
            "matters.reopened",
            subject=("matter", matter.pk),
            facts={"no": matter.no, "round": matter.round},
            attests=[decision, matter, *again, *waiting],
            thread=matter.thread,
        )
        if advance.step is not None:
            engine.enter(record, matter, advance, now)
    return matter


def post_kind(actor: Actor, matter: Matter) -> str:
    """Return the kind of post in which the actor triages the matter, or an empty string for none.

    Of several the one furthest up, his own before one that he stands in for: a post without that duty is not what he acts by.
    """
    able = [
        office
        for office in actor.offices
        if Duty.TRIAGE in office.duties
        and matter.estate_id in office.estate_ids
        and (office.building_id is None or matter.building_id is None or office.building_id == matter.building_id)
    ]
    first = max(able, key=lambda office: (office.stands_for is None, tier_of(office.kind)), default=None)
    return first.kind if first else ""


def require_reason(reason: str) -> None:
    """Raise :class:`BadInput` for a decision that nothing is said for, or more than anybody reads."""
    if not reason.strip():
        text = gettext_noop("请写明理由，住户会看到。")
        raise BadInput(text, code="empty", fields={"reason": text})
    if len(reason.strip()) > LONGEST_REASON:
        long = Sentence(gettext_noop("理由太长了，最多 {most} 个字。"), most=LONGEST_REASON)
        raise BadInput(long, fields={"reason": long})


def decide(
    actor: Actor, matter: Matter, kind: str, reason: str, now: datetime, *, target: Matter | None = None,
    report: Report | None = None,
) -> Decision:  # fmt: skip
    """Keep a decision with its reason and the post of who decided; raises :class:`BadInput` as :func:`require_reason` does."""
    require_reason(reason)
    return Decision.objects.create(
        estate_id=matter.estate_id,
        matter=matter,
        round=matter.round,
        kind=kind,
        reason=reason.strip(),
        target=target,
        report=report,
        post="" if kind == Decision.Kind.REOPENED else post_kind(actor, matter),
        decided_by_id=actor.person_id,
        decided_at=now,
    )
