"""A matter: what it is about, where it stands, what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yishiting.council.matters.models.playbooks import PlaybookVersion
from yishiting.ground.places.models import Building, Entrance, Estate


class Matter(models.Model):
    """A neighbour's matter. ``stage`` is what the public sees; ``status`` whether it still goes on."""

    class Stage(models.TextChoices):
        COLLECT = "collect", _("收集")
        TOPIC = "topic", _("议题")
        DELIBERATE = "deliberate", _("协商")
        CARRY_OUT = "carry_out", _("落实")
        FEEDBACK = "feedback", _("反馈")

    class Status(models.TextChoices):
        OPEN = "open", _("在办")
        CLOSED = "closed", _("办结")
        DECLINED = "declined", _("不予采纳")
        MERGED = "merged", _("已并入")
        WITHDRAWN = "withdrawn", _("反映人已撤回")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="matters")
    no = models.PositiveIntegerField()
    category = models.CharField(max_length=30)
    #: What anyone may read. Until staff take the matter up it names the category alone: see ``proposed_title``.
    title = models.CharField(max_length=80)
    building = models.ForeignKey(Building, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entrance = models.ForeignKey(Entrance, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    spot = models.CharField(max_length=80, blank=True)
    #: As the reporter wrote them, for him and for staff: neighbours write names and doors where they are asked not to.
    proposed_title = models.CharField(max_length=80, blank=True)
    proposed_spot = models.CharField(max_length=80, blank=True)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.COLLECT)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    urgent = models.BooleanField(default=False)
    playbook = models.ForeignKey(PlaybookVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    #: Copied from the current step for lists by clock; the step run is the source.
    due_at = models.DateTimeField(null=True, blank=True)
    #: Distinct homes that reported, kept in the same transaction as the reports; ``recount`` compares.
    home_count = models.PositiveIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=1)
    #: Reports that wait for an answer in this round, kept like ``home_count``; the database lets no matter end before 0.
    unanswered = models.PositiveIntegerField(default=0)
    #: Since when it is dealt with at once, outside its playbook; null again when it is reopened.
    emergency_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-no",)
        constraints = (
            models.UniqueConstraint(fields=("estate", "no"), name="matter_numbered_once"),
            models.CheckConstraint(
                condition=Q(status="open", ended_at__isnull=True) | (~Q(status="open") & Q(ended_at__isnull=False)),
                name="matter_ends_when_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(status="open") | Q(unanswered=0), name="matter_never_ends_without_answers"
            ),
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into__isnull=True)),
                name="matter_merged_somewhere",
            ),
        )
        indexes = (
            models.Index(fields=("estate", "status", "stage"), name="matter_by_state"),
            # As the desk's list is ordered, so that its pages are read and not sorted.
            models.Index(fields=("estate", "status", "due_at", "-urgent"), name="matter_by_clock"),
            models.Index(fields=("estate", "status", "-home_count", "-urgent", "no"), name="matter_by_homes"),
            models.Index(fields=("estate", "status", "-ended_at", "-no"), name="matter_by_end"),
            models.Index(
                fields=("estate", "status"),
                condition=Q(urgent=True) | Q(emergency_at__isnull=False),
                name="matter_urgent",
            ),
        )

    def __str__(self) -> str:
        return f"matter {self.estate_id}/{self.no}"

    @property
    def thread(self) -> str:
        """The name under which the timeline keeps the matter's way."""
        return f"matter/{self.pk}"

    @property
    def where(self) -> str:
        """Where it is, as anybody may read it (``entrance__building`` is loaded in lists)."""
        return f"{self._place} {self.spot}".strip()

    @property
    def said_title(self) -> str:
        """The title as its reporter and staff read it: before it is taken up, the reporter's own."""
        return self.title if self._looked_at else self.proposed_title or self.title

    @property
    def said_where(self) -> str:
        """Where it is, as its reporter and staff read it."""
        return f"{self._place} {self.said_spot}".strip()

    @property
    def said_spot(self) -> str:
        """The spot as its reporter and staff read it."""
        return self.spot if self._looked_at else self.proposed_spot or self.spot

    @property
    def _looked_at(self) -> bool:
        return self.playbook_id is not None or self.title == self.proposed_title

    @property
    def _place(self) -> str:
        return str(self.entrance) if self.entrance else self.building.label if self.building else ""
