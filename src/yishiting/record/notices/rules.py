"""Pure: when a notice may go out, how long it has hung, when objections are heard and what an answer asks for, which homes
count as reached, which counts may be shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from yishiting.kernel.errors import BadInput, NotAllowed, WrongState
from yishiting.kernel.line import contact_in
from yishiting.kernel.words import Listed, Sentence, gettext_noop

#: The channel that counts only when every entrance of the notice's scope is posted.
ENTRANCE = "entrance"
#: Counts of fewer homes than this would point at somebody, and are shown to nobody outside.
SMALL = 5
#: The outcomes by which a home was told, whatever it said.
REACHED = frozenset({"met", "agreed", "refused"})
NOTE_LEFT = "note_left"
#: Its 18 places in one, or parted as people part them to read them out.
_ID_NUMBER = re.compile(r"(?<!\d)[1-9]\d{5}[\s-]?\d{4}[\s-]?\d{2}[\s-]?\d{2}[\s-]?\d{3}[\dXx](?!\d)")
_FIGURES = "零〇一二三四五六七八九"
#: ``402室``, ``四零二室``; ``3栋2单元402`` and ``3栋402``, where what follows is neither a year nor a count; ``3-2-402``.
_ROOM = re.compile(
    rf"(?<!\d)\d{{3,4}}\s*(?:室|房)|[{_FIGURES}]{{3,4}}\s*(?:室|房)"
    r"|(?:单元|[栋幢座]|号楼)\s*-?\s*\d{3,4}(?![\d.:]|\s*[-~]?\s*[年月日元万千百多余名户人个件张份辆台套次平米㎡m%])"
    r"|(?<![\d-])\d{1,3}\s*-\s*\d{1,2}\s*-\s*\d{3,4}(?![\d-])"
)
_DASHES = str.maketrans("–—－−", "----")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision on one version looks at; persons by number."""

    state: str
    names_homes: bool
    drafted_by: int | None
    reviewed_by: int | None


def holds_an_id_number(text: str) -> bool:
    """Return whether something in ``text`` has the form of an identity number: these are never published."""
    return _ID_NUMBER.search(_plain(text)) is not None


def names_a_room(text: str) -> bool:
    """Return whether ``text`` speaks of a room (``402室``, ``3栋2单元402``), so that it names a home."""
    return _ROOM.search(_plain(text)) is not None


def check_public_line(text: str, field: str) -> None:
    """Refuse in a line that everyone reads, and that nobody reviews, what points at a home or at somebody."""
    if names_a_room(text) or contact_in(_plain(text)) or holds_an_id_number(text):
        words = Sentence(gettext_noop("这一行谁都看得到，不能写房号、电话和证件号码。请改成只写楼栋，或者不写。"))
        raise BadInput(words, fields={field: words})


def _plain(text: str) -> str:
    """Return ``text`` as figures are looked for in it: half-width, with one kind of dash."""
    return unicodedata.normalize("NFKC", text).translate(_DASHES)


def check_review(facts: Facts, reviewer: int | None) -> None:
    """Refuse a review by whoever drafted the version, and of a version that does not wait for one."""
    if facts.state != "draft":
        raise WrongState(gettext_noop("这一版现在不用复核。请刷新页面，看它到了哪一步。"), code="not_waiting")
    if facts.drafted_by is not None and facts.drafted_by == reviewer:
        raise NotAllowed(gettext_noop("这一版是您起草的，要请另一个人复核。"), code="same_person")


def check_publish(facts: Facts, publisher: int | None) -> None:
    """Refuse what is not a draft any more; where homes are named, also what nobody else has reviewed.

    Whoever drafted a notice that names homes does not publish it himself (two persons).
    """
    if facts.state not in {"draft", "reviewed"}:
        raise WrongState(gettext_noop("这一版不能发布：它已经发布过、退回了，或者换成了新的一版。"), code="not_draft")
    if not facts.names_homes:
        return
    if facts.state != "reviewed":
        raise WrongState(gettext_noop("这份公示写到了住户，要先由另一个人复核。"), code="unreviewed")
    if facts.drafted_by is not None and facts.drafted_by == publisher:
        raise NotAllowed(gettext_noop("这份公示写到了住户，又是您起草的，要请另一个人发布。"), code="same_person")


