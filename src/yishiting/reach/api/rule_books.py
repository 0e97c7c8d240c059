"""The rules of a place: every figure that holds in an estate with its source, and the pack that it takes."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _
from ninja import Router, Schema

from yishiting.ground.packs.showing import said as words_of
from yishiting.ground.places import books, policy, services
from yishiting.ground.places.models import AdoptedPack
from yishiting.kernel.errors import BadInput
from yishiting.reach.api.door import Request, estate_at
from yishiting.reach.api.operations import reads, writes
from yishiting.reach.api.paging import Cursor, Limit, page
from yishiting.reach.api.shapes import Line, Slug, Words, said

router = Router(tags=["rules"])


class FigureOut(Schema):
    """A figure: its key, how it is written in its pack, the words of it, and where it comes from."""

    key: str
    title: str
    value: str
    words: str
    pack: str
    version: int
    source: str
    read_on: date
    verified: bool


class RulesOut(Schema):
    """What holds in an estate now."""

    pack: str
    version: int
    name: str
    figures: list[FigureOut]


class AdoptedOut(Schema):
    """A pack that the estate took, the newest of which holds."""

    no: int
    pack: str
    version: int
    name: str
    reason: str
    adopted_at: datetime


class AdoptedPacks(Schema):
    """A page of the packs that an estate took, the newest first."""

    items: list[AdoptedOut]
    next: str | None


class PackIn(Schema):
    """A pack as TOML, and why it is taken."""

    text: Words
    reason: Line


@reads(router, "/estates/{slug}/rules", scope="rules:read", answer=RulesOut)
def get_rules(request: Request, slug: Slug) -> RulesOut:
    """Tell every figure that holds in an estate, with its source."""
    book = books.rules_in(estate_at(slug).pk)
    return RulesOut(
        pack=book.pack.id,
        version=book.pack.version,
        name=book.pack.name,
        figures=[
            FigureOut(
                key=told.figure.key.name,
                title=_(told.figure.key.title),
                value=told.figure.written,
                words=said(words_of(told.figure)),
                pack=told.pack.id,
                version=told.pack.version,
                source=told.figure.source,
                read_on=told.figure.read_on,
                verified=told.figure.verified,
            )
            for told in book
        ],
    )


def _out(row: AdoptedPack) -> AdoptedOut:
    return AdoptedOut(
        no=row.no, pack=row.pack_id, version=row.version, name=row.name, reason=row.reason, adopted_at=row.adopted_at
    )


@reads(router, "/estates/{slug}/desk/rules", scope="rules:read", answer=AdoptedPacks, public=False)
def list_adopted_packs(request: Request, slug: Slug, cursor: Cursor = "", limit: Limit = 20) -> AdoptedPacks:
    """List the packs that an estate took."""
    estate = estate_at(slug)
    policy.can_keep_rules(request.actor, estate.pk).enforce()
    rows = AdoptedPack.objects.filter(estate=estate)
    found, after = page(rows, by=("-no",), cursor=cursor, limit=limit)
    return AdoptedPacks(items=[_out(row) for row in found], next=after)


@writes(router, "/estates/{slug}/rules", scope="rules:write", answer=AdoptedOut, status=201)
def adopt_pack(request: Request, slug: Slug, data: PackIn) -> AdoptedOut:
    """Take a pack; `fields` names each line at fault as `text.` and its number."""
    estate = estate_at(slug)
    policy.can_keep_rules(request.actor, estate.pk).enforce()
    try:
        row = services.adopt_pack(
            actor=request.actor, estate=estate, text=data.text, reason=data.reason, now=request.now
        )
    except services.FaultyPack as faulty:
        lines = {f"text.{fault.line}": fault.message for fault in faulty.faults}
        raise BadInput(faulty.message, code=faulty.code, fields=lines) from faulty
    return _out(row)
