"""One unit of a chart at the desk: its way up, who leads it, who belongs to it, what it answers for; and its changes."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yishiting.ground.organisations import charts as rules
from yishiting.ground.organisations import policy
from yishiting.ground.organisations.charting import drawn, services
from yishiting.ground.organisations.charting.drawn import Node, Tree
from yishiting.ground.organisations.charting.tables import Chart, ChartSeat
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.charts import forms
from yishiting.reach.web.charts.views import framed, places_of, seen_chart, told_tree
from yishiting.reach.web.doorway import carry_out, page_of, posted, show_form
from yishiting.reach.web.http import Request


def seen_unit(
    request: Request, slug: str, no: int, unit_no: int, *, counted: bool = True, changing: bool = False
) -> tuple[Estate, Chart, Tree, Node]:
    """Return a unit in its chart, for whoever may read that as staff."""
    estate, found = seen_chart(request, slug, no, changing=changing)
    tree = told_tree(request, found, counted=counted)
    node = tree.nodes.get(unit_no)
    if node is None:
        raise NotFound(gettext_noop("没有这个单位，或者它已经撤销了。请回组织架构重新打开。"))
    return estate, found, tree, node


def takes_members(found: Chart, node: Node) -> bool:
    """Return whether members may be attached to a unit of that level."""
    return rules.member_fault(found.levels, node.unit.level, people_last=found.people_last) is None


@require_safe
def unit(request: Request, slug: str, no: int, unit: int) -> HttpResponse:
    """A unit. Who its members are is for who keeps the chart, and that he read it goes on record (C3)."""
    estate, found, _tree, node = seen_unit(request, slug, no, unit, counted=False)
    sees = bool(policy.can_see_members(request.actor, [node.unit], now=request.now))
    seats = list(drawn.seats_in(node.unit, now=request.now))
    if sees and seats:
        services.note_reading(actor=request.actor, units=[node.unit], now=request.now)
    context = framed(
        request,
        estate,
        found,
        node=node,
        places=places_of(node),
        sees=sees,
        page_obj=page_of(request, seats if sees else [], 100),
        n=sum(seat.role == ChartSeat.Role.MEMBER for seat in seats),
        takes_members=takes_members(found, node),
        deeper=node.unit.level < rules.deepest(found.levels, people_last=found.people_last),
    )
    return render(request, "charts/unit.html", context)


def new(request: Request, slug: str, no: int) -> HttpResponse:
    """Hang a unit in; ``?under=`` fills in under which one."""
    estate, found = seen_chart(request, slug, no, changing=True)
    tree = drawn.tree(found, now=request.now)
    under = request.GET.get("under", "")
    above = tree.nodes.get(int(under)) if under.isdecimal() and len(under) < 9 else None
    initial = {"level": above.unit.level + 1, "parent": above.unit.no} if above else {"level": 1}
    form = forms.NewUnitForm(posted(request), tree=tree, estate=estate, initial=initial)

    def verb(data: dict[str, Any]) -> object:
        return services.add_unit(
            actor=request.actor,
            estate=estate,
            chart_no=no,
            level=data["level"],
            name=data["name"],
            parent_no=data["parent"],
            areas=form.asked(),
            now=request.now,
        )

    if carry_out(request, form, verb, said=_("加好了。可以接着加，或者打开它任命负责人。")):
        return redirect("web:desk_chart", slug=slug, no=no)
    return show_form(request, "charts/unit_new.html", framed(request, estate, found, form=form), form)


def change(request: Request, slug: str, no: int, unit: int) -> HttpResponse:
    """Another name, or another unit above."""
    estate, found, tree, node = seen_unit(request, slug, no, unit, changing=True)
    initial = {"name": node.unit.name, "parent": node.above.unit.no if node.above else None}
    form = forms.UnitForm(posted(request), tree=tree, level=node.unit.level, initial=initial)

    def verb(data: dict[str, Any]) -> object:
        return services.change_unit(
            actor=request.actor,
            estate=estate,
            chart_no=no,
            unit_no=unit,
            name=data["name"],
            parent_no=data["parent"],
            now=request.now,
        )

    if carry_out(request, form, verb, said=_("改好了。")):
        return redirect("web:desk_unit", slug=slug, no=no, unit=unit)
    return show_form(request, "charts/unit_change.html", framed(request, estate, found, node=node, form=form), form)


def cover(request: Request, slug: str, no: int, unit: int) -> HttpResponse:
    """Which places it answers for from now on."""
    estate, found, _tree, node = seen_unit(request, slug, no, unit, changing=True)
    ticked = [
        f"b{area.building_id}" if area.building_id else f"e{area.entrance_id}" if area.entrance_id else forms.WHOLE
        for area in node.areas
    ]
    form = forms.AreaForm(posted(request), estate=estate, initial={"areas": ticked})

    def verb(data: dict[str, Any]) -> object:
        return services.cover(
            actor=request.actor, estate=estate, chart_no=no, unit_no=unit, areas=form.asked(), now=request.now
        )

    if carry_out(request, form, verb, said=_("范围改好了，从现在起算。")):
        return redirect("web:desk_unit", slug=slug, no=no, unit=unit)
    return show_form(request, "charts/unit_cover.html", framed(request, estate, found, node=node, form=form), form)


def end(request: Request, slug: str, no: int, unit: int) -> HttpResponse:
    """Look at what ends with a unit, then end it."""
    estate, found, _tree, node = seen_unit(request, slug, no, unit, changing=True)
    form = forms.SureForm(posted(request))

    def verb(data: dict[str, Any]) -> object:
        return services.end_unit(actor=request.actor, estate=estate, chart_no=no, unit_no=unit, now=request.now)

    if carry_out(request, form, verb, said=_("撤销了，底册里还查得到。")):
        return redirect("web:desk_chart", slug=slug, no=no)
    context = framed(request, estate, found, node=node, places=places_of(node), form=form)
    return show_form(request, "charts/unit_end.html", context, form)
