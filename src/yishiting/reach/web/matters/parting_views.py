"""The desk's forms of reports: taking apart what was joined by mistake, and judging opinions valid or not."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from yishiting.council.matters import policy, services
from yishiting.council.matters.models import Judgement, Matter, Report
from yishiting.council.matters.selectors import DeskMatter
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web.doorway import attempt, only_where
from yishiting.reach.web.http import Request
from yishiting.reach.web.matters import desk_forms, forms
from yishiting.reach.web.matters.desk_actions import NOT_NOW, PUBLIC_HINT, bound, context_of, done_with, show, twice
from yishiting.reach.web.matters.desk_views import desk_at


def unmerge(request: Request, slug: str, no: int) -> HttpResponse:
    """Separate a merged matter again, which then waits to be taken up."""
    estate, desk = desk_at(request, slug, no)
    policy.can_triage(request.actor, desk.matter).enforce()
    form = forms.ReasonForm(bound(request), label=_("为什么不是同一件事"), help_text=_(PUBLIC_HINT))
    into = desk.matter.merged_into
    only_where(into is not None, request, NOT_NOW)

    def verb(data: dict[str, Any]) -> Matter:
        return services.unmerge(actor=request.actor, matter_id=desk.matter.pk, reason=data["reason"], now=request.now)

    return twice(
        request, estate, desk, form, verb,
        template="matters/desk_unmerge.html",
        title=_("分开，单独办"),
        lines=lambda data: [
            (_("从哪一件分开"), _("第 %(no)s 件 %(title)s") % {"no": into.no, "title": into.title} if into else ""),
            (_("理由"), data["reason"]),
        ],
        button=_("分开"),
        warning=_("随它并过去的反映都回到这一件，重新等受理，时限从现在算起。"),
        done=_("分开了，反映人会收到消息。"),
    )  # fmt: skip


def _report(desk: DeskMatter, pk: int) -> Report:
    report = next((each for each in desk.reports if each.pk == pk), None)
    if report is None:
        raise NotFound(gettext_noop("这件事里没有这条反映。请从事项页里重新打开。"))
    return report


def separate(request: Request, slug: str, no: int, pk: int) -> HttpResponse:
    """Give a report a matter of its own that was joined to one about something else."""
    estate, desk = desk_at(request, slug, no)
    policy.can_triage(request.actor, desk.matter).enforce()
    report = _report(desk, pk)
    form = desk_forms.SeparateForm(
        bound(request),
        categories=services.categories_of(estate.pk),
        initial={"category": desk.matter.category},
        label=_("为什么是另一件事"),
        help_text=_(PUBLIC_HINT),
    )

    def verb(data: dict[str, Any]) -> Matter:
        return services.separate_report(
            actor=request.actor, report_id=report.pk, title=data["title"], category=data["category"],
            reason=data["reason"], now=request.now,
        )  # fmt: skip

    return twice(
        request, estate, desk, form, verb,
        template="matters/desk_separate.html",
        title=_("分出一件，单独办"),
        lines=lambda data: [
            (_("反映"), report.words),
            (_("公开的题目"), data["title"]),
            (_("类别"), _(data["category"])),
            (_("理由"), data["reason"]),
        ],
        button=_("分出去"),
        warning=_("这条反映另立一件，等受理，时限从现在算起。"),
        done=_("分出来了，反映人会收到消息。"),
        more={"report": report},
    )  # fmt: skip


def judge(request: Request, slug: str, no: int, pk: int) -> HttpResponse:
    """Judge an opinion valid or not; who said what is not valid gets the reason as his answer."""
    estate, desk = desk_at(request, slug, no)
    policy.can_triage(request.actor, desk.matter).enforce()
    report = _report(desk, pk)
    form = desk_forms.JudgeForm(bound(request))
    context = context_of(estate, desk, report=report)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def verb() -> Judgement:
            return services.judge_report(
                actor=request.actor,
                report_id=report.pk,
                valid=data["valid"] == "yes",
                reason=data["reason"],
                now=request.now,
            )

        made = attempt(form, verb)
        if made is not None:
            words = _("记为有效意见。") if made.valid else _("理由已经答复本人，他可以评价。")
            return done_with(request, estate, desk.matter, words)
    return show(request, "matters/desk_judge.html", form, context)
