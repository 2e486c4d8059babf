"""The id of a request: the one that a proxy or client sent, where it is well formed, or a new one."""

from __future__ import annotations

import os
import re

from django.http import HttpRequest

HEADER = "X-Request-ID"
# It goes into logs and back into a header.
_WELL_FORMED = re.compile(r"[A-Za-z0-9._:+/=@-]{1,128}")


def find_request_id(request: HttpRequest) -> str:
    """The request's id."""
    sent = request.META.get("HTTP_X_REQUEST_ID", "")
    return sent if _WELL_FORMED.fullmatch(sent) else os.urandom(16).hex()
