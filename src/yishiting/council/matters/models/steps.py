"""The way of a matter: its steps, what was decided and shown on them, and who raised them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yishiting.council.matters.models.matters import Matter
from yishiting.council.matters.models.reports import Photo, Report
from yishiting.ground.organisations.models import Post
from yishiting.ground.organisations.tiers import LABELS, Tier
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Entrance, Estate, Home

TIERS = [(int(tier), LABELS[tier]) for tier in Tier]


class StepRun(models.Model):
    """One passage through a step of the playbook: since when, until when, on whom, how it ended."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="steps")
    round = models.PositiveSmallIntegerField()
    seq = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=60)
    kind = models.CharField(max_length=30)
    stage = models.CharField(max_length=12, choices=Matter.Stage)
    title = models.CharField(max_length=80)
    who = models.CharField(max_length=40)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("matter", "seq")
        constraints = (
            models.UniqueConstraint(fields=("matter", "seq"), name="step_run_numbered_once"),
            models.UniqueConstraint(
                fields=("matter",), condition=Q(ended_at__isnull=True), name="one_current_step_a_matter"
            ),
        )
        indexes = (
            models.Index(fields=("estate", "due_at"), name="step_by_clock", condition=Q(ended_at__isnull=True)),
            models.Index(fields=("post", "due_at"), name="step_of_post_by_clock", condition=Q(ended_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"step {self.step} of matter {self.matter_id}"


class EndedManager(models.Manager["StepEnd"]):
    """Step runs that have ended, and any that has something of an end about it: no verb leaves one so."""

    def get_queryset(self) -> models.QuerySet[StepEnd]:
        return (
            super()
            .get_queryset()
            .filter(Q(ended_at__isnull=False) | Q(ended_by__isnull=False) | ~Q(outcome="") | ~Q(note=""))
        )


class StepEnd(StepRun):
    """How a step run ended: the same row, attested once it has ended and not before."""

    objects: ClassVar[EndedManager] = EndedManager()

    class Meta:
        proxy = True
        base_manager_name = "objects"


class Escalation(models.Model):
    """A step that went up to a higher tier, with the reason, and when what came of it was brought back down.

    ``from_post`` is null where nobody answered for the step. ``asked`` is the kind of post that it went to by rights; where
    that is vacant, ``to_post`` is of the next kind up.
    """

    class Cause(models.TextChoices):
        OVERDUE = "overdue", _("超期")
        BEYOND = "beyond", _("超出权限")
        EMERGENCY = "emergency", _("应急")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="escalations")
    run = models.ForeignKey(StepRun, on_delete=models.PROTECT, related_name="escalations")
    cause = models.CharField(max_length=10, choices=Cause)
    from_tier = models.PositiveSmallIntegerField(choices=TIERS)
    to_tier = models.PositiveSmallIntegerField(choices=TIERS)
    from_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    to_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    asked = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    #: The minute that was missed, for one that was overdue.
    due_at = models.DateTimeField(null=True, blank=True)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("matter", "pk")
        constraints = (
            models.UniqueConstraint(fields=("run", "from_tier"), name="raised_once_from_a_tier"),
            models.CheckConstraint(condition=Q(to_tier__gt=models.F("from_tier")), name="raised_upwards"),
            models.CheckConstraint(
                condition=Q(cause="overdue", due_at__isnull=False) | (~Q(cause="overdue") & ~Q(reason="")),
                name="raised_for_a_reason",
            ),
        )
        indexes = (models.Index(fields=("from_post", "matter"), name="raised_by_post"),)

    def __str__(self) -> str:
        return f"escalation {self.pk} of matter {self.matter_id}"


class Decision(models.Model):
    """What was decided about a matter outside its playbook, with the reason: taken up, declined, merged and so on."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", _("受理")
        DECLINED = "declined", _("不予采纳")
        MERGED = "merged", _("并案")
        EMERGENCY = "emergency", _("应急处理")
        REOPENED = "reopened", _("重新办理")
        UNMERGED = "unmerged", _("分开办理")
        SEPARATED = "separated", _("分出一件")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField()
    #: Where a merged matter went, where one came back from, or which one a report was given of its own.
    target = models.ForeignKey(Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    #: The report that was given a matter of its own.
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    post = models.CharField(max_length=40, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ("matter", "pk")
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="decision_has_a_reason"),)

    def __str__(self) -> str:
        return f"{self.kind} of matter {self.matter_id}"


class Evidence(models.Model):
    """What shows that a gate of a step is met: a notice posted at an entrance, a door knocked at, a picture before."""

    class Kind(models.TextChoices):
        POSTED = "posted", _("已张贴")
        CHANNEL = "channel", _("发布渠道")
        CONTACTED = "contacted", _("已上门")
        PHOTO_BEFORE = "photo_before", _("办理前照片")
        PHOTO_AFTER = "photo_after", _("办理后照片")
        PHOTO = "photo", _("照片")
        INVENTORY = "inventory", _("物品清单")
        FUNDS = "funds", _("资金落实")
        INSURANCE = "insurance", _("保险")
        PARTY = "party", _("一方到场")
        NOTE = "note", _("说明")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(StepRun, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=20, choices=Kind)
    label = models.CharField(max_length=80, blank=True)
    entrance = models.ForeignKey(Entrance, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    home = models.ForeignKey(Home, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("run", "pk")

    def __str__(self) -> str:
        return f"evidence {self.kind} of step run {self.run_id}"


class Resolution(models.Model):
    """What was resolved on a matter, in words; a vote or a project cites it."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="resolutions")
    no = models.PositiveIntegerField()
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="resolutions")
    text = models.TextField()
    adopted_at = models.DateTimeField()

    class Meta:
        ordering = ("estate", "no")
        constraints = (models.UniqueConstraint(fields=("estate", "no"), name="resolution_numbered_once"),)

    def __str__(self) -> str:
        return f"resolution {self.estate_id}/{self.no}"
