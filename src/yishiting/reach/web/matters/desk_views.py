"""The desk's pages of matters that only read: the list by clock, the same as Excel, one matter to work on, playbooks."""

from __future__ import annotations

import codecs
import re
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yishiting.council.matters import policy, selectors, services
from yishiting.council.matters.kinds import Offer
from yishiting.council.matters.models import Evidence, Matter
from yishiting.council.matters.playbooks.definition import stage_label
from yishiting.council.matters.selectors import DeskMatter
from yishiting.council.matters.services import together
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.organisations.kinds import label as post_label
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotAllowed
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web import excel
from yishiting.reach.web.doorway import (
    attempt,
    carry_out,
    estate_at,
    number_in,
    page_of,
    posted,
    show_form,
    staffed_estates,
)
from yishiting.reach.web.http import Request
from yishiting.reach.web.matters import desk_forms, forms
from yishiting.reach.web.matters.parts import said_again
from yishiting.reach.web.matters.views import STATES, badge_of

SECTION = "matters"
DUES = (
    ("", gettext_noop("全部")),
    ("mine", gettext_noop("归我办的")),
    ("today", gettext_noop("今天到期")),
    ("late", gettext_noop("已超期")),
    ("raised", gettext_noop("我上交的")),
)
SORTS = (
    ("due", gettext_noop("先到期的在前")),
    ("homes", gettext_noop("户数多的在前")),
    ("new", gettext_noop("新的在前")),
)
#: Control characters that stand in no text, as against tabs and line ends.
_NOT_TYPED = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")

#: Which page an action of a step leads to: (name of the address, whether it takes the number of what it opens, which
#: duties open it; empty where the page of the matter decides itself).
PAGES: dict[str, tuple[str, bool | None, frozenset[Duty]]] = {
    "draft_vote": ("web:desk_vote_new", False, frozenset({Duty.VOTE})),
    "open_vote_page": ("web:desk_vote", True, frozenset({Duty.VOTE, Duty.PAPER, Duty.SUPERVISE})),
    "plan_meeting": ("web:desk_meeting_new", False, frozenset({Duty.MEET})),
    "open_meeting_page": ("web:desk_meeting", True, frozenset({Duty.MEET})),
    "create_project": ("web:desk_project_new", False, frozenset({Duty.PROJECT})),
    "open_project_page": ("web:desk_project", True, frozenset({Duty.PROJECT})),
    "draft_notice": ("web:desk_notice_new", False, frozenset({Duty.NOTICE})),
    "open_notice_page": ("web:desk_notice", True, frozenset({Duty.NOTICE, Duty.REVIEW, Duty.SUPERVISE, Duty.CANVASS})),
    "begin_canvass": ("web:desk_canvass_new", False, frozenset({Duty.CANVASS})),
    "open_canvass_page": ("web:desk_canvass", True, frozenset({Duty.CANVASS})),
    "triage": ("web:desk_matter_accept", None, frozenset()),
    "answer": ("web:desk_matter_answer", None, frozenset()),
}
ADD = {
    "posted": gettext_noop("登记张贴"),
    "channel": gettext_noop("登记一种渠道"),
    "contacted": gettext_noop("登记通知到的住户"),
    "photo_before": gettext_noop("传办理前的照片"),
    "photo_after": gettext_noop("传办理后的照片"),
    "photo": gettext_noop("传照片"),
    "inventory": gettext_noop("登记清走的物品"),
    "funds": gettext_noop("登记资金凭据"),
    "insurance": gettext_noop("登记保险"),
    "party": gettext_noop("登记到场的一方"),
    "note": gettext_noop("补充说明或照片"),
}


def _wanted(request: Request) -> selectors.DeskFilter:
    asked = request.GET
    return selectors.DeskFilter(
        search=asked.get("q", "").strip()[:60],
        estate_id=number_in(asked.get("estate", "")),
        state=asked.get("status", "open"),
        due=asked.get("due", ""),
        sort=asked.get("sort", "due"),
    )


def _estates(request: Request) -> list[Estate]:
    """Return the estates on the actor's desk; refuses whoever holds no post with a duty in matters."""
    ids = {
        estate for office in request.actor.offices if office.duties & policy.DESK_DUTIES for estate in office.estate_ids
    }
    if not ids:
        raise NotAllowed(gettext_noop("这一页给办事的人用。您要办事，请从“我的”或小区首页进。"))
    return list(Estate.objects.filter(pk__in=ids).order_by("name"))


