"""Tables of projects: phases that sum to the total, insurance, and every step with who, when and a picture."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yishiting.council.matters.models import Matter, Photo, Resolution, StepRun
from yishiting.council.votes.models import Vote
from yishiting.ground.organisations.models import Post
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Estate


class Project(models.Model):
    """What carries a decision out (落实项目), counted in one unit of its own: 个, 处, 米.

    It rests on a resolution of its matter's meetings, on a vote of its matter that passed, or on both.
    """

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="projects")
    no = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    unit = models.CharField(max_length=10)
    total = models.PositiveIntegerField()
    needs_insurance = models.BooleanField(default=False)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="projects")
    run = models.ForeignKey(StepRun, on_delete=models.PROTECT, null=True, blank=True, related_name="projects")
    resolution = models.ForeignKey(Resolution, on_delete=models.PROTECT, null=True, blank=True, related_name="projects")
    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, null=True, blank=True, related_name="projects")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="projects")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    #: When its matter's step ended otherwise than done; then ``ended_at`` is the same moment.
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-no",)
        constraints = (
            models.UniqueConstraint(fields=("estate", "no"), name="project_numbered_once"),
            models.UniqueConstraint(fields=("run",), condition=Q(run__isnull=False), name="one_project_a_step"),
            models.CheckConstraint(condition=Q(total__gte=1), name="project_total_positive"),
            models.CheckConstraint(
                condition=Q(matter__isnull=False) & (Q(resolution__isnull=False) | Q(vote__isnull=False)),
                name="project_rests_on_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(ended_at__isnull=False), name="project_stopped_has_ended"
            ),
        )

    def __str__(self) -> str:
        return f"project {self.estate_id}/{self.no}"

    @property
    def state(self) -> str:
        """``under_way``, ``completed`` or ``stopped``."""
        if self.stopped_at:
            return "stopped"
        return "completed" if self.ended_at else "under_way"


class Replan(models.Model):
    """A change of a project's plan: when, by whom and why. The phases that it dropped stay on record and name it."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="replans")
    no = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=200)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("project", "no")
        constraints = (models.UniqueConstraint(fields=("project", "no"), name="replan_numbered_once"),)

    def __str__(self) -> str:
        return f"change {self.no} of the plan of project {self.project_id}"


class PlanManager(models.Manager["Phase"]):
    """The phases of the plan as it stands, without those that a change of it dropped."""

    def get_queryset(self) -> models.QuerySet[Phase]:
        return super().get_queryset().filter(dropped_by__isnull=True)


class Phase(models.Model):
    """A part of a project (分期): started, finished, accepted, in operation, each after the one before.

    ``project.phases`` and ``Phase.objects`` are those of the plan as it stands; ``Phase.every`` holds the dropped ones too.
    """

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="phases")
    no = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    planned = models.PositiveIntegerField()
    due_on = models.DateField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    operating_at = models.DateTimeField(null=True, blank=True)
    #: The change of the plan that took it out, before anything was begun on it.
    dropped_by = models.ForeignKey(Replan, on_delete=models.PROTECT, null=True, blank=True, related_name="dropped")

    objects: ClassVar[PlanManager] = PlanManager()
    every: ClassVar[models.Manager[Phase]] = models.Manager()

    class Meta:
        ordering = ("project", "no")
        constraints = (
            models.UniqueConstraint(
                fields=("project", "no"), condition=Q(dropped_by__isnull=True), name="phase_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(dropped_by__isnull=True) | Q(started_at__isnull=True), name="phase_dropped_unstarted"
            ),
            models.CheckConstraint(condition=Q(planned__gte=1), name="phase_planned_positive"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(started_at__isnull=False), name="phase_started_first"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(finished_at__isnull=False), name="phase_finished_first"
            ),
            models.CheckConstraint(
                condition=Q(operating_at__isnull=True) | Q(accepted_at__isnull=False), name="phase_accepted_first"
            ),
        )

    def __str__(self) -> str:
        return f"phase {self.no} of project {self.project_id}"


