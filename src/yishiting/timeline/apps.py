from django.apps import AppConfig


class TimelineConfig(AppConfig):
    name = "yishiting.timeline"
    label = "timeline"
    verbose_name = "记录"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from yishiting.timeline import guards

        # Not a model signal: it runs once after `migrate`, on both engines.
        post_migrate.connect(guards.install_after_migrate, sender=self)
