"""Meetings as staff run them: one form a page, each posting to one verb."""

from __future__ import annotations

from datetime import date, datetime, time

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yishiting.council.meetings import policy, selectors, services
from yishiting.council.meetings.models import Meeting
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.places.models import Estate
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.doorway import attempt, attempt_and_tell, estate_at, page_of, staffed_estates
from yishiting.reach.web.http import Request
from yishiting.reach.web.meetings import forms, reading


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, CHINA)


def _fetch(request: Request, slug: str, no: int) -> tuple[Estate, Meeting]:
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    return estate, selectors.meeting_page(request.actor, estate.pk, no)


def _form(
    request: Request, estate: Estate, found: Meeting, form: Form, *, heading: str, send: str, quote: str = ""
) -> HttpResponse:
    return render(
        request,
        "meetings/form.html",
        {
            "estate": estate,
            "section": "meetings",
            "meeting": found,
            "form": form,
            "heading": heading,
            "send": send,
            "quote": quote,
        },
    )


def meetings(request: Request) -> HttpResponse:
    """All meetings of the estates served, with what waits for one."""
    estates = staffed_estates(request.actor, Duty.MEET)
    ids = [estate.pk for estate in estates]
    rows = selectors.desk_list(request.actor, ids)
    words = request.GET.get("q", "").strip()
    if words:
        rows = rows.filter(title__icontains=words)
    return render(
        request,
        "meetings/desk_list.html",
        {
            "section": "meetings",
            "page_obj": page_of(request, rows),
            "q": words,
            "waiting": list(selectors.waiting_for_meeting(ids)[:50]),
            "estates": estates,
        },
    )


def plan(request: Request, slug: str) -> HttpResponse:
    """Plan a meeting; ``?matter=no`` ticks that matter."""
    estate = estate_at(slug)
    policy.can_run(request.actor, estate.pk).enforce()
    waiting = list(selectors.waiting_for_meeting([estate.pk]))
    asked = [run for run in waiting if str(run.matter.no) == request.GET.get("matter")]
    chosen = asked or waiting[:1]
    initial = {
        "matters": [str(run.matter_id) for run in chosen],
        "title": _("议事会：%(title)s") % {"title": chosen[0].matter.title} if chosen else "",
        "parties": "\n".join(selectors.parties_asked_for(chosen)),
        "time": "15:00",
    }
    form = forms.PlanForm(request.POST or None, waiting=waiting, initial=initial)
    if request.method == "POST" and form.is_valid():
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
                matters=[int(pk) for pk in data["matters"]],
                now=request.now,
            ),
        )
        if done:
            messages.success(request, _("会议排好了。核对无误后，请发出邀请。"))
            return redirect("web:desk_meeting", slug=slug, no=done.no)
    return render(
        request,
        "meetings/plan.html",
        {"estate": estate, "section": "meetings", "form": form, "waiting": waiting},
    )


def meeting(request: Request, slug: str, no: int) -> HttpResponse:
    """The meeting's page at the desk: what to do next stands first."""
    estate, found = _fetch(request, slug, no)
    sides = reading.sides_of(found)
    return render(
        request,
        "meetings/desk_page.html",
        {
            "estate": estate,
            "section": "meetings",
            "meeting": found,
            "items": reading.items_of(found, for_desk=True),
            "sides": sides,
            "people": sum(side.present for side in sides),
            "attendances": list(found.attendances.select_related("party")),
            "attend_form": forms.AttendForm(parties=list(found.parties.all())),
            "undecided": reading.undecided(found),
            "missing": [side.name for side in sides if side.required and not side.present],
            "versions": list(found.minutes.all()),
        },
    )


@require_POST
def invite(request: Request, slug: str, no: int) -> HttpResponse:
    """Announce the meeting."""
    estate = estate_at(slug)
    attempt_and_tell(
        request,
        lambda: services.invite(actor=request.actor, estate_id=estate.pk, no=no, now=request.now),
        _("邀请已发出，会议已在小区页面上公布。"),
    )
    return redirect("web:desk_meeting", slug=slug, no=no)


