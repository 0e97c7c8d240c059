"""The inbox: what a person was told, why, and when he read it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yishiting.ground.people.models import Person


class Message(models.Model):
    """One thing told to one person. ``entry_id`` is the timeline entry that caused it: told once, however often it runs."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="messages")
    estate_id = models.BigIntegerField()
    entry_id = models.BigIntegerField()
    kind = models.CharField(max_length=30)
    facts = models.JSONField(default=dict)
    link = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-sent_at", "-pk")
        constraints = (models.UniqueConstraint(fields=("person", "entry_id"), name="told_once"),)
        indexes = (
            models.Index(fields=("person", "-sent_at"), name="message_by_person"),
            models.Index(fields=("person",), name="message_unread", condition=Q(read_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"message {self.pk}"
