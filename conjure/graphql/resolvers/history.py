"""The history of a row: who did what to it, by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conjure.exceptions import NotFoundError
from conjure.graphql.context import Context
from conjure.graphql.history.of_row import RowHistory
from conjure.graphql.resolvers.lists import NUMBERED_PAGE, make_page_info, page_by_number
from conjure.graphql.rows.pages import Page, parse_page
from conjure.graphql.rows.select import find_row
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
        arguments={"pk": ID, "pagination": PaginationInput | None},
        own_arguments=NUMBERED_PAGE,
        resolve=lambda root, info, pk, **arguments: resolve_history(info.context, spec, pk, arguments),
        description=f"What was done to one of the {spec.verbose_name_plural}, newest first.",
    )


def resolve_history(context: Context, spec: ModelSpec, pk: Any, arguments: Mapping[str, Any]) -> History:
    """A page of the row's history, by ``pagination`` or by the text parameters of the REST face.

    Raise NotFoundError for a row that does not exist for this user, deleted ones included, and for a page behind the
    last one; ForbiddenError where the user may not view the row.
    """
    history = RowHistory(context, spec, find_row(context, spec, pk))
    page = _page_of(history, arguments)
    entries = [HistoryEntry(**line) for line in history.read(page)]
    context.count_rows(spec, len(entries))
    return History(total_count=history.count, page_info=make_page_info(page), results=entries)


def _page_of(history: RowHistory, arguments: Mapping[str, Any]) -> Page:
    if arguments.get("page") is None and arguments.get("pageSize") is None:
        return parse_page(arguments.get("pagination"))
    page, _ = page_by_number(arguments, lambda: history.count)
    if page.offset and page.offset >= history.count:
        raise NotFoundError("Invalid page.")
    return page
