"""What a neighbour does: report, join, rate, ask for another round. Each keeps what was typed on any error."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from yishiting.council.matters import policy, selectors, services
from yishiting.council.matters.models import Matter, Photo, Report
from yishiting.ground.people.models import Person
from yishiting.ground.people.selectors import tenants_of
from yishiting.ground.people.services import note_tenants
from yishiting.ground.places.models import Building, Entrance, Estate, Home
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.doorway import attempt, estate_at, number_in, only_where
from yishiting.reach.web.http import Request
from yishiting.reach.web.matters import forms
from yishiting.reach.web.matters.parts import take_pictures
from yishiting.reach.web.matters.views import SECTION
from yishiting.reach.web.once_more import goes_back, hidden

TAKEN_UP = gettext_noop("这条反映已经受理或者撤回了，不能再改。还有要说的，可以在这件事里再说一次。")


def _homes(request: Request, estate: Estate) -> list[Home]:
    ids = [home for estate_id, home in request.actor.homes if estate_id == estate.pk]
    return list(Home.objects.filter(pk__in=ids).select_related("entrance__building").order_by("order", "pk"))


class _ForWhom:
    """Whose report it is: the reporter's own, or a neighbour's for whom staff write."""

    def __init__(self, request: Request, estate: Estate) -> None:
        self.estate, self.now = estate, request.now
        self.homes = _homes(request, estate)
        self.staff = bool(policy.can_write_for_others(request.actor, estate.pk))
        self.found: list[Home] = []
        self.people: list[Person] = []
        door = request.POST.get("door", "").strip() if self.staff and request.method == "POST" else ""
        if door:
            self.found = selectors.homes_called(estate, door)
            if len(self.found) == 1:
                self.people = services.people_of(self.found[0], request.now)
            if len(self.people) > 1:
                # Their names are shown to choose from, tenants' among them.
                tenants = tenants_of(self.found[0], now=request.now, but=request.actor.person_id)
                note_tenants(actor=request.actor, estate=estate, person_ids=tenants, now=request.now)

    @property
    def options(self) -> dict[str, Any]:
        """What a form of words needs to know."""
        return {"homes": self.homes, "staff": self.staff, "people": self.people if len(self.people) > 1 else ()}

    def chosen(self, form: forms.WordsForm) -> dict[str, Any] | None:
        """Return ``home_id`` and ``written_for`` for the verb, or ``None`` with the fault on the form."""
        data = form.cleaned_data
        if not data.get("door", "").strip():
            return {"home_id": int(data["home"]) if data.get("home") else None}
        if len(self.found) != 1:
            text = _("没有找到这个门牌，请写全，例如 1栋2单元301。")
            if self.found:
                names = _("、").join(str(home) for home in self.found[:3])
                text = _("有几户都叫这个门牌：%(names)s。请把楼栋和单元写全。") % {"names": names}
            form.add_error("door", text)
            return None
        if not self.people:
            return {"home_id": self.found[0].pk}
        if len(self.people) == 1:
            return {"home_id": self.found[0].pk, "written_for": self.people[0]}
        person = next((each for each in self.people if str(each.pk) == data.get("written_for")), None)
        if person is None:
            form.add_error("written_for", _("这一户登记了几位，请选是哪一位说的。"))
            return None
        return {"home_id": self.found[0].pk, "written_for": person}


def _place(estate: Estate, value: str) -> dict[str, Any]:
    kind, number = value[:1], number_in(value[1:])
    if number is None:
        return {}
    if kind == "b":
        return {"building": Building.objects.filter(estate=estate, pk=number).first()}
    return {"entrance": Entrance.objects.filter(estate=estate, pk=number).select_related("building").first()}


def report(request: Request, slug: str) -> HttpResponse:
    """Report a matter; where one like it goes on, it is offered to be joined first. Nothing is merged by itself."""
    estate = estate_at(slug)
    policy.can_report(request.actor, estate.pk).enforce()
    whom = _ForWhom(request, estate)
    sent = request.method == "POST"
    form = forms.ReportForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        categories=services.categories_of(estate.pk),
        places=forms.places_of(estate),
        **whom.options,
    )
    photos: list[Photo] = []
    if sent:
        photos, faults = take_pictures(request, estate, form)
        valid = form.is_valid()
        for fault in faults:
            form.add_error("photos", fault)
        if valid and not faults and not goes_back(request):
            answer = _send(request, estate, form, whom, photos)
            if answer is not None:
                return answer
    context = {"estate": estate, "section": SECTION, "form": form, "photos": photos, "draft": f"report-{estate.slug}"}
    return render(request, "matters/report.html", context, status=422 if sent and form.errors else 200)


def _send(
    request: Request, estate: Estate, form: forms.ReportForm, whom: _ForWhom, photos: list[Photo]
) -> HttpResponse | None:
    chosen = whom.chosen(form)
    if chosen is None:
        return None
    data = form.cleaned_data
    place = _place(estate, data["place"])
    joins = request.POST.get("join", "")
    if "confirm" not in request.POST and not joins:
        alike = selectors.similar(
            request.actor,
            estate,
            category=data["category"],
            title=data["title"],
            spot=data["spot"],
            now=request.now,
            **place,
        )
        if alike:
            return render(
                request,
                "matters/similar.html",
                {"estate": estate, "section": SECTION, "alike": alike, "hidden": hidden(form), "typed": data,
                 "draft": f"report-{estate.slug}"},
            )  # fmt: skip
    into = _joined(request, estate, joins) if joins else None

    def verb() -> Report:
        return services.report(
            actor=request.actor,
            estate=estate,
            category=data["category"],
            title=data["title"],
            words=data["words"],
            spot=data["spot"],
            photos=photos,
            urgent=data["urgent"],
            join_matter_id=into.pk if into else None,
            now=request.now,
            **place,
            **chosen,
        )

    made = attempt(form, verb)
    return None if made is None else _thanks(request, estate, made)


def _joined(request: Request, estate: Estate, no: str) -> Matter | None:
    number = number_in(no)
    return None if number is None else selectors.matter_by_no(request.actor, estate, number)


def _thanks(request: Request, estate: Estate, made: Report) -> HttpResponse:
    matter = made.matter
    text = _("收到了，是第 %(no)s 件。办到哪一步都会告诉您，办完一定答复。")
    messages.success(request, text % {"no": matter.no})
    return redirect(f"{reverse('web:matter', args=(estate.slug, matter.no))}?sent=1")


def join(request: Request, slug: str, no: int) -> HttpResponse:
    """Join a matter that goes on, with words of one's own."""
    estate = estate_at(slug)
    matter = selectors.matter_by_no(request.actor, estate, no)
    policy.can_report(request.actor, estate.pk).enforce()
    ended = gettext_noop(
        "这件事已经办完或者并走了，不再加反映。还有没办好的，请新反映一件，或者从“我的”里申请重新办理。"
    )
    only_where(matter.status == Matter.Status.OPEN, request, ended)
    whom = _ForWhom(request, estate)
    sent = request.method == "POST"
    form = forms.WordsForm(request.POST if sent else None, request.FILES if sent else None, **whom.options)
    photos: list[Photo] = []
    if sent:
        photos, faults = take_pictures(request, estate, form)
        valid = form.is_valid()
        for fault in faults:
            form.add_error("photos", fault)
        chosen = whom.chosen(form) if valid and not faults else None
        if chosen is not None:
            made = attempt(
                form,
                lambda: services.join(
                    actor=request.actor,
                    matter_id=matter.pk,
                    words=form.cleaned_data["words"],
                    photos=photos,
                    now=request.now,
                    **chosen,
                ),
            )
            if made is not None:
                return _thanks(request, estate, made)
    context = {"estate": estate, "section": SECTION, "matter": matter, "form": form, "photos": photos,
               "where": matter.where, "draft": f"join-{matter.pk}"}  # fmt: skip
    return render(request, "matters/join.html", context, status=422 if sent and form.errors else 200)


