"""The versions of an estate's chart at the desk: begun from a shape, drawn, published, ended, taken along as a list."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yishiting.ground.organisations import policy
from yishiting.ground.organisations.charting import drawn, services
from yishiting.ground.organisations.charting.carrying import in_force
from yishiting.ground.organisations.charting.drawn import Node, Tree
from yishiting.ground.organisations.charting.shapes import SHAPES, shape_of
from yishiting.ground.organisations.charting.tables import Chart
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotAllowed, NotFound
from yishiting.kernel.words import Listed, gettext_noop
from yishiting.reach.web import excel
from yishiting.reach.web.charts import forms
from yishiting.reach.web.doorway import carry_out, estate_at, only_where, page_of, posted, show_form
from yishiting.reach.web.http import Request

SECTION = "posts"
OVER = gettext_noop("这一版已经不用了，不能再改。请改现在用的那一版。")


def seen_chart(request: Request, slug: str, no: int, *, changing: bool = False) -> tuple[Estate, Chart]:
    """Return an estate and a version of its chart, for whoever may read it as staff.

    ``changing``: for a form, which is not shown to who keeps no charts, nor for a version that is over.
    """
    estate = estate_at(slug)
    may = policy.can_keep_charts if changing else policy.can_see_charts
    may(request.actor, estate.pk).enforce()
    found = Chart.objects.filter(estate=estate, no=no).select_related("drafted_by", "published_by").first()
    if found is None:
        raise NotFound(gettext_noop("没有这一版组织架构。请回“组织架构”重新打开。"))
    if changing:
        only_where(found.state != "ended", request, OVER)
    return estate, found


def told_tree(request: Request, found: Chart, *, counted: bool = True) -> Tree:
    """Return a version as a reader among the staff may read it: all leaders by name for who keeps it alone (C3)."""
    tree = drawn.tree(found, now=request.now, counted=counted)
    return tree if policy.can_keep_charts(request.actor, found.estate_id) else drawn.discreet(tree)


def framed(request: Request, estate: Estate, found: Chart, **more: Any) -> dict[str, Any]:
    """Return what every page about a chart shows."""
    keeps = bool(policy.can_keep_charts(request.actor, estate.pk))
    return {"section": SECTION, "estate": estate, "chart": found, "keeps": keeps and found.state != "ended", **more}


@require_safe
def charts(request: Request) -> HttpResponse:
    """The versions of charts of all estates whose register one may see, with what is vacant in them."""
    ids = [pk for pk in request.actor.estates_served if policy.can_see_charts(request.actor, pk)]
    if not ids:
        raise NotAllowed(gettext_noop("组织架构的底册给社区工作人员和监事看。您要看谁负责，请到小区的“组织架构”页。"))
    page = page_of(request, drawn.versions(ids), 30)
    found = list(page.object_list)
    told = drawn.figures(found, now=request.now)
    open_in = set(
        Chart.objects.filter(estate__in=ids, published_at__isnull=True, ended_at__isnull=True).values_list(
            "estate", flat=True
        )
    )
    context = {
        "section": SECTION,
        "page_obj": page,
        "rows": [(each, told[each.pk]) for each in found],
        "estates": [
            each
            for each in Estate.objects.filter(pk__in=ids).order_by("name")
            if each.pk not in open_in and policy.can_keep_charts(request.actor, each.pk)
        ],
    }
    return render(request, "charts/desk_list.html", context)


def new(request: Request, slug: str) -> HttpResponse:
    """Begin a version, from a shape that is shipped or with levels of one's own."""
    estate = estate_at(slug)
    policy.can_keep_charts(request.actor, estate.pk).enforce()
    shape = shape_of(request.GET.get("shape", ""))
    former = in_force(estate.pk)
    initial: dict[str, Any] = {}
    if shape:
        initial = {"levels": "\n".join(shape.levels), "people_last": shape.people_last}
    elif former:
        levels = "\n".join(former.levels)
        initial = {"name": former.name, "levels": levels, "people_last": former.people_last, "carry": True}
    form = forms.ChartForm(posted(request), initial=initial, former=former)
    made: list[Chart] = []

    def verb(data: dict[str, Any]) -> object:
        made.append(services.draft_chart(actor=request.actor, estate=estate, now=request.now, **data))
        return made

    if carry_out(request, form, verb, said=_("草稿建好了。现在从最上面一级起，看看各级的单位，缺的加上。")):
        return redirect("web:desk_chart", slug=slug, no=made[0].no)
    context = {
        "section": SECTION,
        "estate": estate,
        "form": form,
        "shape": shape,
        "shapes": [(each.code, _(each.name), _(each.who)) for each in SHAPES],
    }
    return show_form(request, "charts/new.html", context, form)


