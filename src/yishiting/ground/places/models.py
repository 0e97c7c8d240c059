"""Tables of places. Everything inside an estate carries ``estate_id`` first in its keys."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Region(models.Model):
    """A node of the administrative tree: city, district, subdistrict, community."""

    class Kind(models.TextChoices):
        CITY = "city", _("市")
        DISTRICT = "district", _("区县")
        SUBDISTRICT = "subdistrict", _("街道")
        COMMUNITY = "community", _("社区")

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=Kind)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("parent", "name"), name="region_named_once"),
            models.UniqueConstraint(fields=("name",), condition=Q(parent__isnull=True), name="region_root_named_once"),
        )

    def __str__(self) -> str:
        return self.name


class Estate(models.Model):
    """A residential compound (小区)."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True, related_name="estates")
    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=80, unique=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Building(models.Model):
    """A building (楼栋) under the label that it bears: "32栋" may stand in an estate of 29."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="buildings")
    label = models.CharField(max_length=40)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("estate", "order", "label")
        constraints = (models.UniqueConstraint(fields=("estate", "label"), name="building_labelled_once"),)

    def __str__(self) -> str:
        return self.label


class Entrance(models.Model):
    """An entrance (单元) of a building; its label is empty where a building has but one door."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="entrances")
    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="entrances")
    label = models.CharField(max_length=40, blank=True)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("building__order", "order", "label")
        constraints = (models.UniqueConstraint(fields=("building", "label"), name="entrance_labelled_once"),)

    def __str__(self) -> str:
        return f"{self.building.label}{self.label}"


class Home(models.Model):
    """A home (户). ``area`` is null until it is known; a roll cannot freeze while it is."""

    class Kind(models.TextChoices):
        SOLD = "sold", _("已售")
        UNSOLD = "unsold", _("未售")
        UNDELIVERED = "undelivered", _("未交付")

    class AreaSource(models.TextChoices):
        REGISTER = "register", _("不动产登记簿")
        SURVEY = "survey", _("测绘")
        CONTRACT = "contract", _("买卖合同")
        ROSTER = "roster", _("名册")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="homes")
    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="homes")
    entrance = models.ForeignKey(Entrance, on_delete=models.PROTECT, related_name="homes")
    room = models.CharField(max_length=40)
    order = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.SOLD)
    area = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    area_source = models.CharField(max_length=20, choices=AreaSource, default=AreaSource.ROSTER)
    residents = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ("estate", "order")
        constraints = (
            models.UniqueConstraint(fields=("entrance", "room"), name="home_once_in_entrance"),
            models.CheckConstraint(condition=Q(area__gt=0) | Q(area__isnull=True), name="home_area_positive"),
        )
        indexes = (models.Index(fields=("estate", "order"), name="home_by_estate_order"),)

    def __str__(self) -> str:
        return f"{self.entrance}{self.room}"


class DeclaredFigure(models.Model):
    """A total that an estate declares, beside what is on the register; approximate ones print ≥ or 约."""

    class Name(models.TextChoices):
        BUILDINGS = "buildings", _("楼栋")
        HOMES = "homes", _("户数")
        RESIDENTS = "residents", _("人数")
        BIKE_PLACES = "bike_places", _("非机动车位需求")

    class Approximate(models.TextChoices):
        EXACT = "", "准确"
        AT_LEAST = "at_least", _("至少")
        ABOUT = "about", _("约")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="declared")
    name = models.CharField(max_length=20, choices=Name)
    value = models.PositiveIntegerField()
    approximate = models.CharField(max_length=10, choices=Approximate, default=Approximate.EXACT, blank=True)
    source = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("estate", "name"), name="declared_once"),)

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


class Zone(models.Model):
    """A place set aside in the estate, such as parking for bicycles and e-bikes, with what it holds."""

    class Kind(models.TextChoices):
        BIKES = "bikes", _("非机动车停放区")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="zones")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.BIKES)
    label = models.CharField(max_length=60)
    capacity = models.PositiveIntegerField()

    class Meta:
        ordering = ("estate", "label")
        constraints = (models.UniqueConstraint(fields=("estate", "label"), name="zone_labelled_once"),)

    def __str__(self) -> str:
        return self.label


class AdoptedPack(models.Model):
    """A rule pack that an estate took for its own: the newest one holds; earlier ones stay for what was done by them.

    ``text`` is the file as it was taken, of a pack that the product ships too: a later release changes nothing here.
    """

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="packs")
    no = models.PositiveIntegerField()
    pack_id = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=200)
    adopted_at = models.DateTimeField()

    class Meta:
        ordering = ("estate", "-no")
        constraints = (
            models.UniqueConstraint(fields=("estate", "no"), name="adopted_pack_numbered_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="adopted_pack_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class WorkdayOverride(models.Model):
    """A day that an office entered for an estate over the published calendar: worked, or free, with the reason.

    It is lifted, never changed or removed: what clocks were once counted by stays on record.
    """

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="workdays")
    day = models.DateField()
    worked = models.BooleanField()
    reason = models.CharField(max_length=120)
    added_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_for = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("estate", "day", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("estate", "day"), condition=Q(lifted_at__isnull=True), name="workday_entered_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="workday_has_a_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_for="") | (Q(lifted_at__isnull=False) & ~Q(lifted_for="")),
                name="workday_lifted_for_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {'班' if self.worked else '休'}"
