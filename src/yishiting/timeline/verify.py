"""Walking a chain: is every entry as it was written, and every row as its entry attests it?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.db.models import Model

from yishiting.kernel.hashing import GENESIS, chain
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline import attest
from yishiting.timeline.models import Entry, Head

CHUNK = 500

#: Checks of the rooms above, each ``estate_id -> faults``; they recount what pages show (registered at start-up).
_checks: list[Callable[[int], Iterator[Sentence]]] = []


@dataclass(frozen=True, slots=True)
class Report:
    """What a walk found: where the chain stands and each fault with its place."""

    estate_id: int
    seq: int
    hash: str
    faults: tuple[Sentence, ...]


def register_check(check: Callable[[int], Iterator[Sentence]]) -> None:
    """Have every walk also run ``check(estate_id)``, which yields a sentence per fault."""
    _checks.append(check)


def checks() -> tuple[Callable[[int], Iterator[Sentence]], ...]:
    """Return the checks that every walk runs, in the order in which they were registered."""
    return tuple(_checks)


def verify(estate_id: int, *, expect: tuple[int, str] | None = None) -> Report:
    """Walk an estate's chain from its first entry.

    Finds an entry that was edited, removed or slipped in, a row or a register that differs from what an entry attests or is
    gone, a row that no entry attests, a head that does not agree with the last entry, and, given ``expect`` as an earlier
    ``(seq, hash)``, a tail that was cut off and replaced. All is read as it stood at one moment, so whoever writes meanwhile
    is neither held up nor taken for a forger; inside a transaction of the caller it is that transaction's view.
    """
    with _one_moment():
        walk = _Walk(estate_id, expect)
        faults = tuple(walk.faults())
    return Report(estate_id, walk.seq, walk.hash, faults)


def stands(estate_id: int) -> bool:
    """Whether :func:`verify` would find nothing; the walk ends at the first fault."""
    with _one_moment():
        return next(_Walk(estate_id, None).faults(), None) is None


@contextmanager
def _one_moment() -> Iterator[None]:
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "sqlite":
        # The house's transactions begin as writing ones; a reading one sees the file as it was at its first query.
        engine: Any = connection
        kept, engine.transaction_mode = engine.transaction_mode, "DEFERRED"
        try:
            with transaction.atomic():
                yield
        finally:
            engine.transaction_mode = kept
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


class _Walk:
    """One walk along an estate's chain; once its faults were all asked for, it also knows where the chain stands."""

    def __init__(self, estate_id: int, expect: tuple[int, str] | None) -> None:
        self.estate_id, self.expect = estate_id, expect
        self.seq, self.hash = 0, GENESIS
        self._expected_found = expect is None or expect == (0, GENESIS)

    def faults(self) -> Iterator[Sentence]:
        """Yield a sentence for each fault, as they are met: the chain, what it attests, its end, each room's recount."""
        told = _Told(self.estate_id)
        for chunk in self._chunks():
            for entry in chunk:
                yield from self._step(entry)
            yield from told.hear(chunk)
        yield from told.compare()
        yield from self._at_the_end()
        for check in checks():
            yield from recounted(check, self.estate_id)

    def _chunks(self) -> Iterator[list[Entry]]:
        entries = Entry.objects.filter(estate_id=self.estate_id).order_by("seq").iterator(chunk_size=CHUNK)
        while chunk := list(islice(entries, CHUNK)):
            yield chunk

    def _step(self, entry: Entry) -> Iterator[Sentence]:
        if entry.seq != self.seq + 1:
            yield Sentence(gettext_noop("第 {a} 条与第 {b} 条之间缺了记录。"), a=self.seq, b=entry.seq)
        if entry.prev_hash != self.hash:
            yield Sentence(gettext_noop("第 {seq} 条接不上它前面的一条。"), seq=entry.seq)
        if chain(entry.prev_hash, entry.content()) != entry.hash:
            yield Sentence(gettext_noop("第 {seq} 条（{kind}）的内容被改过。"), seq=entry.seq, kind=entry.kind)
        if self.expect and entry.seq == self.expect[0]:
            self._expected_found = entry.hash == self.expect[1]
        self.seq, self.hash = entry.seq, entry.hash

    def _at_the_end(self) -> Iterator[Sentence]:
        head = Head.objects.filter(pk=self.estate_id).first() or Head(estate_id=self.estate_id)
        if (head.seq, head.hash) != (self.seq, self.hash):
            text = gettext_noop("链尾应在第 {head} 条，实际只到第 {seq} 条：末尾被截断，或末条被换过。")
            yield Sentence(text, head=head.seq, seq=self.seq)
        if self.expect and not self._expected_found:
            text = gettext_noop("第 {seq} 条与您手里的校验值不符：从那一条起，记录被截断或重写过。")
            yield Sentence(text, seq=self.expect[0])


def recounted(check: Callable[[int], Iterator[Sentence]], estate_id: int) -> Iterator[Sentence]:
    """Run a room's check; where a row was made into something that the room cannot read, that is a fault as well."""
    try:
        yield from check(estate_id)
    except (ArithmeticError, LookupError, ObjectDoesNotExist, TypeError, ValueError) as error:
        text = gettext_noop("核对到 {room} 时读不下去：有的数据被改成了读不懂的样子（{error}）。")
        yield Sentence(text, room=check.__module__.removeprefix("yishiting."), error=str(error))


@dataclass(frozen=True, slots=True)
class Seal:
    """What an entry said of a row or of a part of a register."""

    seq: int
    digest: str


