"""What each reporter was answered, and what he thought of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from yishiting.council.matters.models.matters import Matter
from yishiting.council.matters.models.reports import Report
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Estate


class Answer(models.Model):
    """The answer that one reporter got on one round of a matter, and what he made of it."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="answers")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="answers")
    round = models.PositiveSmallIntegerField()
    text = models.TextField()
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField()
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    rating_words = models.CharField(max_length=500, blank=True)
    rated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("matter", "pk")
        constraints = (
            models.UniqueConstraint(fields=("report", "matter", "round"), name="one_answer_a_report_and_round"),
            models.CheckConstraint(condition=~Q(text=""), name="answer_never_empty"),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5), name="rating_one_to_five"
            ),
        )

    def __str__(self) -> str:
        return f"answer {self.pk}"


class RatedManager(models.Manager["Rating"]):
    """Answers that their reporter has rated, and any that has something of a rating about it: no verb leaves one so."""

    def get_queryset(self) -> models.QuerySet[Rating]:
        return super().get_queryset().filter(Q(rated_at__isnull=False) | Q(rating__isnull=False) | ~Q(rating_words=""))


class Rating(Answer):
    """What a reporter made of an answer: the same row, attested once it was rated and not before."""

    objects: ClassVar[RatedManager] = RatedManager()

    class Meta:
        proxy = True
        base_manager_name = "objects"
