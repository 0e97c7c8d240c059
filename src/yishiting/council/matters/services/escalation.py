"""Raising a matter: the step under way goes one tier up, and what came of it is brought back down.

Small things are settled in the estate, big ones in the community: a step that is overdue, or beyond the authority of whoever
it is with, goes to the post above. Whoever raised it still sees it, and is told how it ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from yishiting.council.matters import affairs, lifecycle, policy
from yishiting.council.matters.models import Escalation, Matter, StepRun
from yishiting.council.matters.playbooks.definition import ESCALATE, Step
from yishiting.council.matters.registry import REGISTRY
from yishiting.council.matters.services import engine
from yishiting.council.matters.services.engine import open_matter, require_run
from yishiting.council.matters.services.playbooks import intake_step
from yishiting.ground.organisations import tiers
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import chain
from yishiting.ground.organisations.models import Post
from yishiting.ground.organisations.selectors import Responsible, responsible
from yishiting.ground.organisations.tiers import Tier
from yishiting.ground.places import selectors as places
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import Listed, Sentence, gettext_noop
from yishiting.kernel.workdays import Term
from yishiting.timeline import subscribers
from yishiting.timeline.models import Entry
from yishiting.timeline.services import Book, book

LONGEST_REASON = 500
CAUSE = Escalation.Cause
#: Entries by which a matter leaves a passage without ending its step, and by what that passage is known.
LEAVING: Mapping[str, Mapping[str, str]] = {
    "matters.accepted": {"run__outcome": "accepted"},
    "matters.declined": {"run__outcome": "declined"},
    "matters.merged": {"run__outcome": "merged"},
    "matters.emergency": {"run__outcome": "emergency"},
    "matters.withdrawn": {"run__outcome": "withdrawn"},
    "matters.closed": {"run__kind": engine.EMERGENCY},
}


def raise_matter(
    *,
    actor: Actor,
    matter_id: int,
    reason: str,
    now: datetime,
    run_id: int | None = None,
    from_post_id: int | None = None,
) -> Escalation:
    """Raise the present step of a matter one tier because it is beyond the authority of whoever it is with.

    By the post that answers for the step. The tier above has the step's whole time, but for a wait that its term ends. ``run_id`` and ``from_post_id`` are what the actor looked at: where somebody raised
    or ended it meanwhile, nothing happens but a :class:`WrongState`; so raising twice at once is one raise. Also refused at
    the top, and where nobody up to the top holds a post that could take it.
    """
    with open_matter(actor, matter_id, now) as (record, matter):
        run = require_run(matter, run_id)
        if from_post_id is not None and run.post_id != from_post_id:
            text = gettext_noop("这一步刚才已经上交了，不用再交一次。请刷新页面看看现在由谁负责。")
            raise WrongState(text, code="raised_already")
        policy.can_raise(actor, matter, run).enforce()
        text = gettext_noop("请写明为什么要上交，上一级和小区的住户会看到。")
        if not reason.strip():
            raise BadInput(text, code="empty", fields={"reason": text})
        if len(reason) > LONGEST_REASON:
            long = Sentence(gettext_noop("理由太长了，最多 {most} 个字。"), most=LONGEST_REASON)
            raise BadInput(long, fields={"reason": long})
        found = above(run, matter, now)
        if found is None:
            raise WrongState(_nobody(run), code="nobody_above")
        due = lifecycle.due(within(run, matter), now, places.calendar(matter.estate_id))
        if ends_by_clock(run, playbook_step(run, matter)):
            # The term of a wait is the neighbours', who were told it, and not that of whoever looks after it.
            due = run.due_at
        return _rise(record, matter, run, found, CAUSE.BEYOND, reason.strip(), due_at=due, actor=actor, now=now)


def raise_overdue(matter_id: int, now: datetime) -> bool:
    """Raise a matter one tier where its present step is overdue and its playbook lets that rise; return whether it did.

    The tier above has the step's whole time again, from now. At the top, and where nobody is above, the matter stays where
    it is and shows as overdue.
    """
    matter = Matter.objects.only("estate_id").get(pk=matter_id)
    with book(matter.estate_id, actor_id=None, now=now) as record:
        run = engine.current_run(matter)
        if run is None:
            return False
        matter = engine.matter_of(run)
        if matter.status != Matter.Status.OPEN or not rises(run, matter, now):
            return False
        found = above(run, matter, now)
        if found is None:
            return False
        due = lifecycle.due(within(run, matter), now, places.calendar(matter.estate_id))
        _rise(record, matter, run, found, CAUSE.OVERDUE, "", due_at=due, actor=None, now=now)
    return True


# -- what is asked before anything is locked -------------------------------------------------------------------------


def playbook_step(run: StepRun, matter: Matter) -> Step | None:
    """Return the step that says how long a passage may take: the playbook's, or the common one's for being taken up."""
    return intake_step(matter.estate_id) if run.kind == engine.INTAKE else engine.step_of(run)


def within(run: StepRun, matter: Matter) -> Term | None:
    """Return the time that a passage may take at each tier, or None for one without a clock."""
    step = playbook_step(run, matter)
    return step.within if step else None


def rises(run: StepRun, matter: Matter, now: datetime) -> bool:
    """Return whether a passage is overdue at ``now`` and its playbook lets that rise. A wait ends by its clock instead."""
    if run.ended_at is not None or run.due_at is None or now < run.due_at or run.kind == engine.EMERGENCY:
        return False
    step = playbook_step(run, matter)
    return step is not None and step.overdue == ESCALATE and not ends_by_clock(run, step)


def ends_by_clock(run: StepRun, step: Step | None) -> bool:
    """Return whether the end of the term is an outcome of the step: it then ends, and is never overdue."""
    spec = REGISTRY.kinds.get(run.kind)
    return step is not None and spec is not None and spec.clock is not None and spec.clock in step.next


def tier_at(run: StepRun) -> Tier:
    """Return the tier that a passage stands at: that of the post it is with, or of the one that it names."""
    return tiers.tier_of(run.post.kind if run.post else run.who)


def raised_to(run: StepRun | None) -> Tier | None:
    """Return the tier that a passage was raised to, None for one that never was."""
    if run is None or run.post is None or not run.escalations.exists():
        return None
    return tier_at(run)


def is_top(run: StepRun) -> bool:
    """Return whether nothing is above."""
    return tier_at(run) == tiers.TOP


def above(run: StepRun, matter: Matter, now: datetime) -> Responsible | None:
    """Return who takes a passage that is raised: the next tier, or who stands in for its vacancy; None where nobody does."""
    kind = tiers.kind_above(run.post.kind if run.post else run.who)
    if kind is None:
        return None
    return responsible(
        kind=kind,
        estate=matter.estate,
        now=now,
        building_id=matter.building_id,
        entrance_id=matter.entrance_id,
        without=affairs.kept_out(matter, now),
    )


def asked_of(run: StepRun) -> str:
    """Return the kind of post that a passage is with by rights: whom it was raised to last, else whom its step names."""
    last = Escalation.objects.filter(run=run).order_by("-pk").values_list("asked", flat=True).first()
    return last or run.who


# -- raising ----------------------------------------------------------------------------------------------------------


def _rise(
    record: Book, matter: Matter, run: StepRun, found: Responsible, cause: str, reason: str, *,
    due_at: datetime | None, actor: Actor | None, now: datetime,
) -> Escalation:  # fmt: skip
    missed = run.due_at if cause == CAUSE.OVERDUE else None
    made = _kept(matter, run, run.post, found.post, cause, reason, missed=missed, actor=actor, now=now)
    run.post, run.due_at = found.post, due_at
    run.save(update_fields=["post", "due_at"])
    matter.due_at = due_at
    matter.save(update_fields=["due_at"])
    record.write(
        "matters.raised",
        subject=("matter", matter.pk),
        facts=engine.facts_of(matter, run=run.pk, title=run.title, **_words(made, run.who)),
        attests=[matter, run, made],
        thread=matter.thread,
    )
    return made


def skip_to(
    matter: Matter, run: StepRun, earlier: Post | None, reason: str, *, actor: Actor, now: datetime
) -> Escalation | None:
    """Keep that an emergency went over the heads of the tiers between; None where it did not go up."""
    if run.post is None or (earlier is not None and tiers.tier_of(run.post.kind) <= tiers.tier_of(earlier.kind)):
        return None
    if earlier is None and tier_at(run) == min(Tier):
        return None
    return _kept(matter, run, earlier, run.post, CAUSE.EMERGENCY, reason, missed=None, actor=actor, now=now)


def _kept(
    matter: Matter, run: StepRun, earlier: Post | None, later: Post, cause: str, reason: str, *,
    missed: datetime | None, actor: Actor | None, now: datetime,
) -> Escalation:  # fmt: skip
    begun = earlier.kind if earlier else run.who
    from_tier = tiers.tier_of(begun) if earlier or cause != CAUSE.EMERGENCY else min(Tier)
    return Escalation.objects.create(
        estate_id=matter.estate_id,
        matter=matter,
        run=run,
        cause=cause,
        from_tier=from_tier,
        to_tier=tiers.tier_of(later.kind),
        from_post=earlier,
        to_post=later,
        asked=run.who if cause == CAUSE.EMERGENCY else tiers.kind_above(begun) or later.kind,
        reason=reason,
        due_at=missed,
        raised_at=now,
        raised_by_id=actor.person_id if actor else None,
    )


def _words(made: Escalation, who: str) -> dict[str, object]:
    return {
        "cause": made.cause,
        "from_tier": int(made.from_tier),
        "from": made.from_post.kind if made.from_post else who,
        "to": made.to_post.kind,
        "asked": made.asked,
        "tier": int(made.to_tier),
        "due": made.due_at.isoformat() if made.due_at else "",
    }


def _nobody(run: StepRun) -> Sentence:
    kind = tiers.kind_above(run.post.kind if run.post else run.who)
    if kind is None:
        text = gettext_noop("已经在{tier}这一级，上面没有再高的了。请在这一级办结，办不了的写明原因答复反映人。")
        return Sentence(text, tier=tiers.label(tier_at(run)))
    vacant = Listed(engine.post_words(each) for each in chain(kind))
    text = gettext_noop("上面的岗位（{vacant}）现在都没有人，交不上去。请先任命，再上交。")
    return Sentence(text, vacant=vacant)


# -- coming back down -------------------------------------------------------------------------------------------------


def came_back(entry: Entry, record: Book) -> None:
    """Bring what came of a raised passage back to each post that it was raised from, in the transaction that ended it."""
    raised = Escalation.objects.filter(matter_id=entry.subject_id)
    if entry.kind in LEAVING:
        raised = raised.filter(run__ended_at=record.now, **LEAVING[entry.kind])
    else:
        raised = raised.filter(run_id=entry.facts.get("run"))
    if not raised.exists():
        return
    rows = list(raised.select_related("run__matter__playbook", "from_post").order_by("pk"))
    run = rows[0].run
    held = [row.from_post for row in rows if row.from_post]
    record.write(
        "matters.came_back",
        subject=("matter", run.matter_id),
        facts={
            "no": run.matter.no,
            "run": run.pk,
            "title": run.title,
            "label": str(outcome_of(run)),
            "tier": max(int(row.to_tier) for row in rows),
            "posts": list(dict.fromkeys(post.kind for post in held)),
            "post_ids": list(dict.fromkeys(post.pk for post in held)),
        },
        thread=run.matter.thread,
    )


def outcome_of(run: StepRun) -> Sentence:
    """Return how the outcome of an ended passage is called."""
    return engine.labels_of(run).get(run.outcome) or LEFT.get(run.outcome) or Sentence(gettext_noop("已办完"))


LEFT = {
    "accepted": Sentence(gettext_noop("受理")),
    "declined": Sentence(gettext_noop("没有立项")),
    "merged": Sentence(gettext_noop("并入另一件")),
    "withdrawn": Sentence(gettext_noop("反映人撤回")),
    "emergency": Sentence(gettext_noop("转应急处理")),
    "answered": Sentence(gettext_noop("已答复")),
}


def register() -> None:
    """Have the ends of raised passages come back down."""
    subscribers.must_agree(("matters.step_ended", *LEAVING), came_back)
