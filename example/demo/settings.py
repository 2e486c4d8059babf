"""Settings of the example: FOR A DEMO ONLY, since the secret key and the passwords are public and DEBUG is on.

``DATABASE_URL`` chooses the database (SQLite in ``example/var`` without it), ``DEMO_VAR`` the directory of the SQLite
file and the uploads.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from demo.databases import parse_database_url

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("DEMO_VAR", BASE_DIR / "var"))
VAR_DIR.mkdir(parents=True, exist_ok=True)

# Demo only: a real project keeps its key out of its code, and DEBUG off.
SECRET_KEY = "demo-only-0123456789-0123456789-0123456789-0123456789"
DEBUG = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # All that conjure needs. rest_framework need not be listed.
    "conjure",
    "demo",
    "catalog",
    "store",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "demo.urls"
WSGI_APPLICATION = "demo.wsgi.application"
ASGI_APPLICATION = "demo.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
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

DATABASES = {"default": parse_database_url(os.environ.get("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'demo.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"

CONJURE: dict[str, Any] = {
    "BRAND": {"name": "Chinook Records", "accent": "#b45309"},
    # How a frontend's sidebar is made: the apps' groups in this order,
    "APP_GROUPS": {"store": "Sales", "catalog": "Music", "auth": "People", "conjure": "System"},
    # models that share a page, the first as its main one,
    "SECTIONS": [
        ["store.Invoice", "store.InvoiceLine", "store.Refund"],
        ["store.Customer", "store.Voucher"],
        ["catalog.Album", "catalog.Track"],
        ["catalog.Genre", "catalog.MediaType"],
    ],
    # and the order within a group.
    "MODEL_ORDER": [
        "store.Invoice",
        "store.Customer",
        "store.Employee",
        "catalog.Artist",
        "catalog.Album",
        "catalog.Playlist",
    ],
    "PAGE_SIZE": 25,
}
