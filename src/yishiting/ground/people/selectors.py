"""Reads of the roster for the staff who keep it. Names and phones are C2; who a tenant is, is C3 and not in any list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Concat

from yishiting.ground.people import secrets
from yishiting.ground.people.models import Holding, Person, Residence, UnsettledPhone
from yishiting.ground.people.policy import Asking, can_keep_roster
from yishiting.ground.people.roster.text import compact
from yishiting.ground.people.services.settling import sharing
from yishiting.ground.places.models import Estate, Home
from yishiting.kernel.errors import NotFound
from yishiting.kernel.words import gettext_noop

FOUR_PLACES = Decimal("0.0001")
MOST_WORDS = 5
TO_SETTLE = ("area", "owner", "phone")


def tenants_of(home: Home, *, now: datetime, but: int | None = None) -> list[int]:
    """Return the ids of who rents a home now, ``but`` the one who asks: who reads their names is noted (C3)."""
    rows = Residence.objects.filter(home=home, kind=Residence.Kind.TENANT, since__lte=now)
    rows = rows.filter(Q(until__isnull=True) | Q(until__gt=now)).exclude(person_id=but or 0)
    return list(rows.order_by("person_id").values_list("person_id", flat=True))


@dataclass(frozen=True, slots=True)
class Register:
    """What stands on an estate's register, and how many homes wait for something: one query."""

    buildings: int
    entrances: int
    homes: int
    residents: int | None
    area: Decimal
    no_area: int
    no_owner: int
    shared_phone: int

    def count(self, settle: str) -> int:
        """Return how many homes a filter of :data:`TO_SETTLE` shows, all for an empty one."""
        return {"area": self.no_area, "owner": self.no_owner, "phone": self.shared_phone}.get(settle, self.homes)


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner of a home now; ``unsettled_id`` where others share the phone and nobody said whose it is."""

    person_id: int
    name: str
    sealed: str
    unsettled_id: int | None

    @property
    def phone(self) -> str:
        """The phone in the clear, or an empty string."""
        return secrets.unseal(self.sealed)


def _open_phones(estate_id: int) -> QuerySet[UnsettledPhone]:
    return UnsettledPhone.objects.filter(
        estate=estate_id, settled_at__isnull=True, phone_hash=OuterRef("person__phone_hash")
    )


def _owned() -> Exists:
    return Exists(Holding.objects.filter(home=OuterRef("pk"), until__isnull=True))


def _has_shared_phone(estate_id: int) -> Q:
    """Homes with an owner or tenant whose phone is to be settled; by lists of ids, which both databases do once."""
    hashes = UnsettledPhone.objects.filter(estate=estate_id, settled_at__isnull=True).values("phone_hash")
    return Q(
        pk__in=Holding.objects.filter(estate=estate_id, until__isnull=True, person__phone_hash__in=hashes).values(
            "home"
        )
    ) | Q(
        pk__in=Residence.objects.filter(estate=estate_id, until__isnull=True, person__phone_hash__in=hashes).values(
            "home"
        )
    )


def register(actor: Asking, estate: Estate) -> Register:
    """Count what is on the register and what is to be settled (one query)."""
    can_keep_roster(actor, estate.pk).enforce()
    row = Home.objects.filter(estate=estate).aggregate(
        homes=Count("pk"),
        buildings=Count("building", distinct=True),
        entrances=Count("entrance", distinct=True),
        residents=Sum("residents"),
        no_area=Count("pk", filter=Q(area__isnull=True)),
        no_owner=Count("pk", filter=Q(Q(kind=Home.Kind.SOLD), ~_owned())),
        shared_phone=Count("pk", filter=_has_shared_phone(estate.pk)),
        # Last, since a name that is taken hides the column from those that follow.
        area=Coalesce(Sum("area"), Decimal(0)),
    )
    # SQLite adds decimals as floating numbers; each has four places at most, and rounding to them gives the sum back.
    return Register(**{**row, "area": row["area"].quantize(FOUR_PLACES)})


def homes(actor: Asking, estate: Estate, *, words: str = "", settle: str = "") -> QuerySet[Home]:
    """Return the estate's homes in the roster's order, those that fit each of ``words`` and wait for ``settle``.

    A word is a part of the place (1栋2单元301) or of an owner's name. Rows bear ``unsettled_id``, a phone of a tenant
    that is to be settled, and ``tenants``, how many live there.
    """
    if not can_keep_roster(actor, estate.pk):
        return Home.objects.none()
    rows = (
        Home.objects.filter(estate=estate)
        # A home's name goes through its entrance to the building.
        .select_related("building", "entrance__building")
        .annotate(
            tenants=Coalesce(
                Subquery(
                    Residence.objects.filter(home=OuterRef("pk"), until__isnull=True)
                    .order_by()
                    .values("home")
                    .annotate(n=Count("pk"))
                    .values("n"),
                    output_field=IntegerField(),
                ),
                Value(0),
            ),
            unsettled_id=Subquery(
                Residence.objects.filter(home=OuterRef("pk"), until__isnull=True)
                .annotate(unsettled=Subquery(_open_phones(estate.pk).values("pk")[:1]))
                .filter(unsettled__isnull=False)
                .order_by("pk")
                .values("unsettled")[:1]
            ),
        )
        .order_by("order", "pk")
    )
    for word in words.split()[:MOST_WORDS]:
        plain = compact(word)
        rows = rows.annotate(place=Concat(F("building__label"), F("entrance__label"), F("room"))).filter(
            Q(place__icontains=plain)
            | Exists(Holding.objects.filter(home=OuterRef("pk"), until__isnull=True, person__name__icontains=plain))
        )
    if settle == "area":
        rows = rows.filter(area__isnull=True)
    elif settle == "owner":
        rows = rows.filter(Q(kind=Home.Kind.SOLD), ~_owned())
    elif settle == "phone":
        rows = rows.filter(_has_shared_phone(estate.pk))
    return rows


def owners_of(actor: Asking, estate: Estate, rows: Iterable[Home] | None = None) -> dict[int, list[Owner]]:
    """Return the present owners by home's id, of ``rows`` or of all homes (one query)."""
    can_keep_roster(actor, estate.pk).enforce()
    held = Holding.objects.filter(estate=estate, until__isnull=True)
    if rows is not None:
        held = held.filter(home__in=[home.pk for home in rows])
    found: dict[int, list[Owner]] = {}
    for home_id, person_id, name, sealed, unsettled in (
        held.annotate(unsettled=Subquery(_open_phones(estate.pk).values("pk")[:1]))
        .order_by("home_id", "pk")
        .values_list("home_id", "person_id", "person__name", "person__phone_sealed", "unsettled")
    ):
        found.setdefault(home_id, []).append(Owner(person_id, name, sealed, unsettled))
    return found