class PhaseStep(models.Model):
    """Something done on a phase: what, who answers for it, when, with which picture."""

    class Kind(models.TextChoices):
        STARTED = "started", _("开工")
        FINISHED = "finished", _("完工")
        ACCEPTED = "accepted", _("验收")
        OPERATING = "operating", _("投入使用")
        NOTED = "noted", _("进展")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    phase = models.ForeignKey(Phase, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    note = models.CharField(max_length=500, blank=True)
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("phase", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("phase", "kind"), condition=~Q(kind="noted"), name="phase_step_once_but_notes"
            ),
            models.UniqueConstraint(fields=("photo",), condition=Q(photo__isnull=False), name="picture_shows_one_step"),
            models.CheckConstraint(
                condition=Q(kind="noted") | Q(photo__isnull=False), name="step_but_a_note_has_a_picture"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of phase {self.phase_id}"


class Insurance(models.Model):
    """A policy that covers a project's operation, valid from a day to a day, both included."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="policies")
    insurer = models.CharField(max_length=80)
    policy_no = models.CharField(max_length=60)
    valid_from = models.DateField()
    valid_to = models.DateField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("project", "-valid_to")
        constraints = (
            models.UniqueConstraint(
                fields=("project", "policy_no", "valid_from", "valid_to"), name="policy_once_a_project"
            ),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="policy_days_in_order"),
        )

    def __str__(self) -> str:
        return f"policy of project {self.project_id}"


class Budget(models.Model):
    """What a project costs in all and from where, as it was planned; a later one replaces it and says why."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="budgets")
    no = models.PositiveSmallIntegerField()
    total = models.DecimalField(max_digits=12, decimal_places=2)
    reason = models.CharField(max_length=200, blank=True)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("project", "no")
        constraints = (
            models.UniqueConstraint(fields=("project", "no"), name="budget_numbered_once"),
            models.CheckConstraint(condition=Q(total__gt=0), name="budget_positive"),
            models.CheckConstraint(condition=Q(no=1) | ~Q(reason=""), name="later_budget_says_why"),
        )

    def __str__(self) -> str:
        return f"budget {self.no} of project {self.project_id}"


class FundingManager(models.Manager["FundingLine"]):
    """The sources of the budget as it stands, without those that a later one dropped."""

    def get_queryset(self) -> models.QuerySet[FundingLine]:
        return super().get_queryset().filter(dropped_by__isnull=True)


class FundingLine(models.Model):
    """A source of a project's money and how much is planned of it, in yuan; what became of it is told by its news."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="funding")
    no = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=60)
    planned = models.DecimalField(max_digits=12, decimal_places=2)
    added_at = models.DateTimeField()
    #: The budget that took it out, before anything of it was approved.
    dropped_by = models.ForeignKey(Budget, on_delete=models.PROTECT, null=True, blank=True, related_name="dropped")

    objects: ClassVar[FundingManager] = FundingManager()
    every: ClassVar[models.Manager[FundingLine]] = models.Manager()

    class Meta:
        ordering = ("project", "no")
        constraints = (
            models.UniqueConstraint(fields=("project", "no"), name="funding_numbered_once"),
            models.UniqueConstraint(
                fields=("project", "source"), condition=Q(dropped_by__isnull=True), name="source_once_a_project"
            ),
            models.CheckConstraint(condition=Q(planned__gt=0), name="funding_positive"),
        )

    def __str__(self) -> str:
        return f"source {self.no} of project {self.project_id}"


class FundingNews(models.Model):
    """What became of a source: applied for, approved, refused, received; as said by whom, on which day."""

    class Kind(models.TextChoices):
        APPLIED = "applied", _("已申请")
        APPROVED = "approved", _("已批复")
        REFUSED = "refused", _("没有批")
        RECEIVED = "received", _("已到账")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(FundingLine, on_delete=models.CASCADE, related_name="news")
    kind = models.CharField(max_length=10, choices=Kind)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    said_by = models.CharField(max_length=60)
    on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("line", "pk")
        verbose_name_plural = "funding news"
        constraints = (
            models.UniqueConstraint(fields=("line",), condition=Q(kind="approved"), name="funding_approved_once"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True, kind__in=("applied", "refused"))
                | Q(amount__gt=0, kind__in=("approved", "received")),
                name="funding_news_amount_where_it_counts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of source {self.line_id}"


class Prerequisite(models.Model):
    """Something that has to be done before the works start (要先办的事): a task, or another project that has to be complete."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="prerequisites")
    no = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    #: Who sees to it, as a side or a post; never a name.
    who = models.CharField(max_length=60, blank=True)
    first = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, blank=True, related_name="goes_before")
    added_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    #: How it was done, or why it is not needed after all.
    note = models.CharField(max_length=200, blank=True)
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("project", "no")
        constraints = (
            models.UniqueConstraint(fields=("project", "no"), name="prerequisite_numbered_once"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(done_on__isnull=False, dropped_at__isnull=True),
                name="prerequisite_done_on_a_day_and_not_dropped",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, dropped_at__isnull=True) | ~Q(note=""),
                name="prerequisite_ended_in_words",
            ),
            models.CheckConstraint(
                condition=Q(first__isnull=True) | Q(done_at__isnull=True), name="project_first_ends_by_itself"
            ),
        )

    def __str__(self) -> str:
        return f"prerequisite {self.no} of project {self.project_id}"

    @property
    def stands(self) -> bool:
        """Whether the works still wait for it (``first`` is loaded in lists)."""
        if self.dropped_at is not None:
            return False
        if self.first is not None:
            return self.first.state != "completed"
        return self.done_at is None
