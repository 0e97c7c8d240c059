from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "yishiting.ground.places"
    label = "places"
    verbose_name = "地方"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yishiting.ground.places import events

        events.register()
