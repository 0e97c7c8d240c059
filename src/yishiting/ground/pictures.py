"""Pictures that people send: typed by content, held to limits, re-encoded without metadata. Rooms keep them themselves."""

from __future__ import annotations

import hashlib
import io
import secrets
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from PIL import Image, ImageOps, UnidentifiedImageError

from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Sentence, gettext_noop

#: What is read: by content, whatever the file's name says. SVG is a program, not a picture, and is not among them.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
LARGEST_PIXELS = 60_000_000
LONGEST_SIDE = 2000
QUALITY = 85


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


def random_name() -> str:
    """Return a name for a picture's file that nobody can guess."""
    return f"{secrets.token_hex(16)}.jpg"


def _refuse(template: str, **params: object) -> BadInput:
    sentence = Sentence(template, **params)
    return BadInput(sentence, code="not_a_picture", fields={"photos": sentence})


def _too_large(name: str) -> BadInput:
    text = gettext_noop(
        "照片“{name}”的像素太多，最多 {most} 万像素。请在手机里选小一点的尺寸，或者截一张图再传，写好的字都还在。"
    )
    return _refuse(text, name=name, most=LARGEST_PIXELS // 10_000)


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
                raise _too_large(name)
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
    except Image.DecompressionBombError as error:
        # The library stops at a limit of its own before the size can be compared with ours.
        raise _too_large(name) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
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
