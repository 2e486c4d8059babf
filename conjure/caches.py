"""Every cache that a process keeps: declared here, bounded, and dropped together.

What is cached follows from the code, the registered configs and the settings, so dropping a cache only costs time.
``SpecSet.derived``, where rooms keep what they derive from specs, goes when the specs go, which are cached here.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable
from typing import Any, Generic, ParamSpec, TypeVar

from django.core.signals import setting_changed

P = ParamSpec("P")
R = TypeVar("R")

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


def _drop_for_setting(*, setting: str, **kwargs: Any) -> None:
    for drop, settings in _caches.values():
        if settings is None or setting in settings:
            drop()


setting_changed.connect(_drop_for_setting, dispatch_uid="conjure.caches")
