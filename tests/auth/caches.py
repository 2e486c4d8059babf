"""Caches whose server is down, or whose clients all read before any of them writes."""

from __future__ import annotations

from collections.abc import Collection
from threading import Barrier
from typing import Any

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache


class BrokenCache(BaseCache):
    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise ConnectionError("Connection refused")

    get = add = set = delete = touch = get_many = _refuse  # type: ignore[assignment]


class CrowdedCache(LocMemCache):
    """As many threads as there are ``CLIENTS`` read at the same time."""

    CLIENTS = 12
    barrier = Barrier(CLIENTS, timeout=60)

    def get_many(self, keys: Collection[Any], version: int | None = None) -> dict[Any, Any]:
        found = super().get_many(keys, version)
        self.barrier.wait()
        return found
