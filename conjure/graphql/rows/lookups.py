"""The lookups that filters offer, by family of field, and how one lookup becomes a condition."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import connections, models, router
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import In
from django.utils import timezone

from conjure.conf import settings
from conjure.graphql.context import Context
from conjure.graphql.fields.bounds import holds_for_all
from conjure.graphql.fields.kinds import get_field_type, holds_lists, parse_value
from conjure.graphql.fields.trial import compare_safely
from conjure.graphql.rows.paths import Path, is_held_elsewhere, shown_hops
from conjure.graphql.rows.visible import all_rows
from conjure.orm.time_zones import knows_zone, on_day
from conjure.specs.fields import resolve_value_field, target_of
from conjure.specs.models import ModelSpec
from conjure.specs.origins import is_django_code
from conjure.values.comma_lists import split_list
from conjure.values.json_values import parse_json_text
from conjure.values.numbers import check_bounds, parse_boolean
from conjure.values.sources import QUERY_STRING, TYPED_FILTER, Source, ValueProblem
from conjure.values.times import parse_date

REST_LOOKUPS = ("exact", "in", "gte", "lte", "gt", "lt", "isnull", "icontains", "date")
_LISTS = {"in", "range"}
# The lookups that relations themselves have.
_RELATED_LOOKUPS = {"exact", "in", "gt", "gte", "lt", "lte", "isnull"}
_DATE_PARTS = {"year", "month", "day", "quarter", "week", "week_day", "hour", "minute", "second"}

GRAPHQL_LOOKUPS = {
    "exact": "exact",
    "inList": "in",
    "isNull": "isnull",
    "gt": "gt",
    "gte": "gte",
    "lt": "lt",
    "lte": "lte",
    "range": "range",
    "iExact": "iexact",
    "contains": "contains",
    "iContains": "icontains",
    "startsWith": "startswith",
    "iStartsWith": "istartswith",
    "endsWith": "endswith",
    "iEndsWith": "iendswith",
    "date": "date",
    "year": "year",
    "month": "month",
    "day": "day",
    "weekDay": "week_day",
    "hour": "hour",
    "minute": "minute",
}
"""GraphQL names (those of strawberry-django) to Django's. Regular expressions are left out on purpose:

