"""Tables of votes. A roll is frozen at opening; ballots are only ever added."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from yishiting.ground.people.models import OwnerGroup, Person
from yishiting.ground.places.models import Building, Entrance, Estate, Home


class Vote(models.Model):
    """A vote of the owners. Its state is read from its times, never stored twice.

    Drafted, opened (the roll freezes), closed (no more ballots), counted (the result stands). The electorate is the whole
    estate, one building, or one entrance. ``thread`` ties it to what asked for it without this room knowing matters. Where it
    is ``secret`` no choice is ever shown with its home; else the archive shows each, once counted. The roots are what the
    archive's editions hash to, from the count on.
    """

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="votes")
    no = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    explanation = models.TextField(blank=True)
    precedence = models.CharField(max_length=12, default="FIRST_WINS")
    secret = models.BooleanField(default=True)
    building = models.ForeignKey(Building, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entrance = models.ForeignKey(Entrance, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    thread = models.CharField(max_length=40, blank=True)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    owners_root = models.CharField(max_length=64, blank=True)
    supervisors_root = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("-no",)
        constraints = (
            models.UniqueConstraint(fields=("estate", "no"), name="vote_numbered_once"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(opened_at__isnull=False), name="vote_opened_before_closed"
            ),
            models.CheckConstraint(
                condition=Q(counted_at__isnull=True) | Q(closed_at__isnull=False), name="vote_closed_before_counted"
            ),
        )
        indexes = (models.Index(fields=("closes_at",), name="vote_by_closing", condition=Q(closed_at__isnull=True)),)

    def __str__(self) -> str:
        return f"vote {self.estate_id}/{self.no}"

    @property
    def state(self) -> str:
        """``draft``, ``open``, ``closed``, ``counted`` or ``cancelled``."""
        if self.cancelled_at:
            return "cancelled"
        if self.counted_at:
            return "counted"
        if self.closed_at:
            return "closed"
        return "open" if self.opened_at else "draft"


class VoteRules(models.Model):
    """The rules by which a vote was opened: the estate's pack, and every figure that held then, with where it came from.

    ``figures`` are rows of key, value as written, pack, version, source, day of reading, and whether it was verified.
    """

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    vote = models.OneToOneField(Vote, on_delete=models.CASCADE, related_name="rules")
    pack_id = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    figures = models.JSONField()

    def __str__(self) -> str:
        return f"rules of vote {self.vote_id}: {self.pack_id} {self.version}"


class Item(models.Model):
    """One question on the ballot, with the majority that the law asks for it."""

    class Rule(models.TextChoices):
        ORDINARY = "ordinary", _("一般事项（过半数）")
        SPECIAL = "special", _("重大事项（四分之三以上）")
        UNANIMOUS = "unanimous", _("全体同意")
        NONE_OBJECTS = "none_objects", _("无人反对")
        OPTIONS = "options", _("几个选项里选一个")

    class Majority(models.TextChoices):
        ORDINARY = "ordinary", _("一般事项（过半数）")
        SPECIAL = "special", _("重大事项（四分之三以上）")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="items")
    no = models.PositiveSmallIntegerField(default=1)
    question = models.CharField(max_length=200)
    rule = models.CharField(max_length=20, choices=Rule)
    of = models.CharField(max_length=10, choices=Majority, blank=True)
    article = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("no",)
        constraints = (
            models.UniqueConstraint(fields=("vote", "no"), name="item_numbered_once"),
            models.CheckConstraint(
                condition=Q(rule="options", of__in=("ordinary", "special")) | (~Q(rule="options") & Q(of="")),
                name="item_of_options_says_its_majority",
            ),
        )

    def __str__(self) -> str:
        return self.question


class Option(models.Model):
    """One of the answers that an item offers, with what speaks for it and against it."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="options")
    no = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    pros = models.CharField(max_length=300, blank=True)
    cons = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("no",)
        constraints = (
            models.UniqueConstraint(fields=("item", "no"), name="option_numbered_once"),
            models.UniqueConstraint(fields=("item", "name"), name="option_named_once"),
        )

    def __str__(self) -> str:
        return self.name


class Roll(models.Model):
    """The owners and areas of a vote as they were at opening, with totals frozen beside them."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    vote = models.OneToOneField(Vote, on_delete=models.CASCADE, related_name="roll")
    frozen_at = models.DateTimeField()
    homes = models.PositiveIntegerField()
    heads = models.PositiveIntegerField()
    area = models.DecimalField(max_digits=14, decimal_places=4)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"roll of vote {self.vote_id}"


class RollHead(models.Model):
    """One head of a roll: an owner group, the developer, or a home whose owner is not known."""

    class Kind(models.TextChoices):
        OWNERS = "owners", _("业主")
        DEVELOPER = "developer", _("开发商")
        UNKNOWN = "unknown", _("业主不明")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    roll = models.ForeignKey(Roll, on_delete=models.CASCADE, related_name="head_rows")
    no = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    group = models.ForeignKey(OwnerGroup, on_delete=models.PROTECT, null=True, related_name="+")
    homes = models.PositiveIntegerField()
    area = models.DecimalField(max_digits=14, decimal_places=4)

    class Meta:
        ordering = ("no",)
        constraints = (
            models.UniqueConstraint(fields=("roll", "no"), name="roll_head_numbered_once"),
            models.UniqueConstraint(
                fields=("roll", "group"), condition=Q(group__isnull=False), name="roll_head_once_a_group"
            ),
        )

    def __str__(self) -> str:
        return f"head {self.no} of roll {self.roll_id}"


class RollHome(models.Model):
    """A home on a roll, under its head, with what it was called, the area that counted and where that figure came from."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    roll = models.ForeignKey(Roll, on_delete=models.CASCADE, related_name="home_rows")
    head = models.ForeignKey(RollHead, on_delete=models.CASCADE, related_name="home_rows")
    home = models.ForeignKey(Home, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=140)
    area = models.DecimalField(max_digits=12, decimal_places=4)
    area_source = models.CharField(max_length=20)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("roll", "home"), name="roll_home_once"),)

    def __str__(self) -> str:
        return f"home {self.home_id} on roll {self.roll_id}"


