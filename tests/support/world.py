"""A small estate for tests: homes of 100 m², one owner each, staff in their posts. Everything else a test builds itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from yishiting.ground.organisations.actors import Actor, actor_for
from yishiting.ground.organisations.models import Organisation, Post, Term
from yishiting.ground.people.models import Holding, OwnerGroup, OwnerGroupMember, Person, Residence
from yishiting.ground.places.models import Building, Entrance, Estate, Home, Region
from yishiting.kernel.clock import CHINA

START = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)  # a Monday, a work day

STAFF = (
    "community_worker",
    "grid_worker",
    "moderator",
    "committee_chair",
    "committee_member",
    "building_head",
    "property_manager",
    "police_officer",
    "supervisor",
)


@dataclass
class World:
    """An estate with its people; ``owners[i]`` owns ``homes[i]``; ``staff[kind]`` is the holder of that post."""

    estate: Estate
    homes: list[Home]
    owners: list[Person]
    staff: dict[str, Person]
    now: datetime = START
    buildings: list[Building] = field(default_factory=list)
    entrances: list[Entrance] = field(default_factory=list)

    def actor(self, who: str | int | Person) -> Actor:
        """Return the actor of a post's kind, of the owner at an index, or of a person."""
        person = self.staff[who] if isinstance(who, str) else self.owners[who] if isinstance(who, int) else who
        return actor_for(person, now=self.now)


def make_person(name: str, phone: str = "") -> Person:
    """Save a person; the phone is sealed."""
    person = Person(name=name)
    person.phone = phone
    person.save()
    return person


def own(estate: Estate, homes: list[Home], people: list[Person], *, since: datetime = START) -> OwnerGroup:
    """Make ``people`` one owner group that holds ``homes``."""
    group = OwnerGroup.objects.create(estate=estate, key=f"test-{people[0].pk}")
    OwnerGroupMember.objects.bulk_create(
        [OwnerGroupMember(group=group, person=person, order=order) for order, person in enumerate(people)]
    )
    Holding.objects.bulk_create(
        [
            Holding(estate=estate, home=home, person=person, group=group, since=since)
            for home in homes
            for person in people
        ]
    )
    return group


def _people(rows: list[tuple[str, str]]) -> list[Person]:
    """Save persons by name and phone at once."""
    people = [Person(name=name) for name, _ in rows]
    for person, (_, phone) in zip(people, rows, strict=True):
        person.phone = phone
    return Person.objects.bulk_create(people)


def _own_each(estate: Estate, homes: list[Home], people: list[Person]) -> None:
    """Make each person the one owner of the home at the same place in the list."""
    groups = OwnerGroup.objects.bulk_create([OwnerGroup(estate=estate, key=f"test-{person.pk}") for person in people])
    OwnerGroupMember.objects.bulk_create(
        [OwnerGroupMember(group=group, person=person) for group, person in zip(groups, people, strict=True)]
    )
    Holding.objects.bulk_create(
        [
            Holding(estate=estate, home=home, person=person, group=group, since=START)
            for home, person, group in zip(homes, people, groups, strict=True)
        ]
    )


def make_world(homes: int = 12, *, name: str = "测试苑", area: str = "100", per_entrance: int = 6) -> World:
    """Build an estate of ``homes`` homes over as many entrances as needed, all in one building 1栋."""
    region, _ = Region.objects.get_or_create(parent=None, name=f"{name}街道", defaults={"kind": "subdistrict"})
    community, _ = Region.objects.get_or_create(parent=region, name=f"{name}社区", defaults={"kind": "community"})
    n = Estate.objects.count() + 1
    estate = Estate.objects.create(name=name, slug=f"test{n}", region=community)
    building = Building.objects.create(estate=estate, label="1栋", order=1)
    entrances = [
        Entrance.objects.create(estate=estate, building=building, label=f"{i + 1}单元", order=i)
        for i in range((homes + per_entrance - 1) // per_entrance)
    ]
    rows = Home.objects.bulk_create(
        [
            Home(
                estate=estate,
                building=building,
                entrance=entrances[i // per_entrance],
                room=f"{i % per_entrance + 1}01",
                order=i,
                area=Decimal(area),
                residents=2,
            )
            for i in range(homes)
        ]
    )
    owners = _people([(f"业主{i}", f"1390{n:03d}{i:04d}") for i in range(homes)])
    _own_each(estate, rows, owners)
    organisation = Organisation.objects.create(kind="community", name=f"{name}社区居委会", region=community)
    staff = dict(
        zip(STAFF, _people([(f"{kind}{n}", f"1380{n:03d}{i:04d}") for i, kind in enumerate(STAFF)]), strict=True)
    )
    posts = Post.objects.bulk_create(
        [
            Post(
                organisation=organisation,
                kind=kind,
                region=community if kind == "community_worker" else None,
                estate=None if kind == "community_worker" else estate,
                building=building if kind == "building_head" else None,
            )
            for kind in STAFF
        ]
    )
    Term.objects.bulk_create([Term(post=post, person=staff[post.kind], since=START) for post in posts])
    return World(estate, list(rows), owners, staff, buildings=[building], entrances=entrances)


def add_tenant(world: World, home: Home, *, name: str = "租客") -> Person:
    """Let a tenant live in a home."""
    person = make_person(name, f"1370{world.estate.pk:03d}{home.pk % 10000:04d}")
    Residence.objects.create(estate=world.estate, home=home, person=person, kind="tenant", since=START)
    return person
