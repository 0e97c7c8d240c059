"""Playbooks as they were taken in, and an estate's word that it goes on without one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yishiting.ground.places.models import Estate


class PlaybookVersion(models.Model):
    """A playbook as it was when taken in: its text is kept, since matters in progress pin it. Null estate: shipped."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, null=True, blank=True, related_name="playbooks")
    playbook = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    categories = models.JSONField(default=list)
    text = models.TextField()
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("playbook", "-version")
        constraints = (
            models.UniqueConstraint(fields=("estate", "playbook", "version"), name="playbook_version_once"),
            models.UniqueConstraint(
                fields=("playbook", "version"), condition=Q(estate__isnull=True), name="shipped_playbook_version_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.playbook} v{self.version}"


class Retirement(models.Model):
    """An estate's word that it takes up no more matters with a playbook, whatever its version; it may be taken back.

    Matters that run on it go on as they began.
    """

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    playbook = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    reason = models.CharField(max_length=500)
    retired_at = models.DateTimeField()
    restored_at = models.DateTimeField(null=True, blank=True)
    restored_for = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("estate", "playbook", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("estate", "playbook"), condition=Q(restored_at__isnull=True), name="playbook_retired_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="retirement_has_a_reason"),
            models.CheckConstraint(
                condition=Q(restored_at__isnull=True, restored_for="")
                | (Q(restored_at__isnull=False) & ~Q(restored_for="")),
                name="playbook_restored_for_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"retirement of {self.playbook}"
