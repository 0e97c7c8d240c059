"""Votes as staff prepare and end them. What an owner chose is on none of these pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yishiting.council.matters import policy as matter_policy
from yishiting.council.matters.selectors import waiting as matters
from yishiting.council.votes import affairs, lifecycle, policy, selectors, services, slips
from yishiting.council.votes.drafts import items_of
from yishiting.council.votes.electorate import electorate_of
from yishiting.council.votes.models import Item, Vote
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.places.models import Estate
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import NotAllowed, WrongState
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web import excel
from yishiting.reach.web.doorway import attempt, estate_at, only_where, page_of, show_form
from yishiting.reach.web.http import Request
from yishiting.reach.web.votes import forms, showing

SECTION = "votes"
NOT_NOW = gettext_noop("这次表决现在不到这一步。请回表决页，看它走到哪里、现在能办什么。")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The votes on the desk as the page and its export list them, with what narrowed them."""

    rows: QuerySet[Vote]
    words: str
    state: str
    estates: list[Estate]
    chosen: Estate | None


def _wanted(request: Request) -> _Wanted:
    served = policy.estates_with(request.actor, (Duty.VOTE, Duty.PAPER, Duty.SUPERVISE))
    if not served:
        raise NotAllowed(gettext_noop("这一页给办表决的工作人员用。您要投票或看结果，请到小区的“表决”页。"))
    estates = list(Estate.objects.filter(pk__in=served).order_by("name"))
    words, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    chosen = next((row for row in estates if row.slug == request.GET.get("estate")), None)
    rows = selectors.desk_votes(request.actor, search=words, state=state, estate_id=chosen.pk if chosen else None)
    return _Wanted(rows, words, state, estates, chosen)


def votes(request: Request) -> HttpResponse:
    """All votes of the estates served: searched, by state and estate, what is under way first."""
    wanted = _wanted(request)
    drafting = policy.estates_with(request.actor, (Duty.VOTE,))
    ruling = policy.estates_with(request.actor, (Duty.RULES,))
    page = page_of(request, wanted.rows)
    return render(
        request,
        "votes/desk_list.html",
        {
            "section": SECTION,
            "page_obj": page,
            "rows": [showing.Line(row, showing.badge_of(row, request.now), False) for row in page.object_list],
            "q": wanted.words,
            "query": request.GET.urlencode(),
            "state": wanted.state,
            "states": {
                "draft": _("草稿"),
                "open": _("正在表决"),
                "closed": _("等计票"),
                "counted": _("已计票"),
                "cancelled": _("已取消"),
            },
            "chosen": wanted.chosen,
            "estates": wanted.estates,
            "drafting": [row for row in wanted.estates if row.pk in drafting],
            "ruling": [row for row in wanted.estates if row.pk in ruling],
        },
    )


@require_safe
def export(request: Request) -> HttpResponse:
    """The same list as an Excel file, whole. How many took part is in it; what anybody chose is not."""
    columns = (
        *((_("小区"), 14), (_("第几次"), 8), (_("表决什么"), 40), (_("到哪步"), 18), (_("谁来投"), 18)),
        *((_("名册（人）"), 10), (_("已投（人）"), 10), (_("纸票待核（张）"), 14)),
        *((_("开始时间"), 18), (_("截止时间"), 18), (_("计票时间"), 18)),
    )
    lines = (
        (
            *(row.estate.name, row.no, row.title, showing.badge_of(row, request.now)[2]),
            str(row.entrance or row.building or _("全小区的业主")),
            *((row.roll.heads, getattr(row, "taken", 0)) if row.opened_at else (None, None)),
            getattr(row, "waiting", 0),
            *(row.opened_at, row.closed_at or row.closes_at, row.counted_at),
        )
        for row in _wanted(request).rows[: excel.MOST_ROWS]
    )
    return excel.answer(name="votes", title=_("表决"), columns=columns, rows=lines, now=request.now)


def fetch(request: Request, slug: str, no: int) -> tuple[Estate, Vote]:
    """Return the estate and its vote for somebody whose desk it stands on."""
    estate = estate_at(slug)
    policy.can_see_desk(request.actor, estate.pk).enforce()
    return estate, selectors.vote_by_no(request.actor, estate, no)


def _context(estate: Estate, found: Vote | None = None, **more: Any) -> dict[str, Any]:
    return {"estate": estate, "section": SECTION, "vote": found, **more}


