from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "yishiting.council.matters"
    label = "matters"
    verbose_name = "事项"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yishiting.council.matters import due, events, found

        events.register()
        due.register()
        found.register()
