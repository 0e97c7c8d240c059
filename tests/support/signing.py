"""A client that is signed in, without walking through the pages of sign-in (these have tests of their own)."""

from __future__ import annotations

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from tests.support.world import START
from yishiting.ground.people.models import Person
from yishiting.ground.people.sign_in import account_for


def sign_in(client: Client, person: Person) -> Client:
    """Give ``client`` a session of ``person``; the lock-out wants an address that ``force_login`` does not have."""
    account = account_for(person, now=START)
    session = client.session
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    return client
