from django.apps import AppConfig


class VotesConfig(AppConfig):
    name = "yishiting.council.votes"
    label = "votes"
    verbose_name = "表决"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yishiting.council.votes import due, events, found

        events.register()
        due.register()
        found.register()
