"""Addresses of the account's pages in the namespace ``web``; sign-in itself is in ``addresses.py``."""

from django.urls import path

from yishiting.reach.web.account import sessions, tokens, typed

urlpatterns = [
    path("me/sessions/", sessions.sessions, name="sessions"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/typed/<str:key>/", typed.typed, name="typed"),
]
