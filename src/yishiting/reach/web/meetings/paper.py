"""Invitation, agenda and minutes of a meeting as A4 PDF: what a page may say, set for a wall. Names stand on none of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext

from yishiting.council.meetings import selectors
from yishiting.council.meetings.models import Meeting, Minutes
from yishiting.ground.places.models import Estate
from yishiting.reach.paper.typesetting import pdf, qr_svg
from yishiting.reach.web.meetings import reading
from yishiting.reach.web.templatetags.ui import when

TEMPLATE: Final = Path(__file__).parent / "templates" / "paper" / "meeting.typ"

#: Points of the type of what hangs on a wall, and is read over somebody's shoulder.
WALL: Final = 14
#: How many meetings one printed book holds; a longer one is searched first.
MOST_MEETINGS: Final = 200

Part = dict[str, Any]


def answer(data: dict[str, Any], *, name: str, now: datetime) -> HttpResponse:
    """Set ``data`` and answer with the PDF, to be read in the browser and printed."""
    found = HttpResponse(pdf(TEMPLATE, data, now=now), content_type="application/pdf")
    found["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return found


def _sheet(
    request: HttpRequest, estate: Estate, *, title: str, sub: str, back: str, now: datetime, **more: Any
) -> dict[str, Any]:
    return {
        "lang": (get_language() or "zh")[:2],
        "place": estate.name,
        "title": title,
        "sub": sub,
        "qr": qr_svg(request.build_absolute_uri(back)),
        "scan": gettext("扫一扫，看网上的这一页"),
        "foot": gettext("%(estate)s，%(when)s 排印") % {"estate": estate.name, "when": when(now)},
        "pages": gettext("第 {n} 页，共 {all} 页"),
        **more,
    }


def _facts(meeting: Meeting) -> list[tuple[str, str]]:
    rows = [
        (gettext("第几次"), gettext("第 %(no)s 次会议，%(kind)s") % {"no": meeting.no, "kind": _kind(meeting)}),
        (gettext("时间"), when(meeting.starts_at)),
        (gettext("地点"), meeting.place),
    ]
    if meeting.building is not None:
        rows.append((gettext("楼栋"), str(meeting.building)))
    return rows


def _kind(meeting: Meeting) -> str:
    return meeting.rule.label.render(gettext)


def _about(side: reading.Side) -> str:
    must = gettext("少了不能开") if side.core else gettext("必须到场") if side.required else gettext("可来可不来")
    few = gettext("，至少 %(n)s 人") % {"n": side.least} if side.least > 1 else ""
    return must + few


def _topics(meeting: Meeting) -> list[str]:
    return [
        gettext("第 %(no)s 项：%(title)s") % {"no": item.no, "title": item.matter.title}
        for item in meeting.agenda.all()
    ]


def _asked(meeting: Meeting) -> list[Part]:
    """What has to be settled one by one, with what was settled before; nothing where there is nothing to settle."""
    items = list(meeting.agenda.all())
    found = selectors.questions_of([item.matter_id for item in items], at=meeting)
    rows = [_question(one, item.no if len(items) > 1 else 0) for item in items for one in found.get(item.matter_id, ())]
    return [{"kind": "list", "title": gettext("要议定的问题"), "rows": rows}] if rows else []


def _question(one: selectors.QuestionShown, item: int) -> str:
    text = gettext("第 %(no)s 项：%(title)s") % {"no": item, "title": one.row.text} if item else one.row.text
    if one.settled is None:
        return text
    told = {"question": text, "no": one.settled.item.meeting.no, "outcome": one.settled.text}
    return gettext("%(question)s（第 %(no)s 次会议已议定：%(outcome)s）") % told


def invitation(request: HttpRequest, estate: Estate, meeting: Meeting, now: datetime) -> dict[str, Any]:
    """Who is asked, when and where, and what will be talked about."""
    sides = reading.sides_of(meeting)
    parts: list[Part] = [
        {
            "kind": "table",
            "title": gettext("请这几方来"),
            "widths": [3, 4],
            "head": [gettext("哪一方"), gettext("要不要到场")],
            "rows": [[side.name, _about(side)] for side in sides],
        },
        {"kind": "list", "title": gettext("要议的事"), "rows": _topics(meeting)},
        *_asked(meeting),
        {
            "kind": "list",
            "title": gettext("请您知道"),
            "rows": [
                gettext("来不了的，可以请别人替您来。签到时说明替谁来的，两个人只算一次。"),
                gettext("一个人有几个岗位，也只算一次。"),
                gettext("会上说的话按哪一方记，不写姓名；散会后记录公开。"),
            ],
        },
    ]
    back = reverse("web:meeting", args=[estate.slug, meeting.no])
    return _sheet(
        request,
        estate,
        title=gettext("会议邀请"),
        size=WALL,
        sub=meeting.title,
        back=back,
        now=now,
        facts=_facts(meeting),
        parts=parts,
    )


def agenda(request: HttpRequest, estate: Estate, meeting: Meeting, now: datetime) -> dict[str, Any]:
    """What is talked about, item by item, with lines to write on."""
    rows = [
        {"title": title, "under": item.matter.where}
        for title, item in zip(_topics(meeting), meeting.agenda.all(), strict=True)
    ]
    parts: list[Part] = [
        *_asked(meeting),
        {"kind": "notes", "title": gettext("议程"), "rows": rows, "lines": 4 if len(rows) < 4 else 2},
        {
            "kind": "list",
            "title": gettext("怎么议"),
            "rows": [
                gettext("各方都说一遍，再提方案。每条方案都要有结论，没采纳的写明为什么。"),
                gettext("牵涉到谁，谁没有请到，就不对谁作决定。"),
            ],
        },
    ]
    back = reverse("web:meeting", args=[estate.slug, meeting.no])
    return _sheet(
        request,
        estate,
        title=gettext("会议议程"),
        sub=meeting.title,
        back=back,
        now=now,
        facts=_facts(meeting),
        parts=parts,
    )


def _item(shown: reading.ItemShown, title: str) -> Part:
    item = shown.item
    blocks: list[tuple[str, Sequence[tuple[str, str]]]] = []
    if said := [(row.party.name, row.text) for row in item.statements.all()]:
        blocks.append((gettext("各方发言"), said))
    proposals = []
    for row in item.proposals.all():
        who = gettext("第 %(no)s 条，%(side)s") % {"no": row.no, "side": row.party.name}
        outcome = row.get_outcome_display() or gettext("还没结论")
        told = gettext("结论：%(outcome)s") % {"outcome": outcome}
        if row.reason:
            told += gettext("。理由：%(reason)s") % {"reason": row.reason}
        proposals.append((who, f"{row.text}\n{told}"))
    if proposals:
        blocks.append((gettext("方案和结论"), proposals))
    if asked := [(one.row.text, _settled(one)) for one in shown.questions]:
        blocks.insert(0, (gettext("要议定的问题"), asked))
    ends = []
    if item.resolution is not None:
        ends.append((gettext("决议第 %(no)s 号") % {"no": item.resolution.no}, item.resolution.text))
    if shown.outcome is not None:
        ends.append((gettext("议的结果"), shown.outcome.render(gettext)))
    return {"kind": "item", "title": title, "under": item.matter.where, "blocks": blocks, "ends": ends}


def _settled(one: selectors.QuestionShown) -> str:
    if one.settled is None:
        return gettext("还没议定")
    told = {"outcome": one.settled.text, "no": one.settled.item.meeting.no}
    return gettext("%(outcome)s（第 %(no)s 次会议）") % told


def minutes(
    request: HttpRequest, estate: Estate, meeting: Meeting, version: Minutes | None, now: datetime
) -> dict[str, Any]:
    """What became of everything, as the public page has it, with places to sign by hand."""
    sides = reading.sides_of(meeting)
    facts = _facts(meeting)
    if meeting.opened_at and meeting.ended_at:
        span = gettext("%(start)s 开会，%(end)s 结束") % {
            "start": when(meeting.opened_at),
            "end": when(meeting.ended_at),
        }
        facts.append((gettext("经过"), span))
    if meeting.cancelled_at:
        facts.append((gettext("没有开完"), meeting.cancel_reason))
    parts: list[Part] = [
        {
            "kind": "table",
            "title": gettext("各方到会，共 %(n)s 人") % {"n": sum(side.present for side in sides)},
            "widths": [3, 2, 4],
            "head": [gettext("哪一方"), gettext("到了几人"), gettext("要不要到场")],
            "rows": [[side.name, str(side.present), _about(side)] for side in sides],
        },
        *(_item(shown, title) for shown, title in zip(reading.items_of(meeting), _topics(meeting), strict=True)),
    ]
    if version is not None:
        parts.append({"kind": "text", "title": gettext("会议记录"), "text": version.text})
        parts.append({"kind": "list", "title": gettext("版本"), "rows": [_version(version)]})
    parts.append(
        {
            "kind": "signs",
            "title": gettext("签字"),
            "rows": [gettext("召集人"), gettext("记录人"), gettext("各方代表")],
        }
    )
    back = reverse("web:meeting", args=[estate.slug, meeting.no])
    return _sheet(
        request, estate, title=gettext("会议记录"), sub=meeting.title, back=back, now=now, facts=facts, parts=parts
    )


def _version(version: Minutes) -> str:
    said = gettext("第 %(v)s 版，%(when)s 写成") % {"v": version.version, "when": when(version.written_at)}
    return said + (gettext("。更正的原因：%(reason)s") % {"reason": version.reason} if version.reason else "")


def book(
    request: HttpRequest, estate: Estate, meetings: Sequence[Meeting], words: str, now: datetime
) -> dict[str, Any]:
    """The record book (会议册子): each meeting held, with every proposal, what became of it, and the resolutions."""
    parts: list[Part] = []
    for meeting in meetings:
        rows = []
        ends = []
        for item in meeting.agenda.all():
            for row in item.proposals.all():
                told = row.get_outcome_display() or gettext("还没结论")
                if row.reason:
                    told += gettext("：%(reason)s") % {"reason": row.reason}
                rows.append((row.party.name, f"{row.text}\n{told}"))
            if item.resolution is not None:
                ends.append((gettext("决议第 %(no)s 号") % {"no": item.resolution.no}, item.resolution.text))
        under = gettext("%(when)s，%(place)s，到会 %(n)s 人") % {
            "when": when(meeting.opened_at),
            "place": meeting.place,
            "n": getattr(meeting, "people", 0),
        }
        parts.append(
            {
                "kind": "item",
                "title": gettext("第 %(no)s 次会议：%(title)s") % {"no": meeting.no, "title": meeting.title},
                "under": under,
                "blocks": [(gettext("方案和结论"), rows)] if rows else [],
                "ends": ends,
            }
        )
    facts = [(gettext("共"), gettext("%(n)s 次会议") % {"n": len(meetings)})]
    if words:
        facts.append((gettext("查的是"), words))
    back = reverse("web:meetings_book", args=[estate.slug])
    return _sheet(request, estate, title=gettext("会议册子"), sub="", back=back, now=now, facts=facts, parts=parts)
