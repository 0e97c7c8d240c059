"""Taking in a roster: the difference first, then all of it or nothing, in one transaction.

A home that the new file does not name stays: rosters have gaps, and a home with a history is never removed by a file. A home
whose owner the file does not know keeps the owner on record, since not knowing is no sale; a blank cell takes nothing away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from yishiting.ground.people.events import AREA_SOURCES
from yishiting.ground.people.policy import Asking, can_keep_roster
from yishiting.ground.people.recount import ROSTER
from yishiting.ground.people.roster.diff import Difference, difference
from yishiting.ground.people.roster.model import HomeRow, Roster
from yishiting.ground.people.services import on_record
from yishiting.ground.people.services.writing import Writer
from yishiting.ground.places.models import Estate, Home
from yishiting.ground.places.recount import HOMES
from yishiting.kernel.errors import WrongState
from yishiting.kernel.exact import two_places
from yishiting.kernel.hashing import digest
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.attest import Whole
from yishiting.timeline.services import book


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do. ``outranked`` are rows whose area gives way to a better source, with the one on record."""

    difference: Difference
    outranked: tuple[tuple[HomeRow, Home], ...] = ()

    def kept_areas(self) -> list[Sentence]:
        """Return a sentence for each area that stays although the roster has another."""
        return [
            Sentence(
                gettext_noop("{place}：面积仍为 {area} 平方米（{source}），不照名册改为 {other}"),
                place=f"{row.building}{row.entrance}{row.room}",
                area=two_places(home.area or Decimal(0)),
                source=Sentence(AREA_SOURCES[home.area_source]),
                other=two_places(row.area or Decimal(0)),
            )
            for row, home in self.outranked
        ]

    def seal(self) -> str:
        """Return a digest of all that is shown, so that a confirmation is of this and of nothing else."""
        found = self.difference
        return digest(
            [
                [str(line) for line in (*found.lines(), *self.kept_areas())],
                [[was.owners, was.phones] for was in (change.was for change in found.changed)],
                [each.as_json() for each in found.roster.problems],
                found.roster.summary()["area_m2"],
                len(found.roster.homes),
            ]
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did; ``seq`` is its entry's number in the estate's record, None where no row had to change."""

    estate: Estate
    preview: Preview
    homes: int
    seq: int | None

    @property
    def difference(self) -> Difference:
        """What changed, and what was refused."""
        return self.preview.difference


class RosterMoved(WrongState):
    """The register changed since the preview that was confirmed."""

    code = "roster_moved"


def preview_roster(*, estate: Estate | None, roster: Roster, allow_new: bool = False) -> Preview:
    """Return what an import would change, and which rows it would refuse; nothing is written (two queries)."""
    return _preview(on_record.read(estate) if estate else on_record.OnRecord(), roster, allow_new)


def _preview(record: on_record.OnRecord, roster: Roster, allow_new: bool) -> Preview:
    found = difference(on_record.known_homes(record, roster), roster, allow_new=allow_new)
    return Preview(*on_record.without_blanks(found, record))


def apply_roster(
    *,
    estate: Estate,
    roster: Roster,
    actor_id: int | None,
    now: datetime,
    allow_new: bool = False,
    seal: str | None = None,
) -> Taken:
    """Take in what the comparison lets through; refused rows stay out, the rest is written whole or not at all.

    A roster of which every row stands on record already leaves no entry: the record says what was done, not what was tried.

    ``seal`` is that of the preview which was confirmed: where the register has changed since, :class:`RosterMoved` is
    raised and nothing is written.
    """
    with book(estate.pk, actor_id=actor_id, now=now) as record:
        known = on_record.read(estate)
        found = _preview(known, roster, allow_new)
        if seal is not None and seal != found.seal():
            raise RosterMoved(gettext_noop("您核对之后，名册又有了变动。请看一遍新的对比，再确认一次。"))
        rows = found.difference.roster.homes
        writer = Writer(estate, now, known)
        writer.places(rows)
        writer.owners(rows)
        writer.tenants(rows)
        writer.shared_phones(rows)
        if not writer.touched:
            return Taken(estate, found, len(rows), None)
        entry = record.write(
            "people.roster_imported",
            subject=("estate", estate.pk),
            facts={
                "homes": len(rows),
                "added": len(found.difference.added),
                "changed": len(found.difference.changed),
                "refused": len(found.difference.roster.errors),
            },
            attests=[Whole(HOMES), *ROSTER],
        )
    return Taken(estate, found, len(rows), entry.seq)


def import_roster(
    *, actor: Asking, estate: Estate, roster: Roster, seal: str, now: datetime, allow_new: bool = False
) -> Taken:
    """Take in a roster that staff of the estate previewed and confirmed; see :func:`apply_roster`."""
    can_keep_roster(actor, estate.pk).enforce()
    return apply_roster(estate=estate, roster=roster, actor_id=actor.person_id, now=now, allow_new=allow_new, seal=seal)
