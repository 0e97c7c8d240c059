"""What several rooms send and take: bounded texts and numbers, moments, what was done."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, Field

from yishiting.kernel.clock import CHINA
from yishiting.kernel.words import Sentence

FIRST_YEAR, LAST_YEAR = 1950, 2200


def _plain(text: str) -> str:
    if "\0" in text:
        raise ValueError("a text has no NUL in it")
    try:
        text.encode()
    except UnicodeEncodeError:
        # Half of a sign, which JSON lets through and no database keeps.
        raise ValueError("a text has whole signs alone") from None
    return text


def _near(at: date) -> date:
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError("a year of our time")
    return at


def _near_moment(at: datetime) -> datetime:
    _near(at)
    return at.astimezone(CHINA)


Slug = Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]{1,80}$", description="the estate's word in addresses")]
No = Annotated[int, Field(ge=1, le=2**31 - 1, description="the number within the estate, which never changes")]
Pk = Annotated[int, Field(ge=1, le=2**62)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Id = Annotated[int, Field(ge=1, le=2**62)]
Words = Annotated[str, AfterValidator(_plain), Field(max_length=20_000)]
Line = Annotated[str, AfterValidator(_plain), Field(max_length=500)]
Search = Annotated[str, AfterValidator(_plain), Field(max_length=60)]
Moment = Annotated[AwareDatetime, AfterValidator(_near_moment)]
Day = Annotated[date, AfterValidator(_near)]


class Done(Schema):
    """A verb was carried out: on what, and how that stands now."""

    no: int
    state: str


class Reason(Schema):
    """Why; what is shown to whom the page of the same verb says."""

    reason: Line


def said(words: Sentence | None) -> str:
    """Return a sentence in the reader's language, or an empty text."""
    return words.render(_) if words is not None else ""


def share(value: object) -> str:
    """Return an exact figure as text, since a float in a count is a defect."""
    return str(value)