@require_safe
def matters(request: Request) -> HttpResponse:
    """Matters of every estate served, by clock."""
    estates = _estates(request)
    wanted = _wanted(request)
    page = page_of(request, selectors.desk_list(request.actor, wanted, now=request.now))
    for matter in page.object_list:
        matter.badge = badge_of(matter)
        matter.step = matter.under_way[0] if matter.under_way else None
        matter.owner = _owner(matter)
    return render(
        request,
        "matters/desk_list.html",
        {
            "section": SECTION,
            "page_obj": page,
            "wanted": wanted,
            "estates": estates,
            "states": [(key, _(words)) for key, words in STATES],
            "dues": [(key, _(words)) for key, words in DUES],
            "sorts": [(key, _(words)) for key, words in SORTS],
            "verbs": [(key, _(words)) for key, words in together.VERBS.items()],
            "due": selectors.due_counts(request.actor, now=request.now),
            "query": request.GET.urlencode(),
            "narrowed": bool(wanted.search or wanted.due or wanted.estate_id or wanted.state != "open"),
        },
    )


def _owner(matter: Any) -> str:
    step = matter.under_way[0] if matter.under_way else None
    if step is None:
        return ""
    return _(post_label(step.post.kind if step.post else step.who))


@require_safe
def export(request: Request) -> HttpResponse:
    """The same list as an Excel file, whole. No names and no words of reporters are in it."""
    _estates(request)
    columns = (
        *((_("小区"), 14), (_("编号"), 6), (_("事由"), 36), (_("类别"), 12), (_("地点"), 24), (_("户数"), 6)),
        *((_("急"), 5), (_("状态"), 10), (_("到哪步"), 18), (_("谁在办"), 14), (_("时限"), 18), (_("超期"), 6)),
        *((_("提出时间"), 18), (_("办结时间"), 18)),
    )
    rows: Any = selectors.desk_list(request.actor, _wanted(request), now=request.now)[: excel.MOST_ROWS]
    lines = (_line(matter, request.now) for matter in rows)
    return excel.answer(name="matters", title=_("事项"), columns=columns, rows=lines, now=request.now)


def _line(matter: Any, now: datetime) -> list[excel.Value]:
    step = matter.under_way[0] if matter.under_way else None
    late = bool(matter.due_at and matter.due_at < now and matter.status == Matter.Status.OPEN)
    return [
        *(matter.estate.name, matter.no, matter.said_title, _(matter.category), matter.said_where),
        *(matter.home_count, _("急") if matter.urgent else "", _(matter.get_status_display())),
        stage_label(matter.stage).render(_) + (_("：") + _(step.title) if step else ""),
        *(_owner(matter), matter.due_at, _("超期") if late else "", matter.created_at, matter.ended_at),
    ]


@require_safe
def matter(request: Request, slug: str, no: int) -> HttpResponse:
    """One matter to work on: what is due, what it needs, what can be done, who reported."""
    estate = estate_at(slug)
    desk = selectors.desk_matter(request.actor, estate, no, now=request.now)
    return render(
        request,
        "matters/desk_matter.html",
        {
            "section": SECTION,
            "estate": estate,
            "desk": desk,
            "matter": desk.matter,
            "where": desk.matter.said_where,
            "badge": badge_of(desk.matter),
            "post": _(post_label(desk.run.post.kind if desk.run.post else desk.run.who)) if desk.run else "",
            "asked_post": _(post_label(desk.asked_post)) if desk.run else "",
            "offers": [_offer(request.actor, estate, desk.matter, offer) for offer in desk.offers],
            "gates": [(gate, [(kind, _(ADD[kind])) for kind in gate.takes]) for gate in desk.gates],
            "passages": selectors.passages_of(request.actor, desk.matter),
            "standing": selectors.standing(desk.matter, now=request.now),
            "evidence": desk.evidence,
            "repeated": said_again(answer for report in desk.reports for answer in vars(report)["now_answered"]),
            "alike": selectors.likely_same(request.actor, desk.matter) if desk.is_intake and desk.can_triage else [],
            "more_evidence": [("note", _(ADD["note"]))],
        },
    )


def _offer(actor: Actor, estate: Estate, matter: Matter, offer: Offer) -> dict[str, Any]:
    """Return an offer of a step with the page that it leads to; without one for who may not open it."""
    href = ""
    if offer.action in PAGES:
        name, numbered, duties = PAGES[offer.action]
        if not duties or any(actor.has_duty(duty, estate.pk) for duty in duties):
            href = (
                reverse(name, args=(estate.slug, offer.key if numbered else matter.no))
                if numbered is not False
                else (f"{reverse(name, args=(estate.slug,))}?matter={matter.no}")
            )
    return {"href": href, "label": offer.label, "state": offer.state, "action": offer.action}


def evidence_label(row: Evidence) -> str:
    """Return what a row of evidence is about."""
    return " ".join(part for part in (str(row.entrance or ""), str(row.home or ""), row.label) if part)


