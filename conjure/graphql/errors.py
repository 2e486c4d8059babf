"""Errors as GraphQL carries them: expected ones with their code, unexpected ones logged under an id and masked."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import DataError, InterfaceError, OperationalError
from graphql import GraphQLError

from conjure.conf import settings
from conjure.exceptions import ConjureError, ForbiddenError, InvalidError, NotFoundError, UnavailableError

INTERNAL = "INTERNAL"
GRAPHQL_INVALID = "GRAPHQL_VALIDATION_FAILED"


def to_conjure_error(error: BaseException | None) -> ConjureError | None:
    """The expected failure that an exception stands for, or None where it is unexpected."""
    match error:
        case ConjureError():
            return error
        case PermissionDenied():
            return ForbiddenError(str(error))
        case ObjectDoesNotExist():
            return NotFoundError()
        case DataError():
            return InvalidError("A value cannot be stored or compared by the database.")
        case OperationalError() | InterfaceError():
            return UnavailableError("The database cannot be reached or is too busy; try again.")
        case OverflowError():
            return InvalidError("A number is too large.")
    return None


def format_error(error: GraphQLError) -> dict[str, Any]:
    """A GraphQL error as the response carries it: message, path, locations, ``extensions.code``; nothing internal."""
    original = error.original_error
    if original is None or isinstance(original, GraphQLError):
        formatted: dict[str, Any] = dict(error.formatted)
        formatted["extensions"] = {"code": GRAPHQL_INVALID, **(error.extensions or {})}
        return formatted
    expected = to_conjure_error(original)
    if expected is None:
        return _mask(error, original)
    if isinstance(original, OperationalError | InterfaceError):
        logging.getLogger(settings.LOGGER_NAME).error("The database failed.", exc_info=original)
    return _shape(error, expected.message, expected.extensions)


def _mask(error: GraphQLError, original: BaseException) -> dict[str, Any]:
    error_id = uuid.uuid4().hex
    logging.getLogger(settings.LOGGER_NAME).error("Unexpected error %s", error_id, exc_info=original)
    return _shape(error, "Something went wrong.", {"code": INTERNAL, "id": error_id})


def _shape(error: GraphQLError, message: str, extensions: dict[str, Any]) -> dict[str, Any]:
    shaped: dict[str, Any] = {"message": message}
    if error.locations:
        shaped["locations"] = [location.formatted for location in error.locations]
    if error.path:
        shaped["path"] = list(error.path)
    shaped["extensions"] = extensions
    return shaped