class _Told:
    """What the entries of a chain attest, gathered while it is walked.

    A row that never changes is compared as soon as its entry is read; of what changes the last word alone is kept.
    """

    def __init__(self, estate_id: int) -> None:
        self._estate_id = estate_id
        self._seen: dict[str, set[int]] = defaultdict(set)
        self._last: dict[str, dict[int, Seal]] = defaultdict(dict)

    def hear(self, chunk: list[Entry]) -> Iterator[Sentence]:
        """Take in some entries, and yield a fault for each row that differs from what they attest for good."""
        wanted: dict[str, dict[int, Seal]] = defaultdict(dict)
        for entry in chunk:
            for label, row_id, row_digest in well_formed(entry.attests):
                found = attest.spec(label)
                fixed = found is not None and not found.current
                (wanted if fixed else self._last)[label][row_id] = Seal(entry.seq, row_digest)
        for label, rows in wanted.items():
            yield from self._compare(label, rows)

    def compare(self) -> Iterator[Sentence]:
        """Hold the last word on everything against what stands, and yield a fault for each difference."""
        for label, rows in self._last.items():
            yield from self._compare(label, rows)
        for found in attest.all_specs():
            yield from unwritten(found, self._estate_id, self._seen[found.label])

    def _compare(self, label: str, rows: Mapping[int, Seal]) -> Iterator[Sentence]:
        self._seen[label].update(written(rows))
        yield from differing(label, self._estate_id, rows)


def well_formed(attests: Any) -> Iterator[tuple[str, int, str]]:
    """Yield (label, id, digest) of what an entry attests.

    What no verb ever wrote is left out: its entry is found by its hash, and must not keep the rest from being looked at.
    """
    for each in attests if isinstance(attests, list) else ():
        match each:
            case [str(label), int(row_id), str(seal)]:
                yield label, row_id, seal


def written(told: Mapping[int, Seal]) -> set[int]:
    """Return the ids of those that an entry vouches for: all but what was taken back."""
    return {row_id for row_id, seal in told.items() if seal.digest != attest.GONE}


def differing(label: str, estate_id: int, told: Mapping[int, Seal]) -> Iterator[Sentence]:
    """Yield a fault for each row, or part of a register, that is not as entries attest it under ``label``."""
    register = attest.whole(label)
    if register is not None:
        yield from _parts_differ(register, estate_id, told)
    elif attest.spec(label) is None:
        yield Sentence(gettext_noop("记录里提到的“{label}”这个版本不认识。"), label=label)
    else:
        for some in _parted(sorted(told.items())):
            yield from _rows_differ(label, dict(some))


def unwritten(found: attest.Attested, estate_id: int, vouched: Collection[int]) -> Iterator[Sentence]:
    """Yield a fault for each row that no entry vouches for, though one has to: it was slipped in past the services."""
    if found.must is None:
        return
    rows = found.model._base_manager.filter(found.must, estate_id=estate_id)
    # All at once: the set holds them anyway, and a cursor of PostgreSQL's takes three ways more for each of seventy tables.
    for row_id in sorted(set(rows.order_by().values_list("pk", flat=True)).difference(vouched)):
        row = rows.filter(pk=row_id).first()
        text = gettext_noop("{label} 第 {id} 行没有任何记录证明它。")
        yield _named(found, row, Sentence(text, label=found.label, id=row_id))


def _parted(rows: list[tuple[int, Seal]]) -> Iterator[list[tuple[int, Seal]]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


def _named(found: attest.Attested, row: Model | None, fault: Sentence) -> Sentence:
    if found.names is None or row is None:
        return fault
    try:
        thing = found.names(row)
    except ObjectDoesNotExist:
        # The hand that edited the row left it pointing nowhere.
        return fault
    return Sentence(gettext_noop("{thing}：{fault}"), thing=thing, fault=fault)


def _rows_differ(label: str, rows: Mapping[int, Seal]) -> Iterator[Sentence]:
    found = attest.spec(label)
    assert found is not None
    kept = found.model._base_manager.in_bulk(list(rows))
    for row_id, seal in sorted(rows.items()):
        row = kept.get(row_id)
        place = {"seq": seal.seq, "label": label, "id": row_id}
        if seal.digest == attest.GONE:
            if row is not None:
                text = gettext_noop("第 {seq} 条说已经撤掉的 {label} 第 {id} 行又出现了。")
                yield _named(found, row, Sentence(text, **place))
        elif row is None:
            yield Sentence(gettext_noop("第 {seq} 条证明过的 {label} 第 {id} 行不见了。"), **place)
        elif attest.row_digest(row, found) != seal.digest:
            text = gettext_noop("第 {seq} 条证明过的 {label} 第 {id} 行被改过。")
            yield _named(found, row, Sentence(text, **place))


def _parts_differ(register: attest.Register, estate_id: int, told: Mapping[int, Seal]) -> Iterator[Sentence]:
    kept = register.parts(estate_id, None)
    for part in sorted(told.keys() | kept.keys()):
        thing = register.names(part)
        if part not in told:
            yield Sentence(gettext_noop("{thing}：没有任何记录证明它。"), thing=thing)
        elif part not in kept:
            text = gettext_noop("{thing}：第 {seq} 条证明过，现在不见了。")
            yield Sentence(text, thing=thing, seq=told[part].seq)
        elif kept[part] != told[part].digest:
            text = gettext_noop("{thing}：与第 {seq} 条证明的不一样，被改过。")
            yield Sentence(text, thing=thing, seq=told[part].seq)
