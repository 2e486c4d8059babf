"""A list's answer: one slice of the rows, loaded once, and the count of all of them, never computed twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cached_property
from typing import Any

from django.db import DatabaseError, connections
from graphql import FieldNode

from conjure.exceptions import NotFoundError
from conjure.graphql.context import Context
from conjure.graphql.reading.loading import LoadedRows, load_rows
from conjure.graphql.reading.selections import compile_selection, subfield_groups
from conjure.graphql.rows.pages import Page
from conjure.graphql.rows.visible import Rows
from conjure.graphql.types.rows import OffsetPageInfo
from conjure.orm.row_queries import Found, count_rows, counting
from conjure.specs.models import ModelSpec

# From here on the pks of a page are looked up first, by the index alone, and its rows by their pks.
_DEEP_OFFSET = 1_000


class Listing:
    """The rows that were asked for, and the page of them that is shown."""

    def __init__(self, context: Context, spec: ModelSpec, rows: Rows, info: Any, page: Page | None, size: int = 0):
        """``rows`` are filtered and in order; ``page`` None means the last one of pages of ``size``."""
        self.context = context
        self.spec = spec
        self.all_rows = rows
        self.info = info
        self._page = page
        self._size = size
        self._loaded: dict[tuple[int, ...], LoadedRows] = {}

    @cached_property
    def page(self) -> Page:
        """The slice that is shown."""
        if self._page is not None:
            return self._page
        pages = max(1, -(-self.counted // self._size))
        return Page(offset=(pages - 1) * self._size, limit=self._size)

    @cached_property
    def counted(self) -> int:
        """The number of all rows, by SQL."""
        return count_rows(self.all_rows)

    def load(self, nodes: Sequence[FieldNode], found: Found | None = None) -> LoadedRows:
        """The rows of the page, with all that the document asks of them at these nodes of ``results``."""
        key = tuple(map(id, nodes))
        if key not in self._loaded:
            selection = compile_selection(self.info, self.spec, nodes)
            self._loaded[key] = load_rows(self.context, selection, self._sliced(), self.info, found)
        return self._loaded[key]

    def _load_and_count(self, nodes: Sequence[FieldNode]) -> None:
        """Load the page; where it is full, have the database count while rows, labels and JSON are made of it."""
        counts: list[Callable[[], int]] = []

        def found(rows: int) -> None:
            if rows >= self.page.limit:
                counts.append(pending.enter_context(counting(self.all_rows)))

        try:
            with ExitStack() as pending:
                self.load(nodes, found).complete()
                if counts:
                    self.counted = counts[0]()
        except DatabaseError:
            if not counts or connections[self.all_rows.db].in_atomic_block:
                raise
            # A failed query, such as a label's own, takes along what was sent behind it: once more, one by one.
            self._loaded.clear()

    def _sliced(self) -> Rows:
        start, stop = self.page.offset, self.page.offset + self.page.limit
        if start < _DEEP_OFFSET or self.spec.has_composite_pk:
            return self.all_rows[start:stop]
        pks = list(self.all_rows.values_list("pk", flat=True)[start:stop])
        return self.all_rows.filter(pk__in=pks)[: self.page.limit]

    @cached_property
    def shown(self) -> int | None:
        """How many rows the page has, or None where the document does not ask for them."""
        groups = subfield_groups(self.info, self.info.field_nodes, "results")
        if not groups:
            return None
        if not self._loaded and "counted" not in self.__dict__ and self.page.offset < _DEEP_OFFSET and self._counts:
            self._load_and_count(groups[0])
        return len(self.load(groups[0]))

    @property
    def _counts(self) -> bool:
        """Whether the document asks for the number of all rows, and the config lets them be counted."""
        asked = subfield_groups(self.info, self.info.field_nodes, "totalCount")
        return bool(asked) and self.may_count

    @property
    def may_count(self) -> bool:
        """Whether there is a ``totalCount``; none where the config says not to count and the client pages by offset."""
        return self.spec.config.count != "none" or bool(self._size)

    @cached_property
    def total(self) -> int:
        """The number of all rows: read off a page that is not full, else counted."""
        if "counted" in self.__dict__ or self.shown is None:
            return self.counted
        if self.shown < self.page.limit and (self.shown or not self.page.offset):
            return self.page.offset + self.shown
        return self.counted

    def require_page(self) -> None:
        """Raise NotFoundError for a page behind the last one; the first is always there."""
        if self.page.offset and not (self.counted > self.page.offset if self.shown is None else self.shown):
            raise NotFoundError("Invalid page.")


def resolve_total_count(listing: Listing, info: Any) -> int | None:
    """``totalCount``."""
    return listing.total if listing.may_count else None


def resolve_page_info(listing: Listing, info: Any) -> OffsetPageInfo:
    """``pageInfo``."""
    page = listing.page
    number = page.offset // page.limit + 1 if page.limit else 1
    return OffsetPageInfo(offset=page.offset, limit=page.limit, page=number)


def resolve_results(listing: Listing, info: Any) -> LoadedRows:
    """``results``."""
    return listing.load(info.field_nodes)
