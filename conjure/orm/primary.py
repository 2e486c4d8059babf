"""Which requests read from the primary instead of a replica: those that write, and those of users who just wrote.

Whatever asks Django's routers where to read is covered: conjure, the project's hooks, Django's own validation.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.conf import settings as django_settings
from django.core.signing import BadSignature, TimestampSigner
from django.db import router
from django.http import HttpRequest, HttpResponseBase

from conjure.conf import settings

COOKIE = "conjure_wrote"
HEADER = "X-Conjure-Wrote"
_SENT = "w"


class PrimaryRouter:
    """A router to be the first of ``DATABASE_ROUTERS``, before one that sends reads to replicas.

    Where a request has to read from the primary, reads go where writes go; else the next router decides.
    """

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """The database for writes, or None."""
        reads = _reads.get()
        return router.db_for_write(model, **hints) if reads is not None and reads.from_primary else None


class RequestReads:
    """Where one request reads, and whether it has written."""

    def __init__(self, *, from_primary: bool) -> None:
        self.from_primary = from_primary
        self.has_written = False

    def mark(self, response: HttpResponseBase) -> None:
        """Let the client's next requests tell that it has just written, if ``READ_YOUR_WRITES`` says so."""
        seconds = settings.READ_YOUR_WRITES
        if not self.has_written or seconds is None:
            return
        stamp = _signer().sign(_SENT)
        response.headers[HEADER] = stamp
        response.set_cookie(
            COOKIE,
            stamp,
            max_age=max(round(seconds), 1),
            path=django_settings.SESSION_COOKIE_PATH,
            domain=django_settings.SESSION_COOKIE_DOMAIN,
            secure=django_settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite=django_settings.SESSION_COOKIE_SAMESITE,
        )


_reads: ContextVar[RequestReads | None] = ContextVar("conjure_reads", default=None)


@contextmanager
def reads_of(request: HttpRequest) -> Iterator[RequestReads]:
    """Decide where this request reads while the block runs: from the primary if its client has just written."""
    reads = RequestReads(from_primary=settings.READ_YOUR_WRITES is not None and _has_just_written(request))
    token = _reads.set(reads)
    try:
        yield reads
    finally:
        _reads.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Read from the primary in the block and in the rest of the request, which has written once the block ends well."""
    reads = _reads.get()
    if reads is None:
        token = _reads.set(RequestReads(from_primary=True))
        try:
            yield
        finally:
            _reads.reset(token)
        return
    reads.from_primary = True
    yield
    reads.has_written = True


def _has_just_written(request: HttpRequest) -> bool:
    stamps = (request.headers.get(HEADER), request.COOKIES.get(COOKIE))
    return any(_is_fresh(stamp) for stamp in stamps if stamp)


def _is_fresh(stamp: str) -> bool:
    try:
        return _signer().unsign(stamp, max_age=timedelta(seconds=settings.READ_YOUR_WRITES or 0)) == _SENT
    except (BadSignature, ValueError):  # Expired ones too. A signed text of another kind may hold no number.
        return False


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="conjure.read_your_writes")
