"""Pure: when a notice may go out, how long it has hung, which homes count as reached, which counts may be shown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from yishiting.kernel.errors import NotAllowed, WrongState
from yishiting.kernel.words import Sentence, gettext_noop

#: The channel that counts only when every entrance of the notice's scope is posted.
ENTRANCE = "entrance"
#: Counts of fewer homes than this would point at somebody, and are shown to nobody outside.
SMALL = 5
#: The outcomes by which a home was told, whatever it said.
REACHED = frozenset({"met", "agreed", "refused"})
NOTE_LEFT = "note_left"
_ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_ROOM = re.compile(r"(?<!\d)\d{3,4}\s*(?:室|房)")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision on one version looks at; persons by number."""

    state: str
    names_homes: bool
    drafted_by: int | None
    reviewed_by: int | None


def holds_an_id_number(text: str) -> bool:
    """Return whether something in ``text`` has the form of an identity number: these are never published."""
    return _ID_NUMBER.search(text) is not None


def names_a_room(text: str) -> bool:
    """Return whether ``text`` speaks of a room (``402室``), so that it names a home."""
    return _ROOM.search(text) is not None


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


def span(labels: Sequence[str], most: int = 6) -> str:
    """Return labels as one text, shortened where there are many."""
    return "、".join(labels) if len(labels) <= most else "、".join(labels[:most]) + f" 等 {len(labels)} 处"
