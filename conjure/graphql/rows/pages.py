"""Pages: which slice of the rows is asked for, and how many there are in all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conjure.conf import settings
from conjure.exceptions import InvalidError, NotFoundError

LAST = "last"


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


def parse_page_size(text: str | None) -> int:
    """REST's ``page_size``: capped by ``MAX_PAGE_SIZE``; anything but a positive number means the default."""
    size = int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
    return min(size or settings.PAGE_SIZE, settings.MAX_PAGE_SIZE)


def parse_page_number(text: str | None) -> int | None:
    """REST's ``page``: a number from 1, or None for ``last``. Raise NotFoundError for anything else."""
    if text is None or text == "":
        return 1
    if text == LAST:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 15 or int(text) < 1:
        raise NotFoundError("Invalid page.")
    return int(text)
