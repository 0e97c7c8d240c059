"""Lets Django find the templates and static files of the look."""

from __future__ import annotations

from django.apps import AppConfig


class LookConfig(AppConfig):
    """Templates and static files; no models, no code."""

    name = "yishiting.ui"
    label = "ui"
    verbose_name = "外观"
