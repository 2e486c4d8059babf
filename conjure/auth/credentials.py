"""User name and password as a login sends them, checked before anything is done with them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from conjure.encoding import is_storable
from conjure.exceptions import InvalidError
from conjure.values.texts import MAX_PASSWORD_LENGTH

_DEFAULT_USERNAME_LENGTH = 254


class Credentials(NamedTuple):
    """The user name as Django's login form normalises it, and the password as it was sent."""

    username: str
    password: str


@sensitive_variables("body", "password")
def parse_credentials(body: object) -> Credentials:
    """The credentials in a parsed request body.

    Raise InvalidError for a body that is not an object, and for each of the two that is missing, blank, not a string
    that a database can hold, or too long.
    """
    sent = require_object(body)
    username, password = sent.get("username"), sent.get("password")
    username = username.strip() if isinstance(username, str) else username
    problems = {
        "username": _find_problem(username, _max_username_length()),
        "password": _find_problem(password, MAX_PASSWORD_LENGTH),
    }
    errors = {name: [problem] for name, problem in problems.items() if problem}
    if errors:
        raise InvalidError(errors)
    return Credentials(unicodedata.normalize("NFKC", str(username)), str(password))


def require_object(body: object) -> Mapping[str, Any]:
    """The parsed body of a login or a refresh. Raise InvalidError where it is not an object."""
    if not isinstance(body, Mapping):
        raise InvalidError(_("Invalid data. Expected an object."))
    return body


def _find_problem(value: object, max_length: int) -> str | None:
    if value is None:
        return _("This field is required.")
    if not isinstance(value, str):
        return _("Not a valid string.")
    if not value:
        return _("This field may not be blank.")
    if not is_storable(value):
        return _("Null characters are not allowed.")
    if len(value) > max_length:
        return _("Ensure this field has no more than %d characters.") % max_length
    return None


def _max_username_length() -> int:
    model = get_user_model()
    return getattr(model._meta.get_field(model.USERNAME_FIELD), "max_length", None) or _DEFAULT_USERNAME_LENGTH
