"""Every expected failure is one of these typed conditions, each with a code that clients may rely on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS as DJANGO_NON_FIELD_ERRORS
from django.core.exceptions import ValidationError

NON_FIELD_ERRORS = "non_field_errors"
OPERATION = "operation"
"""Names the one of many operations that failed; clients show the first key of an error, so it comes last."""

STATUSES = {
    "UNAUTHENTICATED": HTTPStatus.UNAUTHORIZED,
    "FORBIDDEN": HTTPStatus.FORBIDDEN,
    "NOT_FOUND": HTTPStatus.NOT_FOUND,
    "INVALID": HTTPStatus.BAD_REQUEST,
    "PROTECTED": HTTPStatus.CONFLICT,
    "COUNT_CHANGED": HTTPStatus.CONFLICT,
    "CONFLICT": HTTPStatus.PRECONDITION_FAILED,
    "LIMITED": HTTPStatus.TOO_MANY_REQUESTS,
    "UNAVAILABLE": HTTPStatus.SERVICE_UNAVAILABLE,
    "NOT_MIGRATED": HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The HTTP status of each code."""

# What a denial with such a status is called where the project does not say it.
_CODES = {STATUSES[code]: code for code in ("UNAUTHENTICATED", "NOT_FOUND", "LIMITED", "UNAVAILABLE")}


class ConjureError(Exception):
    """The base of all expected failures; ``code`` is stable, ``message`` is for people.

    ``rule`` names what refused, such as a permission or a config's hook. Only those who may know are told.
    """

    code: ClassVar[str] = "INTERNAL"
    default_message: ClassVar[str] = "Something went wrong."

    def __init__(self, message: str = "", *, rule: str = "") -> None:
        self.message = message or self.default_message
        self.rule = rule
        super().__init__(self.message)

    @property
    def extensions(self) -> dict[str, Any]:
        """What a GraphQL error carries under ``extensions``: the code, and what the subclass adds."""
        return {"code": self.code}


class UnauthenticatedError(ConjureError):
    """Nobody is logged in, or the credentials are not valid."""

    code = "UNAUTHENTICATED"
    default_message = "Authentication credentials were not provided or are not valid."


class ForbiddenError(ConjureError):
    """The user is known, but may not do this."""

    code = "FORBIDDEN"
    default_message = "You do not have permission to perform this action."


class DeniedError(ConjureError):
    """``CONJURE["ACCESS"]`` refused the request; ``status`` is that of the answer, ``extra`` is merged into it.

    The code is that of the status, ``FORBIDDEN`` for any that has none, unless ``extra`` names one.
    """

    code = "FORBIDDEN"
    default_message = "Access denied."

    def __init__(
        self,
        message: str = "",
        *,
        status: HTTPStatus = HTTPStatus.FORBIDDEN,
        extra: Mapping[str, Any] | None = None,
        rule: str = "",
    ) -> None:
        self.status = status
        self.extra = dict(extra or {})
        super().__init__(message, rule=rule)

    @property
    def extensions(self) -> dict[str, Any]:
        return {"code": _CODES.get(self.status, self.code), **self.extra}


class NotFoundError(ConjureError):
    """There is no such model, row, page, widget or action, or this user may not know of it."""

    code = "NOT_FOUND"
    default_message = "Not found."


class InvalidError(ConjureError):
    """The request cannot be carried out as sent; ``errors`` maps each field to its messages.

    Errors of no field are under ``non_field_errors``. Fields come first, in the order found.
    """

    code = "INVALID"
    default_message = "The data sent is not valid."

    def __init__(self, errors: Mapping[str, Sequence[str]] | str, *, rule: str = "") -> None:
        if isinstance(errors, str):
            errors = {NON_FIELD_ERRORS: [errors]}
        self.errors: dict[str, list[str]] = {name: [str(m) for m in messages] for name, messages in errors.items()}
        super().__init__(next((messages[0] for messages in self.errors.values() if messages), ""), rule=rule)

    @property
    def extensions(self) -> dict[str, Any]:
        return {"code": self.code, "errors": self.errors}


class ProtectedError(ConjureError):
    """Other rows protect this one from deletion; ``blockers`` lists ``{model, verbose_name, count}``."""

    code = "PROTECTED"
    default_message = "Other objects protect this one from being deleted."

    def __init__(self, blockers: Sequence[Mapping[str, Any]], message: str = "") -> None:
        self.blockers = [dict(blocker) for blocker in blockers]
        super().__init__(message)

    @property
    def extensions(self) -> dict[str, Any]:
        return {"code": self.code, "protected": self.blockers}


class ConflictError(ConjureError):
    """The row is no longer the version that the client named."""

    code = "CONFLICT"
    default_message = "The object was changed by somebody else in the meantime."


class CountChangedError(ConjureError):
    """An action is meant for another number of rows than there are; ``count`` is how many there are."""

    code = "COUNT_CHANGED"
    default_message = "There is another number of rows than expected."

    def __init__(self, expected: int, count: int) -> None:
        self.count = count
        super().__init__(f"The action is meant for {expected} rows, and there are {count}. Nothing was done.")

    @property
    def extensions(self) -> dict[str, Any]:
        """The code and the number of rows."""
        return {**super().extensions, "count": self.count}


class LimitedError(ConjureError):
    """Too much or too often; ``retry_after`` is in seconds where waiting helps, else None."""

    code = "LIMITED"
    default_message = "Too many requests."

    def __init__(self, message: str = "", retry_after: int | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)

    @property
    def extensions(self) -> dict[str, Any]:
        extra = {} if self.retry_after is None else {"retryAfter": self.retry_after}
        return {"code": self.code, **extra}


class UnavailableError(ConjureError):
    """The database cannot answer now; the same request may succeed after ``retry_after`` seconds."""

    code = "UNAVAILABLE"
    default_message = "The service is temporarily unavailable."

    def __init__(self, message: str = "", retry_after: int = 1) -> None:
        self.retry_after = retry_after
        super().__init__(message)

    @property
    def extensions(self) -> dict[str, Any]:
        return {"code": self.code, "retryAfter": self.retry_after}


class NotMigratedError(ConjureError):
    """The database lacks a table or a column that the code has, until somebody runs ``migrate``; waiting is no help."""

    code = "NOT_MIGRATED"
    default_message = "The database lacks a table or a column: run manage.py migrate."


class RegistrationError(ConjureError):
    """A model was registered twice, or is no model that can be registered."""

    code = "REGISTRATION"


def messages_of(error: ValidationError) -> dict[str, list[str]]:
    """Django's ValidationError as messages by field, those of no field under ``non_field_errors``, last."""
    if not hasattr(error, "error_dict"):
        return {NON_FIELD_ERRORS: error.messages}
    messages = error.message_dict
    general = messages.pop(DJANGO_NON_FIELD_ERRORS, None)
    return {**messages, NON_FIELD_ERRORS: general} if general else messages
