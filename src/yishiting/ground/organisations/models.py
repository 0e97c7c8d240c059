"""Tables of organisations, posts and the terms they are held for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yishiting.ground.organisations import kinds
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Building, Entrance, Estate, Region


class Organisation(models.Model):
    """A body that holds posts: a community office, an owners' committee, a property company, a council."""

    class Kind(models.TextChoices):
        COMMUNITY = "community", "社区"
        COUNCIL = "council", "议事会"
        COMMITTEE = "committee", "业委会"
        PROPERTY = "property", "物业公司"
        BRANCH = "branch", "党支部"
        POLICE = "police", "派出所"
        RESIDENTS = "residents", "居民"
        SUPERVISORS = "supervisors", "监事会"

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


class Post(models.Model):
    """A post of some kind with the place that it answers for: a region, an estate, a building or an entrance."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=40, choices=[(code, kind.label) for code, kind in kinds.KINDS.items()])
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
