"""A write that is sent again with the same key is done once, and answered as it was the first time."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpResponse
from ninja import Schema

from yishiting.ground.people import secrets
from yishiting.kernel.errors import BadInput, WrongState
from yishiting.kernel.words import gettext_noop
from yishiting.reach.api.door import Request, person_of
from yishiting.reach.api.models import Answered
from yishiting.timeline.turns import turn

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT = timedelta(days=1)
#: How much of others' that is older than that goes with a write.
SWEPT = 200
_KEY = re.compile(r"[!-~]{1,100}")


def _sent(request: Request) -> str:
    """Return a digest of what was sent: of a form its fields and files, since its boundary is another each time."""
    told = hashlib.sha256()
    if request.content_type != "multipart/form-data":
        told.update(request.body)
        return told.hexdigest()
    for name in sorted(request.POST):
        told.update(json.dumps([name, request.POST.getlist(name)]).encode())
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            told.update(json.dumps([name, file.name, file.size]).encode())
            for chunk in file.chunks():
                told.update(chunk)
            file.seek(0)
    return told.hexdigest()


def _digest(request: Request) -> str:
    sent = _sent(request)
    return secrets.lookup_hash(f"{request.method} {request.get_full_path()} {sent}")


def once(request: Request, status: int, verb: Callable[[], Schema]) -> Schema | HttpResponse:
    """Run ``verb``, or return what it was answered when it came with the same key and the same content.

    The key is claimed in the verb's own transaction: of two that come at the same moment the second waits and then finds
    the answer. A refusal undoes the claim, since nothing was done; sent again, it is decided anew. Raises
    :class:`BadInput` for a key that was used for something else within a day.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return verb()
    if not _KEY.fullmatch(key):
        text = gettext_noop("Idempotency-Key 要用 1 到 100 个英文字母、数字或符号，不带空格。")
        raise BadInput(text, code="bad_key", fields={HEADER: text})
    person, digest, now = person_of(request.actor), _digest(request), request.now
    # The turn first: whoever holds it waits for nobody who waits for it.
    with turn(), transaction.atomic():
        row = _claimed(person, key, digest, now)
        if row.digest != digest:
            text = gettext_noop("这个 Idempotency-Key 已经用在另一个请求上了。请换一个新的。")
            raise BadInput(text, code="key_reused", fields={HEADER: text})
        if row.status:
            return _again(row)
        made = verb()
        row.status, row.body_sealed = status, secrets.seal(json.dumps(made.model_dump(mode="json")))
        row.save(update_fields=["status", "body_sealed"])
    return made


def _claimed(person: int, key: str, digest: str, now: datetime) -> Answered:
    over = Answered.objects.filter(at__lt=now - KEPT)
    over.filter(person_id=person).delete()
    # Those of people who do not come again go as well; whoever is writing one waits for nobody.
    swept = over.select_for_update(skip_locked=True).order_by("at").values_list("pk", flat=True)[:SWEPT]
    Answered.objects.filter(pk__in=list(swept)).delete()
    # Waits for another who claims the same key until his transaction has ended.
    Answered.objects.bulk_create([Answered(person_id=person, key=key, digest=digest, at=now)], ignore_conflicts=True)
    row = Answered.objects.filter(person_id=person, key=key).first()
    if row is None:
        raise WrongState(gettext_noop("同一个请求刚才没有办成。请再发一次。"), code="try_again")
    return row


def _again(row: Answered) -> HttpResponse:
    return HttpResponse(
        secrets.unseal(row.body_sealed),
        status=row.status,
        content_type="application/json; charset=utf-8",
        headers={REPLAYED: "true"},
    )
