"""The roster corrected and taken in by those who keep it: an area, a shared phone, a file that was looked at first."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any

from ninja import File, Router, Schema, UploadedFile
from pydantic import Field

from yishiting.ground.people import selectors, services
from yishiting.ground.people.policy import can_keep_roster
from yishiting.ground.people.roster import Roster, parse, read_workbook
from yishiting.ground.people.services import uploads
from yishiting.ground.people.sign_in import masked
from yishiting.ground.places.models import Estate
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page_of
from yishiting.reach.api.roster import RosterHome, roster_home
from yishiting.reach.api.shapes import Id, Line, Pk, Slug, said, share

router = Router(tags=["roster"])
Area = Annotated[str, Field(pattern=r"^\d{1,9}(\.\d{1,8})?$", description="square metres, exact: 89.47")]
FileToken = Annotated[str, Field(pattern=r"^[-0-9a-f]{1,80}$", description="as `POST …/roster/files` returned it")]
_PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)")
Seal = Annotated[str, Field(max_length=128, description="`seal` of what was looked at")]


class AreaIn(Schema):
    """An area with where it is found (certificate, register, contract, survey …) and why it changes."""

    area: Area
    source: Line
    reason: Line


class AreaSet(Schema):
    """A home's area as it stands now."""

    home: int
    area: str
    source: str


class SharerOut(Schema):
    """Somebody of the estate who has a shared phone, with the places by which staff know him (C2)."""

    person: int
    name: str
    owns: list[str]
    lives_in: list[str]


class SharedPhone(Schema):
    """A phone that different names share; ``elsewhere``: somebody of another estate has it too."""

    id: int
    phone: str
    sharers: list[SharerOut]
    elsewhere: bool


class SettleIn(Schema):
    """Whose phone it is; nobody's of the estate where none is told."""

    person_id: Id | None = None


class PhoneSettled(Schema):
    """A phone was settled, with whom it stays."""

    id: int
    person: int | None


class RosterFile(Schema):
    """A file was kept for a day; look at what it would change before it is taken in."""

    token: str


class RosterCounts(Schema):
    """How many homes a file names, adds, changes, leaves out; how many rows it refuses and warns of."""

    homes: int
    added: int
    changed: int
    missing: int
    refused: int
    warnings: int


class RosterPreview(Schema):
    """What a file would change, a page of lines at a time. ``seal`` is sent to take in this and nothing else."""

    seal: str
    first: bool
    nothing: bool
    counts: RosterCounts
    items: list[str]
    next: str | None


class TakeIn(Schema):
    """What was looked at, and whether buildings and entrances that are not registered yet are added."""

    seal: Seal
    allow_new: bool = False


class RosterTaken(Schema):
    """What was taken in. ``entry`` is its number in the record, None where nothing had to change."""

    homes: int
    added: int
    changed: int
    refused: int
    entry: int | None


class FileGone(Schema):
    """A file was deleted without being taken in."""

    token: str


def _kept(request: Request, slug: str) -> Estate:
    estate = estate_at(slug)
    can_keep_roster(request.actor, estate.pk).enforce()
    return estate


@reads(router, "/estates/{slug}/roster/homes/{pk}", scope="roster:read", answer=RosterHome, public=False)
def get_home(request: Request, slug: Slug, pk: Pk) -> RosterHome:
    """Tell one home with its owners."""
    estate = _kept(request, slug)
    row = selectors.home(request.actor, estate, pk)
    services.note_viewing(actor=request.actor, estate=estate, now=request.now)
    return roster_home(row, selectors.owners_of(request.actor, estate, [row]).get(row.pk, []))


@writes(router, "/estates/{slug}/roster/homes/{pk}/area", scope="roster:write", answer=AreaSet, method="PUT")
def set_area(request: Request, slug: Slug, pk: Pk, data: AreaIn) -> AreaSet:
    """Correct a home's area; a roll that is frozen already keeps its areas."""
    estate = _kept(request, slug)
    home = services.set_area(
        actor=request.actor,
        estate=estate,
        home_id=pk,
        area=Decimal(data.area),
        source=data.source,
        reason=data.reason,
        now=request.now,
    )
    return AreaSet(home=home.pk, area=share(home.area), source=home.area_source)


@reads(router, "/estates/{slug}/roster/phones/{pk}", scope="roster:read", answer=SharedPhone, public=False)
def get_shared_phone(request: Request, slug: Slug, pk: Pk) -> SharedPhone:
    """Tell who shares a phone; that a tenant's name was read is on record for him."""
    estate = _kept(request, slug)
    shared = selectors.shared_phone(request.actor, estate, pk)
    services.note_viewing(actor=request.actor, estate=estate, now=request.now)
    tenants = [each.person.pk for each in shared.sharers if each.is_tenant]
    services.note_tenants(actor=request.actor, estate=estate, person_ids=tenants, now=request.now)
    return SharedPhone(
        id=shared.row.pk,
        phone=masked(shared.phone) if shared.phone else "",
        sharers=[
            SharerOut(person=each.person.pk, name=each.person.name, owns=list(each.owns), lives_in=list(each.lives_in))
            for each in shared.sharers
        ],
        elsewhere=shared.elsewhere,
    )


