"""Invitation, agenda and minutes of a meeting as A4 PDF: what a page may say, set for a wall. Names stand on none of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.template import Context
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from yishiting.council.meetings import selectors
from yishiting.council.meetings.models import AgendaItem, Meeting, Minutes
from yishiting.ground.places.models import Estate
from yishiting.reach.paper.typesetting import pdf, qr_svg
from yishiting.reach.web.meetings import reading
from yishiting.reach.web.templatetags.disclosures import disclosed
from yishiting.reach.web.templatetags.ui import sentence, when

TEMPLATE: Final = Path(__file__).parent / "templates" / "paper" / "meeting.typ"

#: Points of the type of what hangs on a wall, and is read over somebody's shoulder.
WALL: Final = 14
#: How many meetings one printed book holds; a longer one is searched first.
MOST_MEETINGS: Final = 200

Part = dict[str, Any]
#: Something that an item came to: what it is called, and its words.
End = tuple[str, str]


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
        "lacks": gettext("有“〓”的地方，原来的字这里印不出来，请看网上的这一页。"),
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
    if meeting.state == "planned":
        rows.append((gettext("请注意"), gettext("会议改期了，上面的时间还没有最后定，请等新的通知。")))
    if meeting.state == "cancelled":
        rows.append((gettext("请注意"), gettext("这次会议取消了，要议的事还在等下一次会议。")))
    return rows


def _kind(meeting: Meeting) -> str:
    return meeting.rule.label.render(gettext)


def _about(side: reading.Side) -> str:
    must = gettext("少了不能开") if side.core else gettext("必须到场") if side.required else gettext("可来可不来")
    few = gettext("，至少 %(n)s 人") % {"n": side.least} if side.least > 1 else ""
    return must + few


def _alone(side: str) -> str:
    """The name of a side where it stands by itself, in the reader's language."""
    return capfirst(sentence(side))


def _topics(meeting: Meeting) -> list[str]:
    return [
        gettext("第 %(no)s 项：%(title)s") % {"no": item.no, "title": item.matter.title}
        for item in meeting.agenda.all()
    ]


def _no_topics(title: str) -> Part:
    """Stand where the topics would, for a regular meeting that was announced before it has any."""
    return {"kind": "text", "title": title, "text": gettext("议题还没有定。")}


def _asked(meeting: Meeting) -> list[Part]:
    """What has to be settled one by one, with what was settled before; nothing where there is nothing to settle."""
    items = list(meeting.agenda.all())
    found = selectors.questions_of([item.matter_id for item in items], at=meeting, announced=True)
    rows = [_question(one, item.no if len(items) > 1 else 0) for item in items for one in found.get(item.matter_id, ())]
    return [{"kind": "list", "title": gettext("要议定的问题"), "rows": rows}] if rows else []


def _question(one: selectors.QuestionShown, item: int) -> str:
    text = gettext("第 %(no)s 项：%(title)s") % {"no": item, "title": one.row.text} if item else one.row.text
    if one.settled is None:
        return "\n".join([text, gettext("；").join(one.row.choices)]) if one.row.choices else text
    told = {"question": text, "no": one.settled.item.meeting.no, "outcome": one.settled.text.rstrip("。")}
    return gettext("%(question)s（第 %(no)s 次会议已议定：%(outcome)s）") % told


