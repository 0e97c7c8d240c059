"""Pages of saved filters: one's own, to be kept, called otherwise, made the one that the desk opens with, dropped."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yishiting.ground.desks import due, filters
from yishiting.ground.places.models import Estate
from yishiting.reach.web.desk import reading
from yishiting.reach.web.desk.views import SECTION, served
from yishiting.reach.web.doorway import carry_out, posted, show_form
from yishiting.reach.web.http import Request


class FilterForm(forms.Form):
    """A filter's name, and whether the desk opens with it."""

    name = forms.CharField(label=gettext_lazy("名字"), max_length=filters.LONGEST_NAME)
    default = forms.BooleanField(label=gettext_lazy("打开工作台就用它"), required=False)


def in_words(query: str, estates: dict[int, Estate]) -> str:
    """Say what a filter keeps to."""
    asked = reading.asked_in(query)
    wanted = reading.wanted_of(asked, estates.keys())
    estate = estates.get(wanted.estate_id) if wanted.estate_id is not None else None
    parts = [
        _("含“%(words)s”") % {"words": wanted.search} if wanted.search else "",
        estate.name if estate else "",
        _(due.source(wanted.room).room) if wanted.room else "",
        _(due.BUCKETS[wanted.bucket]) if wanted.bucket else "",
        _(dict(reading.WHOSE)[wanted.whose]) if wanted.whose else "",
        _("有的条件现在不能用了") if reading.is_stale(asked, wanted) else "",
    ]
    return " · ".join(part for part in parts if part)


def _page(request: Request, form: FilterForm, query: str, estates: dict[int, Estate]) -> HttpResponse:
    """Show one's own filters with the form for another."""
    kept = [{"row": row, "words": in_words(row.query, estates)} for row in filters.filters_of(request.actor)]
    context = {
        "section": SECTION, "form": form, "own": kept, "query": query, "words": in_words(query, estates), "most": filters.MOST,
    }  # fmt: skip
    return show_form(request, "desk/filters.html", context, form)


def own(request: Request) -> HttpResponse:
    """One's own filters; with a question in the address, a form to keep that one."""
    estates = served(request.actor)
    query = filters.tidy(request.GET.urlencode())
    form = FilterForm(posted(request))
    if carry_out(
        request,
        form,
        lambda data: filters.save_filter(
            actor=request.actor, name=data["name"], query=query, default=data["default"], now=request.now
        ),
        said=_("存好了，在工作台上点它就行。"),
    ):
        return redirect("web:desk_filters")
    return _page(request, form, query, estates)


def change(request: Request, pk: int) -> HttpResponse:
    """One of them: another name, whether the desk opens with it, or away with it."""
    estates = served(request.actor)
    row = filters.filter_of(request.actor, pk)
    if request.method == "POST" and "delete" in request.POST:
        filters.delete_filter(actor=request.actor, filter_id=pk)
        return redirect("web:desk_filters")
    form = FilterForm(posted(request), initial={"name": row.name, "default": row.default})
    if carry_out(
        request,
        form,
        lambda data: filters.change_filter(
            actor=request.actor, filter_id=pk, name=data["name"], default=data["default"]
        ),
        said=_("改好了。"),
    ):
        return redirect("web:desk_filters")
    context = {"section": SECTION, "form": form, "row": row, "words": in_words(row.query, estates)}
    return show_form(request, "desk/filter.html", context, form)
