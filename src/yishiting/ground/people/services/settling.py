"""Saying whose phone it is, where a roster gave one phone to different names."""

from __future__ import annotations

from datetime import datetime

from yishiting.ground.people.models import Holding, Person, Residence, UnsettledPhone
from yishiting.ground.people.policy import Asking, can_keep_roster
from yishiting.ground.people.recount import PHONES
from yishiting.ground.people.services.persons import same_name
from yishiting.ground.places.models import Estate
from yishiting.kernel.errors import BadInput, NotFound, WrongState
from yishiting.kernel.words import gettext_noop
from yishiting.timeline.attest import Whole
from yishiting.timeline.services import book


def sharing(estate: Estate, phone_hash: str) -> tuple[list[Person], list[Person]]:
    """Return who has the phone: those who own or live in the estate, and those who do not (three queries)."""
    everybody = list(Person.objects.filter(phone_hash=phone_hash).order_by("pk")) if phone_hash else []
    ids = [person.pk for person in everybody]
    here = set(
        Holding.objects.filter(estate=estate, person__in=ids, until__isnull=True).values_list("person_id", flat=True)
    ) | set(
        Residence.objects.filter(estate=estate, person__in=ids, until__isnull=True).values_list("person_id", flat=True)
    )
    return [person for person in everybody if person.pk in here], [
        person for person in everybody if person.pk not in here
    ]


def settle_phone(
    *, actor: Asking, estate: Estate, unsettled_id: int, person_id: int | None, now: datetime
) -> Person | None:
    """Leave the phone with one person of the estate, or with none (``person_id`` None: it is somebody else's).

    The others of the estate keep their homes and lose the phone until they give their own. Persons who are on record
    elsewhere alone are not touched by this estate: where one of them has the phone under another name it cannot be given
    to anybody here (:class:`WrongState`). Raises ``NotFound`` once it is settled, ``BadInput`` for a person without it.
    """
    can_keep_roster(actor, estate.pk).enforce()
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        row = UnsettledPhone.objects.filter(estate=estate, pk=unsettled_id, settled_at__isnull=True).first()
        if row is None:
            raise NotFound(gettext_noop("这个电话已经核实过了。请回名册看看还有没有别的要核实。"))
        here, elsewhere = sharing(estate, row.phone_hash)
        owner = next((person for person in here if person.pk == person_id), None)
        if person_id is not None and owner is None:
            raise BadInput(
                gettext_noop("请选这个电话是哪一位的。"), fields={"person": gettext_noop("请选这个电话是哪一位的。")}
            )
        if owner is not None and any(same_name(person.name) != same_name(owner.name) for person in elsewhere):
            raise WrongState(
                gettext_noop(
                    "这个电话在别处也登记着，写的是另一个姓名，还不能定给本小区的人。请打这个电话问清楚：若是别处那一位的，请选“都不是”；若不是，请那边先改正。"
                )
            )
        for person in here:
            if owner is None or same_name(person.name) != same_name(owner.name):
                person.phone = ""
                person.save(update_fields=["phone_sealed", "phone_hash"])
        row.settled_at = now
        row.save(update_fields=["settled_at"])
        subject = ("person", owner.pk) if owner is not None else ("unsettled_phone", row.pk)
        record.write(
            "people.phone_settled", subject=subject, facts={"found": owner is not None}, attests=[Whole(PHONES)]
        )
    return owner
