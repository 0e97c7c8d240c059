"""The desk's list of reports, on the page and as Excel: what was said where and how each stands, never who said it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yishiting.council.matters import categories, selectors
from yishiting.council.matters.models import Report
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotAllowed
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web import excel
from yishiting.reach.web.doorway import number_in, page_of
from yishiting.reach.web.http import Request
from yishiting.reach.web.matters.desk_views import SECTION
from yishiting.reach.web.matters.parts import said_again

STANDINGS = (
    ("", gettext_noop("全部")),
    ("waiting", gettext_noop("等答复")),
    ("unjudged", gettext_noop("没认定的")),
    ("valid", gettext_noop("有效意见")),
    ("invalid", gettext_noop("不成立的")),
    ("answered", gettext_noop("答复过的")),
    ("unhappy", gettext_noop("评了 1、2 分的")),
    ("withdrawn", gettext_noop("本人撤回的")),
)
SORTS = (("new", gettext_noop("新的在前")), ("old", gettext_noop("先说的在前")))
LOOKS = {
    "waiting": ("now", "clock", gettext_noop("等答复")),
    "answered": ("done", "tick", gettext_noop("答复过")),
    "invalid": ("off", "bar", gettext_noop("不成立")),
    "withdrawn": ("off", "bar", gettext_noop("本人撤回")),
}


def _wanted(request: Request) -> selectors.ReportFilter:
    asked = request.GET
    return selectors.ReportFilter(
        search=asked.get("q", "").strip()[:60],
        estate_id=number_in(asked.get("estate", "")),
        standing=asked.get("standing", ""),
        category=asked.get("category", ""),
        sort=asked.get("sort", "new"),
    )


def _estates(request: Request) -> list[Estate]:
    """Return the estates whose reports the actor may read; refuses whoever may read none."""
    ids = {
        estate
        for office in request.actor.offices
        if office.duties & {Duty.TRIAGE, Duty.SUPERVISE}
        for estate in office.estate_ids
    }
    if not ids:
        raise NotAllowed(gettext_noop("反映的原话只给受理和监督的人看。您要办的事在“事项”里。"))
    return list(Estate.objects.filter(pk__in=ids).order_by("name"))


@require_safe
def reports(request: Request) -> HttpResponse:
    """Reports of every estate served, to be searched and narrowed."""
    estates = _estates(request)
    wanted = _wanted(request)
    page = page_of(request, selectors.desk_reports(request.actor, wanted))
    for report in page.object_list:
        look, icon, words = LOOKS[selectors.standing_of(report)]
        report.badge = {"look": look, "icon": icon, "words": _(words)}
        report.where = _where(report)
    return render(
        request,
        "matters/desk_reports.html",
        {
            "section": SECTION,
            "page_obj": page,
            "wanted": wanted,
            "estates": estates,
            "standings": [(key, _(words)) for key, words in STANDINGS],
            "sorts": [(key, _(words)) for key, words in SORTS],
            "categories": [(name, _(name)) for name in categories.CATEGORIES],
            "query": request.GET.urlencode(),
            "repeated": said_again([report.given[-1] for report in page.object_list if report.given]),
            "narrowed": bool(wanted.search or wanted.standing or wanted.category or wanted.estate_id),
        },
    )


def _where(report: Report) -> str:
    """Return the entrance of who reported: which door is on the matter's page, for those who may know."""
    return str(report.home.entrance) if report.home else _("住处不详")


@require_safe
def export(request: Request) -> HttpResponse:
    """The same list as an Excel file, whole. No names, no doors and no words of reporters are in it."""
    _estates(request)
    columns = [
        *((_("小区"), 14), (_("编号"), 6), (_("事由"), 36), (_("类别"), 12), (_("反映人在哪个单元"), 18)),
        *((_("反映时间"), 18), (_("急"), 5), (_("代写"), 6), (_("有效吗"), 10), (_("到哪步"), 10)),
        *((_("答复时间"), 18), (_("评分"), 6)),
    ]
    rows: Any = selectors.desk_reports(request.actor, _wanted(request))[: excel.MOST_ROWS]
    return excel.answer(name="reports", title=_("反映"), columns=columns, rows=_rows(rows), now=request.now)


def _rows(reports: Any) -> Iterator[list[excel.Value]]:
    for report in reports:
        last = report.given[-1] if report.given else None
        judged = report.judged[-1] if report.judged else None
        validity = "" if judged is None else _("有效") if judged.valid else _("不成立")
        yield [
            *(
                report.estate.name,
                report.matter.no,
                report.matter.said_title,
                _(report.matter.category),
                _where(report),
            ),
            *(report.made_at, _("急") if report.urgent else "", _("代写") if report.written_by_id else "", validity),
            *(_(LOOKS[selectors.standing_of(report)][2]), last.given_at if last else None),
            last.rating if last else None,
        ]
