"""Django's settings, for one box and for several; what differs comes from the environment (see docs/operate)."""

from __future__ import annotations

import os
from pathlib import Path

from yishiting.config import environment
from yishiting.kernel import clock

MODE = environment.mode()
DEMO = MODE == "demo"
TEST = MODE == "test"
DATA_DIR: Path = environment.data_dir()
SOURCE = Path(__file__).resolve().parents[1]
clock.allow_override(DEMO or TEST)

SECRET_KEY = environment.secret("secret_key", DATA_DIR)
#: Seals phones and keys their look-up; losing it means that phones must be entered again.
DATA_KEY = environment.secret("data_key", DATA_DIR)

DEBUG = False
ALLOWED_HOSTS = os.environ.get("YISHITING_HOSTS", "*" if DEMO or TEST else "localhost,127.0.0.1").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("YISHITING_ORIGINS", "").split(",") if origin]
HTTPS = os.environ.get("YISHITING_HTTPS", "") == "1"

INSTALLED_APPS = [
    "yishiting.timeline",
    "yishiting.ground.places",
    "yishiting.ground.people",
    "yishiting.ground.organisations",
    "yishiting.ground.desks",
    "yishiting.record.notices",
    "yishiting.council.votes",
    "yishiting.council.matters",
    "yishiting.council.meetings",
    "yishiting.council.projects",
    "yishiting.council.cases",
    "yishiting.council.appraisals",
    "yishiting.reach.messages",
    "yishiting.reach.tokens",
    "yishiting.reach.api",
    "yishiting.reach.web",
    "yishiting.ui",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "axes",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yishiting.reach.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "yishiting.reach.web.account.last_seen.LastSeenMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yishiting.reach.web.middleware.ActorMiddleware",
    "yishiting.reach.web.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "yishiting.config.urls"
WSGI_APPLICATION = "yishiting.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Each room of pages keeps its templates beside its views.
        "DIRS": [SOURCE / "ui" / "templates", *sorted((SOURCE / "reach" / "web").glob("*/templates"))],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "yishiting.reach.web.context.page",
            ],
        },
    }
]

DATABASES = {"default": environment.database(DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": os.environ["REDIS_URL"]}
    if os.environ.get("REDIS_URL")
    # In the database, so that every process and node counts the same attempts.
    # The default keeps 300 entries and throws others away, attempts among them.
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# -- people -------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
#: Where sign-in codes leave; a dotted path to a class with ``send(phone, code)``.
CODE_SENDER = os.environ.get("YISHITING_CODE_SENDER", "yishiting.ground.people.ports.ConsoleSender")

# -- pages --------------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
#: Each by its own name, which is never translated.
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [SOURCE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TEST
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
#: Whole compounds that `yishiting stories` replays, by name.
STORIES = {
    "滨河佳苑": "yishiting.stories.binhe.replay",
    "莱茵小镇": "yishiting.stories.laiyin.replay",
    "太阳岛": "yishiting.stories.taiyangdao.replay",
}

#: A picture as it comes from a phone, in bytes; larger ones are refused with a sentence.
PHOTO_MAX_BYTES = 12 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 40 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("YISHITING_LOG", "WARNING")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []

from yishiting.config.sign_in import *  # noqa: E402, F403 - the settings of sign-in are a page of their own
