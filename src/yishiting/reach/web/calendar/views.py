"""The work calendar at the desk: a year to look at, a day to enter, a list to paste, an entry to lift."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.places import policy, selectors, services
from yishiting.ground.places.days import EARLIEST, LATEST
from yishiting.ground.places.models import Estate, WorkdayOverride
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import NotFound, Refusal
from yishiting.kernel.words import gettext_noop
from yishiting.kernel.workdays import NamedDay
from yishiting.reach.web.calendar import forms
from yishiting.reach.web.doorway import attempt, estate_at, posted, show_form, staffed_estates
from yishiting.reach.web.http import Request

SECTION = "matters"


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row that the published calendar names alike."""

    first: date
    last: date
    worked: bool
    name: str

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def spans(days: Sequence[NamedDay]) -> list[Span]:
    """Return named days with those that follow one another drawn together."""
    found: list[Span] = []
    for each in days:
        before = found[-1] if found else None
        if before and (before.worked, before.name) == (each.worked, each.name) and (
            each.day - before.last == timedelta(days=1)
        ):  # fmt: skip
            found[-1] = Span(before.first, each.day, each.worked, each.name)
        else:
            found.append(Span(each.day, each.day, each.worked, each.name))
    return found


def _kept(request: Request, slug: str) -> Estate:
    """Return the estate whose calendar the reader keeps; refuses anybody else."""
    estate = estate_at(slug)
    policy.can_keep_calendar(request.actor, estate.pk).enforce()
    return estate


def _others(request: Request, estate: Estate) -> list[Estate]:
    return [each for each in staffed_estates(request.actor, Duty.CALENDAR) if each.pk != estate.pk]


@require_safe
def calendar(request: Request, slug: str) -> HttpResponse:
    """A year: what is published, what the estate entered, what was lifted; one that nobody knows says so."""
    estate = _kept(request, slug)
    this_year = request.now.astimezone(CHINA).year
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 and EARLIEST <= int(asked) <= LATEST else this_year
    found = selectors.calendar_year(estate.pk, year)
    return render(
        request,
        "calendar/year.html",
        {
            "section": SECTION,
            "estate": estate,
            "year": found,
            "spans": [(span, _(span.name)) for span in spans(found.published)],
            "years": [each for each in range(this_year - 1, this_year + 3) if EARLIEST <= each <= LATEST],
        },
    )


def day(request: Request, slug: str) -> HttpResponse:
    """Enter one day."""
    estate = _kept(request, slug)
    others = _others(request, estate)
    form = forms.DayForm(posted(request), others=len(others))
    if form.is_bound and form.is_valid():
        given = {key: form.cleaned_data[key] for key in ("day", "worked", "reason")}
        done = attempt(form, lambda: services.set_day(actor=request.actor, estate=estate, now=request.now, **given))
        if done is not None:
            messages.success(request, _("登记好了。从现在起新开始的期限照这个算，已经在走的期限不变。"))
            if form.cleaned_data.get("others"):
                _everywhere(
                    request,
                    others,
                    lambda other: services.set_day(actor=request.actor, estate=other, now=request.now, **given),
                )
            return _back(estate, done.day.year)
    return show_form(
        request, "calendar/day.html", {"section": SECTION, "estate": estate, "form": form, "others": others}, form
    )


def days(request: Request, slug: str) -> HttpResponse:
    """Paste a year's list; what is at fault is told line by line, and nothing typed is lost."""
    estate = _kept(request, slug)
    others = _others(request, estate)
    form = forms.ListForm(posted(request), others=len(others))
    faults: tuple[Any, ...] = ()
    if form.is_bound and form.is_valid():
        given = {"text": form.cleaned_data["days"], "reason": form.cleaned_data["reason"]}

        def verb(which: Estate) -> services.Entered:
            return services.import_days(actor=request.actor, estate=which, now=request.now, **given)

        try:
            done = attempt_list(form, lambda: verb(estate))
        except services.FaultyList as faulty:
            faults = faulty.faults
            form.add_error("days", faulty.message.render(_))
        else:
            if done is not None:
                messages.success(
                    request,
                    _("登记了 %(n)s 天；%(same)s 天和原来一样，没有重复登记。")
                    % {"n": len(done.days), "same": done.same},
                )
                if form.cleaned_data.get("others"):
                    _everywhere(request, others, verb)
                return _back(estate, done.days[0].day.year if done.days else None)
    return show_form(
        request,
        "calendar/list.html",
        {"section": SECTION, "estate": estate, "form": form, "faults": faults, "others": others},
        form,
    )


def attempt_list(form: forms.ListForm, verb: Callable[[], services.Entered]) -> services.Entered | None:
    """Run the verb; faults of lines pass, other refusals are shown on the form."""
    faulty: list[services.FaultyList] = []

    def run() -> services.Entered | None:
        try:
            return verb()
        except services.FaultyList as found:
            faulty.append(found)
            return None

    done = attempt(form, run)
    if faulty:
        raise faulty[0]
    return done


def lift(request: Request, slug: str, pk: int) -> HttpResponse:
    """Take an entered day back, with the reason."""
    estate = _kept(request, slug)
    row = WorkdayOverride.objects.filter(estate=estate, pk=pk, lifted_at__isnull=True).first()
    if row is None:
        raise NotFound(gettext_noop("工作日历里没有这一条，或者已经撤掉了。请从日历页重新打开。"))
    form = forms.LiftForm(posted(request))
    if form.is_bound and form.is_valid():
        done = attempt(
            form,
            lambda: services.lift_day(
                actor=request.actor,
                estate=estate,
                override_id=row.pk,
                reason=form.cleaned_data["reason"],
                now=request.now,
            ),
        )
        if done is not None:
            messages.success(request, _("撤掉了。从现在起新开始的期限照国家公布的算，已经在走的期限不变。"))
            return _back(estate, done.day.year)
    return show_form(
        request, "calendar/lift.html", {"section": SECTION, "estate": estate, "form": form, "row": row}, form
    )


def _everywhere(request: Request, estates: Sequence[Estate], verb: Callable[[Estate], Any]) -> None:
    """Do the same in other estates, each on its own record; those that refuse are told by name, with the reason."""
    done = 0
    for other in estates:
        try:
            verb(other)
        except Refusal as refusal:
            words = {"name": other.name, "why": refusal.message.render(_)}
            messages.error(request, _("%(name)s 没有登记：%(why)s") % words)
        else:
            done += 1
    if done:
        messages.success(request, _("另外 %(n)s 个小区也登记好了。") % {"n": done})


def _back(estate: Estate, year: int | None) -> HttpResponse:
    address = reverse("web:desk_calendar", args=(estate.slug,))
    return redirect(f"{address}?year={year}" if year else address)
