"""Rounds from home to home, made for a phone at the door: each button is a form of its own and needs no script."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yishiting.council.matters.kinds.evidence import entrances_in_scope
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.places.models import Estate
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import NotFound, WrongState
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web import excel
from yishiting.reach.web.doorway import (
    attempt,
    attempt_and_tell,
    carry_out,
    estate_at,
    only_where,
    page_of,
    posted,
    show_form,
    staffed_estates,
)
from yishiting.reach.web.http import Request
from yishiting.reach.web.notices import forms, reading
from yishiting.record.notices import policy, selectors, services
from yishiting.record.notices.models import Attempt, Canvass
from yishiting.record.notices.services.canvassing import canvass_at

SECTION = "canvasses"


def canvasses(request: Request) -> HttpResponse:
    """All rounds that the actor goes on, those that go on first."""
    estates = staffed_estates(request.actor, Duty.CANVASS)
    words = request.GET.get("q", "").strip()
    rows = policy.canvasses_of(request.actor).select_related("estate")
    state = request.GET.get("state", "")
    if words:
        rows = rows.filter(title__icontains=words)
    if state in {"open", "closed"}:
        rows = rows.filter(closed_at__isnull=state == "open")
    page = page_of(request, rows.order_by(F("closed_at").desc(nulls_first=True), "-no"))
    parts = selectors.parts_of(list(page.object_list))
    return render(
        request,
        "notices/desk_canvasses.html",
        {
            "section": SECTION,
            "estates": [row for row in estates if policy.can_begin(request.actor, row.pk)],
            "page_obj": page,
            "rows": [(row, selectors.total(_mine(request, row, parts[row.pk]))) for row in page.object_list],
            "q": words,
            "state": state,
        },
    )


def _mine(request: Request, canvass: Canvass, parts: list[selectors.Part]) -> list[selectors.Part]:
    """Leave the buildings that the actor may look at."""
    buildings = policy.buildings_of(request.actor, canvass.estate_id)
    return parts if buildings is None else [part for part in parts if part.building_id in buildings]


def new(request: Request, slug: str) -> HttpResponse:
    """Begin a round; ``?matter=no`` for the step of a matter that asks for one."""
    estate = estate_at(slug)
    policy.can_begin(request.actor, estate.pk).enforce()
    asked = request.GET.get("matter", "")
    run = reading.waiting_run(estate, "canvass", asked)
    initial: dict[str, Any] = {}
    if run:
        initial["title"] = run.matter.title[:60]
        if run.matter.building_id or run.matter.entrance_id:
            initial["entrances"] = forms.chosen_for(entrances_in_scope(run.matter).values_list("pk", flat=True))
    form = forms.CanvassForm(posted(request), initial=initial, estate=estate)
    if form.is_valid():
        data = form.cleaned_data

        def begin() -> Any:
            if asked and run is None:
                raise WrongState(gettext_noop("这件事项现在不在逐户上门这一步。请回到事项页看它到了哪一步。"))
            return services.begin_canvass(
                actor=request.actor,
                estate=estate,
                title=data["title"],
                words=data["words"],
                notes_suffice=data["notes_suffice"],
                entrance_ids=form.scope(),
                thread=run.matter.thread if run else "",
                run=run.pk if run else None,
                now=request.now,
            )

        if done := attempt(form, begin):
            messages.success(request, _("可以开始了。选一栋楼，一户一户登记。"))
            return redirect("web:desk_canvass", slug=slug, no=done.no)
    context = {"estate": estate, "section": SECTION, "form": form, "run": run, "asked": asked}
    return show_form(request, "notices/canvass_new.html", context, form)


def _open(request: Request, slug: str, no: int) -> tuple[Estate, Canvass, list[selectors.Part]]:
    estate = estate_at(slug)
    found = policy.canvasses_of(request.actor).filter(estate=estate, no=no).first()
    if found is None:
        canvass_at(estate.pk, no)
        raise NotFound(gettext_noop("这次走访里没有您负责的楼。请找社区工作人员。"))
    return estate, found, _mine(request, found, selectors.parts_of([found])[found.pk])


def _context(estate: Estate, canvass: Canvass, parts: list[selectors.Part], **more: Any) -> dict[str, Any]:
    return {
        "estate": estate,
        "section": SECTION,
        "canvass": canvass,
        "parts": parts,
        "total": selectors.total(parts),
        **more,
    }


def canvass(request: Request, slug: str, no: int) -> HttpResponse:
    """How far the round is, building by building."""
    estate, found, parts = _open(request, slug, no)
    may_close = found.closed_at is None and bool(policy.can_begin(request.actor, estate.pk))
    matter = reading.matter_of(found.thread)
    return render(
        request, "notices/desk_canvass.html", _context(estate, found, parts, may_close=may_close, matter=matter)
    )


def doors(request: Request, slug: str, no: int, building: int) -> HttpResponse:
    """The doors of a building in walking order; a button under each says what came of it."""
    estate, found, parts = _open(request, slug, no)
    policy.can_visit(request.actor, estate.pk, building).enforce()
    part = next((row for row in parts if row.building_id == building), None)
    if part is None:
        raise NotFound(gettext_noop("这次走访里没有这栋楼。请回到走访页重新选。"))
    here = reverse("web:desk_canvass_doors", args=[slug, no, building])
    if request.method == "POST":
        asked = request.POST.get("home", "")
        home_id = int(asked) if asked.isdecimal() and len(asked) < 18 else 0

        def verb() -> object:
            return services.record_attempt(
                actor=request.actor,
                estate_id=estate.pk,
                no=no,
                home_id=home_id,
                outcome=request.POST.get("outcome", ""),
                now=request.now,
            )

        attempt_and_tell(request, verb, _("登记好了。"))
        return redirect(f"{here}{'?all=1' if request.POST.get('all') else ''}")
    listed = selectors.doors(found, [building])
    everything = request.GET.get("all") == "1"
    context = _context(
        estate,
        found,
        parts,
        part=part,
        doors=[door for door in listed if everything or not door.told],
        all=everything,
        quick=[(code, Attempt.Outcome(code).label) for code in ("met", "refused", "note_left", "away")],
    )
    return render(request, "notices/doors.html", context)


def home(request: Request, slug: str, no: int, home: int) -> HttpResponse:
    """One door: who went there, a form for what the buttons do not say, and taking back what was a slip."""
    estate, found, parts = _open(request, slug, no)
    door = next(iter(selectors.doors(found, None, home_id=home)), None)
    if door is None:
        raise NotFound(gettext_noop("这一户不在这次走访里。请回到名单重新选。"))
    policy.can_visit(request.actor, estate.pk, door.home.building_id).enforce()
    at: dict[str, Any] = {"actor": request.actor, "estate_id": estate.pk, "no": no, "home_id": home, "now": request.now}
    here = reverse("web:desk_canvass_home", args=[slug, no, home])
    withdrawn = request.POST.get("withdraw", "") if request.method == "POST" else ""
    if withdrawn:
        pk = int(withdrawn) if withdrawn.isdecimal() and len(withdrawn) < 18 else 0
        attempt_and_tell(request, lambda: services.withdraw_attempt(**at, attempt_id=pk), _("撤掉了。"))
        return redirect(here)
    form = forms.AttemptForm(posted(request), initial={"how": Attempt.How.VISIT})

    def verb(data: dict[str, Any]) -> object:
        moment = data["at"].astimezone(CHINA) if data["at"] else None
        told = {name: data[name] for name in ("outcome", "how", "note")}
        return services.record_attempt(**at, **told, at=moment)

    if carry_out(request, form, verb, said=_("登记好了。")):
        return redirect("web:desk_canvass_doors", slug=slug, no=no, building=door.home.building_id)
    return show_form(request, "notices/home.html", _context(estate, found, parts, door=door, form=form), form)


@require_safe
def export(request: Request, slug: str, no: int) -> HttpResponse:
    """The doors that the actor may look at, as an Excel file; that he took them away is on record."""
    estate, found, _parts = _open(request, slug, no)
    rows = selectors.doors(found, policy.buildings_of(request.actor, estate.pk))
    services.note_export(actor=request.actor, estate_id=estate.pk, no=no, homes=len(rows), now=request.now)
    columns = (
        *((_("楼栋"), 10), (_("单元"), 10), (_("房号"), 10), (_("通知到没有"), 12), (_("去了几次"), 10)),
        *((_("最近一次"), 18), (_("怎么联系的"), 12), (_("结果"), 18), (_("说明"), 40)),
    )
    lines = (
        (
            *(door.home.building.label, door.home.entrance.label, door.home.room),
            _("通知到了") if door.told else _("还没有"),
            sum(1 for each in door.attempts if each.withdrawn_at is None),
            *(
                (door.last.at, door.last.get_how_display(), door.last.get_outcome_display(), door.last.note)
                if door.last
                else (None, "", "", "")
            ),
        )
        for door in rows[: excel.MOST_ROWS]
    )
    return excel.answer(name="canvass", title=_("逐户走访"), columns=columns, rows=lines, now=request.now)


def close(request: Request, slug: str, no: int) -> HttpResponse:
    """End the round; with homes left over, only with a reason."""
    estate, found, parts = _open(request, slug, no)
    policy.can_begin(request.actor, estate.pk).enforce()
    only_where(found.closed_at is None, request, gettext_noop("这次走访已经结束了，不用再结束一次。"))
    form = forms.CloseForm(posted(request))

    def verb(data: dict[str, Any]) -> object:
        return services.close_canvass(
            actor=request.actor, estate_id=estate.pk, no=no, reason=data["reason"], now=request.now
        )

    if carry_out(request, form, verb, said=_("走访结束了。")):
        return redirect("web:desk_canvass", slug=slug, no=no)
    return show_form(request, "notices/canvass_close.html", _context(estate, found, parts, form=form), form)
