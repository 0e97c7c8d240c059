"""Who may do what with matters, each no with a reason that a person can read; and what a person may see."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from yishiting.council.matters.models import Matter, Photo, Report, StepRun
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.organisations.tiers import tier_of
from yishiting.kernel.verdict import YES, Verdict, allow_if, no
from yishiting.kernel.words import gettext_noop

DESK_DUTIES = frozenset({Duty.TRIAGE, Duty.STEP, Duty.SUPERVISE, Duty.MEET, Duty.VOTE, Duty.PROJECT})


def visible_to(actor: Actor) -> QuerySet[Matter]:
    """Return the matters that ``actor`` may see: all of them are public; reports, names and notes are not."""
    return Matter.objects.all()


def desk_scope(actor: Actor) -> QuerySet[Matter]:
    """Return the matters that stand on the actor's desk: those of the places that his posts answer for."""
    if actor.is_system:
        return Matter.objects.all()
    scope = Q(pk__in=[])
    for office in actor.offices:
        if not office.duties & DESK_DUTIES:
            continue
        here = Q(estate_id__in=office.estate_ids)
        if office.building_id is not None:
            mine = StepRun.objects.filter(post_id=office.post_id, ended_at__isnull=True).values("matter_id")
            here &= Q(building_id=office.building_id) | Q(pk__in=mine)
        scope |= here
    return Matter.objects.filter(scope)


def can_see_desk(actor: Actor, matter: Matter) -> Verdict:
    """Whoever holds a post with a duty in the matter's place works on it from the desk."""
    return allow_if(
        actor.is_system or desk_scope(actor).filter(pk=matter.pk).exists(),
        gettext_noop("这一页给小区的工作人员用。请用您的岗位账号登录。"),
    )


def can_report(actor: Actor, estate_id: int) -> Verdict:
    """Residents, owners and staff of the estate report."""
    if actor.is_nobody:
        return allow_if(False, gettext_noop("请先登录，再反映。没有手机的，可以请楼长或社区代写。"))
    return allow_if(
        actor.is_system or actor.belongs_to(estate_id),
        gettext_noop("只有这个小区的住户和工作人员能反映。您要是刚搬来，请社区先登记您的住处。"),
    )


def can_write_for_others(actor: Actor, estate_id: int) -> Verdict:
    """Staff who take reports up write down what a neighbour says."""
    return allow_if(
        actor.has_duty(Duty.TRIAGE, estate_id),
        gettext_noop("替别人代写要由受理的工作人员来做。您可以用自己的名义反映。"),
    )


def can_triage(actor: Actor, matter: Matter) -> Verdict:
    """Take up, decline, merge, declare an emergency."""
    return allow_if(
        actor.has_duty(Duty.TRIAGE, matter.estate_id, building_id=matter.building_id),
        gettext_noop("受理、并案和不予采纳，要由社区工作人员、网格员或议事会召集人来做。"),
    )


def can_settle(actor: Actor, matter: Matter, run: StepRun | None) -> Verdict:
    """Decline a matter, or merge it into another: those who triage, and of what was raised the tier that has it and those above.

    To take it up, to judge an opinion and to declare an emergency stay open to all who triage: they bring it on.
    """
    allowed = can_triage(actor, matter)
    return _not_over_their_heads(actor, matter, run) if allowed and run is not None else allowed


def _not_over_their_heads(actor: Actor, matter: Matter, run: StepRun) -> Verdict:
    """What was raised is worked on by the tier that has it and those above: below it was beyond authority, or lay too long."""
    if actor.is_system or run.post is None or not run.escalations.exists():
        return YES
    here = tier_of(run.post.kind)
    up = any(tier_of(office.kind) >= here and matter.estate_id in office.estate_ids for office in actor.offices)
    return allow_if(up, gettext_noop("这一步已经上交，由上一级办。办完了会把结果转回给您。"))


def owns_step(actor: Actor, matter: Matter, run: StepRun) -> bool:
    """Whether the step is the actor's own: his post was found for it, or he holds a post of the kind that it names.

    What went up is with the tier above, and no longer with whom the step names.
    """
    here = [
        office
        for office in actor.offices
        if Duty.STEP in office.duties
        and matter.estate_id in office.estate_ids
        and (office.building_id is None or matter.building_id is None or office.building_id == matter.building_id)
    ]
    if any(office.post_id == run.post_id for office in here):
        return True
    return any(office.kind == run.who for office in here) and not run.escalations.exists()


