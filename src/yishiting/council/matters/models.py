"""Tables of matters: what was reported, the way each takes through its playbook, and what was answered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yishiting.ground.organisations.models import Post
from yishiting.ground.organisations.tiers import LABELS, Tier
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Building, Entrance, Estate, Home

TIERS = [(int(tier), LABELS[tier]) for tier in Tier]


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
            models.Index(fields=("estate", "status", "due_at"), name="matter_by_clock"),
            models.Index(fields=("estate", "status", "-home_count", "-urgent", "no"), name="matter_by_homes"),
            models.Index(fields=("estate", "status", "-ended_at", "-no"), name="matter_by_end"),
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


class Report(models.Model):
    """What one reporter said (反映). Each keeps theirs, whatever their matter is merged into.

    One that was withdrawn or judged not valid stays and no longer counts: see :data:`COUNTS`.
    """

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="reports")
    #: Where it was said first; differs from ``matter`` after a merge.
    first_matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reports")
    home = models.ForeignKey(Home, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    words = models.TextField()
    made_at = models.DateTimeField()
    #: Staff wrote it down for a neighbour who does not use a phone.
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    #: What the reporter said of it: his matter is urgent while one of its reports that count is.
    urgent = models.BooleanField(default=False)
    #: The reporter took it back, or said it anew in the report that replaces this one.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    #: Judged not valid; its answer is the reason. Null again when its reporter asks for another round.
    invalid_at = models.DateTimeField(null=True, blank=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    #: Keeps the digest in the record from telling who said this to whoever guesses.
    salt = models.CharField(max_length=32)

    class Meta:
        ordering = ("matter", "made_at", "pk")
        indexes = (
            models.Index(fields=("person", "-made_at"), name="report_by_person"),
            models.Index(fields=("estate", "-made_at"), name="report_by_estate"),
        )

    def __str__(self) -> str:
        return f"report {self.pk}"


#: Reports that count: homes are counted of these, and each of these is owed an answer.
COUNTS = Q(withdrawn_at__isnull=True, invalid_at__isnull=True)


class Judgement(models.Model):
    """Whether a report is a valid opinion (有效意见), with the reason; the last one on a report stands."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="judgements")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")
    valid = models.BooleanField()
    reason = models.TextField()
    post = models.CharField(max_length=40, blank=True)
    judged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField()

    class Meta:
        ordering = ("report", "pk")
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="judgement_has_a_reason"),)

    def __str__(self) -> str:
        return f"judgement of report {self.report_id}"


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


class Photo(models.Model):
    """A picture that somebody added, re-encoded without its metadata. Null report and step: not yet used."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, blank=True, related_name="photos")
    file = models.FileField(upload_to="photos/")
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    public = models.BooleanField(default=False)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"photo {self.pk}"


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
