"""Filters: the typed filter inputs of GraphQL, made into conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q

from conjure.exceptions import ForbiddenError, InvalidError
from conjure.graphql.context import Context
from conjure.graphql.rows.filter_limits import require_within_limits
from conjure.graphql.rows.links import link_table
from conjure.graphql.rows.lookups import (
    GRAPHQL_LOOKUPS,
    any_of,
    build_condition,
    parse_operand,
)
from conjure.graphql.rows.paths import resolve_path
from conjure.graphql.rows.visible import Rows, visible_rows
from conjure.specs.fields import FieldSpec, ReverseSpec
from conjure.specs.models import ModelSpec
from conjure.values.sources import TYPED_FILTER, ValueProblem

_OPERATORS = ("AND", "OR", "NOT")


def apply_filters(context: Context, spec: ModelSpec, rows: Rows, filters: Mapping[str, Any] | None) -> Rows:
    """Narrow the rows by a typed filter input.

    Raise InvalidError, keyed by the path of GraphQL names, for values that a field cannot take, ForbiddenError
    for a relation to a model that the user may not view, and LimitedError for a filter that is too long.
    """
    if not filters:
        return rows
    require_within_limits("filters", filters)
    problems: dict[str, list[str]] = {}
    condition = build_filter(context, spec, filters, problems)
    if problems:
        raise InvalidError(problems)
    return rows.filter(condition)


def build_filter(
    context: Context, spec: ModelSpec, filters: Mapping[str, Any], problems: dict[str, list[str]], prefix: str = ""
) -> Q:
    """The condition of a filter input; what is wrong with it is added to ``problems``.

    ``AND``, ``OR`` and ``NOT`` take lists, of which all, at least one or none must match. Each of them is joined to
    the rest by AND, as in strawberry-django.
    """
    condition = Q()
    members = filter_members(spec)
    for name, value in filters.items():
        if value is None:
            continue
        where = f"{prefix}{name}"
        if name in _OPERATORS:
            parts = [build_filter(context, spec, part, problems, f"{where}.") for part in value]
            condition &= _combine(name, parts)
            continue
        member = members[name]
        if isinstance(member, ReverseSpec) or name == member.graphql_object:
            condition &= _build_relation_filter(context, spec, member, value, problems, where)
        else:
            condition &= _build_field_filter(context, spec, member, value, problems, where)
    return condition


def find_unsaid(spec: ModelSpec, filters: Mapping[str, Any] | None, prefix: str = "") -> Iterator[str]:
    """The places in a filter input that narrow nothing: nulls, empty objects and empty lists.

    In a list they are passed over. Where a filter says which rows are written, each may be a value that got lost.
    """
    if not filters:
        yield prefix.removesuffix(".") or "filters"
        return
    members = filter_members(spec)
    for name, value in filters.items():
        where = f"{prefix}{name}"
        if not value:
            yield where
        elif name in _OPERATORS:
            for part in value:
                yield from find_unsaid(spec, part, f"{where}.")
        elif isinstance(member := members[name], ReverseSpec) or name == member.graphql_object:
            related = spec.related(member.related_model)
            yield from () if related is None else find_unsaid(related, value, f"{where}.")
        else:
            is_unsaid = {lookup: raw is None or (lookup == "inList" and not raw) for lookup, raw in value.items()}
            yield from (f"{where}.{lookup}" for lookup, unsaid in is_unsaid.items() if unsaid)


def _combine(operator: str, parts: list[Q]) -> Q:
    if operator == "AND":
        return Q(*parts)
    if not parts:
        return Q()
    # An empty part matches everything, which Q would drop.
    joined = any_of(part or ~Q(pk__in=[]) for part in parts)
    return joined if operator == "OR" else ~joined


def filter_members(spec: ModelSpec) -> dict[str, FieldSpec | ReverseSpec]:
    """The fields, related objects and reverse relations that a filter input may name, by GraphQL name."""
    members: dict[str, FieldSpec | ReverseSpec] = {}
    for field in spec.fields:
        members[field.graphql_name] = field
        if field.graphql_object is not None:
            members[field.graphql_object] = field
    for reverse in spec.reverse:
        members[reverse.graphql_name] = reverse
    return members


def _build_field_filter(
    context: Context,
    spec: ModelSpec,
    field: FieldSpec,
    lookups: Mapping[str, Any],
    problems: dict[str, list[str]],
    where: str,
) -> Q:
    path = resolve_path(spec, field.name, context.excluded)
    condition = Q()
    if path is None:
        raise ForbiddenError(f"You may not filter by {where}.", rule=context.hiding_rule(spec, field))
    for name, raw in lookups.items():
        if raw is None:
            continue
        lookup = GRAPHQL_LOOKUPS[name]
        try:
            operand = parse_operand(path.field, lookup, raw, TYPED_FILTER)
            condition &= build_condition(context, spec, path, lookup, operand)
        except ValueProblem as problem:
            problems[f"{where}.{name}"] = [str(problem)]
    return condition


def _build_relation_filter(
    context: Context,
    spec: ModelSpec,
    member: FieldSpec | ReverseSpec,
    filters: Mapping[str, Any],
    problems: dict[str, list[str]],
    where: str,
) -> Q:
    """Rows with at least one visible related row that matches all the conditions."""
    if context.hides(spec, member):
        raise ForbiddenError(f"You may not filter by {where}.", rule=context.hiding_rule(spec, member))
    related = spec.related(member.related_model)
    if related is None:
        return Q(pk__in=[])
    inner = build_filter(context, related, filters, problems, f"{where}.")
    rows = visible_rows(context, related).filter(inner).order_by()
    if isinstance(member, FieldSpec) and not member.is_many:
        return Q(**{f"{member.name}__in": rows})
    if isinstance(member, FieldSpec) or member.is_many_to_many:
        table = link_table(member)
        links = table.links(rows.db).filter(**{f"{table.there}__in": rows})
        return Q(**{f"{table.here_key}__in": table.keys_of(links)})
    field: Any = member.relation.field
    target = field.target_field.attname
    return Q(**{f"{target}__in": rows.filter(**{f"{field.name}__isnull": False}).values(field.attname)})
