"""The verbs of interests: declare one, withdraw one. Each brings the record of recusals up to date in the same transaction."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from yishiting.ground.organisations import interests, policy, restating
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.organisations.charting import people
from yishiting.ground.organisations.models import Interest, Organisation
from yishiting.ground.places.models import Estate, Home
from yishiting.kernel.errors import BadInput, NotFound, WrongState
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.timeline.services import book

LONGEST = 200


def declare_interest(
    *,
    actor: Actor,
    estate: Estate,
    relation: str,
    reason: str,
    now: datetime,
    person_id: int | None = None,
    body_id: int | None = None,
    organisation_id: int | None = None,
    home_id: int | None = None,
    thing_kind: str = "",
    thing_no: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Interest:
    """Declare an interest of a person (in a body, a home or a thing) or of a body (in a thing that judges or pays it).

    By the person himself, or by who keeps the register, of people of the estate. A thing is named by its room's kind and its number in the estate.
    From ``since`` (now unless said) until ``until`` nobody who is tied by it chairs, counts, decides or closes there.
    Raises :class:`NotAllowed`, :class:`BadInput` (fields ``who``, ``in_what``, ``relation``, ``reason``, ``until``) and
    :class:`WrongState` where the same stands already.
    """
    with book(estate.pk, actor_id=actor.person_id, now=now) as record:
        policy.can_declare(actor, estate.pk, person_id=person_id).enforce()
        begins = since or now
        thing_id = _checked(
            estate, relation=relation, reason=reason, person_id=person_id, body_id=body_id,
            organisation_id=organisation_id, home_id=home_id, thing_kind=thing_kind, thing_no=thing_no,
            since=begins, until=until, mine=person_id is not None and person_id == actor.person_id, now=now,
        )  # fmt: skip
        row = Interest(
            estate=estate,
            person_id=person_id,
            body_id=body_id,
            relation=relation,
            organisation_id=organisation_id,
            home_id=home_id,
            thing_kind=thing_kind if thing_id is not None else "",
            thing_id=thing_id,
            reason=reason.strip(),
            since=begins,
            until=until,
            declared_at=now,
            declared_by_id=actor.person_id,
            salt=secrets.token_hex(16),
        )
        named: dict[str, Any] = {
            "person": person_id,
            "body": body_id,
            "organisation": organisation_id,
            "home": home_id,
            "thing_kind": row.thing_kind,
            "thing_id": thing_id,
        }
        same = Interest.objects.filter(estate=estate, withdrawn_at__isnull=True, **named)
        if any(each.until is None or each.until > now for each in same):
            raise WrongState(gettext_noop("这一条已经登记过了，现在就有效。要改，请先撤销再登记。"), code="declared")
        row.save()
        record.write("organisations.interest_declared", subject=("interest", row.pk), facts=_facts(row), attests=[row])
        restating.restate(record, restating.going(estate.pk), estate=estate, now=now)
    return row


def withdraw_interest(*, actor: Actor, interest_id: int, reason: str, now: datetime) -> Interest:
    """Withdraw an interest, because it is over or was declared wrongly; it stays on record with why.

    What was handed over because of it goes back. Raises :class:`NotAllowed` for whoever may not, :class:`WrongState` where
    it was withdrawn already, :class:`BadInput` without a reason.
    """
    found = policy.interests_visible_to(actor).filter(pk=interest_id).select_related("estate").first()
    if found is None:
        raise NotFound(gettext_noop("没有这一条登记。请回名册重新打开。"))
    with book(found.estate_id, actor_id=actor.person_id, now=now) as record:
        row = Interest.objects.select_related("estate").get(pk=interest_id)
        policy.can_withdraw(actor, row).enforce()
        if row.withdrawn_at is not None:
            raise WrongState(gettext_noop("这一条已经撤销了。"), code="withdrawn")
        _check_reason(reason, gettext_noop("请写明为什么撤销。"))
        row.withdrawn_at, row.withdrawn_by_id, row.withdraw_reason = now, actor.person_id, reason.strip()
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdraw_reason"])
        record.write("organisations.interest_withdrawn", subject=("interest", row.pk), facts=_facts(row), attests=[row])
        restating.restate(record, restating.going(row.estate_id), estate=row.estate, now=now)
    return row


def _facts(row: Interest) -> dict[str, str]:
    kind = row.thing_kind or ("organisation" if row.organisation_id else "home")
    return {"of": "body" if row.body_id else "person", "in": kind, "relation": row.relation}


def _check_reason(reason: str, ask: str) -> None:
    if not reason.strip():
        raise BadInput(ask, code="empty", fields={"reason": ask})
    if len(reason.strip()) > LONGEST:
        long = Sentence(gettext_noop("写得太长了，最多 {most} 个字。"), most=LONGEST)
        raise BadInput(long, fields={"reason": long})


def _checked(
    estate: Estate, *, relation: str, reason: str, person_id: int | None, body_id: int | None,
    organisation_id: int | None, home_id: int | None, thing_kind: str, thing_no: int | None,
    since: datetime, until: datetime | None, mine: bool, now: datetime,
) -> int | None:  # fmt: skip
    """Return the number of the thing in the database, if one is named; refuses what does not fit together."""
    _check_reason(reason, gettext_noop("请用一句话写明是什么关系。"))
    fields: dict[str, str | Sentence] = {}
    if relation not in Interest.Relation.values:
        fields["relation"] = gettext_noop("请选是哪一种关系。")
    if (person_id is None) == (body_id is None):
        fields["who"] = gettext_noop("请选是谁的利害关系：一个人，或者一个单位。")
    elif person_id is not None and not mine and not people.of_estate(estate, now=now).filter(pk=person_id).exists():
        # Of nobody else: the list of interests shows names, and a number is easily guessed.
        fields["who"] = gettext_noop("没有这个人，请重新选。")
    elif body_id is not None and not bodies_of(estate, body_id):
        fields["who"] = gettext_noop("没有这个单位，请重新选。")
    targets = [organisation_id is not None, home_id is not None, bool(thing_kind)]
    thing_id = None
    if sum(targets) != 1:
        fields["in_what"] = gettext_noop(
            "请选和什么有关系：一个单位、一户，或者一件事项、一次表决、一个项目，只选一样。"
        )
    elif organisation_id is not None and not bodies_of(estate, organisation_id):
        fields["in_what"] = gettext_noop("没有这个单位，请重新选。")
    elif home_id is not None and not Home.objects.filter(pk=home_id, estate=estate).exists():
        fields["in_what"] = gettext_noop("没有这一户，请重新选。")
    elif thing_kind:
        room = interests.ROOMS.get(thing_kind)
        named = room.find(estate.pk, thing_no) if room and room.find and thing_no is not None else None
        if named is None:
            fields["in_what"] = gettext_noop("这个小区没有这个编号的。请核对编号。")
        else:
            thing_id = named.pk
    if body_id is not None and not thing_kind:
        fields.setdefault("in_what", gettext_noop("单位的关系要写明是哪一件事项、哪一次表决或哪一个项目。"))
    if until is not None and until <= max(since, now):
        fields["until"] = gettext_noop("结束的日子要在开始以后、今天以后。没有期限的，请空着。")
    if fields:
        raise BadInput(next(iter(fields.values())), fields=fields)
    return thing_id


def bodies_of(estate: Estate, pk: int | None = None) -> list[Organisation]:
    """Return the bodies that an interest may name in an estate: its own, and those of the regions above it."""
    regions = interests.regions_above(estate)
    rows = Organisation.objects.filter(estate=estate) | Organisation.objects.filter(region__in=regions)
    if pk is not None:
        rows = rows.filter(pk=pk)
    return list(rows.order_by("kind", "name", "pk"))
