"""The table of tokens. What opens is never kept, only its keyed hash."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from yishiting.ground.people.models import Person
from yishiting.reach.tokens import rules


class Token(models.Model):
    """A key of a person's own. ``hint`` is its end, by which he knows it again."""

    class Kind(models.TextChoices):
        PERSONAL = rules.Kind.PERSONAL.value, "自己的程序"
        DEVICE = rules.Kind.DEVICE.value, "设备"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens")
    kind = models.CharField(max_length=10, choices=Kind)
    label = models.CharField(max_length=rules.LONGEST_LABEL)
    hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=4)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at", "-pk")
        constraints = (models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="token_ends_after_begin"),)
        indexes = (models.Index(fields=("person", "-made_at"), name="token_by_person"),)

    def __str__(self) -> str:
        return f"token {self.pk}"

    def holds(self, now: datetime) -> bool:
        """Whether it is good at ``now``."""
        return rules.holds(expires_at=self.expires_at, revoked_at=self.revoked_at, now=now)
