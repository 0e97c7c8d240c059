"""Tables of charts. A seat tells that a person belongs to a body, which may be a party: C3, and never on a public page."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Building, Entrance, Estate


class Chart(models.Model):
    """A version of an estate's chart: three to five named levels, which never change. Levels are changed by a new version.

    ``people_last``: whether the last level is of people (普通党员), each under a unit of the level above, and not of units.
    """

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="charts")
    no = models.PositiveIntegerField()
    name = models.CharField(max_length=40)
    levels = models.JSONField()
    people_last = models.BooleanField()
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-no",)
        constraints = (
            models.UniqueConstraint(fields=("estate", "no"), name="chart_number_once"),
            models.UniqueConstraint(
                fields=("estate",),
                condition=Q(published_at__isnull=True, ended_at__isnull=True),
                name="chart_one_draft",
            ),
            models.UniqueConstraint(
                fields=("estate",),
                condition=Q(published_at__isnull=False, ended_at__isnull=True),
                name="chart_one_in_force",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """``draft``, ``in_force`` or ``ended``."""
        return "ended" if self.ended_at else "in_force" if self.published_at else "draft"


class ChartUnit(models.Model):
    """A unit at one level of a chart, hanging under a unit of the level above; numbered within its chart."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="chart_units")
    chart = models.ForeignKey(Chart, on_delete=models.PROTECT, related_name="units")
    no = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField()
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="below")
    name = models.CharField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("no",)
        constraints = (
            models.UniqueConstraint(fields=("chart", "no"), name="chart_unit_number_once"),
            models.CheckConstraint(
                condition=Q(level=1, parent__isnull=True) | Q(level__gt=1, parent__isnull=False),
                name="chart_unit_hangs",
            ),
        )

    def __str__(self) -> str:
        return self.name


class ChartArea(models.Model):
    """A unit answers for a building, an entrance, or (with neither) the whole estate, from a day until a day."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="chart_areas")
    unit = models.ForeignKey(ChartUnit, on_delete=models.PROTECT, related_name="areas")
    building = models.ForeignKey(Building, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entrance = models.ForeignKey(Entrance, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(building__isnull=True) | Q(entrance__isnull=True), name="chart_area_of_one_place"
            ),
        )

    def __str__(self) -> str:
        return f"area {self.pk}"


class ChartSeat(models.Model):
    """A person leads a unit, works in it or belongs to it, from a day until a day, having agreed to it.

    ``consent`` is how he agreed to be entered; ``name_public`` his consent, apart from that, to be named with the unit.
    """

    class Role(models.TextChoices):
        LEADER = "leader", _("负责人")
        COLLEAGUE = "colleague", _("委员")
        MEMBER = "member", _("成员")

    class Consent(models.TextChoices):
        WRITTEN = "written", _("书面同意")
        FACE = "face", _("当面同意")
        PHONE = "phone", _("电话里同意")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="chart_seats")
    chart = models.ForeignKey(Chart, on_delete=models.PROTECT, related_name="seats")
    unit = models.ForeignKey(ChartUnit, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="chart_seats")
    role = models.CharField(max_length=10, choices=Role)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    consent = models.CharField(max_length=10, choices=Consent)
    name_public = models.BooleanField(default=False)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("unit",), condition=Q(role="leader", until__isnull=True), name="chart_one_leader"
            ),
            models.UniqueConstraint(
                fields=("chart", "person"), condition=Q(role="member", until__isnull=True), name="chart_member_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="chart_seat_ends_later"
            ),
        )
        indexes = (
            models.Index(fields=("chart", "role"), name="chart_seat_by_chart"),
            models.Index(fields=("person", "until"), name="chart_seat_by_person"),
        )

    def __str__(self) -> str:
        return f"seat {self.pk}"

    def stands_at(self, now: datetime) -> bool:
        """Return whether the person sits there at ``now``."""
        return self.since <= now and (self.until is None or self.until > now)
