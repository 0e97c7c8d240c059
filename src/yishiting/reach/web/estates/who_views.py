"""Who is responsible for a door: choose it, and read the way up."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yishiting.ground.organisations import tiers
from yishiting.ground.organisations.charting import drawn
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.organisations.kinds import label as post_label
from yishiting.ground.organisations.recusal import together
from yishiting.ground.organisations.registers import held_together
from yishiting.ground.organisations.selectors import door_chain
from yishiting.ground.places.models import Entrance
from yishiting.reach.web.doorway import estate_at
from yishiting.reach.web.http import Request


@require_safe
def who(request: Request, slug: str) -> HttpResponse:
    """The posts that answer for a door, from its building up. Names for the estate's own people, where holders agreed."""
    estate = estate_at(slug)
    entrances = list(
        Entrance.objects.filter(estate=estate).select_related("building").order_by("building__order", "order")
    )
    asked = request.GET.get("entrance", "")
    chosen = next((each for each in entrances if str(each.pk) == asked), None)
    if chosen is None:
        mine = {home for home_estate, home in request.actor.homes if home_estate == estate.pk}
        own = Entrance.objects.filter(homes__in=mine).first() if mine else None
        chosen = next((each for each in entrances if own is not None and each.pk == own.pk), None)
    inside = request.actor.belongs_to(estate.pk)
    colleague = any(request.actor.has_duty(duty, estate.pk) for duty in (Duty.TRIAGE, Duty.SUPERVISE, Duty.ROSTER))
    links = (
        door_chain(
            estate=estate,
            now=request.now,
            building_id=chosen.building_id,
            entrance_id=chosen.pk,
            colleague=colleague,
        )
        if chosen
        else ()
    )
    rows = [
        {
            "tier": tiers.label(link.tier).render(_),
            "post": _(post_label(link.kind)),
            "vacant": link.vacant,
            "names": link.names if inside else (),
            "stands_in": _(post_label(link.stands_in)) if link.stands_in else "",
        }
        for link in links
    ]
    unit = drawn.door_unit(estate, building_id=chosen.building_id, entrance_id=chosen.pk, now=request.now) if chosen else None  # fmt: skip
    several = [(together(each.kinds), each.name if inside else "") for each in held_together(estate, now=request.now)]
    return render(
        request,
        "estates/who.html",
        {
            "estate": estate,
            "section": "home",
            "entrances": entrances,
            "chosen": chosen,
            "rows": rows,
            "inside": inside,
            "several": several,
            "unit": unit,
        },
    )
