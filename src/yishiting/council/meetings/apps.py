from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "yishiting.council.meetings"
    label = "meetings"
    verbose_name = "会议"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yishiting.council.meetings import due, events, found

        events.register()
        due.register()
        found.register()
