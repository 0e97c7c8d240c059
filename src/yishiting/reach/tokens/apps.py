from django.apps import AppConfig


class TokensConfig(AppConfig):
    name = "yishiting.reach.tokens"
    label = "tokens"
    verbose_name = "接口密钥"
    default_auto_field = "django.db.models.BigAutoField"
