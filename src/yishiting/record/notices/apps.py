from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "yishiting.record.notices"
    label = "notices"
    verbose_name = "公示"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yishiting.record.notices import due, events, found

        events.register()
        due.register()
        found.register()
