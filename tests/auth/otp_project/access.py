"""Who may enter: staff who have confirmed their login with a device."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from conjure import Denial


def require_device(request: HttpRequest) -> bool | Denial:
    # OTPMiddleware gives the method to the user of a session. Who has just sent a password, or a token, has none.
    is_verified = getattr(request.user, "is_verified", None)
    if is_verified is not None and is_verified():
        return True
    extra = {"code": "OTP_REQUIRED", "login_url": reverse("login")}
    return Denial("Log in with your device.", extra=extra)
