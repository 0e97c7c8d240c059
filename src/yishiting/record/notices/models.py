"""Tables of notices and canvasses: versions with their scope, evidence for each channel, homes and who went there."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yishiting.ground.organisations.models import Post
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Building, Entrance, Estate, Home


class Channel(models.TextChoices):
    """Where a notice is made known."""

    BOARD = "board", _("公告栏")
    ENTRANCE = "entrance", _("单元门口")
    GROUP = "group", _("业主群")
    SMS = "sms", _("短信")
    MEETING = "meeting", _("业主大会")
    BROADCAST = "broadcast", _("广播")
    OTHER = "other", _("其他")


class Notice(models.Model):
    """A notice (公示): a number for ever, and one version after the other."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="notices")
    no = models.PositiveIntegerField()
    #: The matter that it stands for and the passage through its step, told by numbers: matters stand above this room.
    thread = models.CharField(max_length=40, blank=True)
    run = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-no",)
        constraints = (models.UniqueConstraint(fields=("estate", "no"), name="notice_numbered_once"),)
        indexes = (models.Index(fields=("estate", "run"), name="notice_by_run"),)

    def __str__(self) -> str:
        return f"notice {self.estate_id}/{self.no}"


class Version(models.Model):
    """One version of a notice. What it says is never edited; another version takes its place."""

    class Kind(models.TextChoices):
        PLAN = "plan", _("方案征求意见")
        RESULT = "result", _("结果公示")
        ACCOUNTS = "accounts", _("账目公示")
        REMEDY = "remedy", _("整改告知")
        WORKS = "works", _("施工通知")
        MEETING = "meeting", _("会议公告")
        OTHER = "other", _("通知")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="versions")
    no = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=60)
    text = models.TextField()
    names_homes = models.BooleanField(default=False)
    #: How many whole days it has to hang.
    least_days = models.PositiveSmallIntegerField(default=0)
    #: Within how many work days an objection to it is answered.
    answer_days = models.PositiveSmallIntegerField(default=5)
    #: Codes of :class:`Channel`, in which it is to be made known.
    channels = models.JSONField(default=list)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    returned = models.BooleanField(default=False)
    review_note = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    #: Under whose name it hangs.
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    #: When another version took its place, published or still a draft.
    replaced_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    archived_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    archive_note = models.CharField(max_length=200, blank=True)
    #: Whether it was taken down because an objection to it was right.
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ("notice", "no")
        constraints = (
            models.UniqueConstraint(fields=("notice", "no"), name="notice_version_once"),
            models.UniqueConstraint(
                fields=("notice",),
                condition=Q(published_at__isnull=False, replaced_at__isnull=True),
                name="one_version_of_a_notice_hangs",
            ),
            models.UniqueConstraint(
                fields=("notice",),
                condition=Q(published_at__isnull=True, replaced_at__isnull=True),
                name="one_draft_of_a_notice",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(names_homes=False) | Q(reviewed_at__isnull=False),
                name="notice_of_homes_reviewed",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(returned=False), name="notice_returned_not_published"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | Q(drafted_by__isnull=True) | ~Q(reviewed_by=F("drafted_by")),
                name="notice_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True) | Q(published_at__isnull=False), name="notice_hung_before_archive"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn=False) | Q(archived_at__isnull=False), name="notice_withdrawn_is_down"
            ),
        )

    def __str__(self) -> str:
        return f"version {self.no} of notice {self.notice_id}"

    @property
    def state(self) -> str:
        """``draft``, ``reviewed``, ``returned``, ``published``, ``archived``, ``withdrawn`` upon an objection, or
        ``replaced`` by a later version."""
        if self.replaced_at:
            return "replaced"
        if self.withdrawn:
            return "withdrawn"
        if self.archived_at:
            return "archived"
        if self.published_at:
            return "published"
        if self.returned:
            return "returned"
        return "reviewed" if self.reviewed_at else "draft"


class VersionPlace(models.Model):
    """An entrance in a version's scope, as the scope was when it was drafted."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="places")
    entrance = models.ForeignKey(Entrance, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("version", "entrance"), name="notice_place_once"),)

    def __str__(self) -> str:
        return f"entrance {self.entrance_id} of version {self.version_id}"


class Picture(models.Model):
    """A picture that shows where a notice hangs, re-encoded without its metadata. Staff alone see it."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    file = models.FileField(upload_to="notices/")
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"picture {self.pk} of a notice"


