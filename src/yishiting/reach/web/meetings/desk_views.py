"""Meetings as staff run them: one form a page, each posting to one verb."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yishiting.council.meetings import kinds, policy, selectors, services
from yishiting.council.meetings.models import Meeting
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.places.models import Estate
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import NotFound
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
from yishiting.reach.web.meetings import forms, reading

NOT_NOW = gettext_noop("这次会议现在不到这一步。请回会议页，看它走到哪里、现在能办什么。")


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, CHINA)


def _fetch(request: Request, slug: str, no: int, *states: str) -> tuple[Estate, Meeting]:
    """Return the estate and its meeting; a form is shown in the ``states`` alone in which it can be sent."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    found = selectors.meeting_page(request.actor, estate.pk, no)
    only_where(not states or found.state in states, request, NOT_NOW)
    return estate, found


def _at(request: Request, estate: Estate, no: int) -> dict[str, Any]:
    """What every verb of a meeting takes: who, where, which, when."""
    return {"actor": request.actor, "estate_id": estate.pk, "no": no, "now": request.now}


def _context(estate: Estate, found: Meeting, **more: Any) -> dict[str, Any]:
    return {"estate": estate, "section": "meetings", "meeting": found, **more}


def _form(
    request: Request, estate: Estate, found: Meeting, form: Form, *, heading: str, send: str, quote: str = ""
) -> HttpResponse:
    context = _context(estate, found, form=form, heading=heading, send=send, quote=quote)
    return show_form(request, "meetings/form.html", context, form)


def _back(slug: str, no: int) -> HttpResponse:
    return redirect("web:desk_meeting", slug=slug, no=no)


def _listed(request: Request) -> tuple[list[Estate], QuerySet[Meeting], str]:
    """The estates served, their meetings as the page and its export list them, and the words searched for."""
    estates = staffed_estates(request.actor, Duty.MEET)
    rows = selectors.desk_list(request.actor, [estate.pk for estate in estates])
    words = request.GET.get("q", "").strip()
    return estates, rows.filter(title__icontains=words) if words else rows, words


def meetings(request: Request) -> HttpResponse:
    """All meetings of the estates served, with what waits for one."""
    estates, rows, words = _listed(request)
    return render(
        request,
        "meetings/desk_list.html",
        {
            "section": "meetings",
            "page_obj": page_of(request, rows),
            "q": words,
            "query": request.GET.urlencode(),
            "waiting": list(selectors.waiting_for_meeting([estate.pk for estate in estates])[:50]),
            "estates": estates,
        },
    )


@require_safe
def export(request: Request) -> HttpResponse:
    """The same list as an Excel file, whole. Who came is counted, never named."""
    _estates, rows, _words = _listed(request)
    columns = (
        *((_("小区"), 14), (_("第几次"), 8), (_("会议"), 36), (_("时间"), 18), (_("地点"), 18), (_("到哪步"), 14)),
        *((_("议题"), 48), (_("到会（人）"), 10), (_("散会时间"), 18)),
    )
    lines = (
        (
            *(row.estate.name, row.no, row.title, row.starts_at, row.place, reading.state_words(row)),
            _("；").join(item.matter.title for item in row.agenda.all()),
            getattr(row, "people", 0) if row.opened_at else None,
            row.closed_at,
        )
        for row in rows[: excel.MOST_ROWS]
    )
    return excel.answer(name="meetings", title=_("会议"), columns=columns, rows=lines, now=request.now)


def plan(request: Request, slug: str) -> HttpResponse:
    """Plan a meeting; ``?matter=no`` ticks that matter, ``?kind=`` says what kind of meeting with its sides."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    waiting = list(selectors.waiting_for_meeting([estate.pk]))
    asked = [run for run in waiting if str(run.matter.no) == request.GET.get("matter")]
    chosen = asked or waiting[:1]
    kind = kinds.kind_of(request.GET.get("kind", ""))
    name = kind.label.render(_)
    initial = {
        "matters": [str(run.matter_id) for run in chosen],
        "title": _("%(kind)s：%(title)s") % {"kind": name, "title": chosen[0].matter.title} if chosen else "",
        "parties": reading.sides_to_ask(kind, selectors.parties_asked_for(chosen)),
        "time": "15:00",
        "building": chosen[0].matter.building_id if chosen else None,
    }
    form = forms.PlanForm(
        posted(request), waiting=waiting, initial=initial, kind=kind, buildings=list(estate.buildings.all())
    )
    if form.is_valid():
        data = form.cleaned_data
        done = attempt(
            form,
            lambda: services.plan_meeting(
                actor=request.actor,
                estate=estate,
                title=data["title"],
                place=data["place"],
                starts_at=_moment(data["day"], data["time"]),
                parties=form.party_list(),
                least=form.least(),
                kind=kind.code,
                building_id=data.get("building"),
                matters=[int(pk) for pk in data["matters"]],
                now=request.now,
            ),
        )
        if done:
            messages.success(request, _("会议排好了。核对无误后，请发出邀请。"))
            return _back(slug, done.no)
    context = {
        "estate": estate,
        "section": "meetings",
        "form": form,
        "waiting": waiting,
        "kind": kind,
        "kinds": list(kinds.KINDS.values()),
        "matter": request.GET.get("matter", ""),
    }
    return show_form(request, "meetings/plan.html", context, form)


def meeting(request: Request, slug: str, no: int) -> HttpResponse:
    """The meeting's page at the desk: what to do next stands first."""
    estate, found = _fetch(request, slug, no)
    sides = reading.sides_of(found)
    return render(
        request,
        "meetings/desk_page.html",
        _context(
            estate,
            found,
            items=reading.items_of(found, at_desk=request.actor),
            sides=sides,
            people=sum(side.present for side in sides),
            attendances=list(found.attendances.select_related("party", "stands_for")),
            attend_form=forms.AttendForm(parties=list(found.parties.all()), holders=()),
            undecided=reading.undecided(found),
            lack=reading.lack(found),
            concerned=services.read_concerned(actor=request.actor, meeting=found, now=request.now),
            versions=list(found.minutes.all()),
        ),
    )


