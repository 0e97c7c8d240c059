"""Tables of meetings: who was asked, who came, what was proposed and what became of it, minutes in versions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yishiting.council.matters.models import Matter, Resolution, StepRun
from yishiting.council.meetings import kinds
from yishiting.council.meetings.opening import how_opened
from yishiting.ground.organisations.models import Post
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Building, Estate, Home


class Series(models.Model):
    """Meetings held regularly (例会): by which rule, of which kind, with which sides. Each occurrence is a meeting of its own."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="meeting_series")
    kind = models.CharField(max_length=20, default=kinds.COUNCIL)
    title = models.CharField(max_length=80)
    place = models.CharField(max_length=80)
    #: The day of the month (1 to 31; a shorter month has it on its last day), or 0 where a weekday is meant.
    month_day = models.PositiveSmallIntegerField(default=0)
    #: Which of the month's weekdays (1 to 4, 5 for the last), and which weekday (Monday is 1); 0 where a day is meant.
    nth = models.PositiveSmallIntegerField(default=0)
    weekday = models.PositiveSmallIntegerField(default=0)
    #: Whether a day off moves it to the next work day.
    workdays_only = models.BooleanField(default=False)
    at = models.CharField(max_length=5)
    planned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "series"
        constraints = (
            models.CheckConstraint(
                condition=Q(month_day__gte=1, month_day__lte=31, nth=0, weekday=0)
                | Q(month_day=0, nth__gte=1, nth__lte=5, weekday__gte=1, weekday__lte=7),
                name="series_by_day_or_weekday",
            ),
        )

    def __str__(self) -> str:
        return f"series {self.pk}"


class Meeting(models.Model):
    """A meeting of named parties (议事会, 圆桌会). Planned, invited, opened, closed; or called off before its end."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="meetings")
    no = models.PositiveIntegerField()
    #: A key of :data:`kinds.KINDS`: whom it needs, by rule.
    kind = models.CharField(max_length=20, default=kinds.COUNCIL)
    #: How many sides have to be there before it opens, the required ones among them.
    quorum = models.PositiveSmallIntegerField(default=1)
    building = models.ForeignKey(Building, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings")
    title = models.CharField(max_length=80)
    place = models.CharField(max_length=80)
    starts_at = models.DateTimeField()
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    #: When it was first announced; stays when the meeting is moved, so that nobody's link goes dead.
    announced_at = models.DateTimeField(null=True, blank=True)
    #: When the present time and place were announced; null again when they change.
    invited_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    #: How often its time or place was changed; who was asked before has to be asked again.
    moves = models.PositiveSmallIntegerField(default=0)
    #: When it was called off; with ``opened_at`` it was broken off while people sat there.
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-no",)
        constraints = (models.UniqueConstraint(fields=("estate", "no"), name="meeting_numbered_once"),)
        indexes = (models.Index(fields=("estate", "starts_at"), name="meeting_by_start"),)

    def __str__(self) -> str:
        return f"meeting {self.estate_id}/{self.no}"

    @property
    def state(self) -> str:
        """``planned``, ``invited``, ``open``, ``closed``, ``cancelled``, or ``interrupted`` after it had opened."""
        if self.cancelled_at:
            return "interrupted" if self.opened_at else "cancelled"
        if self.closed_at:
            return "closed"
        if self.opened_at:
            return "open"
        return "invited" if self.invited_at else "planned"

    @property
    def ended_at(self) -> datetime | None:
        """When it closed or was called off."""
        return self.closed_at or self.cancelled_at

    @property
    def how_opened(self) -> Collection[str]:
        """What was out of order as it opened: ``early``, ``unannounced``."""
        return how_opened(starts_at=self.starts_at, invited_at=self.invited_at, opened_at=self.opened_at)

    @property
    def rule(self) -> kinds.Kind:
        """What its kind asks for."""
        return kinds.kind_of(self.kind)


class Party(models.Model):
    """A side at a meeting (社区, 物业, 住户代表 …); the meeting cannot open without each required one."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="parties")
    name = models.CharField(max_length=40)
    required = models.BooleanField(default=True)
    #: The side around which this kind of meeting stands; always required.
    core = models.BooleanField(default=False)
    #: How many people have to come before the side counts as there.
    least = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ("meeting", "pk")
        constraints = (
            models.UniqueConstraint(fields=("meeting", "name"), name="party_once_a_meeting"),
            models.CheckConstraint(condition=Q(core=False) | Q(required=True), name="core_party_is_required"),
            models.CheckConstraint(condition=Q(least__gte=1), name="party_of_at_least_one"),
        )

    def __str__(self) -> str:
        return self.name


