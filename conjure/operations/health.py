"""``health/``: whether the process answers, and where it is asked for, whether the database does. For anybody."""

from __future__ import annotations

import logging
import threading
import time
from http import HTTPStatus
from typing import Any

from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from conjure.caches import cached
from conjure.conf import settings
from conjure.responses import JSONResponse, as_endpoint

_METHODS = ("GET", "HEAD")
# Held while the database is asked.
_asking = threading.Lock()


@csrf_exempt
@as_endpoint
def health_view(request: HttpRequest) -> HttpResponse:
    """200 where the process answers; with ``?database=1`` 503 where the default database does not.

    It needs no login and looks nothing up, and tells nothing of the project.
    """
    if request.method not in _METHODS:
        return JSONResponse({"detail": "Ask by GET."}, HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": ", ".join(_METHODS)})
    if request.GET.get("database") == "1" and not _database_answers():
        return JSONResponse({"status": "unavailable"}, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "1"})
    return JSONResponse({"status": "ok"})


def _database_answers() -> bool:
    """Whether the database answered in this second. Anybody may ask this, so the answer is shared."""
    with _asking:
        return _answers_in_second(int(time.monotonic()))


@cached(maxsize=1)
def _answers_in_second(second: int) -> bool:
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        try:
            _ask(connection)
        except Error:
            # A connection that was kept open may have died when the database was restarted: a new one decides.
            connection.close()
            _ask(connection)
    except Exception as error:  # noqa: BLE001 - told, in one line, as often as it is asked
        # Pools and third-party backends raise exceptions of their own.
        log = logging.getLogger(settings.LOGGER_NAME)
        log.error("The database does not answer the health check (%s: %s).", type(error).__name__, error)
        return False
    return True


def _ask(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