def invitation(request: HttpRequest, estate: Estate, meeting: Meeting, now: datetime) -> dict[str, Any]:
    """Who is asked, when and where, and what will be talked about."""
    sides = reading.sides_of(meeting)
    topics = _topics(meeting)
    parts: list[Part] = [
        {
            "kind": "table",
            "title": gettext("请这几方来"),
            "widths": [3, 4],
            "head": [gettext("哪一方"), gettext("要不要到场")],
            "rows": [[_alone(side.name), _about(side)] for side in sides],
        },
        {"kind": "list", "title": gettext("要议的事"), "rows": topics} if topics else _no_topics(gettext("要议的事")),
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
        {"kind": "notes", "title": gettext("议程"), "rows": rows, "lines": 4 if len(rows) < 4 else 2}
        if rows
        else _no_topics(gettext("议程")),
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


def _section(
    label: str, rows: Sequence[tuple[str, str]], *, none: str = "", ends: Sequence[End] = (), wide: bool = False
) -> Part:
    """Rows under a heading of their own, what stands there where there are none, and what came of them.

    ``wide``: what stands first in a row is a sentence, not who said it.
    """
    return {"label": label, "rows": rows, "none": none, "ends": ends, "wide": wide}


def _said(item: AgendaItem) -> list[tuple[str, str]]:
    return [(_alone(row.party.name), row.text) for row in item.statements.all()]


def _proposals(item: AgendaItem) -> list[tuple[str, str]]:
    rows = []
    for row in item.proposals.all():
        who = gettext("第 %(no)s 条，%(side)s") % {"no": row.no, "side": sentence(row.party.name)}
        told = gettext("结论：%(outcome)s") % {"outcome": row.get_outcome_display() or gettext("还没结论")}
        if row.reason:
            told += gettext("。理由：%(reason)s") % {"reason": row.reason}
        rows.append((who, f"{row.text}\n{told}"))
    return rows


def _resolution(item: AgendaItem) -> list[End]:
    if item.resolution is None:
        return []
    return [(gettext("决议第 %(no)s 号") % {"no": item.resolution.no}, item.resolution.text)]


def _item(shown: reading.ItemShown, title: str) -> Part:
    item = shown.item
    sections = []
    if asked := [(one.row.text, _settled(one)) for one in shown.questions]:
        sections.append(_section(gettext("要议定的问题"), asked, wide=True))
    if said := _said(item):
        sections.append(_section(gettext("各方发言"), said))
    sections.append(_section(gettext("方案和结论"), _proposals(item), none=gettext("没有记下方案。")))
    ends = _resolution(item)
    if shown.outcome is not None:
        ends.append((gettext("议的结果"), shown.outcome.render(gettext)))
    return {"kind": "item", "title": title, "under": item.matter.where, "sections": sections, "ends": ends}


def _settled(one: selectors.QuestionShown) -> str:
    if one.settled is None:
        return gettext("还没议定")
    told = {"outcome": one.settled.text.rstrip("。"), "no": one.settled.item.meeting.no}
    return gettext("%(outcome)s（第 %(no)s 次会议）") % told


def minutes(
    request: HttpRequest, estate: Estate, meeting: Meeting, version: Minutes | None, latest: int, now: datetime
) -> dict[str, Any]:
    """What became of everything, as the public page has it, with places to sign by hand.

    ``latest`` is the number of the last version: an older one says that it was corrected.
    """
    sides = reading.sides_of(meeting)
    facts = _facts(meeting)
    if version is not None:
        facts.append((gettext("版本"), _version(version)))
        if version.version != latest:
            told = {"v": version.version, "last": latest}
            facts.append((gettext("请注意"), gettext("这是第 %(v)s 版，后来更正过，最新的是第 %(last)s 版。") % told))
    if meeting.opened_at and meeting.ended_at:
        span = gettext("%(start)s 开会，%(end)s 结束") % {
            "start": when(meeting.opened_at),
            "end": when(meeting.ended_at),
        }
        facts.append((gettext("经过"), span))
    facts.extend((gettext("请注意"), words) for words in reading.irregular(meeting))
    if meeting.cancelled_at:
        after = gettext("没有作决议，要议的事还在等下一次会议。")
        facts.append((gettext("没有开完"), f"{meeting.cancel_reason}\n{after}"))
    parts: list[Part] = [
        {
            "kind": "table",
            "title": gettext("各方到会，共 %(n)s 人") % {"n": sum(side.present for side in sides)},
            "widths": [3, 2, 4],
            "head": [gettext("哪一方"), gettext("到了几人"), gettext("要不要到场")],
            "rows": [[_alone(side.name), str(side.present), _about(side)] for side in sides],
        },
        *_disclosed(estate, meeting, now),
        *(_item(shown, title) for shown, title in zip(reading.items_of(meeting), _topics(meeting), strict=True)),
    ]
    if version is not None:
        parts.append({"kind": "text", "title": gettext("会议记录"), "text": version.text})
    parts.append(
        {
            "kind": "signs",
            "title": gettext("签字"),
            "text": _signed(meeting, version),
            "rows": [gettext("召集人"), gettext("记录人"), gettext("各方代表")],
        }
    )
    back = reverse("web:meeting", args=[estate.slug, meeting.no])
    return _sheet(
        request, estate, title=gettext("会议记录"), sub=meeting.title, back=back, now=now, facts=facts, parts=parts
    )


def _disclosed(estate: Estate, meeting: Meeting, now: datetime) -> list[Part]:
    """The recusals and the posts of one person, as the page of the meeting discloses them; by post, never by name."""
    found = disclosed(Context({"now": now}), estate, "meeting", meeting.pk)
    rows = [sentence(words) for words in found["recusals"]]
    if found["together"]:
        rows.append(
            gettext("同一个人担任的岗位：%(posts)s") % {"posts": gettext("；").join(map(sentence, found["together"]))}
        )
    title = gettext("回避和兼职") if found["recusals"] else gettext("兼职公开")
    return [{"kind": "list", "title": title, "rows": rows}] if rows else []


def _signed(meeting: Meeting, version: Minutes | None) -> str:
    """What the signatures stand for, said beside them."""
    if version is None:
        return gettext("以上是第 %(no)s 次会议的记录，看过没有错，请在下面签字。") % {"no": meeting.no}
    told = {"no": meeting.no, "v": version.version}
    return gettext("以上是第 %(no)s 次会议的记录（第 %(v)s 版），看过没有错，请在下面签字。") % told


def _version(version: Minutes) -> str:
    said = gettext("第 %(v)s 版，%(when)s 写成") % {"v": version.version, "when": when(version.written_at)}
    return said + (gettext("。更正的原因：%(reason)s") % {"reason": version.reason} if version.reason else "")


def _of_matter(item: AgendaItem) -> Part:
    """What a meeting heard, was proposed and resolved on one matter, as the book has it."""
    none = gettext("没有记下方案。")
    said, proposed = _said(item), _proposals(item)
    rows = [*said, *(proposed or ([("", none)] if said else []))]
    return _section(item.matter.title, rows, none=none, ends=_resolution(item))


def book(
    request: HttpRequest, estate: Estate, meetings: Sequence[Meeting], total: int, words: str, now: datetime
) -> dict[str, Any]:
    """The record book (会议册子): each meeting held, with what was said, every proposal, what became of it,
    and the resolutions.

    ``total`` is how many there are; where the sheets hold fewer, they say so.
    """
    parts: list[Part] = []
    for meeting in meetings:
        under = gettext("%(when)s，%(place)s，到会 %(n)s 人") % {
            "when": when(meeting.opened_at),
            "place": meeting.place,
            "n": getattr(meeting, "people", 0),
        }
        if meeting.cancelled_at:
            under += gettext("，没有开完")
        parts.append(
            {
                "kind": "item",
                "title": gettext("第 %(no)s 次会议：%(title)s") % {"no": meeting.no, "title": meeting.title},
                "under": under,
                "sections": [_of_matter(item) for item in meeting.agenda.all()],
                "ends": [],
            }
        )
    facts = [(gettext("共"), gettext("%(n)s 次会议") % {"n": total})]
    if words:
        facts.append((gettext("查的是"), words))
    if total > len(meetings):
        told = gettext("太多了，这里只印最近的 %(n)s 次。要看以前的，请先在网上查一个词再打印。") % {"n": len(meetings)}
        facts.append((gettext("请注意"), told))
    if not parts:
        why = (
            gettext("册子里没有“%(q)s”。换个字再找。") % {"q": words}
            if words
            else gettext("开过会以后，每条方案都会记在这里。")
        )
        parts.append(
            {"kind": "text", "title": gettext("册子还是空的") if not words else gettext("没有找到"), "text": why}
        )
    back = reverse("web:meetings_book", args=[estate.slug])
    return _sheet(request, estate, title=gettext("会议册子"), sub="", back=back, now=now, facts=facts, parts=parts)
