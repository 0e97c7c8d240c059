"""The register of posts with dates and interests, as whoever keeps it and whoever supervises read it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as mark
from django.views.decorators.http import require_safe

from yishiting.ground.organisations import companies, declaring, policy, registers
from yishiting.ground.organisations.kinds import KINDS
from yishiting.ground.organisations.kinds import label as post_label
from yishiting.ground.organisations.models import Term
from yishiting.ground.organisations.registers import Line, Wanted
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotAllowed, NotFound
from yishiting.kernel.words import Listed, gettext_noop
from yishiting.reach.web import excel
from yishiting.reach.web.doorway import carry_out, estate_at, page_of, posted, show_form
from yishiting.reach.web.http import Request
from yishiting.reach.web.posts import forms

SECTION = "posts"
WHICH = (
    ("now", mark("现在任职的")),
    ("several", mark("一人几个岗位的")),
    ("past", mark("任期结束的")),
    ("all", mark("全部")),
)
STANDS = (("now", mark("有效的")), ("over", mark("撤销、到期的")), ("all", mark("全部")))


def _estates(request: Request) -> tuple[list[Estate], Estate]:
    """Return the estates whose register the reader may see, and the one that is asked for."""
    ids = [pk for pk in request.actor.estates_served if policy.can_see_register(request.actor, pk)]
    if not ids:
        raise NotAllowed(gettext_noop("岗位名册给社区工作人员和监事看。您要看谁负责，请到小区的“由谁负责”页。"))
    estates = list(Estate.objects.filter(pk__in=ids).order_by("name"))
    asked = request.GET.get("estate", "")
    return estates, next((each for each in estates if each.slug == asked), estates[0])


def _wanted(request: Request) -> Wanted:
    kind, which = request.GET.get("kind", ""), request.GET.get("which", "now")
    return Wanted(
        search=request.GET.get("q", "").strip()[:60],
        kind=kind if kind in KINDS else "",
        which=which if which in dict(WHICH) else "now",
    )


@require_safe
def posts(request: Request) -> HttpResponse:
    """Who holds which post from when until when, what else he holds, how many interests stand."""
    estates, estate = _estates(request)
    wanted = _wanted(request)
    page = page_of(request, registers.terms(request.actor, estate, wanted, now=request.now), 50)
    context = {
        "section": SECTION,
        "estates": estates,
        "estate": estate,
        "wanted": wanted,
        "which": [(key, _(words)) for key, words in WHICH],
        "kinds": [(code, _(kind.label)) for code, kind in KINDS.items()],
        "page_obj": page,
        "rows": [_row(line) for line in registers.lines(page.object_list, estate, now=request.now)],
        "query": request.GET.urlencode(),
        "keeps": bool(policy.can_keep(request.actor, estate.pk)),
    }
    return render(request, "posts/desk_list.html", context)


def _row(line: Line) -> dict[str, Any]:
    return {
        "term": line.term,
        "post": _(post_label(line.term.post.kind)),
        "place": _place(line.term),
        "others": [_(post_label(kind)) for kind in line.others],
        "interests": line.interests,
    }


def _place(term: Term) -> str:
    post = term.post
    return str(post.entrance or post.building or "")


@require_safe
def export(request: Request) -> HttpResponse:
    """The same list as an Excel file, whole."""
    _all, estate = _estates(request)
    rows = registers.terms(request.actor, estate, _wanted(request), now=request.now)[: excel.MOST_ROWS]
    columns = (
        *((_("岗位"), 16), (_("楼栋、单元"), 14), (_("单位"), 24), (_("姓名"), 12), (_("从"), 18), (_("到"), 18)),
        *((_("兼任"), 30), (_("有效的利害关系"), 14)),
    )
    lines = (
        (
            *(_(post_label(line.term.post.kind)), _place(line.term), line.term.post.organisation.name),
            *(line.term.person.name, line.term.since, line.term.until),
            *(Listed(post_label(kind) for kind in line.others).render(_), line.interests),
        )
        for line in registers.lines(rows, estate, now=request.now)
    )
    return excel.answer(name="posts", title=_("岗位名册"), columns=columns, rows=lines, now=request.now)


@require_safe
def interests(request: Request) -> HttpResponse:
    """The conflict-of-interest list of an estate."""
    estates, estate = _estates(request)
    words, which = request.GET.get("q", "").strip()[:60], request.GET.get("which", "now")
    which = which if which in dict(STANDS) else "now"
    page = page_of(request, registers.listed(request.actor, estate, search=words, which=which, now=request.now))
    context = {
        "section": SECTION,
        "estates": estates,
        "estate": estate,
        "page_obj": page,
        "rows": registers.shown(page.object_list),
        "states": [(key, _(label)) for key, label in STANDS],
        "which": which,
        "q": words,
        "keeps": bool(policy.can_keep(request.actor, estate.pk)),
    }
    return render(request, "posts/interests.html", context)


def declare(request: Request, slug: str) -> HttpResponse:
    """Declare an interest of a holder of a post, or of a body."""
    estate = estate_at(slug)
    policy.can_keep(request.actor, estate.pk).enforce()
    held = registers.terms(request.actor, estate, Wanted(), now=request.now)
    people = dict(held.values_list("person_id", "person__name"))
    asked = request.GET.get("person", "")
    form = forms.ForOthersForm(
        posted(request),
        estate=estate,
        bodies=declaring.bodies_of(estate),
        people=list(people.items()),
        initial={"who": f"person-{asked}"} if asked.isdecimal() else None,
    )

    def verb(data: dict[str, Any]) -> object:
        return declaring.declare_interest(actor=request.actor, estate=estate, now=request.now, **form.asked())

    if carry_out(request, form, verb, said=_("登记好了。有关的事从现在起回避。")):
        return redirect("web:desk_interests")
    return show_form(request, "posts/declare.html", {"estate": estate, "section": SECTION, "form": form}, form)


def company(request: Request, slug: str) -> HttpResponse:
    """Put a company on the list, so that an interest can name it."""
    estate = estate_at(slug)
    policy.can_keep(request.actor, estate.pk).enforce()
    form = forms.CompanyForm(posted(request))

    def verb(data: dict[str, Any]) -> object:
        return companies.register_company(actor=request.actor, estate=estate, name=data["name"], now=request.now)

    if carry_out(request, form, verb, said=_("登记好了，现在可以选它。")):
        return redirect("web:desk_interest_new", slug=slug)
    return show_form(request, "posts/company.html", {"estate": estate, "section": SECTION, "form": form}, form)


def interest(request: Request, slug: str, pk: int) -> HttpResponse:
    """One interest, and its withdrawal."""
    estate = estate_at(slug)
    policy.can_see_register(request.actor, estate.pk).enforce()
    row = registers.listed(request.actor, estate, which="all", now=request.now).filter(pk=pk).first()
    if row is None:
        raise NotFound(gettext_noop("没有这一条登记。请回名册重新打开。"))
    may = policy.can_withdraw(request.actor, row)
    form = forms.WithdrawForm(posted(request))

    def verb(data: dict[str, Any]) -> object:
        return declaring.withdraw_interest(actor=request.actor, interest_id=pk, reason=data["reason"], now=request.now)

    if carry_out(request, form, verb, said=_("撤销了。因它交出去的，已经交回。")):
        return redirect("web:desk_interests")
    context = {
        "estate": estate,
        "section": SECTION,
        "shown": registers.shown([row])[0],
        "stands": row.withdrawn_at is None,
        "may": bool(may),
        "why_not": None if may else may.reason,
        "form": form,
    }
    return show_form(request, "posts/interest.html", context, form)
