"""User name and password as a login sends them, checked before anything is done with them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from conjure.exceptions import InvalidError

MAX_PASSWORD_LENGTH = 4096
_DEFAULT_USERNAME_LENGTH = 254


class Credentials(NamedTuple):
    """What was sent, of whatever type."""

    username: object
    password: object


def read_credentials(body: object) -> Credentials:
    """The credentials in a parsed request body. Raise InvalidError for a body that is no object."""
    if not isinstance(body, Mapping):
        raise InvalidError(_("Invalid data. Expected an object."))
    return Credentials(body.get("username"), body.get("password"))


def parse_credentials(username: object, password: object) -> tuple[str, str]:
    """The user name as Django's login form normalises it, and the password as it is.

    Raise InvalidError for each that is absent, blank, no text that a database can hold, or too long.
    """
    stripped = username.strip() if isinstance(username, str) else username
    problems = {
        "username": _text_problem(stripped, _max_username_length()),
        "password": _text_problem(password, MAX_PASSWORD_LENGTH),
    }
    errors = {name: [problem] for name, problem in problems.items() if problem}
    if errors:
        raise InvalidError(errors)
    return unicodedata.normalize("NFKC", str(stripped)), str(password)


def _text_problem(value: object, max_length: int) -> str | None:
    if value is None:
        return _("This field is required.")
    if not isinstance(value, str) or _has_lone_surrogate(value):
        return _("Not a valid string.")
    if not value:
        return _("This field may not be blank.")
    if "\0" in value:
        return _("Null characters are not allowed.")
    if len(value) > max_length:
        return _("Ensure this field has no more than %d characters.") % max_length
    return None


def _has_lone_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _max_username_length() -> int:
    model = get_user_model()
    return getattr(model._meta.get_field(model.USERNAME_FIELD), "max_length", None) or _DEFAULT_USERNAME_LENGTH