def move(request: Request, slug: str, no: int) -> HttpResponse:
    """Move the meeting to another time."""
    estate, found = _fetch(request, slug, no)
    local = found.starts_at.astimezone(CHINA)
    form = forms.MoveForm(request.POST or None, initial={"day": local.date(), "time": local.strftime("%H:%M")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(
            form,
            lambda: services.move_meeting(
                actor=request.actor,
                estate_id=estate.pk,
                no=no,
                starts_at=_moment(data["day"], data["time"]),
                place=data["place"],
                now=request.now,
            ),
        ):
            messages.success(request, _("已改期。请重新发出邀请。"))
            return redirect("web:desk_meeting", slug=slug, no=no)
    return _form(request, estate, found, form, heading=_("改期"), send=_("改期"))


def cancel(request: Request, slug: str, no: int) -> HttpResponse:
    """Ask once more, then call the meeting off."""
    estate, found = _fetch(request, slug, no)
    if request.method == "POST":
        attempt_and_tell(
            request,
            lambda: services.cancel_meeting(actor=request.actor, estate_id=estate.pk, no=no, now=request.now),
            _("会议已取消，事项还在等下一次会议。"),
        )
        return redirect("web:desk_meeting", slug=slug, no=no)
    return render(request, "meetings/cancel.html", {"estate": estate, "section": "meetings", "meeting": found})


def attend(request: Request, slug: str, no: int) -> HttpResponse:
    """Take down who came; on a mistake the form comes back with what was typed."""
    estate, found = _fetch(request, slug, no)
    form = forms.AttendForm(request.POST or None, parties=list(found.parties.all()))
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(
            form,
            lambda: services.attend(
                actor=request.actor,
                estate_id=estate.pk,
                no=no,
                party_id=form.cleaned_data["party"],
                count=form.cleaned_data["count"],
                now=request.now,
            ),
        )
        is not None
    ):
        messages.success(request, _("已签到。"))
        return redirect("web:desk_meeting", slug=slug, no=no)
    return _form(request, estate, found, form, heading=_("签到"), send=_("签到"))


@require_POST
def withdraw(request: Request, slug: str, no: int, attendance_id: int) -> HttpResponse:
    """Take back an attendance that was written down wrongly."""
    estate = estate_at(slug)
    attempt_and_tell(
        request,
        lambda: services.withdraw_attendance(
            actor=request.actor, estate_id=estate.pk, no=no, attendance_id=attendance_id, now=request.now
        ),
        _("这条签到撤掉了。"),
    )
    return redirect("web:desk_meeting", slug=slug, no=no)


@require_POST
def open_meeting(request: Request, slug: str, no: int) -> HttpResponse:
    """Open the meeting."""
    estate = estate_at(slug)
    attempt_and_tell(
        request,
        lambda: services.open_meeting(actor=request.actor, estate_id=estate.pk, no=no, now=request.now),
        _("会议开始了。请把每条方案都记下来。"),
    )
    return redirect("web:desk_meeting", slug=slug, no=no)


def propose(request: Request, slug: str, no: int) -> HttpResponse:
    """Minute a proposal; on a mistake the form comes back with all that was typed."""
    estate, found = _fetch(request, slug, no)
    form = forms.ProposeForm(request.POST or None, meeting=found)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(
            form,
            lambda: services.propose(
                actor=request.actor,
                estate_id=estate.pk,
                no=no,
                item_id=data["item"],
                party_id=data["party"],
                text=data["text"],
                now=request.now,
            ),
        ):
            messages.success(request, _("方案已记下。"))
            return redirect("web:desk_meeting", slug=slug, no=no)
    return _form(request, estate, found, form, heading=_("记一条方案"), send=_("记下"))


def decide(request: Request, slug: str, no: int, proposal_no: int) -> HttpResponse:
    """Say what became of a proposal."""
    estate, found = _fetch(request, slug, no)
    proposal = next((row for item in found.agenda.all() for row in item.proposals.all() if row.no == proposal_no), None)
    if proposal is None:
        raise NotFound(gettext_noop("没有这条方案。请回到会议页重新选。"))
    initial = {"outcome": proposal.outcome, "reason": proposal.reason}
    form = forms.DecideForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(
            form,
            lambda: services.decide_proposal(
                actor=request.actor,
                estate_id=estate.pk,
                no=no,
                proposal_no=proposal_no,
                outcome=data["outcome"],
                reason=data["reason"],
                now=request.now,
            ),
        ):
            messages.success(request, _("结论已记下。"))
            return redirect("web:desk_meeting", slug=slug, no=no)
    return _form(
        request,
        estate,
        found,
        form,
        heading=_("第 %(no)s 条方案的结论") % {"no": proposal_no},
        quote=proposal.text,
        send=_("记下结论"),
    )


def minutes(request: Request, slug: str, no: int) -> HttpResponse:
    """Keep a version of the minutes; after closing it is a correction with its reason."""
    estate, found = _fetch(request, slug, no)
    last = next(iter(found.minutes.all()), None)
    form = forms.MinutesForm(
        request.POST or None, initial={"text": last.text if last else ""}, closed=found.state == "closed"
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(
            form,
            lambda: services.write_minutes(
                actor=request.actor,
                estate_id=estate.pk,
                no=no,
                text=data["text"],
                reason=data.get("reason", ""),
                now=request.now,
            ),
        ):
            messages.success(request, _("记录已存为新的一版，旧的仍然看得到。"))
            return redirect("web:desk_meeting", slug=slug, no=no)
    return _form(
        request,
        estate,
        found,
        form,
        heading=_("更正会议记录") if found.state == "closed" else _("会议记录"),
        send=_("存为新的一版"),
    )


def close(request: Request, slug: str, no: int) -> HttpResponse:
    """Close the meeting: refused while a proposal is open, with everything typed kept."""
    estate, found = _fetch(request, slug, no)
    last = next(iter(found.minutes.all()), None)
    form = forms.CloseForm(
        request.POST or None, items=list(found.agenda.all()), initial={"minutes": last.text if last else ""}
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(
            form,
            lambda: services.close_meeting(
                actor=request.actor,
                estate_id=estate.pk,
                no=no,
                minutes=form.cleaned_data["minutes"],
                decisions=form.decisions(),
                now=request.now,
            ),
        )
        is not None
    ):
        messages.success(request, _("散会了。下面是各项议题接着要办的。"))
        return redirect("web:desk_meeting", slug=slug, no=no)
    return render(
        request,
        "meetings/close.html",
        {
            "estate": estate,
            "section": "meetings",
            "meeting": found,
            "form": form,
            "undecided": reading.undecided(found),
            "gone": [item for item in found.agenda.all() if item.run.ended_at is not None],
        },
    )