@dataclass(frozen=True, slots=True)
class Shown:
    """Evidence of one channel: on which day, and at which entrance where it is the channel of entrances."""

    channel: str
    on: date
    entrance: int | None = None


def complete_on(planned: Collection[str], entrances: Collection[int], shown: Iterable[Shown]) -> date | None:
    """Return the day on which every planned channel had its evidence, the entrances each theirs; None before that."""
    first: dict[tuple[str, int | None], date] = {}
    for row in shown:
        key = (row.channel, row.entrance if row.channel == ENTRANCE else None)
        first[key] = min(row.on, first.get(key, row.on))
    wanted: list[tuple[str, int | None]] = []
    for channel in planned:
        wanted += [(ENTRANCE, each) for each in entrances] if channel == ENTRANCE else [(channel, None)]
    if not wanted or any(key not in first for key in wanted):
        return None
    return max(first[key] for key in wanted)


@dataclass(frozen=True, slots=True)
class Hung:
    """How long a notice has hung. ``since`` None: not yet posted everywhere; ``until``: the last of its whole days."""

    since: date | None
    days: int
    least: int

    @property
    def until(self) -> date | None:
        """The last day that it has to hang."""
        return self.since + timedelta(days=self.least) if self.since else None

    @property
    def enough(self) -> bool:
        """Whether it has hung for as many whole days as it has to."""
        return self.since is not None and self.days >= self.least


def hung(*, since: date | None, least: int, today: date, ended: date | None = None) -> Hung:
    """Count the whole days that a notice has hung.

    The day on which it was posted everywhere is not counted (民法典 第201条) and today is not over yet; ``ended`` is the day
    on which it was replaced or taken down, which is no whole day either.
    """
    if since is None:
        return Hung(None, 0, least)
    last = min(today, ended) if ended else today
    return Hung(since, max((last - since).days - 1, 0), least)


#: A version is objected to while its days run; its answer is due within work days of its own.
FEWEST_ANSWER_DAYS, MOST_ANSWER_DAYS = 1, 30
REMEDIES = frozenset({"withdraw", "revise"})
RIGHT = frozenset({"upheld", "partly"})
OUTCOMES = RIGHT | {"rejected"}


