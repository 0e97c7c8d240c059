"""Tables of organisations, posts and the terms they are held for."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yishiting.ground.organisations import kinds
from yishiting.ground.organisations.charting.tables import Chart, ChartArea, ChartSeat, ChartUnit
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Building, Entrance, Estate, Home, Region

__all__ = [
    "Chart",
    "ChartArea",
    "ChartSeat",
    "ChartUnit",
    "Company",
    "CompanyManager",
    "Interest",
    "Organisation",
    "Post",
    "Term",
]


class Organisation(models.Model):
    """A body that holds posts: a community office, an owners' committee, a property company, a council."""

    class Kind(models.TextChoices):
        COMMUNITY = "community", _("社区")
        COUNCIL = "council", _("议事会")
        COMMITTEE = "committee", _("业委会")
        PROPERTY = "property", _("物业公司")
        BRANCH = "branch", _("党支部")
        POLICE = "police", _("派出所")
        RESIDENTS = "residents", _("居民")
        SUPERVISORS = "supervisors", _("监事会")
        COMPANY = "company", _("其他公司")

    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True)
    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, null=True, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=80)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(region__isnull=False) | Q(estate__isnull=False), name="organisation_somewhere"
            ),
        )

    def __str__(self) -> str:
        return self.name


class CompanyManager(models.Manager["Company"]):
    """Bodies that are companies from outside."""

    def get_queryset(self) -> models.QuerySet[Company]:
        return super().get_queryset().filter(kind=Organisation.Kind.COMPANY)


class Company(Organisation):
    """A company that something pays or judges: it holds no post here, so that its row is attested by itself."""

    objects: ClassVar[CompanyManager] = CompanyManager()

    class Meta:
        proxy = True
        base_manager_name = "objects"


class Post(models.Model):
    """A post of some kind with the place that it answers for: a region, an estate, a building or an entrance."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=40, choices=[(code, _(kind.label)) for code, kind in kinds.KINDS.items()])
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True, related_name="posts")
    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, null=True, blank=True, related_name="posts")
    building = models.ForeignKey(Building, on_delete=models.PROTECT, null=True, blank=True, related_name="posts")
    entrance = models.ForeignKey(Entrance, on_delete=models.PROTECT, null=True, blank=True, related_name="posts")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(region__isnull=False, estate__isnull=True) | Q(region__isnull=True, estate__isnull=False),
                name="post_answers_for_one_place",
            ),
        )
        indexes = (models.Index(fields=("estate", "kind"), name="post_by_estate_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Term(models.Model):
    """A person holds a post from a day until a day. ``name_public`` is the holder's consent to be named with the post."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="terms")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="terms")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    name_public = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("post", "person"), condition=Q(until__isnull=True), name="term_once_at_a_time"
            ),
        )
        indexes = (models.Index(fields=("person", "until"), name="term_by_person"),)

    def __str__(self) -> str:
        return f"{self.person_id} holds {self.post_id}"


class Interest(models.Model):
    """That a person, or a body and with it whoever holds its posts, has a stake in something (利害关系). Personal (C2).

    Of a person: in a body, in a home, or in one thing that is decided. Of a body: that a thing judges or pays it. A thing
    (``thing_kind``, ``thing_id``) belongs to a room above, which this one knows by number only. The row is never changed
    except by being withdrawn, with who did it and why.
    """

    class Relation(models.TextChoices):
        WORKS = "works", _("在那里任职或受雇")
        OWNS = "owns", _("有出资或股份")
        FAMILY = "family", _("有近亲属")
        PAID = "paid", _("承包、收款的一方")
        JUDGED = "judged", _("被评议、被处理的一方")
        PARTY = "party", _("是当事的一方")
        OTHER = "other", _("其他关系")

    class ThingKind(models.TextChoices):
        MATTER = "matter", _("事项")
        VOTE = "vote", _("表决")
        PROJECT = "project", _("项目")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="interests")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="interests")
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="stakes")
    relation = models.CharField(max_length=10, choices=Relation)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="interests"
    )
    home = models.ForeignKey(Home, on_delete=models.PROTECT, null=True, blank=True, related_name="interests")
    thing_kind = models.CharField(max_length=10, choices=ThingKind, blank=True)
    thing_id = models.PositiveBigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=200)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdraw_reason = models.CharField(max_length=200, blank=True)
    #: Keeps the digest in the record from telling whose interest it is to whoever guesses.
    salt = models.CharField(max_length=32)

    class Meta:
        ordering = ("-declared_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(person__isnull=False, body__isnull=True)
                | Q(person__isnull=True, body__isnull=False, thing_id__isnull=False),
                name="interest_of_one",
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, home__isnull=True, thing_id__isnull=True, thing_kind="")
                | Q(organisation__isnull=True, home__isnull=False, thing_id__isnull=True, thing_kind="")
                | (Q(organisation__isnull=True, home__isnull=True, thing_id__isnull=False) & ~Q(thing_kind="")),
                name="interest_in_one",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="interest_ends_later"
            ),
        )
        indexes = (
            models.Index(fields=("estate", "withdrawn_at"), name="interest_by_estate"),
            models.Index(fields=("person", "withdrawn_at"), name="interest_by_person"),
        )

    def __str__(self) -> str:
        return f"interest {self.pk}"

    def stands_at(self, now: datetime) -> bool:
        """Return whether it counts at ``now``."""
        return self.withdrawn_at is None and self.since <= now and (self.until is None or self.until > now)
