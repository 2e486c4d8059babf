"""Nautobot, the record of a network, on PostgreSQL, which it needs. Tasks run at once; there is no Redis."""

import os

from nautobot.core.settings import *  # noqa: F403

from tests.databases import database_settings
from tests.thirdparty.common import CONJURE, MEDIA_ROOT, MIDDLEWARE, PASSWORD_HASHERS, NoMigrations  # noqa: F401

SECRET_KEY = "for tests only, and long enough for HS256"
DATABASES = {"default": database_settings(os.environ.get("CONJURE_TEST_DB", "postgresql"))}
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [*INSTALLED_APPS, "conjure"]  # noqa: F405
MIGRATION_MODULES = NoMigrations()
ROOT_URLCONF = "tests.thirdparty.nautobot_urls"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "nautobot.core.authentication.ObjectPermissionBackend",
]
CACHES = {"default": {"BACKEND": "tests.thirdparty.caches.PatternCache"}}
CONSTANCE_BACKEND = "constance.backends.memory.MemoryBackend"
CELERY_TASK_ALWAYS_EAGER = CELERY_TASK_STORE_EAGER_RESULT = True
CELERY_BROKER_URL = "memory://"
INSTALLATION_METRICS_ENABLED = False
OTEL_TRACES_EXPORTER = OTEL_METRICS_EXPORTER = ["none"]
