"""Pages: which slice of the rows is asked for, and how many there are in all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conjure.conf import settings
from conjure.exceptions import InvalidError, NotFoundError

LAST = "last"

# So that an offset, a number times a size, is no more than a database can count.
_MAX_DIGITS = 15


@dataclass(frozen=True, kw_only=True)
class Page:
    """A slice of the rows: ``limit`` of them after the first ``offset``."""

    offset: int
    limit: int


def parse_page(pagination: Mapping[str, Any] | None) -> Page:
    """The slice of a list, or of each row's nested list: ``{offset, limit}``, by default 0 and ``PAGE_SIZE``.

    Raise InvalidError for negative numbers; ``limit`` is capped by ``GRAPHQL_MAX_PAGE_SIZE``.
    """
    pagination = pagination or {}
    offset, limit = pagination.get("offset") or 0, pagination.get("limit")
    if offset < 0:
        raise InvalidError({"pagination.offset": ["Must not be negative."]})
    if limit is None:
        limit = settings.PAGE_SIZE
    if limit < 0:
        raise InvalidError({"pagination.limit": ["Must not be negative."]})
    return Page(offset=offset, limit=min(limit, settings.GRAPHQL_MAX_PAGE_SIZE))


def positive_number(text: str | None) -> int | None:
    """A page's number or size in ASCII digits, from 1 to fifteen nines; None for anything else."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > _MAX_DIGITS:
        return None
    return int(text) or None


def parse_page_size(text: str | None) -> int:
    """REST's ``page_size``: capped by ``MAX_PAGE_SIZE``; anything but a positive number means the default."""
    return min(positive_number(text) or settings.PAGE_SIZE, settings.MAX_PAGE_SIZE)


def parse_page_number(text: str | None) -> int | None:
    """REST's ``page``: a number from 1, or None for ``last``. Raise NotFoundError for anything else."""
    if text is None or text == "":
        return 1
    if text == LAST:
        return None
    number = positive_number(text)
    if number is None:
        raise NotFoundError("Invalid page.")
    return number
