from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "yishiting.ground.people"
    label = "people"
    verbose_name = "人"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yishiting.ground.people import events

        events.register()
