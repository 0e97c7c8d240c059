from django.apps import AppConfig


class DesksConfig(AppConfig):
    name = "yishiting.ground.desks"
    label = "desks"
    verbose_name = "工作台"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yishiting.ground.desks import events, selectors, vacancies
        from yishiting.ground.organisations import actors

        events.register()
        vacancies.register()
        actors.lend_by(selectors.lent_to)
