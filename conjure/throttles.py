"""How much one may ask: ``CONJURE["THROTTLES"]``, a rate or DRF throttle classes for each kind of request.

Both faces spend here what a request asks for, once its user is known.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from django.core.cache import DEFAULT_CACHE_ALIAS, cache, caches
from django.core.cache.backends.base import BaseCache
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from conjure.auth.addresses import client_ip, network_of
from conjure.caches import ask_shared_cache, cached
from conjure.conf import settings
from conjure.exceptions import LimitedError

if TYPE_CHECKING:
    from django.http import HttpRequest

READ, WRITE, EXPORT, LOGIN, COST = "read", "write", "export", "login", "cost"
SCOPES = (LOGIN, READ, WRITE, EXPORT, COST)
"""Attempts to log in, requests that read, rows that are written, exports, and the cost of GraphQL documents."""

_CONSEQUENCE = "requests are not limited."
_SECONDS = {"s": 1, "m": 60, "h": 60 * 60, "d": 24 * 60 * 60}


class Rate(NamedTuple):
    """So much in so many seconds."""

    limit: int
    seconds: int


class Throttle(Protocol):
    """What is used of DRF's throttle classes."""

    def allow_request(self, request: Any, view: Any) -> bool:
        """Whether the request may go on; it is counted if so."""

    def wait(self) -> float | None:
        """The seconds until the next one may."""


def spend(request: HttpRequest, amounts: Mapping[str, int], *, paid: int = 0) -> None:
    """Count what a request asks for, by scope, against what its user may ask; by address where nobody is logged in.

    ``paid`` is what the same request has spent of them before. Raise LimitedError where it is too much now, with the
    seconds to wait, or more than a rate ever allows; then nothing is counted.
    """
    if not settings.THROTTLES:
        return
    identity = _identify(request)
    counters: list[_Counter] = []
    try:
        for scope, amount in amounts.items():
            if amount <= paid:
                continue
            for entry in entries_of(scope):
                if not isinstance(entry, Rate):
                    if not paid:
                        _ask_throttle(entry, request, scope)
                elif identity is not None:
                    counters.append(_Counter(scope, entry, identity))
                    counters[-1].take(amount, paid)
    except Exception:
        for counter in counters:
            counter.give_back()
        raise


def entries_of(scope: str) -> Iterator[Rate | Callable[[], Throttle]]:
    """The rates and throttle classes of a scope. Raise ValueError or ImportError for anything else."""
    declared: Any = (settings.THROTTLES or {}).get(scope) or ()
    for entry in declared if isinstance(declared, list | tuple) else [declared]:
        if isinstance(entry, str):
            yield parse_rate(entry) if "/" in entry else import_string(entry)
        elif isinstance(entry, type) and hasattr(entry, "allow_request"):
            yield entry
        else:
            raise ValueError(f"{entry!r} is neither a rate nor a throttle class")


@cached(maxsize=64)
def parse_rate(text: str) -> Rate:
    """A rate as DRF writes it, such as "100/min". Raise ValueError for any other text."""
    limit, _slash, period = text.partition("/")
    try:
        rate = Rate(int(limit), _SECONDS[period.strip()[:1]])
    except (ValueError, KeyError):
        raise ValueError(f"{text!r} is not a rate such as '100/min'") from None
    if rate.limit < 1:
        raise ValueError(f"{text!r} would allow nothing")
    return rate


def _identify(request: HttpRequest) -> str | None:
    """Whose request it is. None where nobody is logged in and the address is not known: all those would be one."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"user {user.pk}"
    return network_of(client_ip(request))


def _ask_throttle(make_throttle: Callable[[], Throttle], request: HttpRequest, scope: str) -> None:
    """Ask one of the project's throttles, once a request, whatever the amount. Raise LimitedError where it refuses."""
    throttle = make_throttle()
    if not throttle.allow_request(request, SimpleNamespace(throttle_scope=scope)):
        raise _too_often(throttle.wait() or 1)


def _too_often(wait: float) -> LimitedError:
    seconds = max(math.ceil(wait), 1)
    return LimitedError(_("Too many requests. Try again in %d seconds.") % seconds, retry_after=seconds)


class _Counter:
    """What one user has spent of a rate, counted in Django's cache.

    Time is cut into windows as long as the rate's. What was spent in the window before counts for the part of it that
    is less than a window ago. The amount is added before the sum is looked at, by the cache's own addition, so that
    requests at the same time cannot exceed the rate together. While the cache is down nobody is limited, and that is
    logged.
    """

    def __init__(self, scope: str, rate: Rate, identity: str) -> None:
        self._rate = rate
        digest = hashlib.sha256(f"{scope} {rate} {identity}".encode()).hexdigest()
        self._window, self._elapsed = divmod(time.time(), rate.seconds)
        self._keys = [f"conjure:throttle:{digest}:{self._window - back:.0f}" for back in (0, 1)]
        self._taken = 0

    def take(self, amount: int, paid: int) -> None:
        """Add what is not paid of the amount. Raise LimitedError where that is too much now, or always."""
        if amount > self._rate.limit:
            raise LimitedError(
                _("This asks for %(amount)d at once, and %(limit)d are allowed in %(seconds)d seconds.")
                % {"amount": amount, "limit": self._rate.limit, "seconds": self._rate.seconds}
            )
        wait = ask_shared_cache(lambda: self._take(amount - paid), _CONSEQUENCE)
        if wait is not None:
            raise _too_often(wait)

    def give_back(self) -> None:
        """Take away what was added."""
        taken, self._taken = self._taken, 0
        if taken:
            ask_shared_cache(lambda: self._change(-taken), _CONSEQUENCE)

    def _take(self, amount: int) -> float | None:
        current, before = self._add(amount), int(cache.get(self._keys[1], 0))
        self._taken = amount  # Whoever asked gives it back where it is too much.
        left = self._rate.limit - current
        if before * (1 - self._elapsed / self._rate.seconds) <= left:
            return None
        if left >= 0:  # Once enough of the window before is long enough ago.
            return self._rate.seconds * (1 - left / before) - self._elapsed
        # In the next window, once enough of this one is.
        return self._rate.seconds * (2 - (self._rate.limit - amount) / (current - amount)) - self._elapsed

    def _add(self, amount: int) -> int:
        # The window's own length, and the next one, in which it still counts.
        if cache.add(self._keys[0], amount, 2 * self._rate.seconds):
            return amount
        return self._change(amount)

    def _change(self, amount: int) -> int:
        total = int(cache.incr(self._keys[0], amount))
        if type(caches[DEFAULT_CACHE_ALIAS]).incr is BaseCache.incr:
            # It sets the key anew, for the cache's own default time.
            cache.touch(self._keys[0], 2 * self._rate.seconds)
        return total
