"""The test project with Django's admin, for what concerns the admin's own log."""

from __future__ import annotations

from tests.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.messages", "django.contrib.admin"]  # noqa: F405
MIDDLEWARE = [*MIDDLEWARE, "django.contrib.messages.middleware.MessageMiddleware"]  # noqa: F405
MIGRATION_MODULES = {**MIGRATION_MODULES, "admin": None}  # noqa: F405
ROOT_URLCONF = "tests.audit.admin_urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
