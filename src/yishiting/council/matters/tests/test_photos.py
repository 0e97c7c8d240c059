"""Pictures: only pictures, without where and when they were taken, upright, and seen by those they are for."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.support.world import World
from yishiting.council.matters import policy, services, tasks
from yishiting.council.matters.models import Photo
from yishiting.council.matters.tests.making import STAFF, accepted, own_playbook, picture, prepared, reported, stored
from yishiting.ground.organisations.actors import NOBODY
from yishiting.ground.pictures import LONGEST_SIDE, read_picture
from yishiting.kernel.errors import BadInput, NotAllowed

GPS = 0x8825
ORIENTATION = 0x0112


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> World:
    """A world whose pictures go to a folder of their own."""
    settings.MEDIA_ROOT = tmp_path
    return prepared()


def test_what_a_phone_wrote_beside_the_pixels_is_gone() -> None:
    exif = Image.Exif()
    exif[0x010F] = "ACME"
    exif.get_ifd(GPS)[1] = "N"
    sent = picture(exif=exif)
    assert b"ACME" in sent.read()
    sent.seek(0)
    kept = read_picture(sent)
    assert b"ACME" not in kept.content
    assert b"Exif" not in kept.content
    assert not Image.open(io.BytesIO(kept.content)).getexif()


def test_a_picture_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    kept = read_picture(picture(size=(80, 40), exif=exif))
    assert (kept.width, kept.height) == (40, 80)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_other_kinds_of_picture_become_jpeg_whatever_their_name(kind: str) -> None:
    kept = read_picture(picture("photo.txt", kind=kind))
    assert Image.open(io.BytesIO(kept.content)).format == "JPEG"


def test_a_large_picture_is_made_smaller() -> None:
    kept = read_picture(picture(size=(3000, 1500)))
    assert (kept.width, kept.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)


def test_what_is_transparent_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    kept = read_picture(SimpleUploadedFile("a.png", out.getvalue()))
    assert Image.open(io.BytesIO(kept.content)).getpixel((5, 5)) == (255, 255, 255)


def _bomb(side: int = 50_000) -> bytes:
    """A PNG of a few bytes that says it is 50,000 by 50,000, or of another side."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [9_000, 20_000, 50_000])
def test_a_picture_of_too_many_pixels_is_said_to_be_so_with_what_to_do(side: int) -> None:
    with pytest.raises(BadInput, match=r"“door.png”的像素太多，最多 6000 万像素。.*选小一点的尺寸"):
        read_picture(SimpleUploadedFile("door.png", _bomb(side), content_type="image/png"))


def _noise() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((200, 200), 80).convert("RGB").save(out, "JPEG", quality=95)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just words",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7 not a picture",
        b"\xff\xd8\xff\xe0 only a beginning",
        _noise()[:4000],
        _bomb(),
        b"GIF89a" + b"\xff" * 40,
    ],
    ids=["nothing", "words", "svg", "pdf", "a beginning", "cut short", "bomb", "forged gif"],
)
def test_what_is_no_picture_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(BadInput) as refusal:
        read_picture(SimpleUploadedFile("door.jpg", content, content_type="image/jpeg"))
    assert "door.jpg" in str(refusal.value)
    assert "写好的字都还在" in str(refusal.value)
    assert "photos" in refusal.value.fields


def test_a_file_that_is_too_large_is_refused_before_it_is_opened(settings: Any) -> None:
    settings.PHOTO_MAX_BYTES = 2 * 1024 * 1024
    with pytest.raises(BadInput) as refusal:
        read_picture(SimpleUploadedFile("door.jpg", b"\xff\xd8" + b"\0" * settings.PHOTO_MAX_BYTES))
    assert "2 MB" in str(refusal.value)


def test_the_stored_name_tells_nothing_and_the_digest_is_of_the_content(world: World) -> None:
    photo = services.store_photo(
        actor=world.actor(0), estate=world.estate, upload=picture("张三家门口.jpg"), now=world.now
    )
    assert "张三" not in str(photo.file.name)
    assert len(Path(str(photo.file.name)).stem) == 32
    assert hashlib.sha256(photo.file.read()).hexdigest() == photo.sha256


def test_strangers_store_nothing(world: World) -> None:
    with pytest.raises(NotAllowed):
        services.store_photo(actor=NOBODY, estate=world.estate, upload=picture(), now=world.now)
    assert not Photo.objects.exists()


def test_a_reports_picture_is_for_its_reporter_and_for_those_who_work_on_it(world: World) -> None:
    photo = stored(world, 0)
    matter = reported(world, 0, photos=[photo]).matter

    def sees(who: int | str) -> bool:
        return policy.photos_visible_to(world.actor(who)).filter(pk=photo.pk).exists()

    assert [sees(who) for who in (0, STAFF, "grid_worker", "supervisor")] == [True] * 4
    assert [sees(who) for who in (1, "property_manager", "police_officer", "committee_member")] == [False] * 4
    assert not policy.photos_visible_to(NOBODY).exists()
    services.publish_photo(actor=world.actor(STAFF), matter_id=matter.pk, photo_id=photo.pk, public=True, now=world.now)
    assert policy.photos_visible_to(NOBODY).filter(pk=photo.pk).exists()


def test_whose_step_it_is_sees_the_pictures_while_it_is(world: World) -> None:
    photo = stored(world, 0)
    text = OWNED
    matter = accepted(world, reported(world, 0, photos=[photo]).matter, own_playbook(world, text))
    manager = world.actor("property_manager")
    assert policy.photos_visible_to(manager).filter(pk=photo.pk).exists()
    services.end_step(actor=manager, matter_id=matter.pk, outcome="done", now=world.now)
    assert not policy.photos_visible_to(manager).filter(pk=photo.pk).exists()


OWNED = """
id = "owned"
version = 1
name = "物业先办"
[[step]]
id = "do"
stage = "carry_out"
kind = "work"
title = "物业办理"
who = "property_manager"
next = {{ done = "answer" }}
[[step]]
id = "answer"
stage = "feedback"
kind = "answer"
title = "答复"
who = "community_worker"
next = {{ answered = "end" }}
"""


def test_pictures_of_a_form_that_nobody_finished_go_and_used_ones_stay(world: World) -> None:
    forgotten, used = stored(world, 0), stored(world, 0)
    reported(world, 0, photos=[used])
    tasks.sweep(now=world.now + timedelta(hours=47))
    assert Photo.objects.count() == 2
    tasks.sweep(now=world.now + timedelta(hours=49))
    assert list(Photo.objects.all()) == [used]
    assert not forgotten.file.storage.exists(str(forgotten.file.name))
    assert used.file.storage.exists(str(used.file.name))
