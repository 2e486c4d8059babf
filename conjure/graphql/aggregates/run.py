"""Aggregates for widgets, asked for in Python: the same rows and the same answer as in GraphQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from conjure.exceptions import InvalidError, NotFoundError
from conjure.graphql.aggregates.groups import (
    AggregateQuery,
    DatePart,
    Function,
    Grouping,
    GroupOrder,
    Measure,
    build_grouping,
    build_having,
    build_measure,
    check_field,
    compute,
)
from conjure.graphql.context import Context
from conjure.graphql.rows.pages import Page
from conjure.graphql.rows.select import select_rows
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec


def run_aggregate(
    request: HttpRequest,
    model: str,
    *,
    measures: Mapping[str, str] | None = None,
    group_by: Sequence[str] = (),
    filters: Mapping[str, Any] | None = None,
    parameters: Mapping[str, str] | None = None,
    search: str | None = None,
    having: Mapping[str, Mapping[str, Any]] | None = None,
    ordering: Sequence[str] = (),
    limit: int | None = None,
) -> list[dict[str, Any]]:
    """Aggregate the rows of a model that the request's user may see, as ``...Aggregate`` of GraphQL does.

    ``model`` is a key such as ``"store.Invoice"``. ``measures`` names what is wanted: ``{"revenue": "sum:total",
    "invoices": "count"}``; the functions are count, count_distinct, sum, avg, min and max. ``group_by`` has field
    names, dates with a period: ``["status", "invoice_date:month"]`` (year, quarter, month, week, day, hour).
    ``parameters`` filter as a REST list's do (``{"status": "paid"}``), ``filters`` as GraphQL's. ``having`` compares
    measures by name: ``{"revenue": {"gt": 100}}``. ``ordering`` has names of measures and fields, ``-`` in front for
    descending; groups are in the order of their keys else.

    Gives a dict for each group: the keys under their field names, a period as its first day or moment, and the measures
    under their own. Without ``group_by`` there is one. Raise NotFoundError for an unknown model, ForbiddenError where
    the user may not see its rows, InvalidError for what cannot be computed.
    """
    context = Context.of(request)
    spec = context.find_spec(model)
    if spec is None:
        raise NotFoundError("There is no such model.")
    rows = select_rows(context, spec, filters=filters, parameters=parameters, search=search, strict=True)
    named = {name: _parse_measure(context, spec, text) for name, text in (measures or {"count": "count"}).items()}
    groups = {text.partition(":")[0]: _parse_grouping(context, spec, text) for text in group_by}
    query = AggregateQuery(
        groups=list(groups.values()),
        measures=list(named.values()),
        having=[c for name, wanted in (having or {}).items() for c in build_having(_named(named, name), wanted)],
        ordering=[GroupOrder(_named({**groups, **named}, t.lstrip("-")), t.startswith("-")) for t in ordering],
        page=None if limit is None else Page(offset=0, limit=limit),
    )
    parts: dict[str, Measure | Grouping] = {**groups, **named}
    return [{name: record[part] for name, part in parts.items()} for record in compute(context, spec, rows, query)]


def _named(parts: Mapping[str, Any], name: str) -> Any:
    if name not in parts:
        raise InvalidError(f"{name} is none of {', '.join(parts)}.")
    return parts[name]


def _parse_measure(context: Context, spec: ModelSpec, text: str) -> Measure:
    function, _, name = text.partition(":")
    if function not in {member.value for member in Function}:
        raise InvalidError({"measures": [f"There is no function {function}."]})
    found = _find(context, spec, name, "measures") if name else None
    return build_measure(Function(function), found, "measures")


def _parse_grouping(context: Context, spec: ModelSpec, text: str) -> Grouping:
    name, _, part = text.partition(":")
    if part and part not in {member.value for member in DatePart}:
        raise InvalidError({"group_by": [f"There is no period {part}."]})
    return build_grouping(_find(context, spec, name, "group_by"), DatePart(part) if part else None, "group_by")


def _find(context: Context, spec: ModelSpec, name: str, argument: str) -> FieldSpec:
    found = spec.find(name)
    if found is None:
        raise InvalidError({argument: [f"{spec.key} has no field {name}."]})
    return check_field(context, spec, found)
