"""Notice the files that storages save, whoever asks them to: Django has no signal for it."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from django.core.files.storage import Storage

Note = Callable[[Storage, str, bool], None]
"""Takes a storage, the name of the file that it has saved, and whether there was none of that name before."""

_current: ContextVar[Note | None] = ContextVar("conjure_note_stored_file", default=None)
_wrapped: set[type[Storage]] = set()


@contextlib.contextmanager
def noticing_stored_files(note: Note) -> Iterator[None]:
    """Call ``note`` for each file that this thread stores in the block, by whatever way: rows, fields or storages."""
    for storage_class in _subclasses(Storage):
        if storage_class not in _wrapped:
            _wrapped.add(storage_class)
            if "save" in vars(storage_class):
                storage_class.save = _make_noticed(storage_class.save)  # type: ignore[method-assign]
    token = _current.set(note)
    try:
        yield
    finally:
        _current.reset(token)


def _subclasses(storage_class: type[Storage]) -> Iterator[type[Storage]]:
    yield storage_class
    for subclass in storage_class.__subclasses__():
        yield from _subclasses(subclass)


def _note_remains(note: Note, storage: Storage, name: str, was_there: bool) -> None:
    """Note what a ``save`` has stored before it failed."""
    with contextlib.suppress(Exception):  # The storage may be away.
        if not was_there and storage.exists(name):
            note(storage, name, True)


def _make_noticed(save: Callable[..., str]) -> Callable[..., str]:
    """The ``save`` of a storage class, which does what it did, and tells the current write what it has stored."""

    @functools.wraps(save)
    def save_noticed(storage: Storage, name: str | None, content: Any, *args: Any, **kwargs: Any) -> str:
        note = _current.get()
        if note is None:
            return save(storage, name, content, *args, **kwargs)
        wanted = content.name if name is None else name
        was_there = storage.exists(wanted)
        try:
            stored = save(storage, name, content, *args, **kwargs)
        except BaseException:
            _note_remains(note, storage, wanted, was_there)
            raise
        note(storage, stored, not (was_there and stored == wanted))
        return stored

    return save_noticed
