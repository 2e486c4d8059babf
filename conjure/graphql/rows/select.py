"""The first half of the queryset pipeline, which lists, connections, aggregates, actions and exports share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conjure.graphql.context import Context
from conjure.graphql.rows.filters import apply_filters, apply_parameters
from conjure.graphql.rows.search import apply_search
from conjure.graphql.rows.visible import Rows, visible_rows
from conjure.specs.models import ModelSpec


def select_rows(context: Context, spec: ModelSpec, arguments: Mapping[str, Any], *, strict: bool = False) -> Rows:
    """The visible rows that filters, parameters and search leave; strict parameters must all be understood."""
    rows = visible_rows(context, spec)
    rows = apply_filters(context, spec, rows, arguments.get("filters"))
    rows = apply_parameters(context, spec, rows, arguments.get("parameters") or {}, strict=strict)
    return apply_search(context, spec, rows, arguments.get("search"))