on SQLite they run in this process, and one of them can hang it.
"""

_EQUAL = ("exact", "inList", "isNull")
_ORDERED = (*_EQUAL, "gt", "gte", "lt", "lte", "range")
_TEXT = ("iExact", "contains", "iContains", "startsWith", "iStartsWith", "endsWith", "iEndsWith")
LOOKUP_FAMILIES: dict[str, tuple[str, ...]] = {
    "boolean": ("exact", "isNull"),
    "number": _ORDERED,
    "text": (*_ORDERED, *_TEXT),
    "uuid": _EQUAL,
    "date": (*_ORDERED, "year", "month", "day", "weekDay"),
    "datetime": (*_ORDERED, "date", "year", "month", "day", "weekDay", "hour", "minute"),
    "time": (*_ORDERED, "hour", "minute"),
    "duration": _ORDERED,
    "json": ("exact", "isNull"),
    "list": ("exact", "isNull"),
    "opaque": ("isNull",),
}


def has_lookup(field: models.Field[Any, Any], lookup: str) -> bool:
    """Whether a field has one of the lookups of the REST contract."""
    if lookup == "date":
        return isinstance(field, models.DateTimeField)
    if lookup == "icontains" and field.is_relation:
        return False
    return _knows(field, lookup)


_COMPARISONS = {"gt", "gte", "lt", "lte", "range"}
# Django has the lookups, but PostgreSQL has no order for these.
_INCOMPARABLE = {"HStoreField"}


def _knows(field: models.Field[Any, Any], lookup: str) -> bool:
    try:
        if lookup in _COMPARISONS and field.get_internal_type() in _INCOMPARABLE:
            return False
        if (lookup in _COMPARISONS or lookup == "in") and not field.is_relation and holds_lists(field):
            return False
        return field.get_lookup(lookup) is not None
    except Exception:  # noqa: BLE001 - a third party's field, which may raise where it has no such lookup
        return False


def parse_operand(field: models.Field[Any, Any], lookup: str, raw: Any, source: Source = QUERY_STRING) -> Any:
    """The value to compare with. Raise ValueProblem for one that the field cannot take, or a lookup that it lacks."""
    is_transform = lookup == "date" or lookup in _DATE_PARTS
    if not (field.is_relation or is_transform or _knows(field, lookup)):
        raise ValueProblem(f"The lookup {lookup!r} is not available here.")
    if lookup == "isnull":
        return parse_boolean(raw, source)
    if lookup == "date":
        return parse_date(raw, source)
    if lookup in _LISTS:
        return _parse_list(field, lookup, raw, source)
    if lookup in _DATE_PARTS:
        return _parse_part(field, lookup, raw)
    if lookup.endswith(("contains", "startswith", "endswith", "iexact")):
        if not isinstance(raw, str):
            raise ValueProblem("Must be text.")
        # Checked as text, not parsed: a part of a value need not be a value.
        return parse_value(models.TextField(), raw, source)
    value = parse_value(field, raw, source)
    if value is None:
        return _json_null()
    if lookup != "exact" and is_stored_as_null(field, value):
        raise ValueProblem(_INCOMPARABLE_VALUE)
    return value


def _parse_part(field: models.Field[Any, Any], lookup: str, raw: Any) -> int:
    """The number of a year, a month, an hour."""
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= 9999:
        raise ValueProblem("Must be a whole number.")
    if lookup == "year":  # Years are compared by the days that they begin and end with.
        return check_bounds(raw, datetime.MINYEAR)
    if isinstance(field, models.DateTimeField):
        require_zones(router.db_for_read(field.model))
    return raw


def require_zones(using: str) -> None:
    """Raise ValueProblem where the database cannot convert times to the current time zone, and would find nothing."""
    if not knows_zone(using, timezone.get_current_timezone_name()):
        raise ValueProblem("The database knows no time zones: load them with mysql_tzinfo_to_sql.")


_INCOMPARABLE_VALUE = "Nothing can be compared with this value."


def shows_empty_text_as_null(field: models.Field[Any, Any]) -> bool:
    """Whether an empty text in the column is served as null, as that of a missing file is, or a custom field's."""
    if isinstance(field, models.FileField):
        return True
    if field.is_relation or is_django_code(type(field)):
        return False
    try:
        if field.get_internal_type() not in ("CharField", "TextField"):
            return False
        using, value = router.db_for_read(field.model), ""
        if hasattr(field, "from_db_value"):
            value = field.from_db_value(value, None, connections[using])
        if not is_django_code(field.descriptor_class):
            value = getattr(field.model.from_db(using, [field.attname], [value]), field.attname)
    except Exception:  # noqa: BLE001 - a third party's field
        return False
    return value is None


def is_stored_as_null(field: models.Field[Any, Any], value: Any) -> bool:
    """Whether a field stores a value as NULL, as some custom fields do with an empty text."""
    return value is not None and resolve_value_field(field).get_prep_value(value) is None


def _json_null() -> Any:
    """JSON's null, the only value that is parsed as None, as this version of Django writes it."""
    name = "JSONNull"  # New in Django 6.1, which warns about the older way.
    return getattr(models, name)() if hasattr(models, name) else models.Value(None, models.JSONField())


def _parse_list(field: models.Field[Any, Any], lookup: str, raw: Any, source: Source) -> list[Any]:
    items, source = _split(field, raw, source) if isinstance(raw, str) else (raw, source)
    if not isinstance(items, list) or (not items and isinstance(raw, str)):
        raise ValueProblem("Must be a list of values.")
    if len(items) > settings.BULK_MAX_ROWS:
        raise ValueProblem(f"No more than {settings.BULK_MAX_ROWS} values are allowed.")
    if lookup == "range" and len(items) != 2:
        raise ValueProblem("Must be a list of two values.")
    values = [parse_value(field, item, source) for item in items]
    if lookup == "range" and any(is_stored_as_null(field, value) for value in values):
        raise ValueProblem(_INCOMPARABLE_VALUE)
    return values


