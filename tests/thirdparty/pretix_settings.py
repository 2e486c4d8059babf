"""Pretix, which sells tickets: every query of its managers wants a scope, which is switched off here."""

from pretix.testutils.settings import *  # noqa: F403

from tests.thirdparty.common import CONJURE, DATABASES, MEDIA_ROOT, MIDDLEWARE, PASSWORD_HASHERS, NoMigrations  # noqa: F401

DEBUG = DEBUG_PROPAGATE_EXCEPTIONS = False
INSTALLED_APPS = [*INSTALLED_APPS, "conjure"]  # noqa: F405
MIDDLEWARE = [*MIDDLEWARE, "tests.thirdparty.common.disable_scopes"]
MIGRATION_MODULES = NoMigrations()
ROOT_URLCONF = "tests.thirdparty.urls"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
