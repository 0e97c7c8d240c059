from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "yishiting.council.projects"
    label = "projects"
    verbose_name = "项目"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yishiting.council.projects import due, events, found

        events.register()
        due.register()
        found.register()
