"""Keep files and rows together: delete stored files after a rollback, and replaced ones after the commit."""

from __future__ import annotations

import functools
import logging
from collections.abc import Sequence
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.db.models.fields.files import FieldFile, FileField

from conjure.conf import settings


class FileJournal:
    """The files that one write stores and replaces, because storages know nothing of transactions."""

    def __init__(self, using: str) -> None:
        self._using = using
        self._stored: list[FieldFile] = []
        self._released: list[tuple[FileField, str]] = []

    def watch(self, obj: models.Model, fields: Sequence[FileField]) -> None:
        """Note the files that saving this row will store."""
        for field in fields:
            file = obj.__dict__.get(field.attname)
            if file is None or isinstance(file, str):
                continue
            file = getattr(obj, field.attname)
            if isinstance(file, FieldFile) and not file._committed:  # type: ignore[attr-defined]
                self._stored.append(file)

    def release(self, field: FileField, name: str) -> None:
        """Note a file that its row no longer refers to."""
        if name:
            self._released.append((field, name))

    def settle(self) -> None:
        """Delete the released files once the transaction has committed."""
        if self._released:
            delete = functools.partial(_delete_released, self._using, tuple(self._released))
            transaction.on_commit(delete, using=self._using, robust=True)

    def undo(self) -> None:
        """Delete the stored files: their rows were rolled back."""
        for file in self._stored:
            if file._committed and file.name:  # type: ignore[attr-defined]
                _delete(file.field, file.name)
        self._stored.clear()


def file_fields(model: type[models.Model]) -> list[FileField]:
    """The fields of a model that hold files."""
    return [field for field in model._meta.concrete_fields if isinstance(field, FileField)]


def _delete_released(using: str, released: tuple[tuple[FileField, str], ...]) -> None:
    for field, name in dict.fromkeys(released):
        model: Any = field.model
        # Rows may share a file, as copies of a row do.
        if not models.QuerySet(model, using=using).filter(Q((field.name, name))).exists():
            _delete(field, name)


def _delete(field: Any, name: str) -> None:
    try:
        field.storage.delete(name)
    except Exception:
        # A storage may raise anything, and the write is over: a file that is left behind does no harm.
        logging.getLogger(settings.LOGGER_NAME).exception("The file %r could not be deleted.", name)