@require_POST
def invite(request: Request, slug: str, no: int) -> HttpResponse:
    """Announce the meeting."""
    at = _at(request, estate_at(slug), no)
    attempt_and_tell(request, lambda: services.invite(**at), _("邀请已发出，会议已在小区页面上公布。"))
    return _back(slug, no)


@require_POST
def open_meeting(request: Request, slug: str, no: int) -> HttpResponse:
    """Open the meeting."""
    at = _at(request, estate_at(slug), no)
    attempt_and_tell(request, lambda: services.open_meeting(**at), _("会议开始了。请把每条方案都记下来。"))
    return _back(slug, no)


@require_POST
def withdraw(request: Request, slug: str, no: int, attendance_id: int) -> HttpResponse:
    """Take back an attendance that was written down wrongly."""
    at = _at(request, estate_at(slug), no)
    attempt_and_tell(
        request,
        lambda: services.withdraw_attendance(**at, attendance_id=attendance_id),
        _("这条签到撤掉了。"),
    )
    return _back(slug, no)


def move(request: Request, slug: str, no: int) -> HttpResponse:
    """Move the meeting to another time."""
    estate, found = _fetch(request, slug, no, "planned", "invited")
    local = found.starts_at.astimezone(CHINA)
    form = forms.MoveForm(posted(request), initial={"day": local.date(), "time": local.strftime("%H:%M")})

    def verb(data: dict[str, Any]) -> object:
        starts_at = _moment(data["day"], data["time"])
        return services.move_meeting(**_at(request, estate, no), starts_at=starts_at, place=data["place"])

    if carry_out(request, form, verb, said=_("已改期。请重新发出邀请。")):
        return _back(slug, no)
    return _form(request, estate, found, form, heading=_("改期"), send=_("改期"))


def cancel(request: Request, slug: str, no: int) -> HttpResponse:
    """Ask once more, then call the meeting off; one that has opened is broken off, with the reason."""
    estate, found = _fetch(request, slug, no, "planned", "invited", "open", "closed", "interrupted")
    if found.opened_at is not None:
        return _interrupt(request, estate, found)
    if request.method == "POST":
        at = _at(request, estate, no)
        attempt_and_tell(request, lambda: services.cancel_meeting(**at), _("会议已取消，事项还在等下一次会议。"))
        return _back(slug, no)
    return render(request, "meetings/cancel.html", _context(estate, found))


def _interrupt(request: Request, estate: Estate, found: Meeting) -> HttpResponse:
    if found.ended_at is not None:
        return _over(request, estate, found)
    form = forms.InterruptForm(posted(request))

    def verb(data: dict[str, Any]) -> object:
        return services.call_off(**_at(request, estate, found.no), reason=data["reason"])

    if carry_out(request, form, verb, said=_("会议中断了，原因已经公布。要议的事还在等下一次会议。")):
        return _back(estate.slug, found.no)
    return show_form(request, "meetings/interrupt.html", _context(estate, found, form=form), form)


def attend(request: Request, slug: str, no: int) -> HttpResponse:
    """Take down who came; on a mistake the form comes back with what was typed."""
    estate, found = _fetch(request, slug, no, "planned", "invited", "open")
    holders = selectors.holders_of(estate.pk, request.now)
    form = forms.AttendForm(posted(request), parties=list(found.parties.all()), holders=holders)

    def verb(data: dict[str, Any]) -> object:
        return services.attend(
            **_at(request, estate, no),
            party_id=data["party"],
            count=data["count"],
            person_id=data["person"],
            stands_for_id=data["stands_for"],
        )

    if carry_out(request, form, verb, said=_("已签到。")):
        return _back(slug, no)
    return _form(request, estate, found, form, heading=_("签到"), send=_("签到"))


