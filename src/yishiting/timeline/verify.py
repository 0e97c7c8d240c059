"""Walking a chain: is every entry as it was written, and every row as its entry attests it?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

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


def verify(estate_id: int, *, expect: tuple[int, str] | None = None) -> Report:
    """Walk an estate's chain from its first entry.

    Finds an entry that was edited, removed or slipped in, a row that differs from what an entry attests or is gone, a head
    that does not agree with the last entry, and, given ``expect`` as an earlier ``(seq, hash)``, a tail that was cut off and
    replaced.
    """
    faults: list[Sentence] = []
    previous, seq = GENESIS, 0
    expected_found = expect is None or expect == (0, GENESIS)
    chunk: list[Entry] = []
    attested: dict[str, set[int]] = defaultdict(set)
    for entry in Entry.objects.filter(estate_id=estate_id).order_by("seq").iterator(chunk_size=CHUNK):
        if entry.seq != seq + 1:
            faults.append(Sentence(gettext_noop("第 {a} 条与第 {b} 条之间缺了记录。"), a=seq, b=entry.seq))
        if entry.prev_hash != previous:
            faults.append(Sentence(gettext_noop("第 {seq} 条接不上它前面的一条。"), seq=entry.seq))
        if chain(entry.prev_hash, entry.content()) != entry.hash:
            faults.append(Sentence(gettext_noop("第 {seq} 条（{kind}）的内容被改过。"), seq=entry.seq, kind=entry.kind))
        if expect and entry.seq == expect[0]:
            expected_found = entry.hash == expect[1]
        previous, seq = entry.hash, entry.seq
        chunk.append(entry)
        for label, row_id, _ in entry.attests:
            attested[label].add(row_id)
        if len(chunk) == CHUNK:
            faults.extend(_compare_rows(chunk))
            chunk = []
    faults.extend(_compare_rows(chunk))
    faults.extend(_rows_nobody_wrote(estate_id, attested))
    head = Head.objects.filter(pk=estate_id).first() or Head(estate_id=estate_id)
    if (head.seq, head.hash) != (seq, previous):
        faults.append(
            Sentence(
                gettext_noop("链尾应在第 {head} 条，实际只到第 {seq} 条：末尾被截断，或末条被换过。"),
                head=head.seq,
                seq=seq,
            )
        )
    if expect and not expected_found:
        faults.append(
            Sentence(gettext_noop("第 {seq} 条与您手里的校验值不符：从那一条起，记录被截断或重写过。"), seq=expect[0])
        )
    for check in _checks:
        faults.extend(check(estate_id))
    return Report(estate_id, seq, previous, tuple(faults))


def _compare_rows(chunk: list[Entry]) -> Iterator[Sentence]:
    wanted: dict[str, dict[int, tuple[int, str]]] = defaultdict(dict)
    for entry in chunk:
        for label, row_id, row_digest in entry.attests:
            wanted[label][row_id] = (entry.seq, row_digest)
    for label, rows in wanted.items():
        spec = attest.spec(label)
        if spec is None:
            yield Sentence(gettext_noop("记录里提到的“{label}”这个版本不认识。"), label=label)
            continue
        kept = spec.model._base_manager.in_bulk(list(rows))
        for row_id, (seq, row_digest) in sorted(rows.items()):
            row = kept.get(row_id)
            if row is None:
                yield Sentence(
                    gettext_noop("第 {seq} 条证明过的 {label} 第 {id} 行不见了。"), seq=seq, label=label, id=row_id
                )
            elif attest.row_digest(row, spec) != row_digest:
                yield Sentence(
                    gettext_noop("第 {seq} 条证明过的 {label} 第 {id} 行被改过。"), seq=seq, label=label, id=row_id
                )


def _rows_nobody_wrote(estate_id: int, attested: dict[str, set[int]]) -> Iterator[Sentence]:
    """A row of an attested model that no entry vouches for was slipped in past the services."""
    for spec in attest.all_specs():
        ids = spec.model._base_manager.filter(estate_id=estate_id).values_list("pk", flat=True)
        for row_id in sorted(set(ids.iterator()) - attested[spec.label]):
            yield Sentence(gettext_noop("{label} 第 {id} 行没有任何记录证明它。"), label=spec.label, id=row_id)
