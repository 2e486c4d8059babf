"""What conjure adds to the settings of a project."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import Any

from tests.databases import database_settings

CONJURE = {"AUTO_REGISTER": True}
DATABASES = {"default": database_settings(os.environ.get("CONJURE_TEST_DB", "sqlite"))}
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
MEDIA_ROOT = tempfile.mkdtemp(prefix="conjure-thirdparty-")
# One fast hash: users are made and logged in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class NoMigrations(dict[str, None]):
    """``MIGRATION_MODULES`` of a project whose tables are made from its models as they are."""

    def __contains__(self, app: object) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


def disable_scopes(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Middleware for projects with django-scopes, whose managers refuse to work without a scope."""
    from django_scopes import scopes_disabled

    def respond(request: Any) -> Any:
        with scopes_disabled():
            return get_response(request)

    return respond
