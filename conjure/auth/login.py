"""Log in, renew a login, and log out.

The view's authentication comes first: it refuses a foreign ``Origin``, and at logout a cookie without a CSRF token.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import auth
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from conjure.auth.access import admit_login
from conjure.auth.addresses import client_ip
from conjure.auth.authentication import is_jwt_mode
from conjure.auth.credentials import Credentials, parse_credentials, require_object
from conjure.auth.payload import user_payload
from conjure.auth.sessions import discard_malformed_session
from conjure.auth.staff import is_active_staff
from conjure.auth.throttling import LoginAttempt
from conjure.auth.tokens import issue_tokens, renew_tokens, revoke_refresh_token
from conjure.conf import settings
from conjure.exceptions import DeniedError, InvalidError, NotFoundError, UnauthenticatedError

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest


@sensitive_variables("body", "credentials")
def login(request: HttpRequest, body: object) -> dict[str, Any]:
    """Log a staff user in by ``username`` and ``password``.

    Give ``{"user": payload}``, in JWT mode with ``access`` and ``refresh`` before it. Raise InvalidError for a body
    without credentials, LimitedError after too many failed logins, and one and the same UnauthenticatedError, after
    the same work, for an unknown user, a wrong password, an inactive account and one that is not staff. Raise
    DeniedError where ``ACCESS`` refuses the user, NotFoundError where ``LOGIN`` switches logins by password off.
    """
    if not settings.LOGIN:
        raise NotFoundError
    credentials = parse_credentials(body)
    attempt = LoginAttempt(credentials.username, client_ip(request))
    attempt.begin()
    try:
        user = _authenticate_staff(request, credentials)
    except Exception:
        # A project's backend may raise anything. Whatever has failed, it was not the password.
        attempt.release()
        raise
    if user is None:
        raise UnauthenticatedError(_("No staff account was found with these credentials."))
    attempt.release()
    _require_access(request, user)
    if is_jwt_mode():
        return _log_in_by_token(request, user)
    return _log_in_by_session(request, user)


def refresh(request: HttpRequest, body: object) -> dict[str, Any]:
    """Give a new access token for ``{"refresh": token}``; also a new ``refresh`` where SimpleJWT rotates them.

    Raise NotFoundError in session mode, InvalidError for a body without a token, UnauthenticatedError for any token
    that does not renew a login, DeniedError where ``ACCESS`` refuses its user.
    """
    if not is_jwt_mode():
        raise NotFoundError
    sent = require_object(body)
    if "refresh" not in sent:
        raise InvalidError({"refresh": [_("This field is required.")]})

    pair = renew_tokens(request, sent["refresh"])
    return {"access": pair.access} if pair.refresh is None else {"access": pair.access, "refresh": pair.refresh}


def logout(request: HttpRequest, body: object) -> None:
    """End the session, if there is one; in JWT mode also blacklist the ``refresh`` token that the body may hold."""
    discard_malformed_session(request)
    if is_jwt_mode() and isinstance(body, Mapping) and "refresh" in body:
        revoke_refresh_token(body["refresh"])
    if hasattr(request, "session"):
        auth.logout(request)
    else:
        user = getattr(request, "user", None)
        user_logged_out.send(sender=user.__class__, request=request, user=user)


def _log_in_by_session(request: HttpRequest, user: Any) -> dict[str, Any]:
    if not hasattr(request, "session"):
        raise ImproperlyConfigured('CONJURE["AUTH"] is "session", which needs SessionMiddleware in MIDDLEWARE.')
    discard_malformed_session(request)
    auth.login(request, user)
    return {"user": user_payload(user)}


def _log_in_by_token(request: HttpRequest, user: AbstractBaseUser) -> dict[str, Any]:
    pair = issue_tokens(user)
    user_logged_in.send(sender=type(user), request=request, user=user)
    return {"access": pair.access, "refresh": pair.refresh, "user": user_payload(user)}


@sensitive_variables("credentials")
def _authenticate_staff(request: HttpRequest, credentials: Credentials) -> AbstractBaseUser | None:
    # Django's backends compute one hash for unknown and inactive users too (ModelBackend says why).
    user = auth.authenticate(request, username=credentials.username, password=credentials.password)
    if user is None:
        return None
    if is_active_staff(user):
        return user
    _tell_failure(request, credentials.username)
    return None


def _require_access(request: HttpRequest, user: Any) -> None:
    try:
        admit_login(request, user)
    except DeniedError:
        _tell_failure(request, user.get_username())
        raise


def _tell_failure(request: HttpRequest, username: str) -> None:
    """Send Django's signal for a login that failed though the password was right."""
    masked = {"username": username, "password": "*" * 20}
    user_login_failed.send(sender=__name__, credentials=masked, request=request)
