"""The record states who keeps out of what, from the day on which he does until the day on which he no longer does.

What is told is held against what holds now, for all that is under way in an estate; only differences are written. Entries
name posts, never people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yishiting.ground.organisations import interests, recusal
from yishiting.ground.organisations.kinds import KINDS
from yishiting.ground.organisations.models import Interest, Term
from yishiting.ground.organisations.recusal import ACTS, BECAUSE, Affair, Thing, listed, taker, together
from yishiting.ground.places.models import Estate
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.models import Entry
from yishiting.timeline.services import Book, book

RECUSED = "organisations.recused"
ENDED = "organisations.recusal_ended"

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """A recusal that stands on record: of what, by whom (his terms), and what the entry says."""

    subject: Thing
    terms: frozenset[int]
    facts: Facts


@dataclass(frozen=True, slots=True)
class Difference:
    """What is to be written: a recusal that begins, or one that is over."""

    kind: str
    affair: Affair
    facts: Facts


def told(estate_id: int, subjects: Collection[Thing] | None = None) -> list[Told]:
    """Return the recusals that stand on an estate's record, of some subjects or of all, the earliest first (one query)."""
    entries = Entry.objects.filter(estate_id=estate_id, kind__in=(RECUSED, ENDED))
    if subjects is not None:
        entries = entries.filter(subject_kind__in={kind for kind, _ in subjects}).filter(
            subject_id__in={pk for _, pk in subjects}
        )
    return fold(entries.order_by("seq"))


def fold(entries: Iterable[Entry]) -> list[Told]:
    """Return what stands after these entries, which come in their order."""
    found: dict[tuple[Thing, frozenset[int]], Told] = {}
    for entry in entries:
        subject = (entry.subject_kind, entry.subject_id)
        terms = frozenset(entry.facts.get("terms", ()))
        if entry.kind == RECUSED:
            found[subject, terms] = Told(subject, terms, entry.facts)
        else:
            found.pop((subject, terms), None)
    return list(found.values())


def posts_kept_out(kind: str, ids: Collection[int], estate_ids: Collection[int]) -> set[tuple[int, str]]:
    """Return which kinds of post keep out of which things of ``kind``, as (thing, post) (one query; none for no things)."""
    if not ids:
        return set()
    entries = Entry.objects.filter(
        estate_id__in=estate_ids, subject_kind=kind, subject_id__in=ids, kind__in=(RECUSED, ENDED)
    )
    standing = fold(entries.order_by("estate_id", "seq"))
    return {(each.subject[1], str(post)) for each in standing for post in each.facts.get("posts", ())}


def going(estate_id: int) -> list[Affair]:
    """Return everything under way in an estate that an interest may touch."""
    return [affair for room in interests.ROOMS.values() for affair in room.going(estate_id)]


def differences(estate: Estate, affairs: Sequence[Affair], *, now: datetime) -> list[Difference]:
    """Return what the record has to say of these affairs that it does not say yet."""
    if not affairs:
        return []
    subjects = {affair.subject for affair in affairs}
    standing: dict[Thing, list[Told]] = defaultdict(list)
    for each in told(estate.pk, subjects):
        standing[each.subject].append(each)
    held = interests.holders(estate, now)
    ties = interests.bonds(held, now=now)
    found: list[Difference] = []
    for affair in interests.widened(affairs, estate_id=estate.pk, now=now):
        free = interests.free_kinds(held, ties, affair, affair.acts[0])
        now_tied: dict[frozenset[int], Facts] = {}
        for person, bond in sorted(ties.items()):
            why = recusal.because(bond, affair)
            his = [each for each in held if each.person_id == person]
            if why is None or not any(each.duties & affair.duties for each in his):
                continue
            kinds = list(
                dict.fromkeys(each.kind for each in sorted(his, key=lambda each: list(KINDS).index(each.kind)))
            )
            able = [kind for kind in kinds if KINDS[kind].duties & affair.duties]
            now_tied[frozenset(each.term_id for each in his)] = {
                "no": affair.no,
                "what": affair.subject[0],
                "posts": kinds,
                "terms": sorted(each.term_id for each in his),
                "because": str(why),
                "acts": [str(act) for act in affair.acts],
                "instead": recusal.instead(able, free, affair.acts[0]),
            }
        before = {each.terms: each.facts for each in standing[affair.subject]}
        # Where only who does it instead has changed, it is told anew and nobody is said to be free meanwhile.
        over = [facts for terms, facts in before.items() if terms not in now_tied]
        new = [facts for terms, facts in now_tied.items() if before.get(terms) != facts]
        found += [Difference(ENDED, affair, facts) for facts in over]
        found += [Difference(RECUSED, affair, facts) for facts in new]
    return found


