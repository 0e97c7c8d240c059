"""The roster as the staff responsible for it read and correct it. Names are shown to them alone, and that is on record."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.people import selectors, services
from yishiting.ground.people.sign_in import masked
from yishiting.ground.places import selectors as places
from yishiting.ground.places.models import DeclaredFigure, Estate, Home
from yishiting.reach.web.doorway import attempt, estate_at, posted, show_form, staffed_estates
from yishiting.reach.web.http import Request
from yishiting.reach.web.roster import forms
from yishiting.reach.web.roster.paging import counted_page
from yishiting.reach.web.roster.sheet import write_sheet

PER_PAGE = 50
SECTION = "roster"


def _chosen(estates: list[Estate], slug: str) -> Estate:
    return next((estate for estate in estates if estate.slug == slug), estates[0])


def figures(register: selectors.Register, declared: dict[str, DeclaredFigure]) -> list[dict[str, object]]:
    """Return what is on the register, each with what the estate declares: ``≥1900 户`` where it says at least."""
    rows: list[tuple[str, object, str, str]] = [
        (_("楼栋"), register.buildings, _("栋"), "buildings"),
        (_("单元"), register.entrances, _("个"), ""),
        (_("住房"), register.homes, _("户"), "homes"),
        (_("居住"), register.residents, _("人"), "residents"),
    ]
    signs = {"": "", "at_least": "≥", "about": _("约")}
    found: list[dict[str, object]] = []
    for label, value, unit, name in rows:
        says = declared.get(name)
        found.append(
            {
                "label": label,
                "value": value,
                "unit": unit,
                "declared": f"{signs[says.approximate]}{says.value} {unit}" if says else "",
                "short": says is not None and isinstance(value, int) and not _agrees(value, says),
            }
        )
    return found


def _agrees(value: int, says: DeclaredFigure) -> bool:
    """Whether what is registered bears out what is declared; an 约 is no exact claim."""
    if says.approximate == DeclaredFigure.Approximate.AT_LEAST:
        return value >= says.value
    return says.approximate == DeclaredFigure.Approximate.ABOUT or value == says.value


def roster(request: Request) -> HttpResponse:
    """The homes of one estate that the reader keeps the roster of, with totals and what is to be settled."""
    estates = staffed_estates(request.actor, Duty.ROSTER)
    estate = _chosen(estates, request.GET.get("estate", ""))
    services.note_viewing(actor=request.actor, estate=estate, now=request.now)
    register = selectors.register(request.actor, estate)
    totals = figures(register, places.declared(estate.pk))
    words = request.GET.get("q", "").strip()[:60]
    settle = request.GET.get("settle", "")
    settle = settle if settle in selectors.TO_SETTLE else ""
    rows = selectors.homes(request.actor, estate, words=words, settle=settle)
    page = counted_page(request, rows, PER_PAGE, count=None if words else register.count(settle))
    homes = list(page.object_list)
    owners = selectors.owners_of(request.actor, estate, homes)
    return render(
        request,
        "roster/list.html",
        {
            "section": SECTION,
            "estate": estate,
            "estates": estates,
            "register": register,
            "figures": totals,
            "mismatch": any(item["short"] for item in totals),
            "declared_homes": next((item["declared"] for item in totals if item["unit"] == _("户")), ""),
            "q": words,
            "settle": settle,
            "page_obj": page,
            "rows": [_row(home, owners.get(home.pk, [])) for home in homes],
            "tabs": [
                ("", _("全部"), register.homes),
                ("area", _("缺面积"), register.no_area),
                ("owner", _("业主待查"), register.no_owner),
                ("phone", _("电话待核实"), register.shared_phone),
            ],
        },
    )


def _row(home: Home, owners: list[selectors.Owner]) -> dict[str, object]:
    unsettled = next((owner.unsettled_id for owner in owners if owner.unsettled_id), None)
    return {
        "home": home,
        "owners": [owner.name for owner in owners],
        "unsettled_id": unsettled or getattr(home, "unsettled_id", None),
    }


def export(request: Request, slug: str) -> HttpResponse:
    """The list as it is filtered, as an Excel workbook; each export is on record."""
    estate = estate_at(slug)
    words, settle = request.GET.get("q", "").strip()[:60], request.GET.get("settle", "")
    owners = selectors.owners_of(request.actor, estate)
    homes = list(selectors.homes(request.actor, estate, words=words, settle=settle))
    services.note_export(actor=request.actor, estate=estate, homes=len(homes), now=request.now)
    response = HttpResponse(
        write_sheet(homes, owners),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Content-Disposition"] = f'attachment; filename="roster-{estate.slug}.xlsx"'
    response["Cache-Control"] = "no-store"
    return response


def home(request: Request, slug: str, pk: int) -> HttpResponse:
    """One home: who owns it, and its area to be corrected with its source and the reason."""
    estate = estate_at(slug)
    found = selectors.home(request.actor, estate, pk)
    services.note_viewing(actor=request.actor, estate=estate, now=request.now)
    initial = {"area": "" if found.area is None else _plain(str(found.area)), "source": found.area_source}
    form = forms.AreaForm(posted(request), initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        done = attempt(
            form,
            lambda: services.set_area(
                actor=request.actor,
                estate=estate,
                home_id=pk,
                area=data["area"],
                source=data["source"],
                reason=data["reason"],
                now=request.now,
            ),
        )
        if done:
            messages.success(request, _("面积改好了，改前改后都已记录。"))
            return redirect("web:roster_home", slug=slug, pk=pk)
    owners = selectors.owners_of(request.actor, estate, [found]).get(found.pk, [])
    context = {
        "section": SECTION,
        "estate": estate,
        "home": found,
        "owners": [(owner, owner.phone) for owner in owners],
        "unsettled_id": _row(found, owners)["unsettled_id"],
        "form": form,
    }
    return show_form(request, "roster/home.html", context, form)


def _plain(area: str) -> str:
    return area.rstrip("0").rstrip(".") if "." in area else area


def phone(request: Request, slug: str, pk: int) -> HttpResponse:
    """A phone that different names share: say whose it is."""
    estate = estate_at(slug)
    shared = selectors.shared_phone(request.actor, estate, pk)
    services.note_viewing(actor=request.actor, estate=estate, now=request.now)
    tenants = [each.person.pk for each in shared.sharers if each.is_tenant]
    services.note_tenants(actor=request.actor, estate=estate, person_ids=tenants, now=request.now)
    form = forms.PhoneForm(posted(request), shared=shared)

    def settle() -> bool:
        services.settle_phone(
            actor=request.actor, estate=estate, unsettled_id=pk, person_id=form.person_id(), now=request.now
        )
        return True

    if form.is_valid() and attempt(form, settle):
        messages.success(request, _("核实好了：%(phone)s。") % {"phone": masked(shared.phone)})
        return redirect(f"{reverse('web:roster')}?estate={estate.slug}&settle=phone")
    context = {"section": SECTION, "estate": estate, "shared": shared, "form": form}
    return show_form(request, "roster/phone.html", context, form)