@require_safe
def playbooks(request: Request) -> HttpResponse:
    """The playbooks of the estates served, with the way to take in one more."""
    estates = staffed_estates(request.actor, Duty.TRIAGE)
    listed = [
        (estate, selectors.available_playbooks(estate), selectors.retired_playbooks(estate)) for estate in estates[:10]
    ]
    return render(request, "matters/desk_playbooks.html", {"section": SECTION, "listed": listed})


def playbook_retire(request: Request, slug: str, playbook: str) -> HttpResponse:
    """Take up no more matters with a playbook, or use it again; what runs on it goes on either way."""
    estate = estate_at(slug)
    policy.can_add_playbook(request.actor, estate.pk).enforce()
    use = selectors.playbook_use(estate, playbook)
    version = selectors.available_playbook(estate, playbook, use.newest)
    form = forms.ReasonForm(posted(request))
    verb = services.restore_playbook if use.retirement else services.retire_playbook
    said = _("恢复了，受理的时候又能选。") if use.retirement else _("停用了，办着的事照原来的走完。")
    if carry_out(
        request,
        form,
        lambda data: verb(
            actor=request.actor, estate=estate, playbook=playbook, reason=data["reason"], now=request.now
        ),
        said=said,
    ):
        return redirect("web:desk_playbooks")
    return show_form(
        request,
        "matters/desk_playbook_retire.html",
        {"section": SECTION, "estate": estate, "version": version, "use": use, "form": form},
        form,
    )


def playbook_new(request: Request, slug: str) -> HttpResponse:
    """Take in an estate's own playbook; faults are shown by line and what was typed stays."""
    estate = estate_at(slug)
    policy.can_add_playbook(request.actor, estate.pk).enforce()
    sent = request.method == "POST"
    form = desk_forms.PlaybookForm(request.POST if sent else None, request.FILES if sent else None)
    faults: tuple[Any, ...] = ()
    if sent and form.is_valid():
        upload = form.cleaned_data["file"]
        source = text_of(upload.read()) if upload else form.cleaned_data["text"]
        if source is None:
            # What was typed stays as it is: nothing of such a file could be mended on the page.
            form.add_error(
                "file", _("这个文件不是文字，读不了。工作法是 .toml 文字文件，用记事本能打开看到字；请换一个文件再试。")
            )
        elif not source.strip():
            form.add_error("file", _("请选一个文件，或者把内容贴在下面。"))
        else:
            try:
                done = attempt_playbook(request, estate, form, source)
            except services.FaultyPlaybook as faulty:
                faults = faulty.faults
                form.add_error(None, faulty.message.render(_))
                form = _with_text(form, source)
            else:
                if done is not None:
                    messages.success(request, _("收进来了，受理的时候就能选。"))
                    return redirect("web:playbook", estate.slug, done.playbook, done.version)
                form = _with_text(form, source)
    return render(
        request,
        "matters/desk_playbook_new.html",
        {"section": SECTION, "estate": estate, "form": form, "faults": faults},
        status=422 if sent else 200,
    )


def text_of(data: bytes) -> str | None:
    """Return the text of an uploaded file in UTF-8 with or without a mark, UTF-16 with one, or GB18030; None for no text.

    Editors on Chinese Windows write all of these. Text in GB18030 is hardly ever valid UTF-8, and what is no text at all
    shows by characters that nobody types.
    """
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _NOT_TYPED.search(text) else text
    return None


def attempt_playbook(request: Request, estate: Estate, form: desk_forms.PlaybookForm, source: str) -> Any:
    """Run the verb; faults of the file pass, other refusals are shown on the form."""
    faulty: list[services.FaultyPlaybook] = []

    def verb() -> Any:
        try:
            return services.add_playbook(actor=request.actor, estate=estate, source=source, now=request.now)
        except services.FaultyPlaybook as found:
            faulty.append(found)
            return None

    done = attempt(form, verb)
    if faulty:
        raise faulty[0]
    return done


def _with_text(form: desk_forms.PlaybookForm, source: str) -> desk_forms.PlaybookForm:
    """Put the text of an uploaded file into the form, so that it can be mended on the page; not what nobody could mend."""
    if len(source) > services.LARGEST_TEXT:
        return form
    data = form.data.copy() if isinstance(form.data, QueryDict) else QueryDict(mutable=True)
    data["text"] = source
    form.data = data
    return form


def desk_at(request: Request, slug: str, no: int) -> tuple[Estate, DeskMatter]:
    """Return the estate and the matter on the actor's desk; raises the refusals of both."""
    estate = estate_at(slug)
    return estate, selectors.desk_matter(request.actor, estate, no, now=request.now)
