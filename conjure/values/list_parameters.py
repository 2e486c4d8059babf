"""The names of a list's parameters in query strings, as the REST contract has them; every other name is a filter."""

from __future__ import annotations

PAGE, PAGE_SIZE, ORDERING, SEARCH = "page", "page_size", "ordering", "search"

LIST_PARAMETERS = frozenset({PAGE, PAGE_SIZE, ORDERING, SEARCH})
