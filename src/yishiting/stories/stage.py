"""What every story needs: a clock that runs up to now, actors by their part, a bar that shows how far it is."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, ParamSpec, TextIO, TypeVar

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw
from tqdm import tqdm

from yishiting.council.matters import services as matters
from yishiting.council.matters.models import Photo
from yishiting.ground.organisations import services as organisations
from yishiting.ground.organisations.actors import Actor, actor_for
from yishiting.ground.organisations.models import Organisation
from yishiting.ground.people.models import Holding, Person, UnsettledPhone
from yishiting.ground.places.models import Building, Estate, Home, Region
from yishiting.kernel.clock import CHINA
from yishiting.kernel.workdays import Calendar

P = ParamSpec("P")
T = TypeVar("T")


class Clock:
    """Moments of a story, told as days before the day on which it is replayed."""

    def __init__(self, anchor: datetime) -> None:
        self.anchor = anchor.astimezone(CHINA)
        self._calendar = Calendar()
        self._last: datetime | None = None

    def at(self, days_ago: int, hour: int = 10, minute: int = 0) -> datetime:
        """Let the story go on to a moment, as :meth:`planned` gives it, and return it; its time never runs backwards.

        Holidays push several days onto one work day; what is told later then happens a minute later.
        """
        moment = self.planned(days_ago, hour, minute)
        if self._last is not None and moment <= self._last:
            moment = min(self._last + timedelta(minutes=1), self.anchor)
        self._last = moment
        return moment

    def planned(self, days_ago: int, hour: int = 10, minute: int = 0) -> datetime:
        """Return a moment on the work day at or before ``days_ago`` days before the anchor, never after the anchor."""
        day = self.anchor.date() - timedelta(days=days_ago)
        while not self._calendar.is_workday(day):
            day -= timedelta(days=1)
        return min(self._on(day, hour, minute), self.anchor)

    def ahead(self, days: int, hour: int = 18) -> datetime:
        """Return a moment on a day after the anchor."""
        return self._on(self.anchor.date() + timedelta(days=days), hour, 0)

    @staticmethod
    def _on(day: date, hour: int, minute: int) -> datetime:
        return datetime.combine(day, time(hour, minute), CHINA)


@dataclass
class Cast:
    """Who plays which part; asked for an actor at a moment, since posts have terms."""

    estate: Estate
    place: str
    """Where its council meets."""
    sides: dict[str, int]
    """How many come to a meeting for each side that must be there."""
    guests: tuple[str, ...] = ()
    """Who is asked besides."""
    parts: dict[str, Person] = field(default_factory=dict)
    _kept: dict[int, Actor] = field(default_factory=dict)

    def actor(self, part: str | Person, now: datetime) -> Actor:
        """Return the actor of a part or a person. Homes and posts do not change within a story, so one look is enough."""
        person = self.parts[part] if isinstance(part, str) else part
        if person.pk not in self._kept:
            self._kept[person.pk] = actor_for(person, now=now)
        return self._kept[person.pk]

    def appoint(
        self,
        part: str,
        person: Person,
        *,
        organisation: Organisation,
        kind: str,
        since: datetime,
        region: Region | None = None,
        building: Building | None = None,
    ) -> None:
        """Give ``person`` a post of ``kind`` and the part ``part``."""
        post = organisations.create_post(
            organisation=organisation,
            kind=kind,
            region=region,
            estate=None if region else self.estate,
            building=building,
        )
        organisations.appoint(post=post, person=person, since=since, actor_id=None)
        self.parts[part] = person


class Bar:
    """Progress in the words of the story; every act moves it by one."""

    def __init__(self, total: int, out: TextIO) -> None:
        self._bar = tqdm(total=total, file=out, unit="步", ncols=78, ascii=False, leave=True)

    def act(self, verb: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do one act of the story and return what it gave."""
        result = verb(*args, **kwargs)
        self._bar.update()
        return result

    def say(self, words: str) -> None:
        """Say what is being told now."""
        self._bar.set_description(words)

    def close(self) -> None:
        """Finish the bar where it stands."""
        self._bar.close()


def new_person(name: str, phone: str) -> Person:
    """Save a person who is on no roster (staff)."""
    person = Person(name=name)
    person.phone = phone
    person.save()
    return person


def shut_phones(estate: Estate) -> list[str]:
    """Return the hashes of phones by which nobody signs in: none at all, and those that different names share."""
    unsettled = UnsettledPhone.objects.filter(estate=estate, settled_at__isnull=True)
    return ["", *unsettled.values_list("phone_hash", flat=True)]


def signing_owners(estate: Estate) -> list[tuple[Home, Person]]:
    """Return homes with an owner who can sign in, one home a person, in the roster's order."""
    found: dict[int, tuple[Home, Person]] = {}
    for holding in (
        Holding.objects.filter(estate=estate, until__isnull=True)
        .exclude(person__phone_hash__in=shut_phones(estate))
        .select_related("home__building", "home__entrance", "person")
        .order_by("home__order", "pk")
    ):
        found.setdefault(holding.person_id, (holding.home, holding.person))
    return list(found.values())


def sign_ins(cast: Cast, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return who may sign in with one click where the story is shown, in the order of ``labels``."""
    order = list(labels)
    return [
        {
            "role": part,
            "label": labels[part],
            "phone": person.phone,
            "person": person.pk,
            "estate": cast.estate.slug,
        }
        for part, person in sorted(cast.parts.items(), key=lambda pair: order.index(pair[0]))
    ]


def picture(cast: Cast, by: Actor, colour: str, now: datetime, *, public: bool = False) -> Photo:
    """Draw a plain picture of a door and keep it as a photograph, so that a story needs no file of anybody's."""
    image = Image.new("RGB", (960, 720), "#dfe2d8")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 520, 960, 720), fill="#b9bdb2")
    draw.rectangle((330, 120, 630, 520), fill="#6d756f")
    draw.rectangle((350, 140, 475, 520), fill="#8d958e")
    draw.rectangle((485, 140, 610, 520), fill="#8d958e")
    for left in (120, 240, 640, 760):
        draw.ellipse((left, 560, left + 70, 630), outline=colour, width=9)
        draw.ellipse((left + 90, 560, left + 160, 630), outline=colour, width=9)
        draw.line((left + 35, 595, left + 80, 540, left + 125, 595), fill=colour, width=9)
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=80)
    upload: Any = SimpleUploadedFile("picture.jpg", kept.getvalue(), content_type="image/jpeg")
    return matters.store_photo(actor=by, estate=cast.estate, upload=upload, now=now, public=public)
