"""A project's own ``save``, ``clean`` or ``delete`` that breaks: an error of that row, not a failure of the server."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error as DatabaseError
from django.db import models

from conjure.conf import settings
from conjure.exceptions import ConjureError, InvalidError


@contextmanager
def model_hook(obj: models.Model | type[models.Model], name: str) -> Iterator[None]:
    """Run what the project may have overridden.

    Expected failures and the database's own pass as they are. Raise InvalidError for any other exception, which is
    logged: what it says may be secret.
    """
    try:
        yield
    except (ConjureError, ValidationError, PermissionDenied, DatabaseError):
        raise
    except Exception as error:
        label = obj._meta.label
        logging.getLogger(settings.LOGGER_NAME).exception("%s() of %s failed.", name, label)
        raise InvalidError(f"This was refused: {name}() of {label} failed.") from error
