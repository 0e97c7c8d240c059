from django.apps import AppConfig


class AppraisalsConfig(AppConfig):
    name = "yishiting.council.appraisals"
    label = "appraisals"
    verbose_name = "评议"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yishiting.council.appraisals import due, events

        events.register()
        due.register()