class Attendance(models.Model):
    """Somebody who came, for one side. A person counts once however many posts he holds; guests have no account."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="attendances")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    #: The post whose holder sent this person; that holder counts through him, and cannot come as well.
    stands_for = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    #: How many came for the side without being named one by one.
    count = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        ordering = ("party", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "person"), condition=Q(person__isnull=False), name="person_attends_once"
            ),
            models.UniqueConstraint(
                fields=("meeting", "stands_for"), condition=Q(stands_for__isnull=False), name="post_sends_one_delegate"
            ),
            models.CheckConstraint(condition=Q(count__gte=1), name="attendance_at_least_one"),
            models.CheckConstraint(
                condition=Q(count=1) | Q(person__isnull=True, stands_for__isnull=True), name="named_one_by_one"
            ),
        )

    def __str__(self) -> str:
        return f"attendance {self.pk}"


class AgendaItem(models.Model):
    """A matter on the agenda, and the step of it that this meeting is."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    no = models.PositiveSmallIntegerField()
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="agenda_items")
    run = models.ForeignKey(StepRun, on_delete=models.PROTECT, related_name="agenda_items")
    resolution = models.ForeignKey(Resolution, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("meeting", "no")
        constraints = (
            models.UniqueConstraint(fields=("meeting", "no"), name="agenda_numbered_once"),
            models.UniqueConstraint(fields=("meeting", "matter"), name="matter_once_on_agenda"),
        )

    def __str__(self) -> str:
        return f"item {self.no} of meeting {self.meeting_id}"


class Proposal(models.Model):
    """A concrete proposal as it was made, by which side, and what became of it with the reason."""

    class Outcome(models.TextChoices):
        ADOPTED = "adopted", _("采纳")
        MERGED = "merged", _("并入")
        REJECTED = "rejected", _("未采纳")
        DEFERRED = "deferred", _("以后再议")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="proposals")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="proposals")
    no = models.PositiveSmallIntegerField()
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="proposals")
    text = models.TextField()
    made_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("meeting", "no")
        constraints = (models.UniqueConstraint(fields=("meeting", "no"), name="proposal_numbered_once"),)

    def __str__(self) -> str:
        return f"proposal {self.no} of meeting {self.meeting_id}"


class Statement(models.Model):
    """What was said on an item, by which side; never by whom. Its words do not change afterwards."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="statements")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="statements")
    no = models.PositiveSmallIntegerField()
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="statements")
    text = models.TextField()
    said_at = models.DateTimeField()

    class Meta:
        ordering = ("meeting", "no")
        constraints = (models.UniqueConstraint(fields=("meeting", "no"), name="statement_numbered_once"),)

    def __str__(self) -> str:
        return f"statement {self.no} of meeting {self.meeting_id}"


class Question(models.Model):
    """Something on which a matter's meetings must come to an outcome (要议定的问题) before it is carried out (M24)."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="questions")
    no = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=100)
    #: Outcomes to choose from, a line each; empty where the meeting finds its own words.
    options = models.TextField(blank=True)
    #: Whether the playbook asks it; then it is never taken back.
    from_playbook = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("matter", "no")
        constraints = (
            models.UniqueConstraint(fields=("matter", "no"), name="question_numbered_once"),
            models.UniqueConstraint(
                fields=("matter", "text"), condition=Q(lifted_at__isnull=True), name="question_asked_once"
            ),
        )

    def __str__(self) -> str:
        return f"question {self.no} of matter {self.matter_id}"

    @property
    def choices(self) -> tuple[str, ...]:
        """The outcomes to choose from, in their order."""
        return tuple(self.options.splitlines())


