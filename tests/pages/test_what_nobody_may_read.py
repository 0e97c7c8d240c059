"""A crawl of every page as nobody and as a resident: no name, phone or door of anybody else, and no link that leads nowhere.

C2 and C3 are compared with the database itself: every person on every roster, every phone, every home's door.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache

import pytest

from tests.journeys.plan import NEIGHBOURS, who
from tests.journeys.reading import Reader
from tests.journeys.serving import ROOT, Demo, environment
from tests.pages.crawling import broken_links, crawled, withheld_pictures

SECRETS = """
import json, django
django.setup()
from yishiting.ground.organisations.models import Term
from yishiting.ground.people.models import Holding, Person, Residence
from yishiting.ground.places.models import Home
from yishiting.council.matters.models import Answer, Report
from yishiting.council.votes.models import Ballot
from yishiting.ground.organisations.models import ChartSeat
from yishiting.ground.organisations.charting.drawn import below
from yishiting.kernel import clock
from yishiting.timeline.models import Entry
told = set()
for seat in ChartSeat.objects.filter(role="leader").select_related("chart"):
    units = below(seat.chart, {seat.unit_id}, now=clock.now())
    told |= {(seat.person_id, each.person_id) for each in ChartSeat.objects.filter(unit__in=units)}
for entry in Entry.objects.filter(kind="organisations.members_read"):
    told |= {(each.person_id, entry.actor_id) for each in ChartSeat.objects.filter(unit=entry.subject_id)}
people = {person.pk: [person.name, person.phone] for person in Person.objects.all()}
homes = {h.pk: [h.building.label, h.entrance.label, h.room] for h in Home.objects.select_related("building", "entrance")}
lives = sorted({*Holding.objects.values_list("person_id", "home_id"), *Residence.objects.values_list("person_id", "home_id")})
print(json.dumps({
    "people": people, "homes": homes, "lives": lives,
    "told": sorted(told),
    "named": list(Term.objects.filter(name_public=True).values_list("person_id", flat=True)),
    "words": [[row.person_id, row.words] for row in Report.objects.all()],
    "answers": [[row.report.person_id, row.text] for row in Answer.objects.select_related("report")],
    "receipts": list(Ballot.objects.values_list("receipt", flat=True).distinct()),
}))
"""
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
#: The demonstration's own way in lists its invented people; it answers in no other mode.
WAY_IN = "/demo/"


@dataclass(frozen=True)
class Secrets:
    """What may not be read."""

    people: dict[int, tuple[str, str]]
    homes: dict[int, tuple[str, str, str]]
    lives: frozenset[tuple[int, int]]
    named: frozenset[int]
    #: Whom one is told of on one's own page of the chart: the members whom one leads, and who read that one is a member.
    told: frozenset[tuple[int, int]]
    words: tuple[tuple[int, str], ...]
    answers: tuple[tuple[int, str], ...]
    receipts: frozenset[str]

    def names(self, *, but: frozenset[str] = frozenset()) -> re.Pattern[str]:
        """Return what finds a name of anybody whose name is not public by his post."""
        public = {self.people[person][0] for person in self.named} | but
        names = {name for name, _ in self.people.values()} - public
        return re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))

    def doors(self, *, but: frozenset[int] = frozenset()) -> re.Pattern[str]:
        """Return what finds a door, written with or without its entrance, with whatever stands between."""
        gap = r"[\s\-—#·，,]*"
        written = {
            rf"{re.escape(building)}{gap}(?:{re.escape(entrance)}{gap})?{re.escape(room)}(?!\d)"
            for pk, (building, entrance, room) in self.homes.items()
            if pk not in but
        }
        return re.compile("|".join(sorted(written)))

    def homes_of(self, person: int) -> frozenset[int]:
        """Return where somebody lives or what he owns."""
        return frozenset(home for each, home in self.lives if each == person)

    def household(self, person: int) -> frozenset[str]:
        """Return the names that stand with his on the roster."""
        mine = self.homes_of(person)
        return frozenset(self.people[each][0] for each, home in self.lives if home in mine)


@lru_cache(maxsize=1)
def secrets_of(demo: Demo) -> Secrets:
    """Read them from the demonstration's database, in a process of its own: a browser's loop forbids the ORM in this one."""
    done = subprocess.run(
        [sys.executable, "-c", SECRETS],
        env=environment(demo.data),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    return Secrets(
        people={int(pk): (name, phone) for pk, (name, phone) in told["people"].items()},
        homes={int(pk): (building, entrance, room) for pk, (building, entrance, room) in told["homes"].items()},
        lives=frozenset((person, home) for person, home in told["lives"]),
        named=frozenset(told["named"]),
        told=frozenset((person, other) for person, other in told["told"]),
        words=tuple((person, text) for person, text in told["words"]),
        answers=tuple((person, text) for person, text in told["answers"]),
        receipts=frozenset(told["receipts"]),
    )


def test_the_crawl_has_something_to_find(demo: Demo) -> None:
    """A pattern that finds nothing would let everything pass: it finds the roster's own first lines."""
    secrets = secrets_of(demo)
    assert len(secrets.people) > 300
    name = next(each for pk, (each, _) in secrets.people.items() if pk not in secrets.named)
    assert secrets.names().search(f"由{name}反映")
    assert not secrets.names(but=frozenset({name})).fullmatch(name)
    building, entrance, room = next(iter(secrets.homes.values()))
    for written in (f"{building}{entrance}{room}", f"{building} {entrance} {room}室", f"{building}-{room}"):
        assert secrets.doors().search(f"家住{written}，")
    assert PHONE.search("电话13900001234，")


