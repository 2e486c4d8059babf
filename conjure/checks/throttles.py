"""Checks of ``THROTTLES``, and of the cache in which requests and failed logins are counted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from django.conf import settings as django_settings
from django.core import checks
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.checks import CheckMessage
from django.utils.module_loading import import_string

from conjure.checks.suggestions import suggest
from conjure.conf import settings
from conjure.throttles import SCOPES, Rate, entries_of

# What such a cache does to counts. The first two cannot count failed logins either.
_PRIVATE: dict[Any, str] = {LocMemCache: "of which each process has its own", DummyCache: "which keeps nothing"}
_NOT_ATOMIC = dict.fromkeys((DatabaseCache, FileBasedCache), "which loses counts of requests at the same time")


def check_throttles() -> Iterator[CheckMessage]:
    """Every scope of ``THROTTLES`` is one, with rates and throttle classes that can be used."""
    for scope in settings.THROTTLES or {}:
        if scope not in SCOPES:
            message = f'CONJURE["THROTTLES"] names {scope!r}, which is not a scope.'
            yield checks.Error(message, hint=suggest(str(scope), SCOPES), id="conjure.E005")
            continue
        try:
            for entry in entries_of(scope):
                if not isinstance(entry, Rate):
                    entry()
        except Exception as error:  # noqa: BLE001 - a class of the project or a third party
            message = f'CONJURE["THROTTLES"]["{scope}"] cannot be used: {error}.'
            hint = 'Write "100/min", the dotted path of a DRF throttle class, or a list of these.'
            yield checks.Error(message, hint=hint, id="conjure.E005")
    if _has_several_processes():
        yield from _check_cache()


def check_deployed_throttles() -> Iterator[CheckMessage]:
    """The cache counts right where there are several processes, unless ``check_throttles`` has said so already."""
    if not _has_several_processes():
        yield from _check_cache()


def _has_several_processes() -> bool:
    """Whether the environment says so, as gunicorn and uvicorn read it."""
    count = os.environ.get("WEB_CONCURRENCY", "")
    return count.isascii() and count.isdigit() and int(count) > 1


def _check_cache() -> Iterator[CheckMessage]:
    weak: dict[Any, str] = _PRIVATE if settings.LOGIN_ATTEMPTS_PER_MINUTE or settings.LOGIN_ATTEMPTS_PER_ADDRESS else {}
    if settings.THROTTLES:
        weak = {**_PRIVATE, **_NOT_ATOMIC}
    path = django_settings.CACHES["default"]["BACKEND"]
    backend: Any = import_string(path)
    reason = next((reason for each, reason in weak.items() if issubclass(backend, each)), None)
    if reason is not None:
        message = f"conjure counts requests or failed logins in {path}, {reason}: users may ask for more than is set."
        hint = 'Set CACHES["default"] to a cache that all processes share, such as Redis or Memcached.'
        yield checks.Warning(message, hint=hint, id="conjure.W008")
