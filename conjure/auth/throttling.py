"""Limit the failed logins a minute for each user name and address, so that guessing passwords is slow."""

from __future__ import annotations

import hashlib
import logging
import math
import time
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _

from conjure.auth.usernames import fold_username
from conjure.conf import settings
from conjure.exceptions import LimitedError

WINDOW = 60
"""Seconds for which a failed login counts."""


class LoginAttempt:
    """One attempt to log in, which counts as failed until it is released.

    Each user name and address has ``LOGIN_ATTEMPTS_PER_MINUTE`` slots in the cache (None or 0: no limit). An
    attempt takes one before the password is checked, so that attempts at the same time cannot exceed the limit, and
    a slot is free again 60 seconds after it was taken. While the cache is down nobody is limited, and that is logged.
    """

    def __init__(self, username: str, address: str | None) -> None:
        identity = hashlib.sha256(f"{address}\n{fold_username(username)}".encode()).hexdigest()
        self._slots = [
            f"conjure:login:{identity}:{number}" for number in range(settings.LOGIN_ATTEMPTS_PER_MINUTE or 0)
        ]
        self._taken: str | None = None

    def begin(self) -> None:
        """Take a slot. Raise LimitedError, with the seconds to wait, where none is free."""
        if not self._slots:
            return
        wait = _try_cache(self._take_slot)
        if wait is not None:
            raise LimitedError(_("Too many failed logins. Try again in %d seconds.") % wait, retry_after=wait)

    def release(self) -> None:
        """Give the slot back: the password was right, or has not been checked."""
        taken, self._taken = self._taken, None
        if taken is not None:
            _try_cache(lambda: cache.delete(taken))

    def _take_slot(self) -> int | None:
        now = time.time()
        taken = cache.get_many(self._slots)
        for slot in self._slots:
            if slot not in taken and cache.add(slot, now, WINDOW):
                self._taken = slot
                return None
        # The oldest slot is free first. Those that others have taken since get_many are younger than all that it gave.
        oldest = min(taken.values(), default=now)
        return min(max(math.ceil(oldest + WINDOW - now), 1), WINDOW)


def _try_cache(operation: Callable[[], Any]) -> Any:
    try:
        return operation()
    except Exception:
        # Third-party code: each cache backend has exceptions of its own.
        logging.getLogger(settings.LOGGER_NAME).exception("The cache is down: failed logins are not limited.")
        return None
