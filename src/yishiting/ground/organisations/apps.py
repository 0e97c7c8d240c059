from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "yishiting.ground.organisations"
    label = "organisations"
    verbose_name = "组织"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yishiting.ground.organisations import events

        events.register()
