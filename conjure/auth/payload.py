"""What a frontend is told about the user who is logged in."""

from __future__ import annotations

from typing import Any

from django.utils.module_loading import import_string

from conjure.conf import settings
from conjure.values.keys import pk_json


def user_payload(user: Any) -> dict[str, Any]:
    """The payload of a user: by ``USER_PAYLOAD`` (a callable or its dotted path), else the default one.

    The default is ``id, username, name, is_superuser``; the name is the full name, else the user name.
    """
    custom = settings.USER_PAYLOAD
    if custom is None:
        return default_payload(user)
    build = import_string(custom) if isinstance(custom, str) else custom
    return dict(build(user))


def default_payload(user: Any) -> dict[str, Any]:
    """The payload where the project has none of its own, for any user model; projects may extend it."""
    username = str(user.get_username())
    full_name = str(user.get_full_name()).strip() if hasattr(user, "get_full_name") else ""
    return {
        "id": pk_json(user.pk),
        "username": username,
        "name": full_name or username,
        "is_superuser": bool(getattr(user, "is_superuser", False)),
    }
