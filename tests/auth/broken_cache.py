"""A cache whose server is down."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.base import BaseCache


class BrokenCache(BaseCache):
    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise ConnectionError("Connection refused")

    get = add = set = delete = touch = get_many = _refuse  # type: ignore[assignment]