@require_safe
def chart(request: Request, slug: str, no: int) -> HttpResponse:
    """The whole of a version, as staff read it."""
    estate, found = seen_chart(request, slug, no)
    tree = told_tree(request, found)
    return render(request, "charts/desk_chart.html", framed(request, estate, found, tree=tree, rows=rows_of(tree)))


def rows_of(tree: Tree) -> list[tuple[Node, str]]:
    """Return the units in the order in which they are drawn, each with its places in words."""
    return [(node, places_of(node)) for node in tree.nodes.values()]


def places_of(node: Node) -> str:
    """Return what a unit answers for, in words."""
    return Listed(place or gettext_noop("整个小区") for place in node.places).render(_)


@require_safe
def export(request: Request, slug: str, no: int) -> HttpResponse:
    """The units of a version as an Excel file: who leads them, and how many members, without their names."""
    _estate, found = seen_chart(request, slug, no)
    columns = (
        *((_("级"), 6), (_("哪一级"), 16), (_("单位"), 24), (_("上级单位"), 24), (_("负责的范围"), 30)),
        *((_("负责人"), 12), (_("从"), 18), (_("到"), 18), (_("空缺时由谁负责"), 24), (_("成员人数"), 10)),
    )

    def line(node: Node, places: str) -> tuple[excel.Value, ...]:
        leader, answers = node.leader, node.answers
        covering = answers.title if answers is not None and answers is not node else None
        return (
            *(node.unit.level, node.level_name, node.title, node.above.title if node.above else None, places),
            *((leader.name, leader.since, leader.until) if leader else (_("空缺"), None, None)),
            *(covering, node.members),
        )

    rows = (line(node, places) for node, places in rows_of(told_tree(request, found)))
    return excel.answer(name="chart", title=_("组织架构"), columns=columns, rows=rows, now=request.now)


def publish(request: Request, slug: str, no: int) -> HttpResponse:
    """Look at what publishing changes, then publish."""
    estate, found = seen_chart(request, slug, no, changing=True)
    only_where(found.state == "draft", request, gettext_noop("这一版已经公布过了，不用再公布。"))
    form = forms.SureForm(posted(request))

    def verb(data: dict[str, Any]) -> object:
        return services.publish_chart(actor=request.actor, estate=estate, no=no, now=request.now)

    if carry_out(request, form, verb, said=_("公布了。居民现在能看到这一版。")):
        return redirect("web:desk_chart", slug=slug, no=no)
    tree = drawn.tree(found, now=request.now)
    context = framed(request, estate, found, tree=tree, former=drawn.in_force(estate), form=form)
    return show_form(request, "charts/publish.html", context, form)


def end(request: Request, slug: str, no: int) -> HttpResponse:
    """Give a draft up, or take the version in force away."""
    estate, found = seen_chart(request, slug, no, changing=True)
    form = forms.ReasonForm(posted(request))

    def verb(data: dict[str, Any]) -> object:
        return services.end_chart(actor=request.actor, estate=estate, no=no, reason=data["reason"], now=request.now)

    if carry_out(request, form, verb, said=_("这一版不再使用了，底册里还查得到。")):
        return redirect("web:desk_charts")
    tree = drawn.tree(found, now=request.now)
    return show_form(request, "charts/end.html", framed(request, estate, found, tree=tree, form=form), form)