@pytest.mark.parametrize("role", ["nobody", "still/nobody"])
def test_nobody_reads_a_name_a_phone_or_a_door(demo: Demo, role: str) -> None:
    """Not in the words of a page, not in its source: titles, labels, values, addresses."""
    secrets = secrets_of(demo)
    names, doors = secrets.names(), secrets.doors()
    words = [text for _, text in secrets.words]
    answers = [text for _, text in secrets.answers]
    pages = crawled(demo, role)
    found = []
    for page in pages:
        if page.path.startswith(WAY_IN):
            continue
        text = page.text
        found += [f"{page.path} names {hit[0]}" for hit in names.finditer(text)]
        found += [f"{page.path} tells the phone {hit[0]}" for hit in PHONE.finditer(page.body)]
        found += [f"{page.path} tells the door {hit[0]}" for hit in doors.finditer(text)]
        found += [f"{page.path} shows what a reporter wrote: {each[:30]}" for each in words if each in text]
        found += [f"{page.path} shows what a reporter was answered: {each[:30]}" for each in answers if each in text]
        found += [f"{page.path} tells the receipt {each}" for each in secrets.receipts if each in page.body]
    assert len(pages) > 20, [page.path for page in pages]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("role", ["owner_a", "still/owner_3"])
def test_a_resident_reads_nothing_of_another_household(demo: Demo, role: str) -> None:
    """His own name, door and words he reads; nobody else's."""
    secrets = secrets_of(demo)
    person, _ = who(demo, role)
    assert person is not None
    mine = secrets.homes_of(person.person)
    household = secrets.household(person.person)
    names = secrets.names(but=household)
    in_his_chart = secrets.names(but=household | {secrets.people[b][0] for a, b in secrets.told if a == person.person})
    doors = secrets.doors(but=mine)
    own = {"".join(secrets.homes[home]) for home in mine}
    ours = {text for each, text in secrets.words if each == person.person}
    theirs = [text for each, text in secrets.words if each != person.person and text not in ours]
    pages = crawled(demo, role)
    found = []
    for page in pages:
        if page.path.startswith(WAY_IN):
            continue
        text = page.text
        sought = in_his_chart if page.path.endswith("/chart/mine/") else names
        found += [f"{page.path} names {hit[0]}" for hit in sought.finditer(text)]
        found += [
            f"{page.path} tells the phone {hit[0]}" for hit in PHONE.finditer(page.body) if hit[0] != person.phone
        ]
        found += [
            f"{page.path} tells the door {hit[0]}"
            for hit in doors.finditer(text)
            # "1栋101" stands in two entrances, and one of them is his.
            if not any(door.endswith(re.sub(r"\D+", "", hit[0])[-3:]) for door in own)
        ]
        found += [f"{page.path} shows what another wrote: {each[:30]}" for each in theirs if each in text]
    assert any(page.path.startswith("/me/") and page.status == 200 for page in pages), "he is signed in"
    assert not found, "\n".join(found)


@pytest.mark.parametrize("role", NEIGHBOURS)
def test_every_link_of_a_neighbour_leads_somewhere(demo: Demo, role: str) -> None:
    assert broken_links(demo, role) == []


@pytest.mark.parametrize("role", ["nobody", "owner_a"])
def test_every_picture_on_a_page_is_shown_to_its_reader(demo: Demo, role: str) -> None:
    assert withheld_pictures(demo, role) == []


def test_no_private_picture_is_shown_to_nobody(demo: Demo) -> None:
    """Pictures of reports are for staff and their owner until somebody makes them public."""
    owner = demo.person("owner_a")
    mine = {
        picture
        for page in Reader(demo, owner).crawl(
            "/me/", follow=lambda path: bool(re.match(r"/e/[\w-]+/matters/\d+/$", path))
        )
        for picture in page.pictures
        if "/photos/" in picture
    }
    assert mine, "the story's first owner reports with a picture"
    public = {picture for page in crawled(demo, "nobody") for picture in page.pictures}
    reader = Reader(demo)
    shown = [picture for picture in sorted(mine - public) if reader.get(picture).status == 200]
    assert not shown, f"nobody is shown {shown}"
