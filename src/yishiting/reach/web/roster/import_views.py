"""Taking in a new roster: upload, look at what it would change, confirm that very thing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.people import selectors, services
from yishiting.ground.people.policy import can_keep_roster
from yishiting.ground.people.roster import Problem, Roster, parse, read_workbook
from yishiting.ground.people.services import uploads
from yishiting.ground.places import selectors as places
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import BadInput, NotFound
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.reach.web.doorway import estate_at, show_form, staffed_estates
from yishiting.reach.web.http import Request
from yishiting.reach.web.roster import forms
from yishiting.reach.web.roster.views import SECTION, figures
from yishiting.timeline.models import Entry

PER_PAGE = 50


def upload(request: Request, slug: str) -> HttpResponse:
    """Choose the file. What cannot be read at all is said here, in a sentence; what was ticked stays."""
    estate = estate_at(slug)
    can_keep_roster(request.actor, estate.pk).enforce()
    form = forms.UploadForm(request.POST, request.FILES) if request.method == "POST" else forms.UploadForm()
    if form.is_bound and form.is_valid():
        file, allow_new = form.cleaned_data["file"], form.cleaned_data["allow_new"]
        data = file.read()
        try:
            # Read once before it is kept: a file that is no roster is refused beside the field.
            _read(estate, data, file.name)
        except BadInput as refusal:
            form.add_error("file", refusal.message.render(_))
        else:
            token = uploads.keep(actor=request.actor, estate=estate, filename=file.name, data=data, now=request.now)
            address = reverse("web:roster_preview", kwargs={"slug": slug, "token": token})
            return redirect(f"{address}?new=1" if allow_new else address)
    others = [each for each in staffed_estates(request.actor, Duty.ROSTER) if each.pk != estate.pk][:20]
    context = {"section": SECTION, "estate": estate, "form": form, "others": others}
    return show_form(request, "roster/upload.html", context, form)


def _read(estate: Estate, data: bytes, filename: str) -> Roster:
    return parse(read_workbook(data, filename), estate.name)


def preview(request: Request, slug: str, token: str) -> HttpResponse:
    """What the file would change; confirming takes in this file with this difference and nothing else."""
    estate = estate_at(slug)
    kept = uploads.fetch(actor=request.actor, estate=estate, token=token, now=request.now)
    services.note_viewing(actor=request.actor, estate=estate, now=request.now)
    allow_new = (request.POST if request.method == "POST" else request.GET).get("new") == "1"
    roster = _read(estate, kept.data, kept.filename)
    status = 200
    if request.method == "POST":
        if request.POST.get("give_up"):
            uploads.forget(kept)
            messages.info(request, _("这份名册没有导入，文件已删掉。"))
            return redirect("web:roster_import", slug=slug)
        try:
            taken = services.import_roster(
                actor=request.actor,
                estate=estate,
                roster=roster,
                seal=request.POST.get("seal", ""),
                allow_new=allow_new,
                now=request.now,
            )
        except services.RosterMoved as moved:
            # Nothing was written: what is shown below is the new comparison, to be confirmed once more.
            messages.warning(request, moved.message.render(_))
            status = 409
        else:
            uploads.forget(kept)
            if taken.seq is None:
                messages.info(request, _("没有变化：和现有的名册一样，没有写入。"))
                return redirect(f"{reverse('web:roster')}?estate={slug}")
            return redirect("web:roster_done", slug=slug, seq=taken.seq)
    found = services.preview_roster(estate=estate, roster=roster, allow_new=allow_new)
    return render(
        request,
        "roster/preview.html",
        {"section": SECTION, "estate": estate, **_shown(request, found, allow_new, kept)},
        status=status,
    )


@dataclass(frozen=True, slots=True)
class Kind:
    """How often one sort of problem occurs."""

    words: str
    level: str
    count: int


def _shown(request: Request, found: services.Preview, allow_new: bool, kept: uploads.Upload) -> dict[str, object]:
    """Gather what the preview shows: totals, problems (errors first) and changes, a page each."""
    difference = found.difference
    problems = sorted(difference.roster.problems, key=lambda each: each.level)
    errors = len(difference.roster.errors)
    return {
        "upload": kept,
        "summary": difference.roster.summary(),
        "area": difference.roster.area,
        "difference": difference,
        "counts": difference.counts(),
        "outranked": len(found.outranked),
        "nothing": difference.nothing,
        "errors": errors,
        "warnings": len(problems) - errors,
        "kinds": _kinds(problems),
        "problems": _page(request, "page", problems),
        "changes": _page(request, "cpage", _changes(found)),
        "allow_new": allow_new,
        "asks_new": any(each.code in ("building_new", "entrance_new") for each in difference.refused),
        "seal": found.seal(),
    }


def _changes(found: services.Preview) -> list[Sentence]:
    """Return what changes, one sentence each: changes first, then what is new, what the file leaves out last."""
    difference = found.difference
    if difference.first:
        return []
    return [
        *(line for change in difference.changed for line in change.lines()),
        *found.kept_areas(),
        *replace(difference, changed=(), missing=()).lines(),
        *replace(difference, changed=(), added=()).lines(),
    ]


def _page(request: Request, name: str, rows: list[Any]) -> Page[Any]:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get(name))


WORDS = {
    "duplicate_row": gettext_noop("重复的行"),
    "area_missing": gettext_noop("缺面积"),
    "area_bad": gettext_noop("面积看不懂"),
    "area_approximate": gettext_noop("面积是大约数"),
    "owner_unknown": gettext_noop("业主待查"),
    "phone_shared": gettext_noop("电话多人共用"),
    "phone_bad": gettext_noop("电话不对"),
    "building_new": gettext_noop("没有登记过的楼栋"),
    "entrance_new": gettext_noop("没有登记过的单元"),
}


def _kinds(problems: list[Problem]) -> list[Kind]:
    counted: dict[tuple[str, str], int] = {}
    for each in problems:
        words = _(WORDS[each.code]) if each.code in WORDS else _("其他")
        counted[words, each.level] = counted.get((words, each.level), 0) + 1
    return [Kind(words, level, count) for (words, level), count in counted.items()]


def done(request: Request, slug: str, seq: int) -> HttpResponse:
    """What an import did, as its entry on the record says, and what is to be settled now."""
    estate = estate_at(slug)
    register = selectors.register(request.actor, estate)
    entry = Entry.objects.filter(estate_id=estate.pk, seq=seq, kind="people.roster_imported").first()
    if entry is None:
        raise NotFound(gettext_noop("没有这次导入的记录。请回名册看。"))
    return render(
        request,
        "roster/done.html",
        {
            "section": SECTION,
            "estate": estate,
            "entry": entry,
            "register": register,
            "figures": figures(register, places.declared(estate.pk)),
        },
    )
