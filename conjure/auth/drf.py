"""Authentication classes for Django REST framework's views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied

from conjure.auth.authentication import authenticate_header, identify, identify_for_logout
from conjure.auth.csrf import refuse_foreign_origin
from conjure.exceptions import ForbiddenError, UnauthenticatedError

if TYPE_CHECKING:
    from rest_framework.request import Request


class ConjureAuthentication(BaseAuthentication):
    """Session cookie or bearer token, as ``CONJURE["AUTH"]`` says; refusals are DRF's own exceptions."""

    identify = staticmethod(identify)

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """The user and their token (None for a session), or None where nobody is logged in."""
        try:
            return self.identify(request._request)
        except UnauthenticatedError as error:
            raise AuthenticationFailed(error.message) from error
        except ForbiddenError as error:
            raise PermissionDenied(error.message) from error

    def authenticate_header(self, request: Request) -> str:
        """The value of ``WWW-Authenticate``, without which DRF would answer 403 in place of 401."""
        return authenticate_header()


class LogoutAuthentication(ConjureAuthentication):
    """For logouts: who has only a token that is no longer valid is nobody, and not refused."""

    identify = staticmethod(identify_for_logout)


class PublicAuthentication(ConjureAuthentication):
    """For views that anybody may call: tokens and cookies are ignored, but a foreign ``Origin`` is refused."""

    def authenticate(self, request: Request) -> None:
        """Authenticate nobody. Raise PermissionDenied for an unsafe request with a foreign ``Origin``."""
        try:
            refuse_foreign_origin(request._request)
        except ForbiddenError as error:
            raise PermissionDenied(error.message) from error
