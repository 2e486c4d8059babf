"""Filters: a row is found by its own values through both faces, and garbage is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models.lookups import Exact

from conjure.graphql.fields.kinds import get_field_type
from conjure.graphql.rows.lookups import GRAPHQL_LOOKUPS, LOOKUP_FAMILIES, has_lookup, is_stored_as_null
from conjure.options import offers_lookup
from conjure.specs.fields import FieldSpec
from conjure.testing.probe import Probe
from conjure.testing.promises.reading import expect_found
from conjure.testing.samples import QUERY_GARBAGE, must_refuse
from conjure.values.comma_lists import quote_item
from conjure.values.list_parameters import LIST_PARAMETERS

_FINDING = ("exact", "in", "gte", "lte")
_LOOKUPS = ("exact", "in", "gte", "lte", "gt", "lt", "isnull", "icontains", "date", "range", "regex", "nonsense")


def verify_filters(probe: Probe) -> None:
    """``{field}={value}`` and its lookups find the row that the value was read from."""
    for field in probe.sample_fields(probe.fields):
        for row in probe.sample(probe.rows, 1):
            for parameter, value in _own_parameters(probe, field, row):
                answer = probe.caller.get(probe.url, **{parameter: value}, page_size=200)
                served = f"{field.name} of row {probe.identity(row)} is served as {row.get(field.name)!r}"
                if probe.expect(
                    answer, 200, kind="filter by own value", detail=f"{served}, and {parameter} refuses it:"
                ):
                    expect_found(probe, answer, row, f"filter {parameter.rpartition('__')[2]}", served)


def _own_parameters(probe: Probe, field: FieldSpec, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    name = field.name
    values = row.get(name)
    if values is None:
        if not isinstance(field.value_field, models.JSONField):  # JSON has a null of its own.
            yield f"{name}__isnull", "true"
        return
    if field.is_many and not values:
        yield f"{name}__isnull", "true"
        return
    if not _is_equality(field):
        return
    for value in probe.sample(values if field.is_many else [values], 1):
        text = json.dumps(value) if isinstance(field.value_field, models.JSONField) else as_parameter(value)
        if text == "" or not probe.identifies(field, row, value):
            return
        yield f"{name}__exact", text
        if name not in LIST_PARAMETERS:
            yield name, text
        if _is_stored_as_null(field, value):
            return
        if not isinstance(field.value_field, models.JSONField):
            yield f"{name}__isnull", "false"
        for lookup in probe.sample(_FINDING[1:], 1):
            if has_lookup(field.field, lookup) and not (lookup == "in" and field.is_many):
                is_json = isinstance(field.value_field, models.JSONField)
                yield f"{name}__{lookup}", quote_item(text) if lookup == "in" and not is_json else text


def _is_stored_as_null(field: FieldSpec, value: Any) -> bool:
    try:
        return is_stored_as_null(field.value_field, value)
    except Exception:  # noqa: BLE001 - a custom field may raise anything
        return False


def _is_equality(field: FieldSpec) -> bool:
    """Whether ``exact`` compares: for PostgreSQL's search vectors it searches, and a custom field may refuse it."""
    if not has_lookup(field.value_field, "exact"):
        return False
    lookup = field.value_field.get_lookup("exact")
    return lookup is None or issubclass(lookup, Exact)


def as_parameter(value: Any) -> str:
    """A value of a row as a query string has it."""
    return value if isinstance(value, str) else json.dumps(value)


def verify_typed_filters(probe: Probe) -> None:
    """A typed GraphQL filter by a row's own value finds the row."""
    kind = probe.spec.types["filter"]
    for field in probe.sample_fields(probe.fields):
        for row in probe.sample(probe.rows, 1):
            for lookup, value in _own_lookups(probe, field, row):
                condition = {field.graphql_name: {lookup: value}}
                shape: Any = {"NOT": [{"NOT": [condition]}]} if probe.random.random() < 0.1 else condition
                answer = probe.list_by_graphql(filters=(kind, shape), pagination=_PAGE)
                served = f"{field.name} of row {probe.identity(row)} is served as {row.get(field.name)!r}"
                refused = f"{served}, and {lookup} refuses it:"
                if probe.expect(answer, 200, kind="typed filter by own value", detail=refused):
                    expect_found(probe, answer, row, f"typed filter {lookup}", served)


_PAGE = ("OffsetPaginationInput", {"offset": 0, "limit": 200})


def _own_lookups(probe: Probe, field: FieldSpec, row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    values = row.get(field.name)
    family = LOOKUP_FAMILIES[get_field_type(field.field).lookups]
    if isinstance(field.value_field, models.JSONField):
        if values is not None and "exact" in family:
            yield "exact", values
        return
    if values is None or (field.is_many and not values):
        yield "isNull", True
        return
    for value in probe.sample(values if field.is_many else [values], 1):
        if not probe.identifies(field, row, value) or _is_beyond_int(field, value):
            return
        possible = [("exact", value), ("inList", [value]), ("isNull", False), ("gte", value), ("range", [value, value])]
        is_plain = type(field.value_field).__module__.startswith("django.")
        if isinstance(value, str) and value and is_plain and not isinstance(field.value_field, models.FileField):
            possible += [("contains", value), ("iContains", value), ("startsWith", value), ("iEndsWith", value)]
        if _is_stored_as_null(field, value):  # NULL is neither less nor more than anything.
            possible = possible[:2]
        # A third party's field, such as an encrypted one, may have few of its family's lookups.
        fitting = [
            (lookup, operand)
            for lookup, operand in possible
            if lookup in family and offers_lookup(field.value_field, GRAPHQL_LOOKUPS[lookup])
        ]
        yield from probe.sample(fitting, 2)


def _is_beyond_int(field: FieldSpec, value: Any) -> bool:
    """Whether a column holds more than its field says: served as it is, but no ``Int`` that a client could send."""
    is_int = get_field_type(field.field).scalar is int
    return is_int and isinstance(value, int) and not -(2**31) <= value < 2**31


def verify_garbage_filters(probe: Probe) -> None:
    """Garbage in a filter is a 400 or matches nothing, never a 5xx; strict types refuse it."""
    if probe.manager_fails is not None:
        return
    for field in probe.sample_fields(probe.spec.fields):
        for garbage in probe.sample(QUERY_GARBAGE, 2):
            lookup = probe.random.choice(_LOOKUPS)
            for parameter in {f"{field.name}__exact", f"{field.name}__{lookup}"}:
                answer = probe.caller.get(probe.url, **{parameter: garbage})
                exact = parameter.endswith("__exact")
                if exact and must_refuse(field.value_field, garbage):
                    probe.expect(answer, 400, kind="garbage accepted")
                else:
                    probe.expect(answer, 200, 400)
        _verify_typed_garbage(probe, field)
    probe.expect(probe.caller.get(probe.url, _="123", nonsense__exact="1", pk__nonsense="x"), 200, 400)


def _verify_typed_garbage(probe: Probe, field: FieldSpec) -> None:
    family = LOOKUP_FAMILIES[get_field_type(field.field).lookups]
    lookup = probe.random.choice(family)
    for garbage in probe.sample(QUERY_GARBAGE, 1):
        operand: Any = [garbage] if lookup in ("inList", "range") else garbage
        probe.list_by_graphql(filters=(probe.spec.types["filter"], {field.graphql_name: {lookup: operand}}))