def new(request: Request, slug: str) -> HttpResponse:
    """Draft a vote; ``?matter=no`` for a matter that waits for one, begun with what its resolution says."""
    estate = estate_at(slug)
    policy.can_draft_vote(request.actor, estate.pk).enforce()
    asked_for = request.GET.get("matter")
    try:
        matter = matters.waiting_for_vote(request.actor, estate, asked_for) if asked_for is not None else None
    except WrongState as refusal:
        return _not_waiting(request, estate, int(asked_for or 0), refusal)
    fortnight = (request.now + timedelta(days=15)).astimezone(CHINA).date()
    initial: dict[str, Any] = {
        "closes_at": fortnight,
        "closes_clock": "18:00",
        "precedence": "FIRST_WINS",
        "naming": "unnamed",
        "scope": forms.EVERYONE,
    }
    asked: list[dict[str, str]] = []
    if matter is not None:
        resolution = matter.resolutions.order_by("-no").first()
        initial |= {"title": matter.title, "explanation": resolution.text if resolution else ""}
        asked = [{"question": _("是否同意：%(text)s") % {"text": resolution.text[:180]}}] if resolution else []
    form = forms.DraftForm(forms.posted(request), estate=estate, initial=initial)
    items = forms.ItemFormSet(forms.posted(request), prefix="items", initial=asked)
    if form.is_valid() and items.is_valid():
        done = attempt(
            form,
            lambda: services.draft_vote(
                actor=request.actor,
                estate=estate,
                items=forms.drafts_of(items),
                thread=matter.thread if matter else "",
                now=request.now,
                **form.arguments(),
            ),
        )
        if done:
            if any(item.rule == Item.Rule.OPTIONS for item in done.items.all()):
                messages.success(request, _("草稿存好了。请写一写每个选项的好处和不足。"))
                return redirect("web:desk_vote_options", slug=slug, no=done.no)
            messages.success(request, _("草稿存好了。核对无误后，请开始表决。"))
            return redirect("web:desk_vote", slug=slug, no=done.no)
    context = _context(estate, form=form, items=items, matter=matter)
    return show_form(request, "votes/desk_draft.html", context, form, items)


def _not_waiting(request: Request, estate: Estate, no: int, refusal: WrongState) -> HttpResponse:
    """Say why no vote is drafted for a matter, and lead to the vote that stands for it, or to the matter."""
    matter = matter_policy.visible_to(request.actor).get(estate=estate, no=no)
    standing = Vote.objects.filter(policy.on_desk_of(request.actor), estate=estate, thread=matter.thread)
    found = standing.filter(cancelled_at__isnull=True).order_by("-no").first()
    context = _context(estate, found, matter=matter, refusal=refusal.message)
    return render(request, "votes/desk_not_waiting.html", context, status=409)


def edit(request: Request, slug: str, no: int) -> HttpResponse:
    """Change a draft; an opened vote is refused by the verb, with what was typed still there."""
    estate, found = fetch(request, slug, no)
    policy.can_draft_vote(request.actor, estate.pk).enforce()
    only_where(found.state == "draft", request, NOT_NOW)
    form = forms.DraftForm(forms.posted(request), estate=estate, initial=forms.DraftForm.initial_of(found))
    standing = items_of(found)
    typed = [forms.typed_of(item) for item in standing]
    items = forms.ItemFormSet(forms.posted(request), prefix="items", initial=typed)
    if form.is_valid() and items.is_valid():
        done = attempt(
            form,
            lambda: services.edit_draft(
                actor=request.actor,
                vote_id=found.pk,
                items=forms.drafts_of(items, standing),
                now=request.now,
                **form.arguments(),
            ),
        )
        if done:
            messages.success(request, _("草稿改好了。"))
            return redirect("web:desk_vote", slug=slug, no=no)
    return show_form(request, "votes/desk_draft.html", _context(estate, found, form=form, items=items), form, items)


def options(request: Request, slug: str, no: int) -> HttpResponse:
    """Say of each option of a draft what speaks for it and against it; all else stays as it was drafted."""
    estate, found = fetch(request, slug, no)
    policy.can_draft_vote(request.actor, estate.pk).enforce()
    only_where(found.state == "draft", request, NOT_NOW)
    form = forms.OptionsForm(forms.posted(request), items=items_of(found))
    if form.is_valid():
        done = attempt(
            form,
            lambda: services.edit_draft(
                actor=request.actor,
                vote_id=found.pk,
                title=found.title,
                explanation=found.explanation,
                items=form.drafts(),
                closes_at=found.closes_at,
                precedence=found.precedence,
                secret=found.secret,
                building=found.building,
                entrance=found.entrance,
                now=request.now,
            ),
        )
        if done:
            messages.success(request, _("选项的好处和不足写好了。"))
            return redirect("web:desk_vote", slug=slug, no=no)
    return show_form(request, "votes/desk_options.html", _context(estate, found, form=form), form)


