"""An authentication backend that cannot say who may do what."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend


class FailingBackend(BaseBackend):
    """Asks a service that does not answer."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Fail."""
        raise RuntimeError("The service does not answer.")
