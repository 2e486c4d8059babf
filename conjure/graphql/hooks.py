"""Run a model's ``save``, ``clean`` or ``delete``, so that its failure is an error of that row, not of the server."""

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
    """Run a method of a model in the block, which the project may have overridden.

    Expected failures and errors of the database pass as they are. Any other exception is logged, and InvalidError is
    raised in its place, because its text may be secret.
    """
    try:
        yield
    except (ConjureError, ValidationError, PermissionDenied, DatabaseError):
        raise
    except Exception as error:
        label = obj._meta.label
        logging.getLogger(settings.LOGGER_NAME).exception("%s() of %s failed.", name, label)
        raise InvalidError(f"This was refused: {name}() of {label} failed.") from error
