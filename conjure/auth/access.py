"""Who may enter: active staff whom the project's own ``CONJURE["ACCESS"]`` lets in.

Both faces ask here, once a request, and so do a login and a refresh before they give anything.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.utils.module_loading import import_string

from conjure.auth.denials import Denial
from conjure.auth.staff import require_staff
from conjure.conf import settings
from conjure.encoding import encode_json
from conjure.exceptions import DeniedError
from conjure.options import require_bool

if TYPE_CHECKING:
    from django.http import HttpRequest

_RULE = "ACCESS"
_MISSING = object()


def admit(request: HttpRequest, user: Any) -> None:
    """Let the authenticated user of a request in.

    Raise UnauthenticatedError or ForbiddenError for anybody but active staff, DeniedError for whom ``ACCESS`` refuses.
    """
    require_staff(user)
    if settings.ACCESS is not None:
        _require_access(request)


def admit_login(request: HttpRequest, user: Any, token: Any = None) -> None:
    """Let a staff user in who logs in, or whose ``token`` is renewed. Raise DeniedError where ``ACCESS`` refuses.

    It is asked as on the user's next request: ``request.user`` and ``request.auth`` are the user and the token.
    """
    if settings.ACCESS is not None:
        with _set_for_now(request, user=user, auth=token):
            _require_access(request)


def _require_access(request: HttpRequest) -> None:
    """Ask the project. Whatever is neither True, False nor a Denial denies, and is logged."""
    try:
        access: Any = settings.ACCESS
        error = _read_answer(import_string(access)(request) if isinstance(access, str) else access(request))
    except Exception:
        # The project's own code may raise anything.
        logging.getLogger(settings.LOGGER_NAME).exception('CONJURE["ACCESS"] failed and denies.')
        error = DeniedError(rule=_RULE)
    if error is not None:
        raise error


def _read_answer(answer: object) -> DeniedError | None:
    if not isinstance(answer, Denial):
        return None if require_bool(answer) else DeniedError(rule=_RULE)
    status = HTTPStatus(answer.status)
    if status < HTTPStatus.BAD_REQUEST:
        raise ValueError(f"The status of a Denial must be that of an error, not {status:d}.")
    extra = dict(answer.extra)
    encode_json(extra)  # Raises here, and not in the middle of an answer.
    return DeniedError(str(answer.detail), status=status, extra=extra, rule=_RULE)


@contextmanager
def _set_for_now(request: HttpRequest, **attributes: Any) -> Iterator[None]:
    before = {name: getattr(request, name, _MISSING) for name in attributes}
    for name, value in attributes.items():
        setattr(request, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is _MISSING:
                delattr(request, name)
            else:
                setattr(request, name, value)