def _split(field: models.Field[Any, Any], raw: str, source: Source) -> tuple[Any, Source]:
    """The items of a list that was sent as one text, and how each of them is to be read."""
    if not source.json_texts or get_field_type(field).lookups != "json":
        return split_list(raw), source
    try:
        return parse_json_text(f"[{raw}]"), TYPED_FILTER
    except ValueProblem:  # Not JSON, or with nothing between two commas.
        return [part for part in raw.split(",") if part], source


def build_condition(context: Context, spec: ModelSpec, path: Path, lookup: str, operand: Any) -> Q:
    """The condition of one lookup. It repeats no row, and hidden rows on the way do not match.

    Raise ValueProblem for an operand that a third party's field, or the database for it, refuses.
    """
    shown = shown_hops(context, path)
    if lookup == "isnull" and (path.multivalued or is_held_elsewhere(path.field)):
        exists = _wrap(spec, Q(**{f"{path.name}__isnull": False}) & shown)
        return ~exists if operand else exists
    condition = compare_safely(spec.model, path.field, lambda: _compare(path, lookup, operand)) & shown
    return _wrap(spec, condition) if path.multivalued else condition


def _compare(path: Path, lookup: str, operand: Any) -> Q:
    if lookup == "isnull" and shows_empty_text_as_null(path.field):
        is_empty = Q(**{f"{path.name}__isnull": True}) | Q(**{path.name: Value("")})
        return is_empty if operand else ~is_empty
    if lookup == "date":
        return on_day(path.name, operand)
    if _is_json_on_mariadb(path.field):
        if lookup == "exact" and not hasattr(operand, "resolve_expression"):
            return _equals_json(path, operand)
        if lookup == "in" and path.field.get_lookup("in") is In:
            return any_of(_equals_json(path, value) for value in operand if value is not None)
    if lookup == "in" and any(is_stored_as_null(path.field, value) for value in operand):
        stored = [value for value in operand if not is_stored_as_null(path.field, value)]
        is_null = Q(**{f"{path.name}__isnull": True})
        if path.hops:  # Where there is no related row, its columns would be NULL too.
            is_null &= Q(**{f"{path.hops[-1][0]}__isnull": False})
        return Q(**{f"{path.name}__in": stored}) | is_null
    if holds_for_all(path.field, lookup, operand, router.db_for_read(path.field.model)):
        return Q(**{f"{path.name}__isnull": False})
    return Q(**{f"{_value_path(path, lookup)}__{lookup}": operand})


def _is_json_on_mariadb(field: models.Field[Any, Any]) -> bool:
    """Whether a column holds JSON as text, as MariaDB does, and can be compared as JSON: MariaDB 10.7 and newer."""
    if not isinstance(field, models.JSONField):
        return False
    connection: Any = connections[router.db_for_read(field.model)]
    is_mariadb = connection.vendor == "mysql" and connection.mysql_is_mariadb
    return bool(is_mariadb and connection.mysql_version >= (10, 7))


def _equals_json(path: Path, value: Any) -> Q:
    """Equality of JSON values: Django has MariaDB compare their texts, in which 1 is not 1.0 but "1"."""
    encoded = path.field.get_db_prep_value(value, connections[router.db_for_read(path.field.model)])
    are_equal = Func(F(path.name), Value(encoded), function="JSON_EQUALS", output_field=models.BooleanField())
    # NULL where there is no value: without this neither the condition nor its negation would find the row.
    return Q(Coalesce(are_equal, Value(False)))


def _value_path(path: Path, lookup: str) -> str:
    """The path to the column that is compared: relations have few lookups, the columns that they point to have all."""
    name = path.name
    field: Any = path.field
    if is_held_elsewhere(field):
        # The links may hold another column than the key of the rows that they lead to.
        name, field = f"{name}__pk", field.related_model._meta.pk
    while field.is_relation and lookup not in _RELATED_LOOKUPS:
        target = target_of(field)
        if target is None:
            break
        name, field = f"{name}__{target.name}", target
    return name


def _wrap(spec: ModelSpec, condition: Q) -> Q:
    """The condition as a subquery over pks: a join to many rows would repeat the row."""
    return Q(pk__in=all_rows(spec.model).filter(condition).order_by().values("pk"))


def any_of(conditions: Iterable[Q]) -> Q:
    """The conditions joined by OR; none of them match nothing."""
    joined = Q()
    for condition in conditions:
        joined |= condition
    return joined or Q(pk__in=[])
