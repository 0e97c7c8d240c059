"""Pictures: typed by content, held to limits, re-encoded without metadata, kept under a random name."""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import ProtectedError
from PIL import Image, ImageOps, UnidentifiedImageError

from yishiting.council.matters import policy
from yishiting.council.matters.models import Evidence, Matter, Photo
from yishiting.council.matters.services.engine import open_matter
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import BadInput, NotFound
from yishiting.kernel.words import Sentence, gettext_noop

MOST = 6
#: What is read: by content, whatever the file's name says. SVG is a program, not a picture, and is not among them.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
LARGEST_PIXELS = 60_000_000
LONGEST_SIDE = 2000
QUALITY = 85
#: Pictures that were sent with a form that nobody finished are dropped after this.
UNUSED_FOR = timedelta(days=2)


class Upload(Protocol):
    """What a door hands over: something to read, with the name that it came under."""

    name: str | None

    def read(self, size: int = ..., /) -> bytes:
        """Return at most ``size`` bytes."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready to be kept: JPEG without metadata, upright."""

    content: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """The digest of the content."""
        return hashlib.sha256(self.content).hexdigest()


def _refuse(template: str, **params: object) -> BadInput:
    sentence = Sentence(template, **params)
    return BadInput(sentence, code="not_a_picture", fields={"photos": sentence})


def read_picture(upload: Upload) -> Picture:
    """Read ``upload`` and return it re-encoded; raises :class:`BadInput` for what is not a picture or too large."""
    name = (upload.name or "")[:80]
    limit: int = settings.PHOTO_MAX_BYTES
    data = upload.read(limit + 1)
    if len(data) > limit:
        text = gettext_noop("照片“{name}”太大，最大 {most} MB。请在手机里选小一点的尺寸再传，写好的字都还在。")
        raise _refuse(text, name=name, most=limit // 1024 // 1024)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > LARGEST_PIXELS:
                text = gettext_noop("照片“{name}”的尺寸太大。请在手机里选小一点的尺寸再传，写好的字都还在。")
                raise _refuse(text, name=name)
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image.load()
            upright = ImageOps.exif_transpose(image)
            # Onto white: what is transparent has no colour of its own in a JPEG.
            if upright.mode in {"RGBA", "LA", "P", "PA"}:
                layer = upright.convert("RGBA")
                ground = Image.new("RGB", layer.size, (255, 255, 255))
                ground.paste(layer, mask=layer.getchannel("A"))
            else:
                ground = upright.convert("RGB")
            ground.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            # Drawn on a fresh canvas, so that nothing that stood beside the pixels can come along.
            clean = Image.new("RGB", ground.size)
            clean.paste(ground)
            out = io.BytesIO()
            clean.save(out, "JPEG", quality=QUALITY)
    except BadInput:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError) as error:
        text = gettext_noop(
            "“{name}”不是能打开的照片，可能没传完，也可能不是照片。请换一张 JPG 或 PNG，写好的字都还在。"
        )
        raise _refuse(text, name=name) from error
    except (TypeError, KeyError, IndexError, ArithmeticError) as error:
        # Decoders of old formats stumble over forged headers in these ways too.
        text = gettext_noop(
            "“{name}”不是能打开的照片，可能没传完，也可能不是照片。请换一张 JPG 或 PNG，写好的字都还在。"
        )
        raise _refuse(text, name=name) from error
    return Picture(out.getvalue(), clean.width, clean.height)


def store_photo(*, actor: Actor, estate: Estate, upload: Upload, now: datetime, public: bool = False) -> Photo:
    """Keep a picture under a random name, not yet used by anything; raises :class:`BadInput` where it is none.

    Allowed to whoever may report in the estate. The file is kept before its row, so that no row is without its file.
    """
    policy.can_report(actor, estate.pk).enforce()
    picture = read_picture(upload)
    photo = Photo(
        estate=estate,
        sha256=picture.sha256,
        width=picture.width,
        height=picture.height,
        public=public,
        added_by_id=actor.person_id,
        added_at=now,
    )
    photo.file.save(f"{secrets.token_hex(16)}.jpg", ContentFile(picture.content), save=False)
    try:
        with transaction.atomic():
            photo.save(force_insert=True)
    except Exception:
        photo.file.storage.delete(str(photo.file.name))
        raise
    return photo


def usable(*, actor: Actor, estate_id: int, ids: Sequence[int]) -> list[Photo]:
    """Return the actor's own pictures of ``ids`` that nothing uses yet, in that order; others are left out."""
    found = Photo.objects.filter(
        pk__in=list(ids), estate_id=estate_id, added_by_id=actor.person_id, report__isnull=True
    ).exclude(pk__in=Evidence.objects.filter(photo_id__in=list(ids)).values("photo_id"))
    by_id = {photo.pk: photo for photo in found}
    return [by_id[pk] for pk in dict.fromkeys(ids) if pk in by_id]


def publish_photo(*, actor: Actor, matter_id: int, photo_id: int, public: bool, now: datetime) -> Photo:
    """Let everybody see a picture of a matter, or no longer; staff look first whether it shows a face or a number."""
    with open_matter(actor, matter_id, now) as (record, matter):
        policy.can_triage(actor, matter).enforce()
        photo = photo_of(matter, photo_id)
        if photo.public != public:
            photo.public = public
            photo.save(update_fields=["public"])
            record.write(
                "matters.photo_published" if public else "matters.photo_withdrawn",
                subject=("matter", matter.pk),
                facts={"no": matter.no, "photo": photo.pk},
                attests=[photo],
                thread=matter.thread,
            )
    return photo


def photo_of(matter: Matter, photo_id: int) -> Photo:
    """Return a picture that belongs to a report or to evidence of ``matter``; raises :class:`NotFound`."""
    evidence = Evidence.objects.filter(run__matter=matter, photo__isnull=False).values("photo_id")
    photo = (
        Photo.objects.filter(pk=photo_id, report__matter=matter).first()
        or Photo.objects.filter(pk=photo_id).filter(pk__in=evidence).first()
    )
    if photo is None:
        raise NotFound(gettext_noop("这件事里没有这张照片。"))
    return photo


def drop_unused(*, now: datetime) -> int:
    """Remove pictures that came with a form nobody finished; what a room uses stays. Returns how many went."""
    gone = 0
    stale = Photo.objects.filter(
        report__isnull=True, added_at__lt=now - UNUSED_FOR, added_at__gte=now - 10 * UNUSED_FOR
    ).exclude(pk__in=Evidence.objects.filter(photo__isnull=False).values("photo_id"))
    for photo in stale.iterator():
        name, storage = str(photo.file.name), photo.file.storage
        try:
            with transaction.atomic():
                photo.delete()
        except ProtectedError:
            continue
        storage.delete(name)
        gone += 1
    return gone
