"""Wagtail with the models of its own tests: pages, snippets, images, a user model with a UUID."""

from wagtail.test.settings import *  # noqa: F403

from tests.thirdparty.common import CONJURE, DATABASES, MEDIA_ROOT, PASSWORD_HASHERS, NoMigrations  # noqa: F401

INSTALLED_APPS = [*INSTALLED_APPS, "conjure"]  # noqa: F405
MIGRATION_MODULES = NoMigrations()
ROOT_URLCONF = "tests.thirdparty.wagtail_urls"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
