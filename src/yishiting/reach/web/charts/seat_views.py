"""Who sits where in a chart: appoint a leader, attach people after a look at what that changes, end a seat."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yishiting.ground.organisations import policy
from yishiting.ground.organisations.charting import drawn, people, services
from yishiting.ground.organisations.charting.seats import seat_of
from yishiting.ground.organisations.charting.tables import Chart, ChartSeat
from yishiting.ground.places.models import Building
from yishiting.reach.web.charts import forms
from yishiting.reach.web.charts.unit_views import seen_unit, takes_members
from yishiting.reach.web.charts.views import OVER, framed
from yishiting.reach.web.doorway import attempt, attempt_and_tell, carry_out, estate_at, only_where, posted, show_form
from yishiting.reach.web.http import Request


def leader(request: Request, slug: str, no: int, unit: int) -> HttpResponse:
    """Appoint who leads a unit."""
    estate, found, _tree, node = seen_unit(request, slug, no, unit, changing=True)
    form = forms.LeaderForm(posted(request), estate=estate, now=request.now)

    def verb(data: dict[str, Any]) -> object:
        return services.appoint_leader(
            actor=request.actor, estate=estate, chart_no=no, unit_no=unit, now=request.now, **form.asked()
        )

    if carry_out(request, form, verb, said=_("任命好了。")):
        return redirect("web:desk_unit", slug=slug, no=no, unit=unit)
    return show_form(request, "charts/leader.html", framed(request, estate, found, node=node, form=form), form)


def members(request: Request, slug: str, no: int, unit: int) -> HttpResponse:
    """Attach people: lines or boxes first, then a look at who is meant and who moves, then it is done."""
    estate, found, _tree, node = seen_unit(request, slug, no, unit, changing=True)
    asked = request.GET.get("building", "")
    buildings = list(Building.objects.filter(estate=estate).order_by("order", "pk"))
    chosen = next((each for each in buildings if str(each.pk) == asked), None)
    takes = [ChartSeat.Role.MEMBER] if takes_members(found, node) else []
    roles = [(role.value, str(role.label)) for role in (*takes, ChartSeat.Role.COLLEAGUE)]
    form = forms.MembersForm(
        posted(request),
        estate=estate,
        now=request.now,
        roles=roles,
        offered=people.in_building(estate, chosen.pk, now=request.now) if chosen else (),
    )
    context = framed(request, estate, found, node=node, form=form, buildings=buildings, chosen=chosen)
    if form.is_bound and form.is_valid():
        wanted, role = form.wanted(), form.cleaned_data["role"]
        if "sure" not in request.POST:
            return render(request, "charts/members_sure.html", {**context, **_preview(found, node, wanted, role)})
        made = attempt(
            form,
            lambda: services.attach_members(
                actor=request.actor,
                estate=estate,
                chart_no=no,
                unit_no=unit,
                person_ids=list(wanted),
                consent=form.cleaned_data["consent"],
                role=role,
                now=request.now,
            ),
        )
        if made is not None:
            messages.success(request, _("登记了 %(n)s 人。") % {"n": len(made)})
            return redirect("web:desk_unit", slug=slug, no=no, unit=unit)
    return show_form(request, "charts/members.html", context, form)


def _preview(found: Chart, node: drawn.Node, wanted: dict[int, tuple[str, str]], role: str) -> dict[str, Any]:
    """Return who would be added, who moves from where, and who is here already."""
    standing = ChartSeat.objects.filter(chart=found, person__in=wanted, role=role, until__isnull=True)
    where = {seat.person_id: seat.unit for seat in standing.select_related("unit") if role == ChartSeat.Role.MEMBER}
    here = set(standing.filter(unit=node.unit).values_list("person_id", flat=True))
    return {
        "coming": [
            (name, door, where[pk].name if pk in where else "") for pk, (name, door) in wanted.items() if pk not in here
        ],
        "here": [name for pk, (name, _door) in wanted.items() if pk in here],
        "role": ChartSeat.Role(role).label,
    }


def seat(request: Request, slug: str, pk: int) -> HttpResponse:
    """One seat: whether its holder is named, and its end."""
    estate = estate_at(slug)
    policy.can_keep_charts(request.actor, estate.pk).enforce()
    row = seat_of(estate, pk)
    only_where(row.chart.state != "ended", request, OVER)
    if "public" in request.POST:
        public = request.POST["public"] == "1"

        def naming() -> object:
            return services.set_naming(
                actor=request.actor, estate=estate, seat_id=pk, public=public, now=request.now
            )  # fmt: skip

        attempt_and_tell(request, naming, _("改好了。"))
        return redirect("web:desk_seat", slug=slug, pk=pk)
    form = forms.ReasonForm(posted(request))

    def verb(data: dict[str, Any]) -> object:
        return services.end_seat(
            actor=request.actor, estate=estate, seat_id=pk, reason=data["reason"], now=request.now
        )  # fmt: skip

    if carry_out(request, form, verb, said=_("结束了，底册里还查得到。")):
        return redirect("web:desk_unit", slug=slug, no=row.chart.no, unit=row.unit.no)
    context = framed(
        request,
        estate,
        row.chart,
        seat=row,
        form=form,
        over=row.until is not None and row.until <= request.now,
        may_name=row.role != ChartSeat.Role.MEMBER,
    )
    return show_form(request, "charts/seat.html", context, form)
