"""Tables of mediation. Words are sealed like phones: whoever has the database and not the key reads none of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yishiting.council.matters.models import Matter
from yishiting.ground.organisations.models import Organisation, Post
from yishiting.ground.people import secrets
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Estate, Home


class CaseFile(models.Model):
    """A case between two sides. ``outcome`` is empty while it goes on."""

    class Topic(models.TextChoices):
        NEIGHBOURS = "neighbours", _("邻里纠纷")
        LEAK = "leak", _("漏水渗水")
        PROPERTY = "property", _("物业服务")
        DOGS = "dogs", _("养犬")
        THROWN = "thrown", _("高空抛物")
        NOISE = "noise", _("噪声")
        PARKING = "parking", _("停车")
        OTHER = "other", _("其他")

    class Outcome(models.TextChoices):
        AGREED = "agreed", _("达成协议")
        FAILED = "failed", _("没有谈成")
        REFUSED = "refused", _("有一方不愿调解")
        ESCALATED = "escalated", _("转到上一级")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="case_files")
    no = models.PositiveIntegerField()
    topic = models.CharField(max_length=12, choices=Topic)
    #: What it is about, as whoever asked told it; read by him and by those assigned, not by the other side.
    account_sealed = models.TextField(blank=True)
    #: The resident who asked; null where a mediator opened it.
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    #: The post that looks after the case: whoever holds it and is no party's.
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    mediator = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    #: The matter that it came up with; the matter's own pages never say so.
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_words_sealed = models.TextField(blank=True)
    #: Keeps the digest in the record from telling who it is about to whoever guesses.
    salt = models.CharField(max_length=32)

    class Meta:
        ordering = ("-no",)
        constraints = (
            models.UniqueConstraint(fields=("estate", "no"), name="case_numbered_once"),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at__isnull=True) | (~Q(outcome="") & Q(ended_at__isnull=False)),
                name="case_ends_with_an_outcome",
            ),
        )
        indexes = (models.Index(fields=("estate", "ended_at"), name="case_by_end"),)

    def __str__(self) -> str:
        return f"case {self.estate_id}/{self.no}"

    @property
    def thread(self) -> str:
        """The name under which the timeline keeps the case's way."""
        return f"case/{self.pk}"

    @property
    def account(self) -> str:
        """What it is about, in the clear."""
        return secrets.unseal(self.account_sealed)

    @property
    def end_words(self) -> str:
        """How it ended, in the clear."""
        return secrets.unseal(self.end_words_sealed)


class CaseParty(models.Model):
    """A party: a person, a home with whoever owns it or lives there, or a body such as the property company."""

    class Side(models.TextChoices):
        FIRST = "a", _("申请一方")
        SECOND = "b", _("另一方")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="parties")
    no = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=1, choices=Side)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    home = models.ForeignKey(Home, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()
    salt = models.CharField(max_length=32)

    class Meta:
        ordering = ("case", "no")
        verbose_name_plural = "case parties"
        constraints = (
            models.UniqueConstraint(fields=("case", "no"), name="case_party_numbered_once"),
            models.UniqueConstraint(fields=("case", "person"), name="case_party_person_once"),
            models.UniqueConstraint(fields=("case", "home"), name="case_party_home_once"),
            models.UniqueConstraint(fields=("case", "organisation"), name="case_party_body_once"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, home__isnull=True, organisation__isnull=True)
                | Q(person__isnull=True, home__isnull=False, organisation__isnull=True)
                | Q(person__isnull=True, home__isnull=True, organisation__isnull=False),
                name="case_party_is_one_thing",
            ),
        )

    def __str__(self) -> str:
        return f"party {self.no} of case {self.case_id}"


class CaseConsent(models.Model):
    """What a party said to being mediated, or to an open session: when, and how. Never changed; the latest counts."""

    class Act(models.TextChoices):
        AGREED = "agreed", _("同意调解")
        REFUSED = "refused", _("不愿调解")
        OPEN = "open", _("同意公开调解")
        CLOSED = "closed", _("不同意公开调解")

    class How(models.TextChoices):
        ONLINE = "online", _("本人在网上")
        PAPER = "paper", _("书面签字")
        ORAL = "oral", _("当面口头")
        PHONE = "phone", _("电话")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(CaseParty, on_delete=models.PROTECT, related_name="consents")
    act = models.CharField(max_length=8, choices=Act)
    how = models.CharField(max_length=8, choices=How)
    at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("party", "pk")

    def __str__(self) -> str:
        return f"{self.act} of party {self.party_id}"


