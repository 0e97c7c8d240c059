"""Tables of people. Names and phones are C2: no public page reads them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yishiting.ground.people import secrets
from yishiting.ground.places.models import Estate, Home


class Person(models.Model):
    """A human being on some roster or page. The phone is encrypted; ``phone_hash`` is its keyed hash for look-up."""

    name = models.CharField(max_length=80)
    phone_sealed = models.TextField(blank=True)
    phone_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = (models.Index(fields=("phone_hash",), name="person_by_phone"),)

    def __str__(self) -> str:
        return f"person {self.pk}"

    @property
    def phone(self) -> str:
        """The phone in the clear, or an empty string."""
        return secrets.unseal(self.phone_sealed)

    @phone.setter
    def phone(self, value: str) -> None:
        self.phone_sealed = secrets.seal(value)
        self.phone_hash = secrets.lookup_hash(value)


class OwnerGroup(models.Model):
    """One owner group of an estate (RULES: the same set of names and the same phone): a head, however many homes."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="owner_groups")
    key = models.CharField(max_length=64)
    members = models.ManyToManyField(Person, related_name="owner_groups", through="OwnerGroupMember")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("estate", "key"), name="owner_group_once"),)

    def __str__(self) -> str:
        return f"owner group {self.pk}"


class OwnerGroupMember(models.Model):
    """A person within an owner group."""

    group = models.ForeignKey(OwnerGroup, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="group_memberships")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("group", "order")
        constraints = (models.UniqueConstraint(fields=("group", "person"), name="owner_group_member_once"),)

    def __str__(self) -> str:
        return f"{self.group_id}/{self.person_id}"


class Holding(models.Model):
    """A person owns a home, as a member of an owner group, from a day until a day."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="holdings")
    home = models.ForeignKey(Home, on_delete=models.PROTECT, related_name="holdings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="holdings")
    group = models.ForeignKey(OwnerGroup, on_delete=models.PROTECT, related_name="holdings")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("home", "person"), condition=Q(until__isnull=True), name="holding_once_at_a_time"
            ),
        )
        indexes = (models.Index(fields=("estate", "group"), name="holding_by_group"),)

    def __str__(self) -> str:
        return f"{self.person_id} owns {self.home_id}"


class Residence(models.Model):
    """A person lives in a home, as its owner's household or as a tenant."""

    class Kind(models.TextChoices):
        HOUSEHOLD = "household", _("住户")
        TENANT = "tenant", _("租客")

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="residences")
    home = models.ForeignKey(Home, on_delete=models.PROTECT, related_name="residences")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="residences")
    kind = models.CharField(max_length=20, choices=Kind)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("home", "person"), condition=Q(until__isnull=True), name="residence_once_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} lives in {self.home_id}"


class UnsettledPhone(models.Model):
    """A phone that different names share: nobody signs in by it until staff say whose it is."""

    estate = models.ForeignKey(Estate, on_delete=models.PROTECT, related_name="unsettled_phones")
    phone_hash = models.CharField(max_length=64)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("estate", "phone_hash"), name="unsettled_phone_once"),)

    def __str__(self) -> str:
        return f"unsettled phone {self.pk}"


class AccountManager(BaseUserManager["Account"]):
    """Accounts by their natural key."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(handle=username)


class Account(AbstractBaseUser):
    """How a person signs in. Owns no rights: those come from homes and posts."""

    handle = models.CharField(max_length=64, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    #: The language chosen for the pages, on whatever device; empty where nobody chose.
    language = models.CharField(max_length=10, blank=True, default="")

    USERNAME_FIELD = "handle"

    objects = AccountManager()

    def __str__(self) -> str:
        return f"account {self.pk}"

    @property
    def is_staff(self) -> bool:
        """Django's own notion of staff is not used: rights come from posts."""
        return False

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False
