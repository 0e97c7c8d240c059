"""Making, showing and revoking tokens. They are a person's own affair and no fact of an estate, so no entry is written."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from yishiting.ground.organisations.actors import Actor
from yishiting.ground.people.models import Person
from yishiting.ground.people.secrets import lookup_hash
from yishiting.kernel.errors import NotAllowed, NotFound, WrongState
from yishiting.kernel.line import one_line
from yishiting.kernel.words import Sentence, gettext_noop
from yishiting.reach.tokens import rules
from yishiting.reach.tokens.models import Token

#: What every token begins with, so that one that was left lying in a file is recognised.
PREFIX = "yst_"
MOST = 20
#: How often the last use is written; with every request, each read would be a write.
SEEN_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Made:
    """A new token with what opens: shown this once and kept nowhere."""

    token: Token
    secret: str


def make_token(*, actor: Actor, kind: str, label: str, scopes: Collection[str], days: int, now: datetime) -> Made:
    """Make a token of the actor's own that holds for ``days``; raises :class:`BadInput` by field."""
    if actor.person_id is None:
        raise NotAllowed(gettext_noop("请先登录，再管您的接口密钥。"))
    label = one_line(label)
    rules.check(kind=kind, label=label, scopes=scopes, days=days)
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        # Locked, so that two forms sent at once do not make one more than there may be.
        Person.objects.select_for_update().get(pk=actor.person_id)
        good = Token.objects.filter(person_id=actor.person_id, revoked_at__isnull=True, expires_at__gt=now).count()
        if good >= MOST:
            text = gettext_noop("您已经有 {most} 个能用的密钥。请先停用不要的，再做新的。")
            raise WrongState(Sentence(text, most=MOST), code="too_many_tokens")
        token = Token.objects.create(
            person_id=actor.person_id,
            kind=kind,
            label=label,
            hash=lookup_hash(secret),
            hint=secret[-4:],
            scopes=[scope for scope in rules.scopes_for(kind) if scope in scopes],
            made_at=now,
            expires_at=rules.ends(now=now, days=days),
        )
    return Made(token, secret)


def revoke_token(*, actor: Actor, token_id: int, now: datetime) -> Token:
    """End one of the actor's own tokens at once; twice is once. Raises :class:`NotFound` for anybody else's."""
    token = Token.objects.filter(pk=token_id, person_id=actor.person_id or 0).first()
    if token is None:
        raise NotFound(gettext_noop("没有这个密钥。请回密钥页再看看。"))
    Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now)
    token.refresh_from_db()
    return token


def holder_of(secret: str, *, now: datetime) -> Token | None:
    """Return the token that ``secret`` opens, with its person, or None where it opens nothing now (one query).

    The account must still be active. Its last use is noted, at most every ten minutes.
    """
    if not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    token = (
        Token.objects.select_related("person").filter(hash=lookup_hash(secret), person__account__is_active=True).first()
    )
    if token is None or not token.holds(now):
        return None
    if token.last_used_at is None or now - token.last_used_at >= SEEN_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
        token.last_used_at = now
    return token
