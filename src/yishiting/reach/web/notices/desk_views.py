"""Notices as staff draft, review, publish, post and archive them: one form a page, each posting to one verb."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yishiting.council.matters.kinds.evidence import entrances_in_scope
from yishiting.ground.organisations.kinds import Duty
from yishiting.ground.places.models import Estate
from yishiting.kernel.clock import CHINA
from yishiting.kernel.errors import NotAllowed, NotFound, WrongState
from yishiting.kernel.words import gettext_noop
from yishiting.reach.web import excel
from yishiting.reach.web.doorway import attempt, carry_out, estate_at, only_where, page_of, posted, show_form
from yishiting.reach.web.http import Request
from yishiting.reach.web.notices import forms, reading
from yishiting.record.notices import policy, selectors, services
from yishiting.record.notices.models import Channel, Version
from yishiting.record.notices.services import drafting
from yishiting.record.notices.services.drafting import fetch

SECTION = "notices"
NOT_NOW = gettext_noop("这份公示现在不到这一步。请回公示页，看它走到哪里、现在能办什么。")
STATES = tuple((key, word) for key, (_look, _icon, word) in reading.STATES.items() if key != "replaced")


def _estates(request: Request) -> list[Estate]:
    duties = (Duty.NOTICE, Duty.REVIEW, Duty.SUPERVISE, Duty.CANVASS)
    served = request.actor.estates_served
    ids = [pk for pk in served if any(request.actor.has_duty(duty, pk) for duty in duties)]
    if not ids:
        raise NotAllowed(gettext_noop("这一页给办公示的人用。您要看公示，请从小区首页进。"))
    return list(Estate.objects.filter(pk__in=ids).order_by("name"))


def _listed(request: Request) -> tuple[list[Estate], QuerySet[Version], str, str]:
    estates = _estates(request)
    words, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    rows = selectors.desk_rows(request.actor, [estate.pk for estate in estates], words=words, state=state)
    return estates, rows, words, state


def notices(request: Request) -> HttpResponse:
    """All notices of the estates served, with how long each has hung."""
    estates, rows, words, state = _listed(request)
    page = page_of(request, rows.select_related("post__organisation"))
    return render(
        request,
        "notices/desk_list.html",
        {
            "section": SECTION,
            "drafting": [row for row in estates if policy.can_draft(request.actor, row.pk)],
            "page_obj": page,
            "rows": [reading.shown(version, request.now) for version in page.object_list],
            "q": words,
            "state": state,
            "states": [(key, _(word)) for key, word in STATES],
            "query": request.GET.urlencode(),
        },
    )


@require_safe
def export(request: Request) -> HttpResponse:
    """The same list as an Excel file, whole."""
    _served, rows, _words, _state = _listed(request)
    columns = (
        *((_("小区"), 14), (_("编号"), 6), (_("版"), 4), (_("哪一种"), 14), (_("标题"), 40), (_("状态"), 16)),
        *((_("发布时间"), 18), (_("贴全的日子"), 12), (_("已挂整天"), 8), (_("要挂整天"), 8), (_("收起时间"), 18)),
    )
    found = (reading.shown(row, request.now) for row in rows.select_related("post__organisation")[: excel.MOST_ROWS])
    lines = (
        (
            *(row.version.estate.name, row.version.notice.no, row.version.no, row.version.get_kind_display()),
            *(row.version.title, _(row.word), row.version.published_at, row.hung.since, row.hung.days),
            *(row.version.least_days, row.version.archived_at),
        )
        for row in found
    )
    return excel.answer(name="notices", title=_("公示"), columns=columns, rows=lines, now=request.now)


def new(request: Request, slug: str) -> HttpResponse:
    """Draft a notice; ``?matter=no`` for the step of a matter that asks for one."""
    estate = estate_at(slug)
    policy.can_draft(request.actor, estate.pk).enforce()
    asked = request.GET.get("matter", "")
    run = reading.waiting_run(estate, "notice", asked)
    initial: dict[str, Any] = {
        "least_days": 0,
        "answer_days": drafting.ANSWER_DAYS,
        "channels": [Channel.BOARD, Channel.ENTRANCE],
    }
    if run:
        initial["title"] = run.matter.title[:60]
        if run.matter.building_id or run.matter.entrance_id:
            initial["entrances"] = forms.chosen_for(entrances_in_scope(run.matter).values_list("pk", flat=True))
    form = forms.NoticeForm(posted(request), initial=initial, estate=estate)
    if form.is_valid():

        def draft() -> Any:
            if asked and run is None:
                raise WrongState(gettext_noop("这件事项现在不在张贴公示这一步。请回到事项页看它到了哪一步。"))
            return services.draft_notice(
                actor=request.actor,
                estate=estate,
                draft=form.draft(),
                thread=run.matter.thread if run else "",
                run=run.pk if run else None,
                now=request.now,
            )

        if done := attempt(form, draft):
            messages.success(request, _("起草好了。看一遍，没问题就发布。"))
            return redirect("web:desk_notice", slug=slug, no=done.no)
    context = {"estate": estate, "section": SECTION, "form": form, "run": run, "asked": asked}
    return show_form(request, "notices/new.html", context, form)


def _open(request: Request, slug: str, no: int) -> tuple[Estate, list[Version]]:
    estate = estate_at(slug)
    policy.can_read_drafts(request.actor, estate.pk).enforce()
    return estate, selectors.versions(request.actor, fetch(request.actor, estate.pk, no))


def _context(request: Request, estate: Estate, versions: list[Version], **more: Any) -> dict[str, Any]:
    newest = versions[0]
    return {
        "estate": estate,
        "section": SECTION,
        "notice": newest.notice,
        "version": newest,
        "shown": reading.shown(newest, request.now),
        **more,
    }


def _mine(request: Request, version: Version) -> bool:
    return version.drafted_by_id is not None and version.drafted_by_id == request.actor.person_id


def _why_not(request: Request, version: Version) -> str:
    """Return why neither a review nor publishing is for the actor now."""
    if version.names_homes and _mine(request, version) and not version.published_at:
        return gettext_noop("写到了住户，要由另一个人来办。请起草的人以外的同事复核、发布。")
    return NOT_NOW


def _may_review(request: Request, estate: Estate, version: Version) -> bool:
    waits = version.state == "draft" and version.names_homes
    return waits and not _mine(request, version) and bool(policy.can_review(request.actor, estate.pk))


def _may_publish(request: Request, estate: Estate, version: Version) -> bool:
    ready = version.state == "reviewed" or (version.state == "draft" and not version.names_homes)
    own = version.names_homes and _mine(request, version)
    return ready and not own and bool(policy.can_draft(request.actor, estate.pk))


def notice(request: Request, slug: str, no: int) -> HttpResponse:
    """The notice's page at the desk: what to do next, then where it hangs."""
    estate, versions = _open(request, slug, no)
    newest = versions[0]
    hanging = next((row for row in versions if row.published_at and not row.replaced_at), None)
    may_draft = bool(policy.can_draft(request.actor, estate.pk))
    going = hanging is not None and hanging.archived_at is None
    return render(
        request,
        "notices/desk_page.html",
        _context(
            request,
            estate,
            versions,
            all_versions=[reading.shown(row, request.now) for row in versions],
            hanging=reading.shown(hanging, request.now) if hanging else None,
            spots=selectors.spots(hanging) if hanging else [],
            channels=reading.channels(hanging) if hanging else [],
            scope=reading.scope(newest),
            matter=reading.matter_of(newest.notice.thread),
            may_draft=may_draft,
            may_review=_may_review(request, estate, newest),
            may_publish=_may_publish(request, estate, newest),
            may_post=going and (may_draft or request.actor.has_duty(Duty.CANVASS, estate.pk)),
            may_archive=going and may_draft and newest.published_at is not None,
            objections=reading.objections(hanging, request.actor, request.now) if hanging else None,
            may_hear=bool(policy.can_hear(request.actor, estate.pk)),
            any_objections=newest.notice.objections.exists(),
        ),
    )