def can_work(actor: Actor, matter: Matter, run: StepRun) -> Verdict:
    """End a step, add its evidence, give its answer: whose step it is, and those who triage, unless it was raised above them."""
    if actor.is_system or owns_step(actor, matter, run):
        return YES
    if can_triage(actor, matter):
        return _not_over_their_heads(actor, matter, run)
    return no(gettext_noop("这一步不归您办。请找页面上写的负责岗位，或社区工作人员。"))


def can_raise(actor: Actor, matter: Matter, run: StepRun) -> Verdict:
    """Raise a step one tier: whoever it is with now. Those of a lower tier have raised it or never had it."""
    return allow_if(
        actor.is_system or (run.post_id is not None and any(office.post_id == run.post_id for office in actor.offices)),
        gettext_noop("上交要由现在负责这一步的岗位来办。请找页面上写的负责岗位。"),
    )


def can_add_playbook(actor: Actor, estate_id: int) -> Verdict:
    """Playbooks of an estate are taken in by those who triage its matters."""
    return allow_if(
        actor.has_duty(Duty.TRIAGE, estate_id),
        gettext_noop("收进、停用工作法，要由社区工作人员、网格员或议事会召集人来做。"),
    )


def sees_reporters(actor: Actor, matter: Matter) -> bool:
    """Whether names and homes of reporters (C2) are for the actor: who triages the matter, or supervises the estate."""
    return bool(can_triage(actor, matter)) or actor.has_duty(Duty.SUPERVISE, matter.estate_id)


def reads_reports(actor: Actor, matter: Matter, run: StepRun | None) -> bool:
    """Whether the reporters' own words and pictures are for the actor: those, and whose step it is now."""
    return sees_reporters(actor, matter) or (run is not None and owns_step(actor, matter, run))


def readable_reports(actor: Actor) -> QuerySet[Report]:
    """Return the reports whose words are the actor's to read at the desk: of matters that he triages or supervises."""
    if actor.is_system:
        return Report.objects.all()
    seen = Q(pk__in=[])
    for office in actor.offices:
        if not office.duties & {Duty.TRIAGE, Duty.SUPERVISE}:
            continue
        here = Q(matter__estate_id__in=office.estate_ids)
        if office.building_id is not None:
            here &= Q(matter__building_id=office.building_id)
        seen |= here
    return Report.objects.filter(seen)


def sees_notes(actor: Actor, matter: Matter) -> bool:
    """Whether reasons and notes (C1) are for the actor: anybody of the estate."""
    return actor.is_system or actor.belongs_to(matter.estate_id)


def is_reporter(actor: Actor, report: Report) -> Verdict:
    """Only who reported rates the answer and asks for another round."""
    return allow_if(
        actor.person_id is not None and actor.person_id == report.person_id,
        gettext_noop("只有反映这件事的人能评价、能申请重新办理。"),
    )


def photos_visible_to(actor: Actor) -> QuerySet[Photo]:
    """Return the pictures that ``actor`` may see: published ones, his own, and those of matters on his desk."""
    if actor.is_system:
        return Photo.objects.all()
    seen = Q(public=True)
    if actor.person_id is not None:
        seen |= Q(added_by_id=actor.person_id) | Q(report__person_id=actor.person_id)
        for office in actor.offices:
            here = Q(report__matter__estate_id__in=office.estate_ids)
            if office.building_id is not None:
                here &= Q(report__matter__building_id=office.building_id)
            if office.duties & {Duty.TRIAGE, Duty.SUPERVISE}:
                seen |= here
            if office.duties & DESK_DUTIES:
                # A picture without a report is evidence of a step or of a phase: the staff's own.
                seen |= Q(report__isnull=True, estate_id__in=office.estate_ids)
            mine = StepRun.objects.filter(post_id=office.post_id, ended_at__isnull=True).values("matter_id")
            seen |= Q(report__matter__in=mine)
    return Photo.objects.filter(seen)