@writes(router, "/estates/{slug}/roster/phones/{pk}/settlement", scope="roster:write", answer=PhoneSettled)
def settle_phone(request: Request, slug: Slug, pk: Pk, data: SettleIn) -> PhoneSettled:
    """Say whose a shared phone is; the others lose it until they give their own."""
    owner = services.settle_phone(
        actor=request.actor, estate=_kept(request, slug), unsettled_id=pk, person_id=data.person_id, now=request.now
    )
    return PhoneSettled(id=pk, person=owner.pk if owner else None)


def _read(estate: Estate, data: bytes, filename: str) -> Roster:
    return parse(read_workbook(data, filename), estate.name)


@writes(router, "/estates/{slug}/roster/files", scope="roster:write", answer=RosterFile, status=201)
def send_roster(request: Request, slug: Slug, file: File[UploadedFile]) -> RosterFile:
    """Keep a roster's file for a day, to be looked at and then taken in; one that is no roster is refused."""
    estate = _kept(request, slug)
    data, name = file.read(), file.name or ""
    _read(estate, data, name)
    return RosterFile(token=uploads.keep(actor=request.actor, estate=estate, filename=name, data=data, now=request.now))


def _lines(found: services.Preview) -> list[str]:
    """Return what changes and what is at fault, a sentence each: faults first."""
    difference = found.difference
    faults = [_fault(each.row, each.message) for each in difference.roster.problems]
    if difference.first:
        return faults
    return faults + [
        said(line)
        for line in (
            *(line for change in difference.changed for line in change.lines()),
            *found.kept_areas(),
            *replace(difference, changed=(), missing=()).lines(),
            *replace(difference, changed=(), added=()).lines(),
        )
    ]


def _fault(row: int, message: Sentence) -> str:
    text = said(Sentence(gettext_noop("第 {row} 行：{fault}"), row=row, fault=message))
    return _PHONE.sub(lambda found: masked(found[0]), text)


def _counts(found: services.Preview) -> RosterCounts:
    difference = found.difference
    refused = len(difference.roster.errors)
    return RosterCounts(
        homes=len(difference.roster.homes),
        added=len(difference.added),
        changed=len(difference.changed),
        missing=len(difference.missing),
        refused=refused,
        warnings=len(difference.roster.problems) - refused,
    )


@reads(router, "/estates/{slug}/roster/files/{token}", scope="roster:read", answer=RosterPreview, public=False)
def preview_roster(
    request: Request, slug: Slug, token: FileToken, allow_new: bool = False, cursor: Cursor = "", limit: Limit = 50
) -> RosterPreview:
    """Tell what a file would change; nothing is written."""
    estate = estate_at(slug)
    kept = uploads.fetch(actor=request.actor, estate=estate, token=token, now=request.now)
    services.note_viewing(actor=request.actor, estate=estate, now=request.now)
    found = services.preview_roster(estate=estate, roster=_read(estate, kept.data, kept.filename), allow_new=allow_new)
    numbered: list[tuple[int, str]] = list(enumerate(_lines(found), 1))
    lines, after = page_of(numbered, by=lambda line: -line[0], cursor=cursor, limit=limit)
    return RosterPreview(
        seal=found.seal(),
        first=found.difference.first,
        nothing=found.difference.nothing,
        counts=_counts(found),
        items=[text for _no, text in lines],
        next=after,
    )


@writes(router, "/estates/{slug}/roster/files/{token}/taking-in", scope="roster:write", answer=RosterTaken)
def import_roster(request: Request, slug: Slug, token: FileToken, data: TakeIn) -> RosterTaken:
    """Take in a file that was looked at; 409 where the register has moved since, so that it is looked at again."""
    estate = estate_at(slug)
    kept = uploads.fetch(actor=request.actor, estate=estate, token=token, now=request.now)
    services.note_viewing(actor=request.actor, estate=estate, now=request.now)
    taken = services.import_roster(
        actor=request.actor,
        estate=estate,
        roster=_read(estate, kept.data, kept.filename),
        seal=data.seal,
        allow_new=data.allow_new,
        now=request.now,
    )
    uploads.forget(kept)
    counts: dict[str, Any] = _counts(taken.preview).dict()
    return RosterTaken(
        homes=taken.homes,
        entry=taken.seq,
        **{name: counts[name] for name in ("added", "changed", "refused")},
    )


@writes(router, "/estates/{slug}/roster/files/{token}", scope="roster:write", answer=FileGone, method="DELETE")
def give_roster_up(request: Request, slug: Slug, token: FileToken) -> FileGone:
    """Delete a file without taking it in."""
    estate = estate_at(slug)
    uploads.forget(uploads.fetch(actor=request.actor, estate=estate, token=token, now=request.now))
    return FileGone(token=token)