def revise(request: Request, slug: str, no: int) -> HttpResponse:
    """Write the next version, begun with what the newest says."""
    estate, versions = _open(request, slug, no)
    policy.can_draft(request.actor, estate.pk).enforce()
    newest = versions[0]
    only_where(newest.state != "archived", request, NOT_NOW)
    places = [row.entrance_id for row in newest.places.all()]
    everywhere = len(places) == estate.entrances.count()
    initial = {
        **{name: getattr(newest, name) for name in ("kind", "title", "text", "names_homes", "channels")},
        **{name: getattr(newest, name) for name in ("least_days", "answer_days")},
        "entrances": [] if everywhere else forms.chosen_for(places),
        "version": newest.no,
    }
    form = forms.RevisionForm(posted(request), initial=initial, estate=estate)

    def verb(data: dict[str, Any]) -> object:
        return services.revise_notice(
            actor=request.actor, estate_id=estate.pk, no=no, draft=form.draft(), version_no=data["version"],
            now=request.now,
        )  # fmt: skip

    if carry_out(request, form, verb, said=_("新的一版写好了。发布以前，贴出去的还是原来那版。")):
        return redirect("web:desk_notice", slug=slug, no=no)
    return show_form(request, "notices/revise.html", _context(request, estate, versions, form=form), form)


