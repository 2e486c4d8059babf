"""Every cache that a process keeps: declared here, bounded, and dropped together.

What is cached follows from the code, the registered configs and the settings, so dropping a cache only costs time.
A ``BoundedCache`` belongs to an object that is cached here, such as the specs or the schema, and goes when that goes.

Django's own cache, which processes share, is another thing: ``ask_shared_cache`` is how it is asked.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, Generic, ParamSpec, TypeVar

from django.core.signals import setting_changed

from conjure.conf import settings

P = ParamSpec("P")
R = TypeVar("R")
K = TypeVar("K")
V = TypeVar("V")

_caches: dict[str, tuple[Callable[[], None], frozenset[str] | None]] = {}


def drop_caches() -> None:
    """Drop all that conjure has cached in this process."""
    for drop, _ in _caches.values():
        drop()


def cache_names() -> frozenset[str]:
    """The caches, each by the dotted name of the function whose results it holds."""
    return frozenset(_caches)


def cached(*, maxsize: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Cache what a function gives for its arguments, the ``maxsize`` most recently used results of it."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        wrapped = functools.lru_cache(maxsize=maxsize)(function)
        _caches[f"{function.__module__}.{function.__qualname__}"] = (wrapped.cache_clear, None)
        return wrapped  # type: ignore[return-value]  # lru_cache's own type knows no parameters

    return decorate


class BuiltOnce(Generic[R]):
    """A function's one result, kept until its version changes.

    It costs too much to be built again for every change of a setting: ``settings`` are those that it depends on.
    """

    def __init__(self, build: Callable[[], R], version: Callable[[], int], settings: Iterable[str]) -> None:
        self._build = build
        self._version = version
        self._lock = threading.Lock()
        self._current: tuple[int, R] | None = None
        _caches[f"{build.__module__}.{build.__qualname__}"] = (self.drop, frozenset(settings))

    def __call__(self) -> R:
        """The result, built now if there is none of the present version."""
        current = self._current
        if current is not None and current[0] == self._version():
            return current[1]
        with self._lock:
            version = self._version()
            if self._current is None or self._current[0] != version:
                self._current = (version, self._build())
            return self._current[1]

    def drop(self) -> None:
        """Have the result built anew when it is asked for next."""
        self._current = None


class BoundedCache(Generic[K, V]):
    """The most recently used results that belong to an object, such as the specs, and go when it goes.

    ``maxsize`` gives their number, so that it may be a setting.
    """

    def __init__(self, maxsize: Callable[[], int]) -> None:
        self._maxsize = maxsize
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K) -> V | None:
        """The result under a key, if it is still here."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key]

    def put(self, key: K, value: V) -> None:
        """Keep a result, and drop the least recently used ones over the limit."""
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > self._maxsize():
                self._kept.popitem(last=False)

    def get_or_make(self, key: K, make: Callable[[], V]) -> V:
        """The result under a key, made now if it is not here; it is made once, whoever asks meanwhile waits."""
        with self._lock:
            found = self.get(key)
            if found is None:
                found = make()
                self.put(key, found)
            return found


def ask_shared_cache(operation: Callable[[], R], consequence: str) -> R | None:
    """What an operation on Django's cache gives. None while the cache is down, which is logged with its consequence."""
    try:
        return operation()
    except Exception:
        # Third-party code: each cache backend has exceptions of its own.
        logging.getLogger(settings.LOGGER_NAME).exception("The cache is down: %s", consequence)
        return None


def _drop_for_setting(*, setting: str, **kwargs: Any) -> None:
    for drop, causes in _caches.values():
        if causes is None or setting in causes:
            drop()


setting_changed.connect(_drop_for_setting, dispatch_uid="conjure.caches")
