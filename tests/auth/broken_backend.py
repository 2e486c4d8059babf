"""An authentication backend whose directory server is down."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend


class BrokenBackend(BaseBackend):
    def authenticate(self, request: Any, **credentials: Any) -> None:
        raise ConnectionError
