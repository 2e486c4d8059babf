"""Throttle classes as a project writes them."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.throttling import BaseThrottle, UserRateThrottle


class TwoAMinute(UserRateThrottle):
    """Two requests a minute, and any number for superusers."""

    scope = "two"
    rate = "2/min"

    def allow_request(self, request: Any, view: Any) -> bool:
        return request.user.is_superuser or super().allow_request(request, view)


class Recorder(BaseThrottle):
    """Writes down for which scopes it was asked."""

    asked: ClassVar[list[str]] = []

    def allow_request(self, request: Any, view: Any) -> bool:
        self.asked.append(view.throttle_scope)
        return True


class Never(BaseThrottle):
    """Lets nothing through, and does not say for how long."""

    def allow_request(self, request: Any, view: Any) -> bool:
        return False


class Broken(BaseThrottle):
    """Fails."""

    def allow_request(self, request: Any, view: Any) -> bool:
        raise RuntimeError("secret of the project")


class WithoutRate(UserRateThrottle):
    """Has no rate, and there is none in the settings."""

    scope = "absent"
