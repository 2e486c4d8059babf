"""A list's answer: one page of the rows, loaded once, and the count of all of them, never computed twice."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from graphql import FieldNode, get_named_type

from conjure.exceptions import NotFoundError
from conjure.graphql.reading.loading import LoadedRows, load_rows
from conjure.graphql.reading.selections import collect_fields, compile_selection
from conjure.graphql.rows.pages import Page
from conjure.graphql.rows.visible import Rows
from conjure.graphql.types.rows import OffsetPageInfo
from conjure.specs.models import ModelSpec

# From here on the pks of a page are looked up first, by the index alone, and its rows by their pks.
_DEEP_OFFSET = 1_000


class Listing:
    """The rows that were asked for, filtered and in order, and the page of them that is shown."""

    def __init__(self, spec: ModelSpec, rows: Rows, info: Any, page: Page, *, may_count: bool, count: int | None):
        """``may_count`` is whether there is a ``totalCount``, ``count`` the number of all rows where it is known."""
        self.spec = spec
        self.rows = rows
        self.info = info
        self.page = page
        self.may_count = may_count
        self._count = count
        self._loaded: dict[tuple[int, ...], LoadedRows] = {}

    def load(self, nodes: Sequence[FieldNode]) -> LoadedRows:
        """The rows of the page, with all that the document asks of them at these nodes of ``results``."""
        key = tuple(map(id, nodes))
        if key not in self._loaded:
            selection = compile_selection(self.info, self.spec, nodes)
            wants_total = (
                self.may_count and self._count is None and not self._is_deep and bool(self._asks("totalCount"))
            )
            loaded = load_rows(self.info.context, selection, self._page_rows(), self.info, with_total=wants_total)
            self._loaded[key] = loaded
            if self._count is None:
                self._count = loaded.total
        return self._loaded[key]

    @property
    def _is_deep(self) -> bool:
        return self.page.offset >= _DEEP_OFFSET and not self.spec.has_composite_pk

    def _page_rows(self) -> Rows:
        start, stop = self.page.offset, self.page.offset + self.page.limit
        if not self._is_deep:
            return self.rows[start:stop]
        pks = list(self.rows.values_list("pk", flat=True)[start:stop])
        return self.rows.filter(pk__in=pks)[: self.page.limit]

    def load_results(self) -> LoadedRows | None:
        """The rows that the first ``results`` of the document asks for, or None where it asks for none."""
        groups = self._asks("results")
        return self.load(groups[0]) if groups else None

    def _asks(self, name: str) -> list[list[FieldNode]]:
        """The nodes of a subfield in the document, a group for each alias of it."""
        return [nodes for _, field_name, nodes in self._subfields if field_name == name]

    @functools.cached_property
    def _subfields(self) -> list[tuple[str, str, list[FieldNode]]]:
        return collect_fields(self.info, get_named_type(self.info.return_type), self.info.field_nodes)

    def count(self) -> int:
        """The number of all rows: read off a page that is not full, else counted by the database."""
        if self._count is None:
            self._count = self._count_by_page()
        if self._count is None:
            self._count = self.rows.count()
        return self._count

    def _count_by_page(self) -> int | None:
        # A row that goes away between the two queries of a deep page would make the count too low.
        shown = None if self._is_deep else self.load_results()
        if self._count is not None or shown is None:
            return self._count
        if len(shown) >= self.page.limit or (self.page.offset and not shown):
            return None
        return self.page.offset + len(shown)

    def require_page(self) -> None:
        """Raise NotFoundError for a page behind the last one; the first is always there."""
        if self.page.offset:
            shown = self.load_results()
            if not (self.count() > self.page.offset if shown is None else shown):
                raise NotFoundError("Invalid page.")


def last_page(count: int, size: int) -> Page:
    """The last page of so many rows, in pages of that size."""
    pages = max(1, -(-count // size))
    return Page(offset=(pages - 1) * size, limit=size)


def resolve_total_count(listing: Listing, info: Any) -> int | None:
    """``totalCount``."""
    return listing.count() if listing.may_count else None


def resolve_page_info(listing: Listing, info: Any) -> OffsetPageInfo:
    """``pageInfo``."""
    page = listing.page
    number = page.offset // page.limit + 1 if page.limit else 1
    return OffsetPageInfo(offset=page.offset, limit=page.limit, page=number)


def resolve_results(listing: Listing, info: Any) -> LoadedRows:
    """``results``."""
    return listing.load(info.field_nodes)
