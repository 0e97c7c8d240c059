"""Saying whose phone it is, where a roster gave one phone to different names."""

from __future__ import annotations

from datetime import datetime

from yishiting.ground.people.models import Person, UnsettledPhone
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import BadInput, NotFound
from yishiting.kernel.words import gettext_noop
from yishiting.timeline.services import book


def settle_phone(*, estate: Estate, unsettled_id: int, person_id: int, actor_id: int | None, now: datetime) -> Person:
    """Leave the phone with one person; the others keep their homes and lose the phone until they give their own."""
    with book(estate.pk, actor_id=actor_id, now=now) as record:
        row = UnsettledPhone.objects.filter(estate=estate, pk=unsettled_id, settled_at__isnull=True).first()
        if row is None:
            raise NotFound(gettext_noop("这个电话已经核实过了。"))
        sharing = list(Person.objects.filter(phone_hash=row.phone_hash))
        owner = next((person for person in sharing if person.pk == person_id), None)
        if owner is None:
            raise BadInput(gettext_noop("请选这个电话是哪一位的。"))
        for person in sharing:
            if person.name != owner.name:
                person.phone = ""
                person.save(update_fields=["phone_sealed", "phone_hash"])
        UnsettledPhone.objects.filter(phone_hash=row.phone_hash, settled_at__isnull=True).update(settled_at=now)
        record.write("people.phone_settled", subject=("person", owner.pk))
    return owner
