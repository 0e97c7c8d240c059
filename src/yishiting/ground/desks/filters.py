"""Ways of narrowing the desk that somebody keeps under a name. They are his own affair, so no entry is written."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from django.db import transaction

from yishiting.ground.desks.models import SavedFilter
from yishiting.ground.organisations.actors import Actor
from yishiting.ground.people.models import Person
from yishiting.kernel.errors import BadInput, NotAllowed, NotFound, WrongState
from yishiting.kernel.line import one_line
from yishiting.kernel.words import Sentence, gettext_noop

#: What of the desk's address is kept, in this order; all else in it is no filter.
KEYS = ("q", "estate", "room", "due", "whose")
MOST = 20
LONGEST_NAME = 20
LONGEST_QUERY = 300
MOST_FIELDS = 50


def tidy(query: str) -> str:
    """Return an address's question with what narrows the desk alone, each once and in order: what is saved and compared.

    Nothing of one with more fields than any of our pages sends.
    """
    try:
        given = parse_qsl(query, max_num_fields=MOST_FIELDS)
    except ValueError:
        return ""
    asked = {key: value.strip() for key, value in given if key in KEYS}
    return urlencode([(key, asked[key]) for key in KEYS if asked.get(key)])


def filters_of(actor: Actor) -> list[SavedFilter]:
    """Return the actor's own filters by name (one query)."""
    return [] if actor.person_id is None else list(SavedFilter.objects.filter(person_id=actor.person_id))


def _own(actor: Actor, filter_id: int) -> SavedFilter:
    found = SavedFilter.objects.filter(pk=filter_id, person_id=actor.person_id or 0).first()
    if found is None:
        raise NotFound(gettext_noop("没有这个存好的筛选。请回工作台再看看。"))
    return found


def filter_of(actor: Actor, filter_id: int) -> SavedFilter:
    """Return one of the actor's own; raises :class:`NotFound` for anybody else's."""
    return _own(actor, filter_id)


def _name(actor: Actor, name: str, *, but: int = 0) -> str:
    name = one_line(name)
    text: Sentence | None = None
    if not name or len(name) > LONGEST_NAME:
        text = Sentence(gettext_noop("请起个名字，不超过 {most} 个字。"), most=LONGEST_NAME)
    elif SavedFilter.objects.filter(person_id=actor.person_id or 0, name=name).exclude(pk=but).exists():
        text = Sentence(gettext_noop("您已经有一个叫“{name}”的了，请换个名字。"), name=name)
    if text is not None:
        raise BadInput(text, fields={"name": text})
    return name


def _locked(actor: Actor) -> None:
    # So that two forms sent at once make neither two defaults nor one more than there may be.
    Person.objects.select_for_update().get(pk=actor.person_id or 0)


def save_filter(*, actor: Actor, name: str, query: str, default: bool, now: datetime) -> SavedFilter:
    """Keep a way of narrowing under a name of the actor's own; ``default``: the desk opens with it from now on."""
    if actor.person_id is None or not actor.offices:
        raise NotAllowed(gettext_noop("工作台给办事的人用。您要办事，请从“我的”或小区首页进。"))
    query = tidy(query)
    if not query:
        raise BadInput(gettext_noop("现在没有筛选，没什么可存的。请先在工作台上选好条件。"))
    if len(query) > LONGEST_QUERY:
        raise BadInput(gettext_noop("条件太长，存不下。请把要找的字改短。"))
    with transaction.atomic():
        _locked(actor)
        name = _name(actor, name)
        if SavedFilter.objects.filter(person_id=actor.person_id).count() >= MOST:
            text = gettext_noop("您已经存了 {most} 个筛选。请先删去不用的。")
            raise WrongState(Sentence(text, most=MOST), code="too_many_filters")
        if default:
            SavedFilter.objects.filter(person_id=actor.person_id, default=True).update(default=False)
        return SavedFilter.objects.create(
            person_id=actor.person_id, name=name, query=query, default=default, made_at=now
        )


def change_filter(*, actor: Actor, filter_id: int, name: str, default: bool) -> SavedFilter:
    """Give one of the actor's own another name, and say whether the desk opens with it."""
    _own(actor, filter_id)
    with transaction.atomic():
        _locked(actor)
        row = _own(actor, filter_id)
        row.name = _name(actor, name, but=row.pk)
        if default:
            SavedFilter.objects.filter(person_id=row.person_id, default=True).exclude(pk=row.pk).update(default=False)
        row.default = default
        row.save(update_fields=["name", "default"])
        return row


def delete_filter(*, actor: Actor, filter_id: int) -> None:
    """Drop one of the actor's own."""
    _own(actor, filter_id).delete()
