"""Who may see the register of posts, keep charts, and declare or withdraw interests; each no with a reason to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.interests import regions_above
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.organisations.models import ChartSeat, ChartUnit, Interest, Term
from yishiting.ground.places.models import Estate
from yishiting.kernel.verdict import YES, Verdict, allow_if, no
from yishiting.kernel.words import gettext_noop

_KEEPER = gettext_noop("替别人登记、撤销利害关系，由社区工作人员来做。您可以在“我的”里登记自己的。")


def can_see_register(actor: Actor, estate_id: int) -> Verdict:
    """The register of posts with their dates and interests: whoever keeps it, and whoever supervises the estate."""
    return allow_if(
        actor.has_duty(Duty.INTEREST, estate_id) or actor.has_duty(Duty.SUPERVISE, estate_id),
        gettext_noop("岗位名册给社区工作人员和监事看。您要看谁负责，请到小区的“由谁负责”页。"),
    )


def can_keep(actor: Actor, estate_id: int) -> Verdict:
    """Declare for others what a body is paid or judged by, and what people are tied by."""
    return allow_if(actor.has_duty(Duty.INTEREST, estate_id), _KEEPER)


def can_declare(actor: Actor, estate_id: int, *, person_id: int | None) -> Verdict:
    """Everybody of an estate declares his own interest; those of others and of bodies are declared by who keeps the register."""
    if person_id is not None and person_id == actor.person_id:
        return allow_if(
            actor.belongs_to(estate_id),
            gettext_noop("您在这个小区没有住处，也没有岗位，不用登记。要登记别处的，请从那个小区的页面进。"),
        )
    return can_keep(actor, estate_id)


def can_withdraw(actor: Actor, interest: Interest) -> Verdict:
    """What one declared of oneself one withdraws; the rest is withdrawn by who keeps the register and is not tied by it.

    Nobody frees himself from what another declared of him.
    """
    if interest.person_id is not None and interest.person_id == actor.person_id:
        return allow_if(
            interest.declared_by_id == actor.person_id,
            gettext_noop("这一条是工作人员替您登记的，不能由您自己撤销。情况变了，请找社区另一位工作人员。"),
        )
    if actor.is_system:
        return YES
    if not (verdict := can_keep(actor, interest.estate_id)):
        return verdict
    if interest.body_id is not None and any(office.organisation_id == interest.body_id for office in actor.offices):
        return no(gettext_noop("这一条关系到您任职的单位，要由别的工作人员撤销。"))
    return YES


def interests_visible_to(actor: Actor) -> QuerySet[Interest]:
    """Return the interests that ``actor`` may read (C2): his own, and those of estates whose register he may see."""
    if actor.is_system:
        return Interest.objects.all()
    if actor.person_id is None:
        return Interest.objects.none()
    seen = [estate for estate in actor.estates_served if can_see_register(actor, estate)]
    return Interest.objects.filter(Q(person_id=actor.person_id) | Q(estate_id__in=seen))


def terms_visible_to(actor: Actor, estate: Estate) -> QuerySet[Term]:
    """Return the terms of posts that answer for an estate, for whoever may see its register; nothing for anyone else."""
    if not can_see_register(actor, estate.pk):
        return Term.objects.none()
    regions = regions_above(estate)
    return Term.objects.filter(Q(post__estate=estate) | Q(post__region__in=regions))


def can_see_charts(actor: Actor, estate_id: int) -> Verdict:
    """The versions of a chart with who leads what, as staff read them: whoever may see the register of posts."""
    return allow_if(
        bool(can_see_register(actor, estate_id)),
        gettext_noop("组织架构的底册给社区工作人员和监事看。您要看谁负责，请到小区的“组织架构”页。"),
    )


def can_keep_charts(actor: Actor, estate_id: int) -> Verdict:
    """Draft, publish and change charts, appoint and attach: who keeps the register of posts."""
    return allow_if(
        actor.has_duty(Duty.INTEREST, estate_id),
        gettext_noop("组织架构由社区工作人员来设、来改。您看到不对的，请告诉他们。"),
    )


_MEMBERS = gettext_noop("成员的姓名只给管底册的社区工作人员和这条线上的负责人看。")


def can_see_members(actor: Actor, units: Sequence[ChartUnit], *, now: datetime) -> Verdict:
    """Who the members of units of one chart are (C3): who keeps the chart, and whoever leads the unit or one above it now.

    Two queries, however many units are asked about; none for who keeps the chart.
    """
    if not units:
        return no(_MEMBERS)
    if all(actor.has_duty(Duty.INTEREST, unit.estate_id) for unit in units):
        return YES
    if actor.person_id is None:
        return no(_MEMBERS)
    chart_id = units[0].chart_id
    current = Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))
    led = set(
        ChartSeat.objects.filter(
            current, chart=chart_id, person=actor.person_id, role=ChartSeat.Role.LEADER, chart__ended_at__isnull=True
        ).values_list("unit", flat=True)
    )
    above = dict(ChartUnit.objects.filter(chart=chart_id).values_list("pk", "parent"))

    def under_his(pk: int | None) -> bool:
        return pk is not None and pk in above and (pk in led or under_his(above[pk]))

    return allow_if(all(under_his(unit.pk) for unit in units), _MEMBERS)


def can_set_naming(actor: Actor, seat: ChartSeat) -> Verdict:
    """Say whether a leader is named in public: he himself, and who keeps the chart and has asked him."""
    return YES if seat.person_id == actor.person_id else can_keep_charts(actor, seat.estate_id)
