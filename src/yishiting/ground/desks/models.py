"""Tables of desks: who stands in for whom, what search finds, which lists somebody keeps."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yishiting.ground.organisations.models import Term
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Building, Estate


class HandOver(models.Model):
    """The holder of a post has another do its work for some days, in one estate of those that the post answers for.

    It ends by its clock, and before that when either of them says so. What was handed over cannot be handed on.
    """

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="hand_overs")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="hand_overs")
    stand_in = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stands_in")
    since = models.DateTimeField()
    until = models.DateTimeField()
    #: Read by those two and by who supervises (C2): it may tell of an illness.
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    #: Keeps the digest in the record from telling who and why to whoever guesses. The same in all estates of one hand-over.
    salt = models.CharField(max_length=32)

    class Meta:
        ordering = ("-since", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="hand_over_ends_after_begin"),
            models.CheckConstraint(condition=~Q(reason=""), name="hand_over_has_a_reason"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="hand_over_ended_by_somebody",
            ),
            models.UniqueConstraint(fields=("estate", "salt"), name="hand_over_once_an_estate"),
        )
        indexes = (
            models.Index(fields=("stand_in", "until"), name="hand_over_by_stand_in"),
            models.Index(fields=("term", "until"), name="hand_over_by_term"),
        )

    def __str__(self) -> str:
        return f"hand-over {self.pk}"


class SearchText(models.Model):
    """The words by which staff find a thing of some room: told by the room whenever they change, found by :mod:`search`.

    No truth of its own: it is made anew from the things themselves, and what it finds is read from them.
    """

    estate = models.ForeignKey(Estate, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    ref = models.BigIntegerField()
    no = models.PositiveIntegerField()
    building = models.ForeignKey(Building, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=120)
    #: In small letters, so that each database compares them alike.
    words = models.TextField()
    #: The words cut into single signs and pairs of signs, which the database keeps an index of.
    grams = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "ref"), name="searched_once"),)

    def __str__(self) -> str:
        return f"words of {self.kind} {self.ref}"


class SavedFilter(models.Model):
    """A way of narrowing the desk that somebody keeps under a name: his own alone."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="desk_filters")
    name = models.CharField(max_length=20)
    #: As it stands in the address of the desk.
    query = models.CharField(max_length=300)
    #: The one with which the desk opens.
    default = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=("person", "name"), name="filter_named_once"),
            models.UniqueConstraint(fields=("person",), condition=Q(default=True), name="one_default_filter"),
        )

    def __str__(self) -> str:
        return f"filter {self.pk}"
