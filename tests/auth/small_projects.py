"""Projects of a few lines, each in a process of its own, because settings are of one project at a time."""

from __future__ import annotations

from typing import Any

import django
from django.conf import settings


def start_project(**own: Any) -> None:
    """Set up Django with the project's own settings beside those that all of these projects have."""
    settings.configure(
        SECRET_KEY="for this project only, and long enough for HS256",
        ALLOWED_HOSTS=["testserver"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        USE_TZ=True,
        **own,
    )
    django.setup()
