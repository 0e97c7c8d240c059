"""Projects as staff run them: one form a page, each posting to one verb."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as mark
from django.views.decorators.http import require_safe

from yishiting.council.matters import services as matters
from yishiting.council.matters.models import Photo, Resolution
from yishiting.council.projects import policy, selectors, services
from yishiting.council.projects.models import Project
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.places.models import Estate
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import BadInput, NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web import excel
from yishiting.reach.web.doorway import attempt, carry_out, estate_at, page_of, posted, show_form, staffed_estates
from yishiting.reach.web.http import Request
from yishiting.reach.web.projects import forms, reading

VERBS = {
    "started": services.start_phase,
    "finished": services.finish_phase,
    "accepted": services.accept_phase,
    "operating": services.operate_phase,
    "noted": services.note_progress,
}
HEADINGS = {
    "started": mark("登记开工"),
    "finished": mark("登记完工"),
    "accepted": mark("登记验收"),
    "operating": mark("登记投入使用"),
    "noted": mark("记一条进展"),
}


def _listed(request: Request) -> tuple[list[Estate], QuerySet[Project], str]:
    """The estates served, their projects as the page and its export list them, and the words searched for."""
    estates = staffed_estates(request.actor, Duty.PROJECT)
    rows = selectors.listed(request.actor, [estate.pk for estate in estates])
    words = request.GET.get("q", "").strip()
    return estates, rows.filter(title__icontains=words) if words else rows, words


def projects(request: Request) -> HttpResponse:
    """All projects of the estates served, with the matters that wait for one."""
    estates, rows, words = _listed(request)
    page = page_of(request, rows)
    return render(
        request,
        "projects/desk_list.html",
        {
            "section": "projects",
            "estates": estates,
            "waiting": list(selectors.waiting_for_project([estate.pk for estate in estates])[:50]),
            "page_obj": page,
            "rows": [reading.shown(project, request.now, with_steps=False) for project in page.object_list],
            "q": words,
            "query": request.GET.urlencode(),
        },
    )


@require_safe
def export(request: Request) -> HttpResponse:
    """The same list as an Excel file, whole."""
    _estates, rows, _words = _listed(request)
    columns = (
        *((_("小区"), 14), (_("编号"), 6), (_("项目"), 36), (_("为哪件事项"), 36), (_("谁负责"), 14), (_("分几期"), 8)),
        *((_("已验收"), 8), (_("总数"), 8), (_("单位"), 8), (_("到哪步"), 24), (_("保险"), 20), (_("保险有效到"), 12)),
        *((_("立项时间"), 18), (_("结束时间"), 18)),
    )
    lines = (_line(reading.shown(row, request.now, with_steps=False)) for row in rows[: excel.MOST_ROWS])
    return excel.answer(name="projects", title=_("项目"), columns=columns, rows=lines, now=request.now)


def _line(shown: reading.ProjectShown) -> tuple[excel.Value, ...]:
    row = shown.project
    ended = {"stopped": _("已停止"), "completed": _("已完成")}
    return (
        *(row.estate.name, row.no, row.title, row.matter.title if row.matter else ""),
        *(_(shown.owner) if shown.owner else "", len(shown.phases), shown.accepted, row.total, row.unit),
        ended.get(row.state) or (shown.waits_for.render(_) if shown.waits_for else ""),
        *(shown.cover.words.render(_) if shown.cover else "", shown.cover.until if shown.cover else None),
        *(row.created_at, row.ended_at),
    )


def new(request: Request, slug: str) -> HttpResponse:
    """Set a project up; ``?matter=no`` for a matter that waits for one, begun with what its resolution says."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    asked = request.GET.get("matter", "")
    # Longer digits than any number has are no number: they are not even read.
    no = int(asked) if asked.isdecimal() and len(asked) < 10 else 0
    run = selectors.waiting_for_project([estate.pk]).filter(matter__no=no).first()
    resolution = Resolution.objects.filter(matter=run.matter).order_by("-no").first() if run else None
    initial = forms.plan_from(resolution.text if resolution else "", run.matter.title) if run else {}
    if run:
        initial["needs_insurance"] = services.asks_for_insurance(run)
        if run.who in dict(forms.OWNERS):
            initial["post_kind"] = run.who
    form = forms.ProjectForm(posted(request), initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        done = attempt(
            form,
            lambda: services.create_project(
                actor=request.actor,
                estate=estate,
                title=data["title"],
                unit=data["unit"],
                total=data["total"],
                phases=[(phase.title, phase.planned, phase.due_on) for phase in data["phases"]],
                needs_insurance=data["needs_insurance"],
                post_kind=data["post_kind"],
                matter_no=no,
                now=request.now,
            ),
        )
        if done:
            messages.success(request, _("立项好了。开工那天，请登记第一期开工。"))
            return redirect("web:desk_project", slug=slug, no=done.no)
    context = {
        "estate": estate,
        "section": "projects",
        "form": form,
        "run": run,
        "asked": asked,
        "resolution": resolution,
        "waiting": [] if asked else list(selectors.waiting_for_project([estate.pk])[:50]),
    }
    return show_form(request, "projects/new.html", context, form)


def _fetch(request: Request, slug: str, no: int) -> tuple[Estate, Project]:
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    return estate, selectors.project_page(request.actor, estate.pk, no)


def _context(request: Request, estate: Estate, found: Project, **more: Any) -> dict[str, Any]:
    return {
        "estate": estate,
        "section": "projects",
        "project": found,
        "shown": reading.shown(found, request.now),
        **more,
    }


def project(request: Request, slug: str, no: int) -> HttpResponse:
    """The project's page at the desk: what to do next on each phase stands first."""
    estate, found = _fetch(request, slug, no)
    return render(
        request, "projects/desk_page.html", _context(request, estate, found, meeting=reading.meeting_of(found))
    )


def insurance(request: Request, slug: str, no: int) -> HttpResponse:
    """Record a policy."""
    estate, found = _fetch(request, slug, no)
    form = forms.InsuranceForm(posted(request))

    def verb(data: dict[str, Any]) -> object:
        return services.add_insurance(actor=request.actor, estate_id=estate.pk, no=no, now=request.now, **data)

    if carry_out(request, form, verb, said=_("保单登记好了。")):
        return redirect("web:desk_project", slug=slug, no=no)
    context = _context(request, estate, found, form=form, heading=_("登记保险"), send=_("登记"))
    return show_form(request, "projects/form.html", context, form)


def plan(request: Request, slug: str, no: int) -> HttpResponse:
    """Plan anew what has not begun; the page says what stays and how many are left to plan."""
    estate, found = _fetch(request, slug, no)
    kept = [phase for phase in found.phases.all() if phase.started_at is not None]
    left = [phase for phase in found.phases.all() if phase.started_at is None]
    form = forms.ReplanForm(posted(request), initial={"phases": forms.typed_again(left)}, first=len(kept) + 1)

    def verb(data: dict[str, Any]) -> object:
        phases = [(phase.title, phase.planned, phase.due_on) for phase in data["phases"]]
        return services.change_plan(
            actor=request.actor, estate_id=estate.pk, no=no, phases=phases, reason=data["reason"], now=request.now
        )

    if carry_out(request, form, verb, said=_("计划改好了，原来的计划还看得到。")):
        return redirect("web:desk_project", slug=slug, no=no)
    to_plan = sum(phase.planned for phase in left)
    context = _context(request, estate, found, form=form, kept=kept, left=to_plan, may_change=bool(left))
    return show_form(request, "projects/plan.html", context, form)


def _picture(request: Request, form: forms.StepForm, estate: Estate) -> Photo | None:
    """Return the picture that came with the form, or that an earlier try of it left here.

    It is kept at once, since a browser never sends the same file again by itself when the form comes back.
    """
    upload = form.cleaned_data["photo"]
    if upload is None:
        kept = form.cleaned_data["kept"]
        return next(iter(matters.usable(actor=request.actor, estate_id=estate.pk, ids=[kept])), None) if kept else None
    try:
        return matters.store_photo(actor=request.actor, estate=estate, upload=upload, now=request.now)
    except BadInput as refusal:
        raise BadInput(refusal.message, fields={"photo": refusal.message}) from refusal


def step(request: Request, slug: str, no: int, phase_no: int, kind: str) -> HttpResponse:
    """Record a step of a phase; on a refusal the form comes back with all that was typed, the picture too."""
    estate, found = _fetch(request, slug, no)
    phase = next((row for row in found.phases.all() if row.no == phase_no), None)
    if kind not in VERBS or phase is None:
        raise NotFound(gettext_noop("没有这一步。请回到项目页重新选。"))
    typed = request.POST.copy() if request.method == "POST" else None
    form = forms.StepForm(typed, request.FILES or None, initial={"on": request.now.astimezone(CHINA).date()}, kind=kind)
    photo: Photo | None = None
    if typed is not None and form.is_valid():
        data = form.cleaned_data

        def record() -> object:
            nonlocal photo
            photo = _picture(request, form, estate)
            return VERBS[kind](
                actor=request.actor,
                estate_id=estate.pk,
                no=no,
                phase_no=phase_no,
                on=data["on"],
                note=data["note"],
                photo=photo,
                now=request.now,
            )

        if attempt(form, record):
            messages.success(request, _("登记好了。"))
            return redirect("web:desk_project", slug=slug, no=no)
        if photo is not None:
            typed["kept"] = str(photo.pk)
    kept = typed and typed.get("kept")
    context = _context(request, estate, found, phase=phase, kind=kind, form=form, kept=kept, heading=_(HEADINGS[kind]))
    return show_form(request, "projects/step.html", context, form)