def vote(request: Request, slug: str, no: int) -> HttpResponse:
    """A vote at the desk: what to do next, how far it is, the paper that waits."""
    estate, found = fetch(request, slug, no)
    opened = found.opened_at is not None
    # Who has an interest in it reads it, and is shown no button that would refuse him.
    free = bool(affairs.may_run(request.actor, found, request.now))
    return render(
        request,
        "votes/desk_vote.html",
        _context(
            estate,
            found,
            badge=showing.badge_of(found, request.now),
            due=found.state == "open" and request.now >= found.closes_at,
            turnout=selectors.turnout(found) if opened else None,
            electorate=None if opened or found.cancelled_at else electorate_of(found, now=request.now),
            settled=selectors.settled_slips(found),
            withdrawals=slips.withdrawals_of(found, request.actor) if found.state in {"counted", "cancelled"} else [],
            results=[showing.shown(result) for result in selectors.results(found)],
            choosing=any(item.rule == Item.Rule.OPTIONS for item in found.items.all()),
            may_run=free and bool(policy.can_close_vote(request.actor, found)),
            may_read=free and bool(policy.can_read_paper(request.actor, found)),
            **_paper_of(found, request.now),
        ),
    )


def open_vote(request: Request, slug: str, no: int) -> HttpResponse:
    """Show whom the roll would hold and what is missing; then open."""
    estate, found = fetch(request, slug, no)
    policy.can_open_vote(request.actor, found).enforce()
    only_where(found.state == "draft", request, NOT_NOW)
    form = forms.SureForm(forms.posted(request))
    opened = None
    if form.is_valid():
        opened = attempt(form, lambda: services.open_vote(actor=request.actor, vote_id=found.pk, now=request.now))
    if opened:
        messages.success(request, _("表决开始了，名册已经定下来。"))
        return redirect("web:desk_vote", slug=slug, no=no)
    context = _context(estate, found, form=form, electorate=electorate_of(found, now=request.now))
    return show_form(request, "votes/desk_open.html", context, form)


def close(request: Request, slug: str, no: int) -> HttpResponse:
    """Ask once more, then end the voting and count, or count what had waited."""
    estate, found = fetch(request, slug, no)
    policy.can_close_vote(request.actor, found).enforce()
    only_where(found.state in {"open", "closed"}, request, NOT_NOW)
    early = found.state == "open" and request.now < found.closes_at
    paper = _paper_of(found, request.now)
    asks = paper["on_paper"] and not selectors.slips_waiting(found) and found.state == "open"
    form = forms.CloseForm(forms.posted(request), early=early, asks_keyed=asks, says_keyed=paper["keying"])
    if form.is_valid():
        keyed = form.cleaned_data.get("all_keyed", False)
        done = attempt(
            form,
            lambda: services.close_vote(
                actor=request.actor, vote_id=found.pk, now=request.now, early=early, all_keyed=keyed
            ),
        )
        if done:
            said = (
                _("计票完成，结果已经公布。")
                if done.counted_at
                else _("已经截止。纸票核对完以后，请再来计票。")
                if selectors.slips_waiting(found)
                else _("已经截止。收到的纸票录完以后，请再来计票。")
            )
            messages.success(request, said)
            return redirect("web:desk_vote", slug=slug, no=no)
    turnout = selectors.turnout(found) if found.opened_at else None
    context = _context(estate, found, form=form, early=early, turnout=turnout, **paper)
    return show_form(request, "votes/desk_close.html", context, form)


def _paper_of(found: Vote, now: datetime) -> dict[str, Any]:
    """Return whether any slip was taken in, until when the count waits for more, and whether it waits for that now."""
    on_paper = found.slips.exists()
    ended = found.closed_at is not None
    until = (found.closed_at or max(now, found.closes_at)) + lifecycle.KEYING_TIME
    return {"on_paper": on_paper, "until": until, "keying": ended and on_paper and now < until}


def cancel(request: Request, slug: str, no: int) -> HttpResponse:
    """Say why, then call the vote off."""
    estate, found = fetch(request, slug, no)
    policy.can_cancel_vote(request.actor, found).enforce()
    only_where(found.state in {"draft", "open"}, request, NOT_NOW)
    form = forms.CancelForm(forms.posted(request))
    if form.is_valid():
        done = attempt(
            form,
            lambda: services.cancel_vote(
                actor=request.actor, vote_id=found.pk, reason=form.cleaned_data["reason"], now=request.now
            ),
        )
        if done:
            messages.success(request, _("这次表决取消了，原因已经公布。"))
            return redirect("web:desk_vote", slug=slug, no=no)
    return show_form(request, "votes/desk_cancel.html", _context(estate, found, form=form), form)
