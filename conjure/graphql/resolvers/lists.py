"""A list's answer: one page of the rows, loaded with what the document asks of them, and the count of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import FieldNode, get_named_type

from conjure.exceptions import NotFoundError
from conjure.graphql.reading.loading import LoadedRows, load_rows
from conjure.graphql.reading.selections import Subfields, collect_fields, compile_selection
from conjure.graphql.rows.pages import Page, parse_page_number, parse_page_size
from conjure.graphql.rows.visible import Rows
from conjure.graphql.types.rows import OffsetPageInfo
from conjure.specs.models import ModelSpec

# From here on the pks of a page are looked up first, by the index alone, and its rows by their pks.
_DEEP_OFFSET = 1_000


@dataclass
class Listing:
    """One page of the rows that were asked for.

    ``results`` holds the rows by their key in the response: a document may ask for them more than once, with aliases.
    ``total_count`` is the number of rows on all pages, where it is known.
    """

    spec: ModelSpec
    rows: Rows
    page: Page
    total_count: int | None
    results: dict[str, LoadedRows] = field(default_factory=dict)
    subfields: Subfields = field(default_factory=list)

    def load(self, info: Any, *, may_count: bool, must_exist: bool) -> None:
        """Load all that the document asks for: the rows and, if ``may_count``, their number.

        If ``must_exist``, raise NotFoundError for a page behind the last one; the first is always there.
        """
        self.subfields = collect_fields(info, get_named_type(info.return_type), info.field_nodes)
        wants_count = may_count and any(name == "totalCount" for _, name, _ in self.subfields)
        for key, name, nodes in self.subfields:
            if name == "results":
                self.results[key] = self._load_rows(info, nodes, wants_count=wants_count)
        if must_exist and self.page.offset and not self._has_rows():
            raise NotFoundError("Invalid page.")
        if wants_count:
            self.count()

    def complete(self, info: Any) -> dict[str, Any] | None:
        """The response object; None where graphql-core's executor has to make it and to report what is wrong."""
        completed: dict[str, Any] = {}
        for key, name, nodes in self.subfields:
            if name == "totalCount":
                completed[key] = self.total_count
            elif name == "pageInfo":
                page_info = resolve_page_info(self, info)
                inner = collect_fields(info, info.schema.type_map["OffsetPaginationInfo"], nodes)
                completed[key] = {key: getattr(page_info, name, "OffsetPaginationInfo") for key, name, _ in inner}
            elif name == "results":
                rows = self.results[key].complete()
                if rows is None:
                    return None
                completed[key] = rows
            else:
                completed[key] = self.spec.types["list"]  # That is ``__typename``.
        return completed

    def _load_rows(self, info: Any, nodes: list[FieldNode], *, wants_count: bool) -> LoadedRows:
        with_total = wants_count and self.total_count is None and not self._is_deep
        selection = compile_selection(info, self.spec, nodes)
        loaded = load_rows(info.context, selection, self._page_rows(), info, with_total=with_total)
        if self.total_count is None:
            self.total_count = loaded.total
        return loaded

    @property
    def _is_deep(self) -> bool:
        return self.page.offset >= _DEEP_OFFSET and not self.spec.has_composite_pk

    def _page_rows(self) -> Rows:
        start, stop = self.page.offset, self.page.offset + self.page.limit
        if not self._is_deep:
            return self.rows[start:stop]
        pks = list(self.rows.values_list("pk", flat=True)[start:stop])
        return self.rows.filter(pk__in=pks)[: self.page.limit]

    def count(self) -> int:
        """The number of rows on all pages: read off a page that is not full, else counted by the database."""
        if self.total_count is None:
            self.total_count = self._count_by_page()
        if self.total_count is None:
            self.total_count = self.rows.count()
        return self.total_count

    def _count_by_page(self) -> int | None:
        shown = self._shown
        # A row that goes away between the two queries of a deep page would make the count too low.
        if shown is None or self._is_deep or len(shown) >= self.page.limit or (self.page.offset and not shown):
            return None
        return self.page.offset + len(shown)

    def _has_rows(self) -> bool:
        shown = self._shown
        return self.count() > self.page.offset if shown is None else bool(shown)

    @property
    def _shown(self) -> LoadedRows | None:
        """The rows of the page, or None where the document asks for none."""
        return next(iter(self.results.values()), None)


def _last_page(count: int, size: int) -> Page:
    """The last page of so many rows, in pages of that size."""
    pages = max(1, -(-count // size))
    return Page(offset=(pages - 1) * size, limit=size)


NUMBERED_PAGE: Mapping[str, Any] = {"page": str | None, "pageSize": str | None}
"""The arguments of the REST face that name a page by its number, as texts."""


def page_by_number(arguments: Mapping[str, Any], count: Callable[[], int]) -> tuple[Page, int | None]:
    """The page that ``page`` and ``pageSize`` name, and the number of all rows where it was needed to find the last."""
    size = parse_page_size(arguments.get("pageSize"))
    number = parse_page_number(arguments.get("page"))
    if number is None:
        total = count()
        return _last_page(total, size), total
    return Page(offset=(number - 1) * size, limit=size), None


def resolve_total_count(listing: Listing, info: Any) -> int | None:
    """``totalCount``."""
    return listing.total_count


def resolve_page_info(listing: Listing, info: Any) -> OffsetPageInfo:
    """``pageInfo``."""
    return make_page_info(listing.page)


def make_page_info(page: Page) -> OffsetPageInfo:
    """Which slice a page is, and its number where all pages have its size."""
    number = page.offset // page.limit + 1 if page.limit else 1
    return OffsetPageInfo(offset=page.offset, limit=page.limit, page=number)


def resolve_results(listing: Listing, info: Any) -> LoadedRows:
    """``results``."""
    return listing.results[info.path.key]
