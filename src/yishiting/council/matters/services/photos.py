"""Pictures of matters: kept under a random name, used once, published by staff, dropped where nothing uses them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import ProtectedError

from yishiting.council.matters import policy
from yishiting.council.matters.models import Evidence, Matter, Photo
from yishiting.council.matters.services.engine import open_matter
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.pictures import Upload, random_name, read_picture
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop

MOST = 6
#: Pictures that were sent with a form that nobody finished are dropped after this.
UNUSED_FOR = timedelta(days=2)


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
    photo.file.save(random_name(), ContentFile(picture.content), save=False)
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
