"""What neighbours said of a matter, what was found about it, and the pictures that came along."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yishiting.council.matters.models.matters import Matter
from yishiting.ground.people.models import Person
from yishiting.ground.places.models import Estate, Home


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
