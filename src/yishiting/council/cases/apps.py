from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "yishiting.council.cases"
    label = "cases"
    verbose_name = "调解"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yishiting.council.cases import due, events

        events.register()
        due.register()
