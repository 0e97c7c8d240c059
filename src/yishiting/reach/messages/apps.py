from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "yishiting.reach.messages"
    label = "inbox"
    verbose_name = "消息"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yishiting.reach.messages import events

        events.register()