def rate(request: Request, slug: str, no: int) -> HttpResponse:
    """Rate the answer that one got."""
    estate = estate_at(slug)
    matter = selectors.matter_by_no(request.actor, estate, no)
    mine = selectors.report_of(request.actor, matter, _number(request, "report"))
    rated = gettext_noop("现在没有要您评的答复：还没有答复，或者您已经评过了。")
    only_where(mine.can_rate, request, rated)
    sent = request.method == "POST"
    form = forms.RateForm(request.POST if sent else None)
    if sent and form.is_valid():
        data = form.cleaned_data
        done = attempt(
            form,
            lambda: services.rate(
                actor=request.actor,
                report_id=mine.report.pk,
                rating=data["rating"],
                words=data["words"],
                now=request.now,
            ),
        )
        if done is not None:
            messages.success(request, _("记下了，谢谢您。"))
            return redirect("web:matter", estate.slug, matter.no)
    context = {"estate": estate, "section": SECTION, "matter": matter, "mine": mine, "form": form}
    return render(request, "matters/rate.html", context, status=422 if sent else 200)


def reopen(request: Request, slug: str, no: int) -> HttpResponse:
    """Ask for another round, with the reason."""
    estate = estate_at(slug)
    matter = selectors.matter_by_no(request.actor, estate, no)
    mine = selectors.report_of(request.actor, matter, _number(request, "report"))
    only_where(
        mine.can_reopen, request, gettext_noop("这件事还没有办结，不用重新办理。办完会答复您，那时再评、再申请。")
    )
    sent = request.method == "POST"
    form = forms.ReasonForm(
        request.POST if sent else None,
        label=_("哪里没有办好"),
        help_text=_("办事的人和小区住户会看到。请不要写姓名、电话和门牌号。"),
    )
    if sent and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = attempt(
            form,
            lambda: services.reopen(actor=request.actor, report_id=mine.report.pk, reason=reason, now=request.now),
        )
        if done is not None:
            messages.success(request, _("重新办理了，期限从今天算起。"))
            return redirect("web:matter", estate.slug, matter.no)
    context = {"estate": estate, "section": SECTION, "matter": matter, "mine": mine, "form": form}
    return render(request, "matters/reopen.html", context, status=422 if sent else 200)


