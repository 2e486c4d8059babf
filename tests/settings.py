"""The test project: conjure as a small project installs it, on the database that CONJURE_TEST_DB names."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from conjure.conf import DEFAULTS
from tests.databases import database_settings

# All tests but those of fast reads have to pass with every row read in Django's own way. It is the default that is
# changed, since many tests have a CONJURE of their own.
if os.environ.get("CONJURE_TEST_FAST_READS") == "0":
    DEFAULTS["FAST_READS"] = False

DATABASE = os.environ.get("CONJURE_TEST_DB", "sqlite")
if DATABASE == "mariadb":
    import pymysql

    pymysql.install_as_MySQLdb()

SECRET_KEY = "for tests only, and long enough for HS256"
DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

# What the contract promises to be enough: no rest_framework, no staticfiles.
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "conjure",
    "tests.testapp",
    "tests.otherapp",
    "tests.borrowed",
    "tests.related",
    "modeltranslation",
    "djmoney",
    "django_fsm",
    "multiselectfield",
    "django_countries",
    "sortedm2m",
    "taggit",
    "polymorphic",
    "simple_history",
    "treebeard",
    "tests.packaged",
    "tests.stored",
    "tests.edges",
    "tests.hooks",
    "tests.generated",
    "tests.planted",
]
if DATABASE == "postgresql":
    INSTALLED_APPS += ["django.contrib.postgres", "tests.pgapp"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
ROOT_URLCONF = "tests.urls"
STATIC_URL = "/static/"
MEDIA_URL = "/media/"
MEDIA_ROOT = tempfile.mkdtemp(prefix="conjure-media-")
atexit.register(shutil.rmtree, MEDIA_ROOT, ignore_errors=True)
# A folder that is not there, for paths of files.
EDGES_FOLDER = f"{MEDIA_ROOT}-missing"

DATABASES = {"default": database_settings(DATABASE)}
# The test apps have no migrations. Tables of apps without any are made before all others, so what they point at
# has none here either.
MIGRATION_MODULES = dict.fromkeys(["auth", "contenttypes", "sessions", "djmoney", "taggit"])
TESTAPP_SWAPPED_MODEL = "testapp.Replacement"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# One fast hash: hundreds of test users log in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
MODELTRANSLATION_LANGUAGES = ("en", "de")
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