class CaseSession(models.Model):
    """A session: when, where, under whom, and what was said."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="sessions")
    no = models.PositiveSmallIntegerField()
    held_at = models.DateTimeField()
    place = models.CharField(max_length=80)
    mediator = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    open = models.BooleanField(default=False)
    said_sealed = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("case", "no")
        constraints = (models.UniqueConstraint(fields=("case", "no"), name="case_session_numbered_once"),)

    def __str__(self) -> str:
        return f"session {self.no} of case {self.case_id}"

    @property
    def said(self) -> str:
        """What was said, in the clear."""
        return secrets.unseal(self.said_sealed)


class CasePresence(models.Model):
    """A party that came to a session."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(CaseSession, on_delete=models.PROTECT, related_name="presences")
    party = models.ForeignKey(CaseParty, on_delete=models.PROTECT, related_name="presences")

    class Meta:
        ordering = ("session", "party")
        constraints = (models.UniqueConstraint(fields=("session", "party"), name="case_presence_once"),)

    def __str__(self) -> str:
        return f"party {self.party_id} at session {self.session_id}"


class CaseAgreement(models.Model):
    """What was agreed. A written one is in force once all signed and the committee sealed it; an oral one is recorded."""

    class Kind(models.TextChoices):
        WRITTEN = "written", _("书面协议")
        ORAL = "oral", _("口头协议")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="agreements")
    version = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    terms_sealed = models.TextField()
    #: The day on which the mediator will ask whether it is kept.
    follow_up_on = models.DateField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField(null=True, blank=True)
    sealed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    in_force_at = models.DateTimeField(null=True, blank=True)
    #: When both sides asked the court together to confirm it.
    court_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("case", "-version")
        constraints = (
            models.UniqueConstraint(fields=("case", "version"), name="case_agreement_version_once"),
            models.UniqueConstraint(
                fields=("case",), condition=Q(in_force_at__isnull=False), name="one_agreement_in_force"
            ),
            models.CheckConstraint(
                condition=Q(court_on__isnull=True) | Q(in_force_at__isnull=False), name="court_after_force"
            ),
        )

    def __str__(self) -> str:
        return f"agreement v{self.version} of case {self.case_id}"

    @property
    def terms(self) -> str:
        """What was agreed, in the clear."""
        return secrets.unseal(self.terms_sealed)


class CaseSignature(models.Model):
    """A signature under an agreement: a party's, or the mediator's where ``party`` is null."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(CaseAgreement, on_delete=models.PROTECT, related_name="signatures")
    party = models.ForeignKey(CaseParty, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("agreement", "pk")
        constraints = (
            models.UniqueConstraint(fields=("agreement", "party"), name="case_party_signs_once"),
            models.UniqueConstraint(
                fields=("agreement",), condition=Q(party__isnull=True), name="case_mediator_signs_once"
            ),
        )

    def __str__(self) -> str:
        return f"signature of {self.party_id} under agreement {self.agreement_id}"


class CaseFollowUp(models.Model):
    """A look back on an agreement in force: kept or not. One that was not kept is looked at again on another day."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(CaseAgreement, on_delete=models.PROTECT, related_name="follow_ups")
    no = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    fulfilled = models.BooleanField(null=True, blank=True)
    words_sealed = models.TextField(blank=True)
    done_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("agreement", "no")
        constraints = (
            models.UniqueConstraint(fields=("agreement", "no"), name="case_follow_up_numbered_once"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, fulfilled__isnull=True)
                | Q(done_at__isnull=False, fulfilled__isnull=False),
                name="case_follow_up_done_with_an_answer",
            ),
        )

    def __str__(self) -> str:
        return f"follow-up {self.no} of agreement {self.agreement_id}"

    @property
    def words(self) -> str:
        """What was found, in the clear."""
        return secrets.unseal(self.words_sealed)
