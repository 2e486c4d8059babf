"""The queryset pipeline: visible rows, then filters, parameters and search, for everybody who reads rows.

Order and page come behind it: see ``ordering``, ``pages`` and ``keyset``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conjure.exceptions import NotFoundError
from conjure.graphql.context import Context
from conjure.graphql.fields.keys import parse_pk
from conjure.graphql.rows.filters import apply_filters
from conjure.graphql.rows.parameters import apply_parameters
from conjure.graphql.rows.read import read_rows
from conjure.graphql.rows.search import apply_choice_search, apply_search
from conjure.graphql.rows.visible import Rows, row_not_found, visible_rows
from conjure.specs.models import ModelSpec
from conjure.values.sources import ValueProblem


def select_rows(
    context: Context,
    spec: ModelSpec,
    *,
    filters: Mapping[str, Any] | None = None,
    parameters: Mapping[str, Any] | None = None,
    search: str | None = None,
    strict: bool = False,
    using: str | None = None,
) -> Rows:
    """The rows that exist for this request and match.

    ``filters`` is a typed filter input of GraphQL, ``parameters`` are those of a REST query string, ``search`` is a
    term that any of the config's search fields contains. With ``strict`` a parameter that is not understood is an
    error; otherwise it is passed over. ``using`` names the database, where it is not the one that routers choose.

    Raise UnauthenticatedError or ForbiddenError where the user may not view the model, or one that a filter leads
    over; InvalidError for values that a field cannot take; LimitedError for filters that are too long.
    """
    rows = visible_rows(context, spec)
    if using is not None:
        rows = rows.using(using)
    rows = apply_filters(context, spec, rows, filters)
    rows = apply_parameters(context, spec, rows, parameters or {}, strict=strict)
    return apply_search(context, spec, rows, search)


def select_choices(context: Context, spec: ModelSpec, term: str | None) -> Rows:
    """The rows that a combobox offers for a term: found by the config's autocomplete fields, or by their pk."""
    return apply_choice_search(context, spec, visible_rows(context, spec), term)


def find_row(context: Context, spec: ModelSpec, pk: Any) -> Any:
    """The one row of that pk. Raise NotFoundError, or ForbiddenError where the user may not view this row."""
    found = read_rows(select_row(context, spec, pk))
    if not found:
        raise row_not_found(context, spec, parse_pk(spec, pk))
    context.permissions.require("view", spec, found[0])
    return found[0]


def select_row(context: Context, spec: ModelSpec, pk: Any) -> Rows:
    """The one row of that pk, where it exists for this request. Raise NotFoundError for what cannot be a pk."""
    try:
        return visible_rows(context, spec).filter(pk=parse_pk(spec, pk)).order_by()
    except ValueProblem:
        raise NotFoundError from None