class Posting(models.Model):
    """Evidence that a version was made known in a channel: a picture, or words on when and where."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="postings")
    channel = models.CharField(max_length=12, choices=Channel)
    #: What another channel is called.
    label = models.CharField(max_length=40, blank=True)
    entrance = models.ForeignKey(Entrance, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    picture = models.OneToOneField(Picture, on_delete=models.PROTECT, null=True, blank=True, related_name="posting")
    note = models.CharField(max_length=200, blank=True)
    on = models.DateField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("version", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(picture__isnull=False) | ~Q(note=""), name="posting_has_evidence"),
            models.CheckConstraint(
                condition=Q(channel="entrance", entrance__isnull=False)
                | (~Q(channel="entrance") & Q(entrance__isnull=True)),
                name="posting_at_an_entrance",
            ),
            models.UniqueConstraint(
                fields=("version", "entrance"), condition=Q(entrance__isnull=False), name="entrance_posted_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} of version {self.version_id}"


class Objection(models.Model):
    """What somebody of a version's scope has against it (异议), in writing, and the answer. Staff and he himself read it."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("成立")
        PARTLY = "partly", _("部分成立")
        REJECTED = "rejected", _("不成立")

    class Remedy(models.TextChoices):
        WITHDRAW = "withdraw", _("撤回这一版")
        REVISE = "revise", _("改一版再公示")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="objections")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="objections")
    #: Counted within the notice, over all of its versions.
    no = models.PositiveSmallIntegerField()
    home = models.ForeignKey(Home, on_delete=models.PROTECT, related_name="+")
    #: Who objects; None where staff wrote down what a home handed in on paper.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    words = models.TextField()
    #: The day on which it was made, or on which the paper was handed in.
    on = models.DateField()
    made_at = models.DateTimeField()
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdraw_note = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    answer = models.TextField(blank=True)
    #: What follows for the version, where it hung when the objection was found right.
    remedy = models.CharField(max_length=8, choices=Remedy, blank=True)

    class Meta:
        ordering = ("notice", "no")
        constraints = (
            models.UniqueConstraint(fields=("notice", "no"), name="objection_numbered_once"),
            models.UniqueConstraint(
                fields=("version", "person"),
                condition=Q(person__isnull=False, withdrawn_at__isnull=True),
                name="one_objection_a_person",
            ),
            models.UniqueConstraint(
                fields=("version", "home"),
                condition=Q(person__isnull=True, withdrawn_at__isnull=True),
                name="one_paper_a_home",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, outcome="", answer="", remedy="")
                | (Q(answered_at__isnull=False, withdrawn_at__isnull=True) & ~Q(outcome="") & ~Q(answer="")),
                name="objection_answered_whole",
            ),
            models.CheckConstraint(
                condition=Q(remedy="") | Q(outcome__in=("upheld", "partly")), name="objection_remedy_has_cause"
            ),
        )
        indexes = (
            models.Index(
                fields=("estate", "due_at"),
                name="objection_waiting",
                condition=Q(answered_at__isnull=True, withdrawn_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"objection {self.no} to notice {self.notice_id}"

    @property
    def paper(self) -> bool:
        """Whether a home handed it in on paper, so that staff take the answer to its door."""
        return self.person_id is None

    @property
    def state(self) -> str:
        """``open``, ``withdrawn`` by who made it, or ``answered``."""
        if self.withdrawn_at:
            return "withdrawn"
        return "answered" if self.answered_at else "open"


class Canvass(models.Model):
    """A round from home to home (逐户): whom to reach, about what, until it is closed."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="canvasses")
    no = models.PositiveIntegerField()
    title = models.CharField(max_length=60)
    #: What to say at the door.
    words = models.TextField(blank=True)
    #: So many notes left count as told; 0: a note never does.
    notes_suffice = models.PositiveSmallIntegerField(default=0)
    thread = models.CharField(max_length=40, blank=True)
    run = models.BigIntegerField(null=True, blank=True)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    #: How many homes were not reached when it was closed, and why.
    left = models.PositiveIntegerField(null=True, blank=True)
    close_note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-no",)
        constraints = (
            models.UniqueConstraint(fields=("estate", "no"), name="canvass_numbered_once"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, left__isnull=True) | Q(closed_at__isnull=False, left__isnull=False),
                name="canvass_closed_with_count",
            ),
            models.CheckConstraint(
                condition=Q(left__isnull=True) | Q(left=0) | ~Q(close_note=""), name="canvass_left_has_reason"
            ),
        )
        indexes = (models.Index(fields=("estate", "run"), name="canvass_by_run"),)

    def __str__(self) -> str:
        return f"canvass {self.estate_id}/{self.no}"


class CanvassHome(models.Model):
    """A home that is to be reached, as the scope was when the canvass began."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    canvass = models.ForeignKey(Canvass, on_delete=models.CASCADE, related_name="homes")
    home = models.ForeignKey(Home, on_delete=models.PROTECT, related_name="+")
    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("canvass", "home"), name="canvass_home_once"),)
        indexes = (models.Index(fields=("canvass", "building"), name="canvass_home_by_building"),)

    def __str__(self) -> str:
        return f"home {self.home_id} in canvass {self.canvass_id}"


class Attempt(models.Model):
    """Somebody went to a home, or called it: when, how, and what came of it."""

    class How(models.TextChoices):
        VISIT = "visit", _("上门")
        PHONE = "phone", _("电话")
        MESSAGE = "message", _("微信")
        HERE = "here", _("来居委会")

    class Outcome(models.TextChoices):
        MET = "met", _("见到了")
        AGREED = "agreed", _("见到了，同意")
        REFUSED = "refused", _("见到了，不同意")
        NOTE_LEFT = "note_left", _("没人在，留了条")
        AWAY = "away", _("没人在")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(CanvassHome, on_delete=models.CASCADE, related_name="attempts")
    how = models.CharField(max_length=8, choices=How)
    outcome = models.CharField(max_length=10, choices=Outcome)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    #: Taken back as a slip of the finger; the row stays.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("place", "pk")

    def __str__(self) -> str:
        return f"{self.outcome} at {self.place_id}"
