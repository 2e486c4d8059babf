"""``ATOMIC_REQUESTS`` does not concern our views: each write has a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connections, transaction

ViewT = TypeVar("ViewT", bound=Callable[..., Any])


def without_request_transaction(view: ViewT) -> ViewT:
    """Exempt a view from ``ATOMIC_REQUESTS``, on every database.

    A database that cannot be reached would otherwise fail before the view could say so.
    """
    for alias in connections:
        transaction.non_atomic_requests(using=alias)(view)
    return view