def restate(record: Book, affairs: Sequence[Affair], *, estate: Estate, now: datetime) -> int:
    """Write down, inside a verb's book, who keeps out of these affairs from now on, and who no longer does."""
    found = differences(estate, affairs, now=now)
    for each in found:
        record.write(each.kind, subject=each.affair.subject, facts=each.facts, thread=each.affair.thread)
    return len(found)


def restate_all(estate_id: int, *, now: datetime) -> int:
    """Bring an estate's record up to date with posts, interests and their days; nothing is locked where all agrees."""
    estate = Estate.objects.get(pk=estate_id)
    if not differences(estate, going(estate_id), now=now):
        return 0
    with book(estate_id, actor_id=None, now=now) as record:
        return restate(record, going(estate_id), estate=estate, now=now)


def sweep(*, now: datetime) -> int:
    """Bring the records of all estates up to date in which something may tie somebody; return how many entries it took.

    A post that was filled or left, an interest whose days begin or end: each is told within one sweep.
    """
    named = set(Interest.objects.filter(withdrawn_at__isnull=True).order_by().values_list("estate_id", flat=True))
    estates = named.union(*(room.estates() for room in interests.ROOMS.values()))
    return sum(restate_all(estate_id, now=now) for estate_id in sorted(estates))


# -- how it reads ------------------------------------------------------------------------------------------------------

_RECUSED: Mapping[str, str] = {
    "matter": gettext_noop("{who}因{because}，回避第 {no} 件事项，不{acts}，{after}。"),
    "meeting": gettext_noop("{who}因{because}，回避第 {no} 次会议，不{acts}，{after}。"),
    "vote": gettext_noop("{who}因{because}，回避第 {no} 次表决，不{acts}，{after}。"),
    "project": gettext_noop("{who}因{because}，回避第 {no} 个项目，不{acts}，{after}。"),
    "appraisal": gettext_noop("{who}因{because}，回避第 {no} 次评议，不{acts}，{after}。"),
}
_ENDED: Mapping[str, str] = {
    "matter": gettext_noop("{who}不用再回避第 {no} 件事项。"),
    "meeting": gettext_noop("{who}不用再回避第 {no} 次会议。"),
    "vote": gettext_noop("{who}不用再回避第 {no} 次表决。"),
    "project": gettext_noop("{who}不用再回避第 {no} 个项目。"),
    "appraisal": gettext_noop("{who}不用再回避第 {no} 次评议。"),
}
_HERE = gettext_noop("{who}因{because}回避，不{acts}，{after}。")
NOBODY = Sentence(gettext_noop("还没有别人能接手，等任命"))


def _filled(template: str, facts: Facts) -> Sentence:
    to = str(facts.get("instead") or "")
    return Sentence(
        template,
        no=facts.get("no"),
        who=together([str(kind) for kind in facts.get("posts", ())]),
        because=BECAUSE.get(str(facts.get("because")), Sentence(gettext_noop("有利害关系"))),
        acts=listed([ACTS[act] for act in facts.get("acts", ()) if act in ACTS] or [ACTS["close"]]),
        after=Sentence(gettext_noop("由{instead}办"), instead=taker(to, facts.get("posts", ()))) if to else NOBODY,
    )


def describe_recused(facts: Facts) -> Sentence:
    """Return how the entry of a recusal reads."""
    return _filled(_RECUSED.get(str(facts.get("what")), _HERE), facts)


def describe_ended(facts: Facts) -> Sentence:
    """Return how the entry of its end reads."""
    return _filled(_ENDED.get(str(facts.get("what")), gettext_noop("{who}不用再回避。")), facts)


def shown(estate_id: int, subject: Thing) -> list[Sentence]:
    """Return the recusals that stand for one subject, for its own page (one query)."""
    return [_filled(_HERE, each.facts) for each in told(estate_id, [subject])]


def people_of(rows: Iterable[Told]) -> set[int]:
    """Return who these recusals are of (one query)."""
    terms = {term for row in rows for term in row.terms}
    return set(Term.objects.filter(pk__in=terms).values_list("person_id", flat=True))
