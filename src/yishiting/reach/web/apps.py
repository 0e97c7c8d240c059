from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "yishiting.reach.web"
    label = "web"
    verbose_name = "网页"