class SlipQuerySet(models.QuerySet["PaperSlip"]):
    """Slips by where they stand."""

    def standing(self) -> SlipQuerySet:
        """Those that nobody withdrew: at most one a head."""
        return self.filter(withdrawn_at__isnull=True)

    def waiting(self) -> SlipQuerySet:
        """Those for which the count waits: neither settled nor withdrawn."""
        return self.standing().filter(settled_at__isnull=True)

    def withdrawn(self) -> SlipQuerySet:
        """Those that were withdrawn; they are on record and never count."""
        return self.filter(withdrawn_at__isnull=False)

    def to_key_again(self) -> SlipQuerySet:
        """Withdrawn slips of heads that have no other slip since."""
        return self.withdrawn().filter(~Exists(PaperSlip.objects.standing().filter(head=OuterRef("head"))))


class PaperSlip(models.Model):
    """A paper ballot that was handed in, keyed by two people; it becomes a ballot when they agree.

    One that was keyed wrongly is withdrawn: the row stays, with who did it and why, and the head may hand in another.
    """

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="slips")
    head = models.ForeignKey(RollHead, on_delete=models.PROTECT, related_name="slips")
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdraw_reason = models.CharField(max_length=200, blank=True)

    objects = SlipQuerySet.as_manager()

    class Meta:
        ordering = ("received_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("vote", "head"), condition=Q(withdrawn_at__isnull=True), name="one_paper_slip_a_head"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(settled_at__isnull=True), name="slip_settled_or_withdrawn"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdraw_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdraw_reason="")),
                name="slip_withdrawn_by_somebody_for_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"slip {self.pk}"


class WithdrawnManager(models.Manager["WithdrawnSlip"]):
    """Slips that were withdrawn."""

    def get_queryset(self) -> models.QuerySet[WithdrawnSlip]:
        return super().get_queryset().filter(withdrawn_at__isnull=False)


class WithdrawnSlip(PaperSlip):
    """A slip once it is withdrawn: the same row, attested from then on with who withdrew it, when and why."""

    only: ClassVar[WithdrawnManager] = WithdrawnManager()

    class Meta:
        proxy = True
        base_manager_name = "only"


class PaperEntry(models.Model):
    """What one person read on a slip for one item. Two different people read each slip; a third where they differ.

    ``salt`` does here what it does for a :class:`Ballot`.
    """

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    slip = models.ForeignKey(PaperSlip, on_delete=models.CASCADE, related_name="entries")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    choice = models.CharField(max_length=10)
    marks = models.CharField(max_length=60, blank=True)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    salt = models.CharField(max_length=32)

    class Meta:
        ordering = ("entered_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("slip", "item", "entered_by"), name="paper_read_once_by_each_person"),
        )

    def __str__(self) -> str:
        return f"entry {self.pk} of slip {self.slip_id}"


class Ballot(models.Model):
    """A ballot of one head on one item. Superseded ones stay; the database allows one effective ballot a head.

    ``marks`` are the numbers of the options that one in favour names, ``1,3``; empty where it says yes, no or nothing. ``salt`` keeps the digest in the timeline from telling the choice to whoever tries all four.
    """

    class Channel(models.TextChoices):
        ONLINE = "online", _("网上")
        PAPER = "paper", _("纸票")
        PROXY = "proxy", _("委托")

    class Choice(models.TextChoices):
        FOR = "for", _("赞成")
        AGAINST = "against", _("反对")
        ABSTAIN = "abstain", _("弃权")
        INVALID = "invalid", _("无效")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="ballots")
    head = models.ForeignKey(RollHead, on_delete=models.PROTECT, related_name="ballots")
    channel = models.CharField(max_length=10, choices=Channel)
    choice = models.CharField(max_length=10, choices=Choice)
    marks = models.CharField(max_length=60, blank=True)
    cast_at = models.DateTimeField()
    cast_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    slip = models.ForeignKey(PaperSlip, on_delete=models.PROTECT, null=True, blank=True, related_name="ballots")
    receipt = models.CharField(max_length=20)
    salt = models.CharField(max_length=32)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("item", "head"), condition=Q(superseded_at__isnull=True), name="one_effective_ballot_a_head"
            ),
            models.CheckConstraint(
                condition=Q(choice__in=("for", "against", "abstain", "invalid")), name="ballot_choice_known"
            ),
            models.CheckConstraint(condition=Q(marks="") | Q(choice="for"), name="ballot_marks_what_it_favours"),
        )
        indexes = (models.Index(fields=("estate", "receipt"), name="ballot_by_receipt"),)

    def __str__(self) -> str:
        return f"ballot {self.pk}"


class Result(models.Model):
    """What was counted for one item at closing, frozen: pages show this row and ``verify`` counts it again."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="result")
    outcome = models.CharField(max_length=20)
    figures = models.JSONField()
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"result of item {self.item_id}: {self.outcome}"
