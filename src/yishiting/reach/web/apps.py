from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "yishiting.reach.web"
    label = "web"
    verbose_name = "网页"

    def ready(self) -> None:
        from yishiting.reach.web.language import know_numbers

        know_numbers()
