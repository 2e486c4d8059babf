"""The history of a row: who did what to it, by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conjure.exceptions import NotFoundError
from conjure.graphql.context import Context
from conjure.graphql.fields.keys import parse_pk
from conjure.graphql.history.of_row import RowHistory
from conjure.graphql.resolvers.lists import last_page, make_page_info
from conjure.graphql.rows.pages import Page, parse_page, parse_page_number, parse_page_size
from conjure.graphql.rows.read import read_rows
from conjure.graphql.rows.select import select_row
from conjure.graphql.rows.visible import row_not_found
from conjure.graphql.types.declare import RootField
from conjure.graphql.types.history import History, HistoryEntry
from conjure.graphql.types.inputs import PaginationInput
from conjure.graphql.types.scalars import ID
from conjure.specs.models import ModelSpec


def history_field(spec: ModelSpec) -> RootField:
    """The root field that gives the history of a row."""
    return RootField(
        name=spec.roots["history"],
        type=History,
        arguments={"pk": ID, "pagination": PaginationInput | None, "page": str | None, "pageSize": str | None},
        resolve=lambda root, info, pk, **arguments: resolve_history(info.context, spec, pk, arguments),
        description=f"What was done to one of the {spec.verbose_name_plural}, newest first.",
    )


def resolve_history(context: Context, spec: ModelSpec, pk: Any, arguments: Mapping[str, Any]) -> History:
    """A page of the row's history, by ``pagination`` or by the text parameters of the REST face.

    Raise NotFoundError for a row that does not exist for this user, deleted ones included, and for a page behind the
    last one; ForbiddenError where the user may not view the row.
    """
    found = read_rows(select_row(context, spec, pk))
    if not found:
        raise row_not_found(context, spec, parse_pk(spec, pk))
    context.permissions.require("view", spec, found[0])
    history = RowHistory(context, spec, found[0])
    page = _page_of(history, arguments)
    entries = [HistoryEntry(**line) for line in history.read(page)]
    context.count_rows(spec, len(entries))
    return History(total_count=history.count, page_info=make_page_info(page), results=entries)


def _page_of(history: RowHistory, arguments: Mapping[str, Any]) -> Page:
    if arguments.get("page") is None and arguments.get("pageSize") is None:
        return parse_page(arguments.get("pagination"))
    size = parse_page_size(arguments.get("pageSize"))
    number = parse_page_number(arguments.get("page"))
    if number is None:
        return last_page(history.count, size)
    if number > 1 and (number - 1) * size >= history.count:
        raise NotFoundError("Invalid page.")
    return Page(offset=(number - 1) * size, limit=size)
