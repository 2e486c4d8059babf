"""A project on servers of its own: the ports come from the environment."""

from __future__ import annotations

import os
from typing import Any


def _database(port: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "load",
        "HOST": "127.0.0.1",
        "PORT": port,
        "USER": "postgres",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {"connect_timeout": 5},
    }


SECRET_KEY = "for tests only, and long enough for HS256"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "conjure",
    "tests.load.apps.LoadConfig",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "tests.urls"
WSGI_APPLICATION = None
DATABASES = {"default": _database(os.environ["LOAD_PORT"])}
CONJURE: dict[str, Any] = {}
if "LOAD_REPLICA_PORT" in os.environ:
    DATABASES["replica"] = _database(os.environ["LOAD_REPLICA_PORT"])
    DATABASE_ROUTERS = ["conjure.orm.primary.PrimaryRouter", f"tests.load.routers.{os.environ['LOAD_ROUTER']}"]
    if "LOAD_READ_YOUR_WRITES" in os.environ:
        CONJURE["READ_YOUR_WRITES"] = float(os.environ["LOAD_READ_YOUR_WRITES"])
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
USE_TZ = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"conjure": {"handlers": ["console"], "level": "WARNING"}},
}
