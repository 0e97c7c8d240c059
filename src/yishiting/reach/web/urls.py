"""Addresses of all rooms of pages, under one namespace. Order matters only where a word could be a number's place."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver

app_name = "web"

ROOMS = (
    "account",
    "estates",
    "matters",
    "meetings",
    "votes",
    "projects",
    "notices",
    "cases",
    "appraisals",
    "posts",
    "charts",
    "me",
    "roster",
    "calendar",
    "packs",
    "desk",
    "demo",
)

urlpatterns: list[URLPattern | URLResolver] = []
for _room in ROOMS:
    _name = f"yishiting.reach.web.{_room}.urls"
    if find_spec(f"yishiting.reach.web.{_room}") and find_spec(_name):
        urlpatterns += import_module(_name).urlpatterns
