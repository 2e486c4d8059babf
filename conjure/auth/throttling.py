"""Limit the failed logins a minute, by user name and by address, so that guessing passwords is slow."""

from __future__ import annotations

import hashlib
import logging
import math
import time

from django.core.cache import cache
from django.utils.translation import gettext as _

from conjure.auth.addresses import network_of
from conjure.auth.usernames import fold_username
from conjure.caches import ask_shared_cache, cached
from conjure.conf import settings
from conjure.exceptions import LimitedError

WINDOW = 60
"""Seconds for which a failed login counts."""

_CONSEQUENCE = "failed logins are not limited."


class LoginAttempt:
    """One attempt to log in, which counts as failed until it is released.

    Each user name and address may fail ``LOGIN_ATTEMPTS_PER_MINUTE`` times, and each address
    ``LOGIN_ATTEMPTS_PER_ADDRESS`` times, whatever the names (None or 0: no limit). An attempt counts before the
    password is checked, so that attempts at the same time cannot exceed a limit, and for 60 seconds. While the cache
    is down nobody is limited, and that is logged.
    """

    def __init__(self, username: str, address: str | None) -> None:
        self._allowances = [_Allowance(f"{address}\n{fold_username(username)}", settings.LOGIN_ATTEMPTS_PER_MINUTE)]
        network = network_of(address)
        if network is not None:  # Without an address, one client's failures would lock everybody out.
            self._allowances.append(_Allowance(network, settings.LOGIN_ATTEMPTS_PER_ADDRESS))
        elif settings.LOGIN_ATTEMPTS_PER_ADDRESS:
            _warn_of_unknown_addresses()

    def begin(self) -> None:
        """Count the attempt. Raise LimitedError, with the seconds to wait, where a limit is reached."""
        for allowance in self._allowances:
            wait = allowance.take()
            if wait is not None:
                self.release()
                raise LimitedError(_("Too many failed logins. Try again in %d seconds.") % wait, retry_after=wait)

    def release(self) -> None:
        """Count the attempt no longer: the password was right, or has not been checked."""
        for allowance in self._allowances:
            allowance.give_back()


@cached(maxsize=1)
def _warn_of_unknown_addresses() -> None:
    """Say once in each process that logins come without an address, which no system check can see beforehand."""
    logging.getLogger(settings.LOGGER_NAME).warning(
        "A login came without a client's address: LOGIN_ATTEMPTS_PER_ADDRESS limits nothing. "
        'Behind a Unix socket, have the proxy send X-Forwarded-For and set CONJURE["TRUSTED_PROXIES"] = ["unix"].'
    )


class _Allowance:
    """As many slots in the cache as there may be failures at a time; an attempt takes one."""

    def __init__(self, identity: str, size: int | None) -> None:
        digest = hashlib.sha256(identity.encode()).hexdigest()
        self._slots = [f"conjure:login:{digest}:{number}" for number in range(size or 0)]
        self._taken: str | None = None

    def take(self) -> int | None:
        """Take a slot, or give the seconds until one is free."""
        return ask_shared_cache(self._take_slot, _CONSEQUENCE) if self._slots else None

    def give_back(self) -> None:
        """Free the slot that was taken, if one was."""
        taken, self._taken = self._taken, None
        if taken is not None:
            ask_shared_cache(lambda: cache.delete(taken), _CONSEQUENCE)

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
