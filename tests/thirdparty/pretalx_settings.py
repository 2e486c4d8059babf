"""Pretalx, which plans conferences: every query of its managers wants a scope, which is switched off here."""

import os
import tempfile

os.environ.setdefault("PRETALX_DATA_DIR", tempfile.mkdtemp(prefix="conjure-thirdparty-"))

from pretalx.settings import *  # noqa: F403

from tests.thirdparty.common import (  # noqa: F401
    CONJURE,
    DATABASES,
    MEDIA_ROOT,
    MIDDLEWARE,
    PASSWORD_HASHERS,
    NoMigrations,
)

DEBUG = False
SECRET_KEY = "for tests only, and long enough"
INSTALLED_APPS = [*INSTALLED_APPS, "conjure"]  # noqa: F405
MIDDLEWARE = [*MIDDLEWARE, "tests.thirdparty.common.disable_scopes"]
MIGRATION_MODULES = NoMigrations()
ROOT_URLCONF = "tests.thirdparty.urls"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
