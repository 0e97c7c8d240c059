"""The tables of the record. Rows of ``Entry`` are never changed; the database refuses it (see ``guards``)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yishiting.kernel.hashing import GENESIS


class Head(models.Model):
    """Where an estate's chain stands. Its row is the lock that serialises the estate's writes."""

    estate_id = models.BigIntegerField(primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


class Entry(models.Model):
    """One thing that happened: typed, numbered within its estate, chained to the entry before it.

    ``facts`` holds ids, numbers and codes, never a person's words; ``attests`` is a list of ``[label, id, digest]`` for
    the rows that the entry vouches for; ``thread`` names the matter that it belongs to, so that a matter's way can be read
    without joining the rooms.
    """

    estate_id = models.BigIntegerField()
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    thread = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)
    attests = models.JSONField(default=list)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("estate_id", "seq")
        constraints = (
            models.UniqueConstraint(fields=("estate_id", "seq"), name="entry_numbered_once"),
            models.UniqueConstraint(fields=("estate_id", "prev_hash"), name="entry_chain_never_forks"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="entry_seq_from_one"),
        )
        indexes = (
            models.Index(fields=("estate_id", "thread", "seq"), name="entry_by_thread"),
            models.Index(fields=("estate_id", "subject_kind", "subject_id", "seq"), name="entry_by_subject"),
            models.Index(fields=("estate_id", "kind", "seq"), name="entry_by_kind"),
        )

    def __str__(self) -> str:
        return f"{self.estate_id}/{self.seq} {self.kind}"

    def content(self) -> dict[str, object]:
        """Return what the hash covers: every field except the two hashes."""
        return {
            "estate": self.estate_id,
            "seq": self.seq,
            "at": self.at,
            "actor": self.actor_id,
            "kind": self.kind,
            "subject": [self.subject_kind, self.subject_id],
            "thread": self.thread,
            "facts": self.facts,
            "attests": self.attests,
        }


class Cursor(models.Model):
    """How far a subscriber that may lag has read an estate's entries.

    Sequence numbers have no gaps within an estate, so one number records completion exactly.
    """

    subscriber = models.CharField(max_length=60)
    estate_id = models.BigIntegerField()
    seq = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("subscriber", "estate_id"), name="cursor_once"),)

    def __str__(self) -> str:
        return f"{self.subscriber} {self.estate_id}: {self.seq}"
