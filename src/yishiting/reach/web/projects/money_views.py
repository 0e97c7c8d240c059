"""A project's money and what has to be done before it, as staff keep them: one form a page, each posting to one verb."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yishiting.council.matters import services as matters
from yishiting.council.matters.models import Photo
from yishiting.council.projects import policy, selectors, services
from yishiting.council.projects.funding import APPLIED, APPROVED, RECEIVED, REFUSED
from yishiting.council.projects.models import FundingNews, Prerequisite, Project
from yishiting.ground.places.models import Estate
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.doorway import carry_out, estate_at, posted, show_form
from yishiting.reach.web.http import Request
from yishiting.reach.web.projects import forms, reading
from yishiting.reach.web.templatetags.moments import figure


def _fetch(request: Request, slug: str, no: int) -> tuple[Estate, Project]:
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    return estate, selectors.project_page(request.actor, estate.pk, no)


def _show(
    request: Request, estate: Estate, found: Project, form: Form, *, heading: str, send: str, quote: str = ""
) -> HttpResponse:
    context = {
        "estate": estate,
        "section": "projects",
        "project": found,
        "shown": reading.shown(found, request.now),
        "form": form,
        "heading": heading,
        "send": send,
        "quote": quote,
    }
    return show_form(request, "projects/form.html", context, form)


def plan(request: Request, slug: str, no: int) -> HttpResponse:
    """Say what the project costs and from where it is paid; later with the reason why it changes."""
    estate, found = _fetch(request, slug, no)
    money = selectors.money_of(found)
    initial = (
        {
            "total": str(money.budget.total),
            "lines": "\n".join(f"{line.source} {line.planned}" for line, _fact in money.lines),
        }
        if money
        else {}
    )
    form = forms.FundingForm(posted(request), initial=initial, again=money is not None)

    def verb(data: dict[str, Any]) -> object:
        return services.plan_funding(
            actor=request.actor,
            estate_id=estate.pk,
            no=no,
            total=data["total"],
            lines=data["lines"],
            reason=data.get("reason", ""),
            now=request.now,
        )

    if carry_out(request, form, verb, said=_("资金计划登记好了。")):
        return redirect("web:desk_project", slug=slug, no=no)
    heading = _("改资金计划") if money else _("登记资金计划")
    return _show(request, estate, found, form, heading=heading, send=_("登记"))


def _next(state: str) -> tuple[str, ...]:
    if state in (APPROVED, RECEIVED):
        return (RECEIVED,)
    return (APPLIED,) if state == REFUSED else (APPROVED, REFUSED) if state == APPLIED else (APPLIED, APPROVED, REFUSED)


def news(request: Request, slug: str, no: int, line_no: int) -> HttpResponse:
    """Write down what became of a source."""
    estate, found = _fetch(request, slug, no)
    money = selectors.money_of(found)
    pair = next(((line, fact) for line, fact in money.lines if line.no == line_no), None) if money else None
    if pair is None:
        raise NotFound(gettext_noop("没有这个资金来源。请回到项目页重新选。"))
    line, fact = pair
    words = dict(FundingNews.Kind.choices)
    may = _next(fact.state)
    form = forms.NewsForm(
        posted(request),
        kinds=[(kind, words[kind]) for kind in may],
        initial={
            "on": request.now.astimezone(CHINA).date(),
            "kind": may[0] if len(may) == 1 else None,
            "amount": str(line.planned - fact.received),
        },
    )

    def verb(data: dict[str, Any]) -> object:
        return services.tell_funding(
            actor=request.actor,
            estate_id=estate.pk,
            no=no,
            line_no=line_no,
            kind=data["kind"],
            amount=data["amount"],
            said_by=data["said_by"],
            on=data["on"],
            note=data["note"],
            now=request.now,
        )

    if carry_out(request, form, verb, said=_("登记好了。")):
        return redirect("web:desk_project", slug=slug, no=no)
    quote = _("%(source)s，计划 %(amount)s 元") % {"source": line.source, "amount": figure(line.planned)}
    return _show(request, estate, found, form, heading=_("这笔钱到了哪一步"), quote=quote, send=_("登记"))


def task(request: Request, slug: str, no: int) -> HttpResponse:
    """List something that has to be done before the works."""
    estate, found = _fetch(request, slug, no)
    others = Project.objects.filter(estate=estate, ended_at__isnull=True).exclude(pk=found.pk).order_by("no")
    form = forms.TaskForm(posted(request), projects=list(others[:100]))

    def verb(data: dict[str, Any]) -> object:
        return services.add_task(
            actor=request.actor,
            estate_id=estate.pk,
            no=no,
            title=data["title"],
            who=data["who"],
            first_no=data["first"],
            now=request.now,
        )

    if carry_out(request, form, verb, said=_("列上了。没办完，项目不能开工。")):
        return redirect("web:desk_project", slug=slug, no=no)
    return _show(request, estate, found, form, heading=_("列一件要先办的事"), send=_("列上"))


def _task(found: Project, task_no: int) -> Prerequisite:
    row = next((each for each in found.prerequisites.all() if each.no == task_no), None)
    if row is None:
        raise NotFound(gettext_noop("没有这件要先办的事。请回到项目页重新选。"))
    return row


def finish(request: Request, slug: str, no: int, task_no: int) -> HttpResponse:
    """Write down that a task is done, with a picture where there is one."""
    estate, found = _fetch(request, slug, no)
    row = _task(found, task_no)
    form = forms.TaskDoneForm(
        posted(request), request.FILES or None, initial={"on": request.now.astimezone(CHINA).date()}
    )

    def verb(data: dict[str, Any]) -> object:
        return services.finish_task(
            actor=request.actor,
            estate_id=estate.pk,
            no=no,
            task_no=task_no,
            on=data["on"],
            note=data["note"],
            photo=_kept(request, estate, data["photo"]),
            now=request.now,
        )

    if carry_out(request, form, verb, said=_("登记好了。")):
        return redirect("web:desk_project", slug=slug, no=no)
    return _show(request, estate, found, form, heading=_("登记办完"), quote=row.title, send=_("登记办完"))


def _kept(request: Request, estate: Estate, upload: Any) -> Photo | None:
    if upload is None:
        return None
    try:
        return matters.store_photo(actor=request.actor, estate=estate, upload=upload, now=request.now)
    except BadInput as refusal:
        raise BadInput(refusal.message, fields={"photo": refusal.message}) from refusal


def drop(request: Request, slug: str, no: int, task_no: int) -> HttpResponse:
    """Say that a task is not needed after all."""
    estate, found = _fetch(request, slug, no)
    row = _task(found, task_no)
    form = forms.DropForm(posted(request))

    def verb(data: dict[str, Any]) -> object:
        return services.drop_task(
            actor=request.actor, estate_id=estate.pk, no=no, task_no=task_no, reason=data["note"], now=request.now
        )

    if carry_out(request, form, verb, said=_("撤掉了，记录还在。")):
        return redirect("web:desk_project", slug=slug, no=no)
    return _show(request, estate, found, form, heading=_("不用办了"), quote=row.title, send=_("撤掉"))