def review(request: Request, slug: str, no: int) -> HttpResponse:
    """Say of a draft that it may go out, or send it back."""
    estate, versions = _open(request, slug, no)
    policy.can_review(request.actor, estate.pk).enforce()
    only_where(_may_review(request, estate, versions[0]), request, _why_not(request, versions[0]))
    form = forms.ReviewForm(posted(request), initial={"version": versions[0].no})

    def verb(data: dict[str, Any]) -> object:
        return services.review_notice(
            actor=request.actor, estate_id=estate.pk, no=no, agrees=data["agrees"] == "yes", note=data["note"],
            version_no=data["version"], now=request.now,
        )  # fmt: skip

    if carry_out(request, form, verb, said=_("登记好了。")):
        return redirect("web:desk_notice", slug=slug, no=no)
    return show_form(request, "notices/review.html", _context(request, estate, versions, form=form), form)


def publish(request: Request, slug: str, no: int) -> HttpResponse:
    """Look at it once more as it will hang, then publish."""
    estate, versions = _open(request, slug, no)
    policy.can_draft(request.actor, estate.pk).enforce()
    only_where(_may_publish(request, estate, versions[0]), request, _why_not(request, versions[0]))
    form = forms.ConfirmForm(posted(request), initial={"version": versions[0].no})

    def verb(data: dict[str, Any]) -> object:
        return services.publish_notice(
            actor=request.actor, estate_id=estate.pk, no=no, version_no=data["version"], now=request.now
        )

    if carry_out(request, form, verb, said=_("发布了。打印贴出去以后，请一处一处登记。")):
        return redirect("web:desk_notice", slug=slug, no=no)
    context = _context(request, estate, versions, form=form, scope=reading.scope(versions[0]))
    return show_form(request, "notices/publish.html", context, form)


def post(request: Request, slug: str, no: int) -> HttpResponse:
    """Record that it hangs somewhere; ``?channel=`` and ``?entrance=`` begin the form."""
    estate, versions = _open(request, slug, no)
    hanging = next((row for row in versions if row.published_at and not row.replaced_at), None)
    only_where(hanging is not None and hanging.archived_at is None, request, NOT_NOW)
    spots = selectors.spots(hanging) if hanging else []
    left = [(str(spot.entrance.pk), str(spot.entrance)) for spot in spots if spot.posting is None]
    initial = {
        "on": request.now.astimezone(CHINA).date(),
        "channel": request.GET.get("channel") or Channel.ENTRANCE,
        "entrances": request.GET.getlist("entrance"),
        "version": hanging.no if hanging else None,
    }
    form = forms.PostForm(posted(request), request.FILES or None, initial=initial, left=left)

    def verb(data: dict[str, Any]) -> object:
        return services.post_notice(
            actor=request.actor,
            estate_id=estate.pk,
            no=no,
            channel=data["channel"],
            entrance_ids=[int(pk) for pk in data.get("entrances", ())] if data["channel"] == Channel.ENTRANCE else (),
            label=data["label"],
            note=data["note"],
            upload=data["picture"],
            on=data["on"],
            version_no=data["version"],
            now=request.now,
        )

    if carry_out(request, form, verb, said=_("登记好了。")):
        return redirect("web:desk_notice", slug=slug, no=no)
    return show_form(request, "notices/post.html", _context(request, estate, versions, form=form), form)


def archive(request: Request, slug: str, no: int) -> HttpResponse:
    """Take it down."""
    estate, versions = _open(request, slug, no)
    policy.can_draft(request.actor, estate.pk).enforce()
    hangs = any(row.published_at and not row.replaced_at and row.archived_at is None for row in versions)
    only_where(hangs and versions[0].published_at is not None, request, NOT_NOW)
    form = forms.ArchiveForm(posted(request))

    def verb(data: dict[str, Any]) -> object:
        return services.archive_notice(
            actor=request.actor, estate_id=estate.pk, no=no, note=data["note"], now=request.now
        )

    if carry_out(request, form, verb, said=_("收起来了，以后还看得到。")):
        return redirect("web:desk_notice", slug=slug, no=no)
    return show_form(request, "notices/archive.html", _context(request, estate, versions, form=form), form)


@require_safe
def picture(request: Request, slug: str, pk: int) -> FileResponse:
    """A picture of where a notice hangs, for staff. Always a JPEG of our own making, whatever was sent."""
    found = selectors.picture_for(request.actor, estate_at(slug).pk, pk)
    try:
        stream = found.file.storage.open(str(found.file.name), "rb")
    except FileNotFoundError as error:
        raise NotFound(gettext_noop("这张照片的文件不在了，请联系维护人员。")) from error
    response = FileResponse(stream, content_type="image/jpeg", filename=f"{found.pk}.jpg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response
