"""What a project answers to say why somebody may not enter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any


@dataclass(frozen=True)
class Denial:
    """What ``CONJURE["ACCESS"]`` returns to refuse a request and say why.

    ``detail`` is for people. ``status`` is the HTTP status of the answer, an error's. ``extra`` is merged into the body
    of REST and into ``extensions`` of GraphQL, and may name a ``code`` of its own::

        def access(request):
            if request.user.is_verified():
                return True
            return Denial("Enter the code of your device.", extra={"code": "OTP_REQUIRED", "url": "/account/otp/"})
    """

    detail: str = ""
    status: int = HTTPStatus.FORBIDDEN
    extra: Mapping[str, Any] = field(default_factory=dict)
