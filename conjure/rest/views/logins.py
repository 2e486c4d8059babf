"""The URLs of logins. But for ``auth/me/`` they decide who the user is, so they are not documents."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from conjure.auth.csrf import set_csrf_cookie
from conjure.auth.drf import LogoutAuthentication, PublicAuthentication
from conjure.auth.login import login, logout, refresh
from conjure.responses import JSONResponse
from conjure.rest import documents
from conjure.rest.views.base import ConjureView
from conjure.throttles import LOGIN


class LoginView(ConjureView):
    """``auth/login/``."""

    authentication_classes = [PublicAuthentication]
    is_public = True
    unsafe_scope = LOGIN

    def post(self, request: Request) -> JSONResponse:
        """Log in; the answer is what the client needs for its next requests."""
        response = JSONResponse(login(request._request, request.data))
        set_csrf_cookie(request._request, response)
        return response


class RefreshView(ConjureView):
    """``auth/refresh/``."""

    authentication_classes = [PublicAuthentication]
    is_public = True
    unsafe_scope = LOGIN

    def post(self, request: Request) -> JSONResponse:
        """Give a new access token."""
        return JSONResponse(refresh(request._request, request.data))


class LogoutView(ConjureView):
    """``auth/logout/``."""

    authentication_classes = [LogoutAuthentication]
    is_public = True
    unsafe_scope = None  # Whoever wants to end a login always can.

    def post(self, request: Request) -> JSONResponse:
        """End the login, if there is one."""
        logout(request._request, request.data)
        return JSONResponse(status=204)


class MeView(ConjureView):
    """``auth/me/``."""

    def get(self, request: Request) -> JSONResponse:
        """The current user."""
        payload: Any = self.run(documents.ME)["me"]
        response = JSONResponse(payload)
        set_csrf_cookie(request._request, response)
        return response
