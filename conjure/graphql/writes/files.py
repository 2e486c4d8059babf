"""Keep files and rows together: delete stored files after a rollback, and replaced ones after the commit."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import Storage
from django.db import models, transaction
from django.db.models import Q
from django.db.models.fields.files import FileField

from conjure.conf import settings
from conjure.graphql.writes.stored_files import noticing_stored_files


class FileJournal:
    """The files that one write stores and replaces, because storages know nothing of transactions.

    Django forgets what was to be called on commit when a savepoint is rolled back. So a stored file is kept by such a
    call, and after the commit a file that nothing has kept is one whose savepoint was undone.
    """

    def __init__(self, using: str) -> None:
        self._using = using
        self._has_committed = False
        self._stored: dict[tuple[int, str], _StoredFile] = {}
        self._released: list[tuple[FileField, str]] = []

    @contextlib.contextmanager
    def noting_stored_files(self) -> Iterator[None]:
        """Note the files that are stored in the block, which must be in the write's transaction."""
        transaction.on_commit(self._note_commit, using=self._using)
        with noticing_stored_files(self._note):
            yield

    def release(self, field: FileField, name: str) -> None:
        """Note a file that its row no longer refers to."""
        if name:
            self._released.append((field, name))

    def settle(self) -> None:
        """Once the transaction has committed, delete the released files, and those of savepoints that were undone."""
        if self._stored:
            transaction.on_commit(self._delete_unkept, using=self._using, robust=True)
        if self._released:
            transaction.on_commit(self._delete_released, using=self._using, robust=True)

    def finish(self) -> None:
        """After the commit, delete the released files that are still there: what the project called then has failed."""
        if self._has_committed:
            self._delete_released()

    def undo(self) -> None:
        """Delete the stored files if what they belong to was rolled back."""
        if not self._has_committed:
            self._delete_unkept()

    def _note(self, storage: Storage, name: str, is_new: bool) -> None:
        if not is_new and (id(storage), name) not in self._stored:
            return  # It took the place of another one: to delete it would bring nothing back.
        stored = self._stored[id(storage), name] = _StoredFile(storage=storage, name=name)
        transaction.on_commit(stored.keep, using=self._using)

    def _note_commit(self) -> None:
        # The project's own calls on commit may fail, which undoes nothing.
        self._has_committed = True

    def _delete_released(self) -> None:
        released, self._released = self._released, []
        for field, name in dict.fromkeys(released):
            model: Any = field.model
            # Rows may share a file, as copies of a row do.
            if not models.QuerySet(model, using=self._using).filter(Q((field.name, name))).exists():
                _delete(field.storage, name)

    def _delete_unkept(self) -> None:
        for stored in self._stored.values():
            if not stored.is_kept:
                _delete(stored.storage, stored.name)
        self._stored.clear()


@dataclass(kw_only=True)
class _StoredFile:
    storage: Storage
    name: str
    is_kept: bool = False

    def keep(self) -> None:
        self.is_kept = True


def _delete(storage: Storage, name: str) -> None:
    try:
        storage.delete(name)
    except Exception:
        # A storage may raise anything, and the write is over: a file that is left behind does no harm.
        logging.getLogger(settings.LOGGER_NAME).exception("The file %r could not be deleted.", name)
