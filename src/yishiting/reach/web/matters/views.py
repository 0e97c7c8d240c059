"""Matters as anybody reads them: the list, a matter with the way it took, a playbook, a published picture."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yishiting.council.matters import categories, policy, selectors
from yishiting.council.matters.models import Matter
from yishiting.council.matters.playbooks import drawing
from yishiting.council.matters.playbooks.definition import END, Playbook, Step
from yishiting.council.matters.registry import gate_label, kind_label, outcome_word
from yishiting.council.matters.services import playbook_of
from yishiting.council.meetings.selectors import questions_of
from yishiting.ground.organisations.kinds import label as post_label
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.kernel.workdays import Term
from yishiting.reach.web.doorway import estate_at, page_of
from yishiting.reach.web.estates.reading import line
from yishiting.reach.web.http import Request
from yishiting.timeline import entries
from yishiting.timeline.models import Entry

SECTION = "matters"
STATES = (
    ("", gettext_noop("全部")),
    ("open", gettext_noop("在办")),
    ("collect", gettext_noop("收集")),
    ("topic", gettext_noop("议题")),
    ("deliberate", gettext_noop("协商")),
    ("carry_out", gettext_noop("落实")),
    ("feedback", gettext_noop("反馈")),
    ("closed", gettext_noop("已办结")),
    ("declined", gettext_noop("没有立项")),
)
SORTS = (
    ("new", gettext_noop("新的在前")),
    ("homes", gettext_noop("户数多的在前")),
    ("old", gettext_noop("先提的在前")),
)
LOG = 60
#: Shown at once; what is older opens on request.
RECENT = 12
TERMS = {"workdays": gettext_noop("{n} 个工作日"), "days": gettext_noop("{n} 天"), "hours": gettext_noop("{n} 小时")}


@require_safe
def matters(request: Request, slug: str) -> HttpResponse:
    """An estate's matters, to be searched, narrowed and sorted; twenty a page."""
    estate = estate_at(slug)
    wanted = selectors.Filter(
        search=request.GET.get("q", "").strip()[:60],
        state=request.GET.get("status", ""),
        category=request.GET.get("category", ""),
        sort=request.GET.get("sort", "new"),
    )
    page = page_of(request, selectors.listed(request.actor, estate, wanted))
    counts = selectors.stage_counts(estate)
    return render(
        request,
        "matters/list.html",
        {
            "estate": estate,
            "section": SECTION,
            "page_obj": page,
            "wanted": wanted,
            "states": [(key, _(words), counts.get(key)) for key, words in STATES],
            "sorts": [(key, _(words)) for key, words in SORTS],
            "categories": [(name, _(name)) for name in categories.CATEGORIES],
            "narrowed": bool(wanted.search or wanted.state or wanted.category),
        },
    )


@require_safe
def matter(request: Request, slug: str, no: int) -> HttpResponse:
    """A matter: where it stands, the way it took, by how many homes, what was decided. A reporter sees his own too."""
    estate = estate_at(slug)
    found = selectors.matter_by_no(request.actor, estate, no)
    page = selectors.matter_page(request.actor, found, now=request.now)
    level = entries.Level.ESTATE if request.actor.belongs_to(estate.pk) else entries.Level.PUBLIC
    told = Entry.objects.filter(estate_id=estate.pk, thread=found.thread, kind__in=entries.names_up_to(level))
    log = [line(entry) for entry in told.order_by("-seq")[:LOG]]
    mine = selectors.my_reports(request.actor, matter=found) if not request.actor.is_nobody else []
    staff = bool(policy.can_see_desk(request.actor, found))
    return render(
        request,
        "matters/matter.html",
        {
            "estate": estate,
            "section": SECTION,
            "matter": found,
            "page": page,
            "title": found.said_title if mine or staff else found.title,
            "where": found.said_where if mine or staff else found.where,
            "badge": badge_of(found),
            "recent": log[:RECENT],
            "standing": selectors.standing(found, now=request.now),
            "earlier": log[RECENT:],
            "mine": mine,
            "meetings": _of_room("meetings", found),
            "questions": questions_of([found.pk], announced=True).get(found.pk, ()),
            "projects": _of_room("projects", found),
            "appraisals": _of_room("appraisals", found),
            "sent": request.GET.get("sent") == "1",
            "draft": f"report-{estate.slug}",
            "staff": staff,
        },
    )


def badge_of(found: Matter) -> str:
    """Return the badge of a matter: how it ended, else its stage."""
    if found.status != Matter.Status.OPEN:
        return found.status
    return "emergency" if found.emergency_at else found.stage


def _of_room(room: str, found: Matter) -> list[Any]:
    """Return what a room above keeps of a matter, for the block that shows it; nothing where the room is not built."""
    name = f"yishiting.council.{room}.selectors"
    return list(import_module(name).of_matter(found.pk)) if find_spec(name) else []


@require_safe
def playbook(request: Request, slug: str, playbook: str, version: int) -> HttpResponse:
    """A playbook, its steps drawn in their order with who, by when, what is needed and where each outcome leads."""
    estate = estate_at(slug)
    kept = selectors.available_playbook(estate, playbook, version)
    book = playbook_of(kept)
    rows = drawing.draw(book)
    return render(
        request,
        "matters/playbook.html",
        {
            "estate": estate,
            "section": SECTION,
            "version": kept,
            "playbook": book,
            "use": selectors.playbook_use(estate, kept.playbook),
            "rows": [(row, _drawn(book, row.step)) for row in rows],
            "keeps": bool(policy.can_add_playbook(request.actor, estate.pk)),
        },
    )


def _drawn(book: Playbook, step: Step) -> dict[str, Any]:
    titles = {each.id: _(each.title) for each in book.steps}
    numbers = drawing.numbers(book)
    return {
        "step": step,
        "kind": kind_label(step.kind),
        "post": _(post_label(step.who)),
        "within": term_words(step.within),
        "needs": [gate_label(need) for need in step.needs],
        "parties": book.parties_for(step) if step.kind == "meeting" else (),
        "ways": [
            # Where it leads stands beside it, so the word alone; without a word the arrow alone.
            (outcome_word(outcome), "" if target == END else titles[target], numbers.get(target))
            for outcome, target in step.next.items()
        ],
    }


def term_words(term: Term | None) -> str:
    """Return a clock in words: ``3 个工作日``."""
    return _(TERMS[term.unit]).format(n=term.count) if term else ""


@require_safe
def photo(request: Request, slug: str, pk: int) -> FileResponse:
    """A picture, for whoever may see it. Always a JPEG of our own making, whatever was sent."""
    found = selectors.photo_for(request.actor, estate_at(slug), pk)
    try:
        stream = found.file.storage.open(str(found.file.name), "rb")
    except FileNotFoundError as error:
        raise NotFound(gettext_noop("这张照片的文件不在了，请联系维护人员。")) from error
    response = FileResponse(stream, content_type="image/jpeg", filename=f"{found.pk}.jpg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "public, max-age=300" if found.public else "private, no-cache"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response
