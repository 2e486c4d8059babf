"""Run a project's code on a row that is written, so that its failure is an error of that row, not of the server."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError, models
from django.db.transaction import TransactionManagementError as BrokenTransaction

from conjure.conf import settings
from conjure.exceptions import ConjureError, InvalidError
from conjure.orm.unreadable import is_of_database
from conjure.specs.models import ModelSpec


@contextmanager
def model_hook(obj: models.Model | type[models.Model], name: str) -> Iterator[None]:
    """Run a method of a model in the block, which the project may have overridden.

    Expected failures and errors of the database pass as they are. Any other exception is logged, and InvalidError is
    raised in its place, because its text may be secret.
    """
    try:
        yield
    except (ConjureError, ValidationError, PermissionDenied, IntegrityError, OperationalError, BrokenTransaction):
        raise
    except Exception as error:
        if is_of_database(error):
            raise
        label = obj._meta.label
        logging.getLogger(settings.LOGGER_NAME).exception("%s() of %s failed.", name, label)
        raise InvalidError(f"This was refused: {name}() of {label} failed.") from error


@contextmanager
def showing_saved_row(spec: ModelSpec) -> Iterator[None]:
    """Read in the block what is shown of a row that was just saved.

    A custom field's reader, a storage, a method of the model's may raise anything. It is logged, and InvalidError is
    raised in its place, which undoes the write. Expected failures and errors of the database pass as they are.
    """
    try:
        yield
    except ConjureError:
        raise
    except Exception as error:
        if is_of_database(error):
            raise
        logging.getLogger(settings.LOGGER_NAME).exception("A row of %s cannot be shown.", spec.key)
        raise InvalidError(f"This {spec.verbose_name} was not saved, because it could not be shown.") from error
