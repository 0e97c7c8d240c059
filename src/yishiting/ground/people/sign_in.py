"""Who may sign in by a phone, and the account that a person gets on the first success. Nobody signs up: a roster decides."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

import phonenumbers
from django.db import transaction

from yishiting.ground.people import secrets
from yishiting.ground.people.models import Account, Person, UnsettledPhone
from yishiting.kernel.errors import BadInput
from yishiting.kernel.words import Sentence, gettext_noop

#: The whole range of Chinese mobiles. The tables of numbers in use lag behind the operators, and a neighbour with a new
#: number must not be told that it does not exist.
_MOBILE = re.compile(r"1[3-9]\d{9}")


def mobile(text: str) -> str:
    """Return a Chinese mobile as eleven digits, the form in which a roster keeps it.

    Takes full-width digits, spaces, dashes and +86 or 0086 before it. Raises :class:`BadInput` on anything else.
    """
    typed = unicodedata.normalize("NFKC", text).strip()
    try:
        # Letters would be read as the keys that they stand on.
        parsed = None if re.search("[A-Za-z]", typed) else phonenumbers.parse(typed, "CN")
    except phonenumbers.NumberParseException:
        parsed = None
    national = str(parsed.national_number) if parsed and parsed.country_code == 86 and not parsed.extension else ""
    if not _MOBILE.fullmatch(national):
        raise BadInput(Sentence(gettext_noop("请填 11 位手机号，比如 139 0000 1234。")), code="phone")
    return national


def masked(phone: str) -> str:
    """Return ``phone`` with its middle hidden, for a screen that others may look at: 139****1234."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) == 11 else "****"


def may_sign_in(phone: str) -> Person | None:
    """Return the one person who may sign in by ``phone`` (as :func:`mobile` gives it), or None.

    A phone identifies nobody by itself (RULES §1): where different names share it, or staff have not settled whose it
    is, nobody signs in by it. Rows of the same name and phone are one person; the row with the account speaks for it.
    Always two queries, whatever the answer, so that time does not tell who is on a roster.
    """
    wanted = secrets.lookup_hash(phone)
    rows = list(Person.objects.filter(phone_hash=wanted).select_related("account").order_by("pk")) if wanted else []
    unsettled = UnsettledPhone.objects.filter(phone_hash=wanted, settled_at__isnull=True).exists()
    if not rows or unsettled or len({_same_name(row.name) for row in rows}) > 1:
        return None
    person = next((row for row in rows if hasattr(row, "account")), rows[0])
    if hasattr(person, "account") and not person.account.is_active:
        return None
    return person


def _same_name(name: str) -> str:
    """A name as it is compared: typing a space between two characters makes nobody else."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def account_for(person: Person, *, now: datetime) -> Account:
    """Return the person's account, made now where there is none. Two requests at once get the same one."""
    with transaction.atomic():
        account, made = Account.objects.get_or_create(
            person=person, defaults={"handle": f"p{person.pk}", "created_at": now}
        )
        if made:
            account.set_unusable_password()
            account.save(update_fields=("password",))
    return account


def keep_language(account: Account, code: str) -> None:
    """Keep the language that somebody chose for the pages on his account, so that his next device knows it."""
    if account.language != code:
        account.language = code
        account.save(update_fields=("language",))