def correct(request: Request, slug: str, no: int) -> HttpResponse:
    """Say one's own report anew, while nobody has taken it up."""
    estate = estate_at(slug)
    matter = selectors.matter_by_no(request.actor, estate, no)
    mine = selectors.report_of(request.actor, matter, _number(request, "report"))
    only_where(mine.can_change, request, TAKEN_UP)
    sent = request.method == "POST"
    form = forms.CorrectForm(request.POST if sent else None, initial={"words": mine.report.words})
    if sent and form.is_valid():
        words = form.cleaned_data["words"]
        done = attempt(
            form,
            lambda: services.correct_report(
                actor=request.actor, report_id=mine.report.pk, words=words, now=request.now
            ),
        )
        if done is not None:
            messages.success(request, _("改好了，办事的人看到的是改过的话。"))
            return redirect("web:matter", estate.slug, matter.no)
    context = {"estate": estate, "section": SECTION, "matter": matter, "mine": mine, "form": form}
    return render(request, "matters/correct.html", context, status=422 if sent else 200)


def withdraw(request: Request, slug: str, no: int) -> HttpResponse:
    """Take one's own report back, while nobody has taken it up."""
    estate = estate_at(slug)
    matter = selectors.matter_by_no(request.actor, estate, no)
    mine = selectors.report_of(request.actor, matter, _number(request, "report"))
    only_where(mine.can_change, request, TAKEN_UP)
    sent = request.method == "POST"
    form = Form(request.POST if sent else None)
    if sent and form.is_valid():
        done = attempt(
            form,
            lambda: services.withdraw_report(actor=request.actor, report_id=mine.report.pk, now=request.now),
        )
        if done is not None:
            messages.success(request, _("撤回了。以后还有事，随时再反映。"))
            return redirect("web:matter", estate.slug, matter.no)
    context = {"estate": estate, "section": SECTION, "matter": matter, "mine": mine, "form": form}
    return render(request, "matters/withdraw.html", context, status=422 if sent else 200)


def _number(request: Request, name: str) -> int | None:
    return number_in(request.GET.get(name, ""))