def home(actor: Asking, estate: Estate, home_id: int) -> Home:
    """Return a home of the estate; raises ``NotAllowed`` or ``NotFound``."""
    can_keep_roster(actor, estate.pk).enforce()
    found = homes(actor, estate).filter(pk=home_id).first()
    if found is None:
        raise NotFound(gettext_noop("名册里没有这一户。请回名册重新找。"))
    return found


@dataclass(frozen=True, slots=True)
class Sharer:
    """Somebody of the estate who has a shared phone, with the places by which staff know him."""

    person: Person
    owns: tuple[str, ...]
    lives_in: tuple[str, ...]

    @property
    def is_tenant(self) -> bool:
        """Whether he is known here as a tenant alone: who he is, is C3."""
        return not self.owns


@dataclass(frozen=True, slots=True)
class Shared:
    """A phone to be settled: who of the estate has it, and whether somebody elsewhere has it too."""

    row: UnsettledPhone
    phone: str
    sharers: tuple[Sharer, ...]
    elsewhere: bool


def shared_phone(actor: Asking, estate: Estate, unsettled_id: int) -> Shared:
    """Return a phone of the estate that is to be settled (six queries); raises ``NotFound`` once it is."""
    can_keep_roster(actor, estate.pk).enforce()
    row = UnsettledPhone.objects.filter(estate=estate, pk=unsettled_id, settled_at__isnull=True).first()
    if row is None:
        raise NotFound(gettext_noop("这个电话已经核实过了。请回名册看看还有没有别的要核实。"))
    here, elsewhere = sharing(estate, row.phone_hash)
    owned = _places(Holding.objects.filter(estate=estate, person__in=here, until__isnull=True))
    lived = _places(Residence.objects.filter(estate=estate, person__in=here, until__isnull=True))
    sharers = tuple(Sharer(person, tuple(owned.get(person.pk, ())), tuple(lived.get(person.pk, ()))) for person in here)
    phone = next((person.phone for person in (*here, *elsewhere)), "")
    return Shared(row, phone, sharers, bool(elsewhere))


def _places(rows: QuerySet[Holding] | QuerySet[Residence]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for person, building, entrance, room in rows.order_by("home__order").values_list(
        "person_id", "home__building__label", "home__entrance__label", "home__room"
    ):
        found.setdefault(person, []).append(f"{building}{entrance}{room}")
    return found
