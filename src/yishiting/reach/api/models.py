"""What was answered to a write that came with a key, so that sending it again does nothing again."""

from __future__ import annotations

from django.db import models

from yishiting.ground.people.models import Person


class Answered(models.Model):
    """A write that was done: one key of one person. The digest is keyed and the answer sealed, since both may be C2."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body_sealed = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "key"), name="answered_once_a_key"),)
        indexes = (models.Index(fields=("at",), name="answered_by_time"),)

    def __str__(self) -> str:
        return f"answered {self.pk}"
