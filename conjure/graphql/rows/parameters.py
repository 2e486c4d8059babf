"""Parameters: the filters of a REST query string, made into conditions by the same lookups as typed filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from conjure.exceptions import InvalidError
from conjure.graphql.context import Context
from conjure.graphql.rows.filter_limits import require_few
from conjure.graphql.rows.lookups import (
    REST_LOOKUPS,
    build_condition,
    has_lookup,
    parse_operand,
)
from conjure.graphql.rows.paths import Path, require_viewable, resolve_path
from conjure.graphql.rows.visible import Rows
from conjure.specs.models import ModelSpec
from conjure.values.sources import ValueProblem


def apply_parameters(
    context: Context, spec: ModelSpec, rows: Rows, parameters: Mapping[str, Any], *, strict: bool = False
) -> Rows:
    """Narrow the rows by ``{path}={value}`` and ``{path}__{lookup}={value}``, as the REST contract says.

    A name that is not a path of the model is passed over; with ``strict`` it is an error. Raise InvalidError, keyed by
    parameter, for a lookup that the field does not have and for a value that it cannot take, ForbiddenError for a path
    across a model that the user may not view, and LimitedError for too many of them.
    """
    problems: dict[str, list[str]] = {}
    conditions: list[Q] = []
    values = 0
    for name, raw in parameters.items():
        if not strict and (raw == "" or raw is None):
            continue
        try:
            parsed = _parse_parameter(context, spec, name, raw, strict)
        except ValueProblem as problem:
            problems[name] = [str(problem)]
            continue
        if parsed is not None:
            condition, operand = parsed
            conditions.append(condition)
            values += len(operand) if isinstance(operand, list) else 0
            require_few("parameters", len(conditions), values)
    if problems:
        raise InvalidError(problems)
    return rows.filter(*conditions) if conditions else rows


def _parse_parameter(context: Context, spec: ModelSpec, name: str, raw: Any, strict: bool) -> tuple[Q, Any] | None:
    """The condition and what it compares with, or None for a parameter that is not a filter."""
    found = _split_parameter(context, spec, name)
    if found is None:
        # A name that begins with a field's is a misspelt filter; any other is not meant for us.
        if strict or resolve_path(spec, name.split("__")[0], context.excluded) is not None:
            raise ValueProblem("This is not a filter of this model.")
        return None
    path, lookup = found
    if not has_lookup(path.field, lookup):
        raise ValueProblem(f"The lookup {lookup!r} is not available here.")
    if raw == "" or raw is None:
        return None
    require_viewable(context, path)
    operand = parse_operand(path.field, lookup, raw)
    return build_condition(context, spec, path, lookup, operand), operand


def _split_parameter(context: Context, spec: ModelSpec, name: str) -> tuple[Path, str] | None:
    path = _allowed_path(context, spec, name)
    if path is not None:
        return path, "exact"
    head, separator, lookup = name.rpartition("__")
    if not separator or lookup not in REST_LOOKUPS:
        return None
    path = _allowed_path(context, spec, head)
    return None if path is None else (path, lookup)


def _allowed_path(context: Context, spec: ModelSpec, name: str) -> Path | None:
    if spec.find(name) is not None or name in spec.config.get_list_filter():
        return resolve_path(spec, name, context.excluded)
    return None
