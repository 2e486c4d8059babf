"""Errors as GraphQL carries them: expected ones with their code, unexpected ones logged under an id and masked."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, DataError, InterfaceError, OperationalError
from django.db.transaction import TransactionManagementError
from django.http import Http404
from graphql import GraphQLError

from conjure.audit.log import not_migrated
from conjure.conf import settings
from conjure.exceptions import (
    ConjureError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    NotMigratedError,
    UnavailableError,
)
from conjure.graphql.rules import may_read_rules
from conjure.orm.refusals import is_about_missing, is_cut_off, is_timeout, is_too_large

INTERNAL = "INTERNAL"
MASK = "Something went wrong."
GRAPHQL_INVALID = "GRAPHQL_VALIDATION_FAILED"


def to_conjure_error(error: BaseException | None) -> ConjureError | None:
    """The expected error that an exception stands for, or None where it is unexpected.

    An exception such as ``DoesNotExist`` stands for nothing here, since a project's hook may raise it by mistake: our
    own look-ups catch it themselves.
    """
    match error:
        case ConjureError():
            return error
        case PermissionDenied():
            return ForbiddenError(str(error))
        case Http404():
            return NotFoundError()
        case TransactionManagementError() if error.__cause__ is not None:
            # The project's code has caught what broke the transaction, and went on.
            return to_conjure_error(error.__cause__)
        case DataError():
            return InvalidError("A value cannot be stored or compared by the database.")
        case DatabaseError() if is_too_large(error):
            return InvalidError("This is more than the database takes at once: ask for less, with fewer conditions.")
        case DatabaseError() if is_about_missing(error):
            return not_migrated(error)
        case DatabaseError() if is_timeout(error):
            return UnavailableError("The database takes too long for this: ask for less, or try again later.")
        case OperationalError() | InterfaceError():
            return _unreachable()
        case DatabaseError() if is_cut_off(error):
            return _unreachable()
    return None


def _unreachable() -> UnavailableError:
    return UnavailableError("The database cannot be reached or is too busy; try again.")


def shown_rule(error: ConjureError, user: Any) -> str:
    """The rule that refused, where there is one and the user may know it."""
    return error.rule if error.rule and may_read_rules(user) else ""


def log_unexpected(error: BaseException) -> str:
    """Log an unexpected exception with its traceback, and return the id that it is logged under."""
    error_id = uuid.uuid4().hex
    logging.getLogger(settings.LOGGER_NAME).error("Unexpected error %s", error_id, exc_info=error)
    return error_id


def log_failure(expected: ConjureError, error: BaseException) -> None:
    """Log an expected error that is the database's fault: it did not answer, or lacks a table or a column.

    ``error`` is what was raised for it, if anything else.
    """
    log = logging.getLogger(settings.LOGGER_NAME)
    if isinstance(expected, UnavailableError):
        log.error("The database failed.", exc_info=error)
    elif isinstance(expected, NotMigratedError):
        log.error("%s (%s)", expected.message, expected.__cause__ or error)


def format_error(error: GraphQLError, user: Any = None) -> dict[str, Any]:
    """A GraphQL error as the response carries it: message, path, locations, ``extensions.code``; nothing internal.

    ``extensions.rule`` tells a user who may know which rule refused.
    """
    original = error.original_error
    if original is None or isinstance(original, GraphQLError):
        formatted: dict[str, Any] = dict(error.formatted)
        formatted["extensions"] = {"code": GRAPHQL_INVALID, **(error.extensions or {})}
        return formatted
    expected = to_conjure_error(original)
    if expected is None:
        return _shape(error, MASK, {"code": INTERNAL, "id": log_unexpected(original)})
    log_failure(expected, original)
    rule = shown_rule(expected, user)
    return _shape(error, expected.message, {**expected.extensions, **({"rule": rule} if rule else {})})


def _shape(error: GraphQLError, message: str, extensions: dict[str, Any]) -> dict[str, Any]:
    shaped: dict[str, Any] = {"message": message}
    if error.locations:
        shaped["locations"] = [location.formatted for location in error.locations]
    if error.path:
        shaped["path"] = list(error.path)
    shaped["extensions"] = extensions
    return shaped
