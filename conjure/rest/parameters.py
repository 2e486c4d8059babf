"""Query strings: filters, page, order, search, and the URLs of the next and the previous page."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, QueryDict
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from conjure.values.list_parameters import LIST_PARAMETERS, ORDERING, PAGE, PAGE_SIZE, SEARCH


def read_query(request: Request) -> QueryDict:
    """The query parameters. Raise ParseError for a query string that is not UTF-8, which Django would decode anyway."""
    text = request.META.get("QUERY_STRING", "")
    if "%" in text or not text.isascii():
        try:
            unquote_to_bytes(text).decode()
        except UnicodeError:
            raise ParseError("The query string is not valid UTF-8.") from None
    query: QueryDict = request.query_params
    return query


def list_variables(query: QueryDict) -> dict[str, Any]:
    """The variables of the list document; the last value of a repeated parameter counts."""
    variables = page_variables(query)
    variables["parameters"] = {name: value for name, value in query.items() if name not in LIST_PARAMETERS}
    for variable, name in (("orderBy", ORDERING), ("search", SEARCH)):
        if name in query:
            variables[variable] = query[name]
    return variables


def page_variables(query: QueryDict) -> dict[str, Any]:
    """The variables that say which page of a list is asked for."""
    variables: dict[str, Any] = {"page": query.get(PAGE) or "1"}
    if PAGE_SIZE in query:
        variables["pageSize"] = query[PAGE_SIZE]
    return variables


def page_links(
    request: HttpRequest | Request, query: QueryDict, page: int, limit: int, count: int
) -> tuple[str | None, str | None]:
    """The absolute URLs of the next and the previous page, with the other parameters; None without such a page."""
    has_next, has_previous = page * limit < count, page > 1
    if not (has_next or has_previous):
        return None, None
    base = request.build_absolute_uri(request.path)
    return (
        _page_url(base, query, page + 1) if has_next else None,
        _page_url(base, query, page - 1) if has_previous else None,
    )


def _page_url(base: str, query: QueryDict, page: int) -> str:
    changed = query.copy()
    changed[PAGE] = str(page)
    return f"{base}?{changed.urlencode()}"