def propose(request: Request, slug: str, no: int) -> HttpResponse:
    """Minute a proposal; on a mistake the form comes back with all that was typed."""
    estate, found = _fetch(request, slug, no, "open")
    form = forms.ProposeForm(posted(request), meeting=found)

    def verb(data: dict[str, Any]) -> object:
        at = _at(request, estate, no)
        return services.propose(**at, item_id=data["item"], party_id=data["party"], text=data["text"])

    if carry_out(request, form, verb, said=_("方案已记下。")):
        return _back(slug, no)
    return _form(request, estate, found, form, heading=_("记一条方案"), send=_("记下"))


def state(request: Request, slug: str, no: int) -> HttpResponse:
    """Take down what a side said."""
    estate, found = _fetch(request, slug, no, "open")
    form = forms.StatementForm(posted(request), meeting=found)

    def verb(data: dict[str, Any]) -> object:
        at = _at(request, estate, no)
        return services.take_statement(**at, item_id=data["item"], party_id=data["party"], text=data["text"])

    if carry_out(request, form, verb, said=_("发言已记下。")):
        return _back(slug, no)
    return _form(request, estate, found, form, heading=_("记一段发言"), send=_("记下"))


def decide(request: Request, slug: str, no: int, proposal_no: int) -> HttpResponse:
    """Say what became of a proposal."""
    estate, found = _fetch(request, slug, no, "open")
    proposal = next((row for item in found.agenda.all() for row in item.proposals.all() if row.no == proposal_no), None)
    if proposal is None:
        raise NotFound(gettext_noop("没有这条方案。请回到会议页重新选。"))
    form = forms.DecideForm(posted(request), initial={"outcome": proposal.outcome, "reason": proposal.reason})

    def verb(data: dict[str, Any]) -> object:
        at = _at(request, estate, no)
        return services.decide_proposal(**at, proposal_no=proposal_no, outcome=data["outcome"], reason=data["reason"])

    if carry_out(request, form, verb, said=_("结论已记下。")):
        return _back(slug, no)
    heading = _("第 %(no)s 条方案的结论") % {"no": proposal_no}
    return _form(request, estate, found, form, heading=heading, quote=proposal.text, send=_("记下结论"))


def minutes(request: Request, slug: str, no: int) -> HttpResponse:
    """Keep a version of the minutes; after closing it is a correction with its reason."""
    estate, found = _fetch(request, slug, no, "open", "closed")
    last = next(iter(found.minutes.all()), None)
    closed = found.state == "closed"
    form = forms.MinutesForm(posted(request), initial={"text": last.text if last else ""}, closed=closed)

    def verb(data: dict[str, Any]) -> object:
        at = _at(request, estate, no)
        return services.write_minutes(**at, text=data["text"], reason=data.get("reason", ""))

    if carry_out(request, form, verb, said=_("记录已存为新的一版，旧的仍然看得到。")):
        return _back(slug, no)
    heading = _("更正会议记录") if closed else _("会议记录")
    return _form(request, estate, found, form, heading=heading, send=_("存为新的一版"))


def close(request: Request, slug: str, no: int) -> HttpResponse:
    """Close the meeting: refused while a proposal is open, with everything typed kept."""
    estate, found = _fetch(request, slug, no, "open", "closed", "interrupted")
    if found.ended_at is not None:
        return _over(request, estate, found)
    last = next(iter(found.minutes.all()), None)
    initial = {"minutes": last.text if last else ""}
    form = forms.CloseForm(posted(request), items=list(found.agenda.all()), initial=initial)

    def verb(data: dict[str, Any]) -> object:
        at = _at(request, estate, no)
        return services.close_meeting(**at, minutes=data["minutes"], decisions=form.decisions())

    if carry_out(request, form, verb, said=_("散会了。下面是各项议题接着要办的。")):
        return _back(slug, no)
    gone = [item for item in found.agenda.all() if item.run.ended_at is not None]
    of_matters = selectors.questions_of([item.matter_id for item in form.items], at=found)
    asked = [one for rows in of_matters.values() for one in rows]
    context = _context(estate, found, form=form, undecided=reading.undecided(found), gone=gone, asked=asked)
    return show_form(request, "meetings/close.html", context, form)


def _over(request: Request, estate: Estate, found: Meeting) -> HttpResponse:
    """Say that the meeting ended, when and how, and give back minutes that were typed in vain."""
    typed = request.POST.get("minutes", "").replace("\r\n", "\n").strip()
    kept = {row.text for row in found.minutes.all()}
    context = _context(estate, found, lost="" if typed in kept else typed)
    return render(request, "meetings/over.html", context, status=409)