@dataclass(frozen=True, slots=True)
class Window:
    """When objections to a version are heard. ``until``: the last day, None while its days have not begun to count.

    ``state`` is ``open``, ``over`` (its days are full, or it was taken down or replaced), or ``none`` where it has no days to
    hang and so nothing to object to in time.
    """

    state: str
    until: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether an objection is heard today."""
        return self.state == "open"


def window(time: Hung, *, today: date, ended: bool) -> Window:
    """Return when objections to a published version are heard: from its publishing to the end of its last whole day.

    A day is not over before its end (民法典 第201条), so the last whole day itself is within the time.
    """
    if not time.least:
        return Window("none")
    if ended or (time.until is not None and today > time.until):
        return Window("over", time.until)
    return Window("open", time.until)


def check_objecting(heard: Window) -> None:
    """Refuse an objection outside its time, with what to do instead."""
    if heard.state == "none":
        raise WrongState(
            gettext_noop("这份公示没有定公示天数，不收异议。您有意见，请反映一件事，会有人答复您。"), code="no_window"
        )
    if heard.state == "over":
        raise WrongState(
            gettext_noop("这份公示的公示期已经过了，不再收异议。您有意见，请反映一件事，会有人答复您。"),
            code="window_over",
        )


def check_paper(heard: Window, *, on: date, published_on: date, today: date) -> None:
    """Refuse a paper that was handed in outside of the time, whenever it is written down."""
    if heard.state == "none":
        check_objecting(heard)
    last = min(today, heard.until) if heard.until else today
    if not published_on <= on <= last:
        text = Sentence(
            gettext_noop("收到的日期要在公示期里：从发布那天到{last}。过了期的，请替他反映一件事。"),
            last=Sentence(gettext_noop("{month}月{day}日"), month=last.month, day=last.day),
        )
        raise BadInput(text, code="outside_window", fields={"on": text})


def check_answer(outcome: str, text: str, remedy: str, *, hangs: bool, most: int) -> str:
    """Return the remedy that an answer sets, or raise :class:`BadInput`.

    Whoever was right is told what follows: the version is withdrawn, or another one is written. Where it does not hang any
    more nothing is left to follow.
    """
    fields: dict[str, Sentence] = {}
    if outcome not in OUTCOMES:
        fields["outcome"] = Sentence(gettext_noop("请选异议成立不成立。"))
    if not text.strip() or len(text) > most:
        fields["text"] = Sentence(gettext_noop("请写明为什么这样答复，不超过 {most} 个字。"), most=most)
    if outcome in RIGHT and hangs and remedy not in REMEDIES:
        fields["remedy"] = Sentence(gettext_noop("异议成立的，请选撤回这一版，还是改一版再公示。"))
    if fields:
        raise BadInput(next(iter(fields.values())), fields=fields)
    return remedy if outcome in RIGHT and hangs else ""


def check_nothing_open(waiting: int, owed: int) -> None:
    """Refuse to end what hangs while objections wait for an answer, or while a version that was promised is not out."""
    if waiting:
        text = gettext_noop("还有 {n} 条异议没有答复。请先到这份公示的“异议”里逐条答复。")
        raise WrongState(Sentence(text, n=waiting), code="objections_open")
    if owed:
        text = gettext_noop("有异议成立，答复了要改一版再公示。请先写好新的一版，发布出去。")
        raise WrongState(text, code="revision_owed")


@dataclass(frozen=True, slots=True)
class Went:
    """What an attempt came to at a home."""

    home: int
    outcome: str


def reached(attempts: Iterable[Went], *, notes_suffice: int) -> frozenset[int]:
    """Return the homes that were told: somebody was met there, or a note was left so often that it counts.

    ``notes_suffice`` 0: a note left never counts.
    """
    told: set[int] = set()
    notes: dict[int, int] = {}
    for each in attempts:
        if each.outcome in REACHED:
            told.add(each.home)
        elif each.outcome == NOTE_LEFT:
            notes[each.home] = notes.get(each.home, 0) + 1
    if notes_suffice:
        told.update(home for home, times in notes.items() if times >= notes_suffice)
    return frozenset(told)


def check_close(*, left: int, reason: str) -> None:
    """Refuse to close a canvass with homes left over and no reason why."""
    if left and not reason.strip():
        raise WrongState(
            Sentence(gettext_noop("还有 {n} 户没有通知到。要结束，请写明为什么。"), n=left), code="homes_left"
        )


@dataclass(frozen=True, slots=True)
class Count:
    """Homes told of all homes (户), of a building or of a whole canvass."""

    told: int
    homes: int


def for_everyone(parts: Mapping[int, Count]) -> tuple[Count | None, Mapping[int, Count]]:
    """Return what the public may read: the total, and the parts.

    A total of fewer than :data:`SMALL` homes is not told; where any part has fewer, no part is, since it could be found by
    subtraction.
    """
    total = Count(sum(each.told for each in parts.values()), sum(each.homes for each in parts.values()))
    if total.homes < SMALL:
        return None, {}
    if any(each.homes < SMALL for each in parts.values()):
        return total, {}
    return total, dict(parts)


def span(labels: Sequence[str], most: int = 6) -> Sentence:
    """Return labels as one sentence, shortened where there are many."""
    if len(labels) <= most:
        return Listed(labels)
    return Sentence(gettext_noop("{places} 等 {n} 处"), places=Listed(labels[:most]), n=len(labels))
