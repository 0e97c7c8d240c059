"""Mediation as those assigned to a case work on it. Whoever opens a case is put on its record as its reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as mark
from django.views.decorators.http import require_POST, require_safe

from yishiting.council.cases import policy, selectors, services
from yishiting.council.cases.models import CaseFile
from yishiting.council.cases.selectors import CasePage
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.people.models import Person
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.cases import forms
from yishiting.reach.web.doorway import (
    carry_out,
    estate_at,
    only_where,
    page_of,
    posted,
    show_form,
    staffed_estates,
)
from yishiting.reach.web.http import Request

SECTION = "cases"
STATES = (
    ("going", mark("在调解")),
    ("follow_up", mark("等回访")),
    ("ended", mark("已结束")),
    ("all", mark("全部")),
)


@dataclass(frozen=True, slots=True)
class Act:
    """Something to be done on a case: its form, its words, its verb, and when and by whom it is offered."""

    form: type[forms.CaseForm]
    heading: str
    send: str
    said: str
    run: Callable[[Request, CaseFile, Any], Any]
    offered: Callable[[CasePage], bool]
    #: ``work``: whoever is assigned; ``lead``: the mediator; ``supervise``: whose post the case is put on; ``seal``: as he,
    #: where he did not lead it himself.
    by: str


def _at(request: Request, case: CaseFile) -> dict[str, Any]:
    return {"actor": request.actor, "estate_id": case.estate_id, "no": case.no, "now": request.now}


def _signatures(request: Request, case: CaseFile, form: forms.SignForm) -> None:
    for key in form.cleaned_data["signed"]:
        services.sign(**_at(request, case), party=None if key == "mediator" else int(key))


def _unsigned(page: CasePage) -> bool:
    if page.case.outcome or page.agreement is None or page.agreement.row.kind != "written":
        return False
    return not page.agreement.under.by_mediator or any(not each.signed for each in page.parties)


def _to_seal(page: CasePage) -> bool:
    written = page.agreement is not None and page.agreement.row.kind == "written"
    return not page.case.outcome and written and not _unsigned(page)


def _going(page: CasePage) -> bool:
    return not page.case.outcome


ACTS: dict[str, Act] = {
    "mediator": Act(
        forms.MediatorForm, mark("定调解员"), mark("就定这一位"), mark("调解员定好了。"),
        lambda request, case, form: services.choose_mediator(
            **_at(request, case), person_id=form.cleaned_data["mediator"]
        ),
        _going, "supervise",
    ),
    "party": Act(
        forms.PartyForm, mark("加当事人"), mark("加上"), mark("当事人加上了。"),
        lambda request, case, form: services.add_party(**_at(request, case), party=form.cleaned_data["party"]),
        lambda page: _going(page) and not page.sessions, "work",
    ),
    "consent": Act(
        forms.ConsentForm, mark("登记当事人的意思"), mark("登记"), mark("登记好了。"),
        lambda request, case, form: services.record_consent(
            **_at(request, case), party=int(form.cleaned_data["party"]), act=form.cleaned_data["act"],
            how=form.cleaned_data["how"], at=form.at,
        ),
        _going, "work",
    ),
    "session": Act(
        forms.SessionForm, mark("记一次调解会"), mark("记下"), mark("调解会记下了。"),
        lambda request, case, form: services.hold_session(
            **_at(request, case), held_at=form.at, place=form.cleaned_data["place"], came=form.cleaned_data["came"],
            said=form.cleaned_data["said"], open_asked=form.cleaned_data.get("open_asked", False),
        ),
        _going, "lead",
    ),
    "agreement": Act(
        forms.AgreementForm, mark("写协议"), mark("记下协议"), mark("协议记下了。"),
        lambda request, case, form: services.write_agreement(**_at(request, case), **form.cleaned_data),
        lambda page: _going(page) and bool(page.sessions), "lead",
    ),
    "sign": Act(
        forms.SignForm, mark("登记签字"), mark("登记"), mark("签字登记好了。"), _signatures, _unsigned, "lead",
    ),
    "seal": Act(
        forms.SealForm, mark("登记盖章"), mark("登记盖章，协议生效"), mark("协议生效了。"),
        lambda request, case, form: services.set_seal(**_at(request, case)), _to_seal, "seal",
    ),
    "court": Act(
        forms.CourtForm, mark("登记司法确认申请"), mark("登记"), mark("登记好了。"),
        lambda request, case, form: services.ask_court(**_at(request, case), on=form.cleaned_data["on"]),
        lambda page: bool(page.agreement and page.agreement.court_until and not page.agreement.row.court_on), "work",
    ),
    "follow-up": Act(
        forms.FollowForm, mark("登记回访"), mark("登记"), mark("回访登记好了。"),
        lambda request, case, form: services.follow_up(
            **_at(request, case), fulfilled=form.cleaned_data["fulfilled"], words=form.cleaned_data["words"],
            again_on=form.cleaned_data["follow_up_on"],
        ),
        lambda page: bool(page.agreement and page.agreement.pending), "work",
    ),
    "end": Act(
        forms.EndForm, mark("没有谈成，结束"), mark("结束这件调解"), mark("这件调解结束了。"),
        lambda request, case, form: services.end_case(**_at(request, case), **form.cleaned_data), _going, "work",
    ),
}  # fmt: skip
MAY = {
    "work": policy.can_work,
    "lead": policy.can_lead,
    "supervise": policy.can_supervise,
    "seal": policy.can_seal,
}


@require_safe
def cases(request: Request) -> HttpResponse:
    """The cases that one is assigned to, without a name or a word of what was said."""
    estates = staffed_estates(request.actor, Duty.MEDIATE)
    asked = request.GET
    state = asked.get("state", "going")
    topic, words = asked.get("topic", ""), asked.get("q", "").strip()[:20]
    page = page_of(request, selectors.desk_list(request.actor, state=state, topic=topic, search=words))
    return render(
        request,
        "cases/desk_list.html",
        {
            "section": SECTION,
            "estates": estates,
            "page_obj": page,
            "rows": selectors.desk_rows(list(page.object_list)),
            "states": [(key, _(label)) for key, label in STATES],
            "topics": CaseFile.Topic.choices,
            "state": state,
            "topic": topic,
            "q": words,
            "left_alone": selectors.left_alone(request.actor, now=request.now),
        },
    )


def new(request: Request, slug: str) -> HttpResponse:
    """Open a case between two sides."""
    estate = estate_at(slug)
    policy.can_open(request.actor, estate.pk).enforce()
    form = forms.OpenForm(posted(request), estate=estate)
    opened: list[CaseFile] = []

    def verb(data: dict[str, Any]) -> object:
        opened.append(
            services.open_case(
                actor=request.actor,
                estate=estate,
                topic=data["topic"],
                words=data["words"],
                parties=data["parties"],
                matter_no=data["matter"],
                now=request.now,
            )
        )
        return opened

    if carry_out(request, form, verb, said=_("立案了。接下来，请问双方愿不愿意调解。")):
        return redirect("web:desk_case", slug=slug, no=opened[0].no)
    return show_form(request, "cases/new.html", {"estate": estate, "section": SECTION, "form": form}, form)


@require_POST
def take_over(request: Request, slug: str) -> HttpResponse:
    """Take over the cases of posts that nobody free of ties holds."""
    estate = estate_at(slug)
    if services.take_over(actor=request.actor, estate=estate, now=request.now):
        messages.success(request, _("接过来了，都在下面的清单里。"))
    else:
        messages.info(request, _("现在没有要您接的调解，可能别的同事已经接走了。"))
    return redirect("web:desk_cases")


def _offered(request: Request, page: CasePage) -> list[tuple[str, Act]]:
    return [(key, each) for key, each in ACTS.items() if each.offered(page) and MAY[each.by](request.actor, page.case)]


@require_safe
def case(request: Request, slug: str, no: int) -> HttpResponse:
    """The whole case. That it was opened is put on record for the parties."""
    estate = estate_at(slug)
    page = selectors.case_page(services.read_case(actor=request.actor, estate_id=estate.pk, no=no, now=request.now))
    tie = selectors.tie_of(request.actor, page.case, now=request.now)
    acts = [] if tie else [(key, _(each.heading)) for key, each in _offered(request, page)]
    return render(
        request,
        "cases/desk_case.html",
        {
            "estate": estate,
            "section": SECTION,
            "page": page,
            "case": page.case,
            "acts": acts,
            "tie": tie,
            "mediator": Person.objects.filter(pk=page.case.mediator_id or 0).first(),
            "leads": bool(policy.can_lead(request.actor, page.case)),
        },
    )


def act(request: Request, slug: str, no: int, act: str) -> HttpResponse:
    """One thing to do on a case."""
    estate = estate_at(slug)
    page = selectors.case_page(services.read_case(actor=request.actor, estate_id=estate.pk, no=no, now=request.now))
    wanted = ACTS.get(act)
    if wanted is None:
        raise NotFound(gettext_noop("没有这一步。请回到调解页重新选。"))
    MAY[wanted.by](request.actor, page.case).enforce()
    only_where(wanted.offered(page), request, mark("这件调解现在不到这一步。请回调解页，看它走到哪里、现在能办什么。"))
    form = wanted.form(posted(request), page=page, now=request.now)
    if carry_out(request, form, lambda data: wanted.run(request, page.case, form), said=_(wanted.said)):
        return redirect("web:desk_case", slug=slug, no=no)
    context = {
        "estate": estate,
        "section": SECTION,
        "case": page.case,
        "form": form,
        "heading": _(wanted.heading),
        "send": _(wanted.send),
    }
    return show_form(request, "cases/act.html", context, form)
