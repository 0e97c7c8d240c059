"""Tables of appraisals: what is asked and of whom, fixed at the opening; one answer a home; what followed a low score."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yishiting.council.matters.models import Matter
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Building, Entrance, Estate, Home


class Appraisal(models.Model):
    """How well the work on a matter was done, asked of the homes concerned. Its terms never change once it is open."""

    class Scope(models.TextChoices):
        REPORTERS = "reporters", _("反映过的住户")
        ENTRANCE = "entrance", _("一个单元")
        BUILDING = "building", _("一栋楼")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="appraisals")
    no = models.PositiveIntegerField()
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="appraisals")
    scope = models.CharField(max_length=10, choices=Scope)
    building = models.ForeignKey(Building, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entrance = models.ForeignKey(Entrance, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    #: Tenths of a point: below it a note on what is done about it is owed. Fixed before anybody answers.
    threshold = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-no",)
        constraints = (
            models.UniqueConstraint(fields=("estate", "no"), name="appraisal_numbered_once"),
            models.UniqueConstraint(
                fields=("matter",), condition=Q(closed_at__isnull=True), name="one_open_appraisal_a_matter"
            ),
            models.CheckConstraint(condition=Q(threshold__gte=10, threshold__lte=50), name="threshold_is_a_score"),
        )
        indexes = (models.Index(fields=("closed_at", "closes_at"), name="appraisal_by_clock"),)

    def __str__(self) -> str:
        return f"appraisal {self.estate_id}/{self.no}"


class AppraisalHome(models.Model):
    """A home that is asked. The rows stand from the opening on: who moves in later does not widen the scope."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, related_name="homes")
    home = models.ForeignKey(Home, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("appraisal", "pk")
        constraints = (models.UniqueConstraint(fields=("appraisal", "home"), name="home_asked_once"),)

    def __str__(self) -> str:
        return f"home {self.home_id} of appraisal {self.appraisal_id}"


class AppraisalAnswer(models.Model):
    """What a home answered. One to one with the home that was asked: no second answer, and none from outside."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    asked = models.OneToOneField(AppraisalHome, on_delete=models.PROTECT, related_name="answer")
    score = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    #: Staff wrote it down for a home that does not use a phone.
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField()
    #: Keeps the digest in the record from telling the score to whoever guesses.
    salt = models.CharField(max_length=32)

    class Meta:
        ordering = ("asked", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="appraisal_score_one_to_five"),
        )

    def __str__(self) -> str:
        return f"answer {self.pk}"


class AppraisalNote(models.Model):
    """What is done about a low score, in words for everyone."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ("appraisal", "pk")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="appraisal_note_never_empty"),)

    def __str__(self) -> str:
        return f"note on appraisal {self.appraisal_id}"