class Settlement(models.Model):
    """What a meeting settled on a question. It holds once the meeting closes; the last one of a meeting stands."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="settlements")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="settlements")
    text = models.CharField(max_length=500)
    settled_at = models.DateTimeField()

    class Meta:
        ordering = ("question", "pk")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="settlement_says_something"),)

    def __str__(self) -> str:
        return f"settlement {self.pk}"


class Concerned(models.Model):
    """A home or a person that a matter is about (所涉住户). Personal (C2): read at the desk alone, on no public page."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="concerned")
    home = models.ForeignKey(Home, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    #: Who it is where a door does not say it, as the desk knows them.
    who = models.CharField(max_length=60, blank=True)
    named_at = models.DateTimeField()
    #: When it turned out that the matter is not about them, and why.
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = models.CharField(max_length=200, blank=True)
    #: Keeps the digest in the record from telling which door it is to whoever guesses.
    salt = models.CharField(max_length=32)

    class Meta:
        ordering = ("matter", "pk")
        verbose_name_plural = "concerned"
        constraints = (
            models.CheckConstraint(condition=Q(home__isnull=False) | ~Q(who=""), name="concerned_is_somebody"),
            models.UniqueConstraint(
                fields=("matter", "home"),
                condition=Q(home__isnull=False, lifted_at__isnull=True),
                name="home_concerned_once",
            ),
        )

    def __str__(self) -> str:
        return f"concerned {self.pk}"


class ConcernedInvitation(models.Model):
    """That somebody concerned was asked to come to a meeting, how and when; a meeting that was moved asks anew."""

    class How(models.TextChoices):
        FACE = "face", _("当面")
        PHONE = "phone", _("打电话")
        PAPER = "paper", _("送书面通知")
        MESSAGE = "message", _("发短信或微信")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="concerned_invitations")
    concerned = models.ForeignKey(Concerned, on_delete=models.PROTECT, related_name="invitations")
    how = models.CharField(max_length=10, choices=How)
    #: For which time they were asked.
    starts_at = models.DateTimeField()
    #: After how many moves of the meeting they were asked; void once it is moved again, also to another room or back.
    moves = models.PositiveSmallIntegerField(default=0)
    invited_at = models.DateTimeField()

    class Meta:
        ordering = ("meeting", "pk")
        constraints = (
            models.UniqueConstraint(fields=("meeting", "concerned", "moves"), name="concerned_asked_once_a_move"),
        )

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class SettledManager(models.Manager["SettledProposal"]):
    """Proposals that have their outcome, and any that has something of one about it: no verb leaves one so."""

    def get_queryset(self) -> models.QuerySet[SettledProposal]:
        return super().get_queryset().filter(Q(decided_at__isnull=False) | ~Q(outcome="") | ~Q(reason=""))


class SettledProposal(Proposal):
    """What became of a proposal, once that was said: the same row, attested anew whenever it is said otherwise."""

    objects: ClassVar[SettledManager] = SettledManager()

    class Meta:
        proxy = True
        base_manager_name = "objects"


class Minutes(models.Model):
    """A version of the minutes. A correction is a new version with its reason; the old one stays readable."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="minutes")
    version = models.PositiveSmallIntegerField()
    text = models.TextField()
    reason = models.CharField(max_length=200, blank=True)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ("meeting", "-version")
        verbose_name_plural = "minutes"
        constraints = (models.UniqueConstraint(fields=("meeting", "version"), name="minutes_version_once"),)

    def __str__(self) -> str:
        return f"minutes v{self.version} of meeting {self.meeting_id}"
