"""Aggregates: counts, sums, averages and extremes of rows by group, in one query."""

from __future__ import annotations

import enum
import logging
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, models, router
from django.db.models import Avg, Count, F, Max, Min, Q, Sum
from django.db.models.expressions import OrderBy
from django.db.models.functions import Trunc
from django.utils import timezone

from conjure.conf import settings
from conjure.exceptions import ConjureError, ForbiddenError, InvalidError
from conjure.graphql.aggregates.reading import read_groups, read_totals
from conjure.graphql.context import Context
from conjure.graphql.fields.bounds import holds_for_all
from conjure.graphql.fields.kinds import get_field_type, parse_value
from conjure.graphql.fields.trial import compares_as_django, is_connection_lost, survive_failure
from conjure.graphql.rows.lookups import require_zones
from conjure.graphql.rows.pages import Page
from conjure.graphql.rows.visible import Rows, all_rows
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec
from conjure.values.sources import TYPED_FILTER, ValueProblem


class DatePart(enum.Enum):
    """The periods that dates are grouped by; the key of a group is the start of its period."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    HOUR = "hour"


class Function(enum.Enum):
    """What is computed over the rows of a group."""

    COUNT = "count"
    COUNT_DISTINCT = "count_distinct"
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"


_SUMMABLE = (
    models.IntegerField,
    models.FloatField,
    models.DecimalField,
    models.DurationField,
)
_GROUPABLE = {"text", "number", "boolean", "uuid", "date", "datetime", "time", "duration"}
# PostgreSQL has no smallest Boolean or UUID.
_ORDERED = _GROUPABLE - {"boolean", "uuid"}
COMPARISONS = ("exact", "gt", "gte", "lt", "lte")


def can_group(spec: FieldSpec) -> bool:
    """Whether rows can be grouped by a field, and its distinct values be counted."""
    return not (spec.is_many or spec.is_secret) and get_field_type(spec.field).lookups in _GROUPABLE


def can_sum(spec: FieldSpec) -> bool:
    """Whether a field's values can be added up: numbers and durations that are not keys."""
    is_key = spec.is_pk or spec.field.is_relation
    return not is_key and can_group(spec) and isinstance(spec.value_field, _SUMMABLE)


def can_order(spec: FieldSpec) -> bool:
    """Whether a field has a smallest and a largest value."""
    return can_group(spec) and get_field_type(spec.field).lookups in _ORDERED


@dataclass(frozen=True)
class Measure:
    """A function of a field's values, or the count of rows."""

    function: Function
    field: FieldSpec | None = None

    def expression(self) -> Any:
        """The aggregate for the ORM."""
        if self.field is None:
            return Count("*")
        name = self.field.attname
        match self.function:
            case Function.COUNT:
                return Count(name)
            case Function.COUNT_DISTINCT:
                return Count(name, distinct=True)
            case Function.SUM:
                # A sum of integers may be larger than their column: Django would compare it with nothing beyond that.
                is_integer = isinstance(self.field.value_field, models.IntegerField)
                return Sum(name, output_field=self.output_field()) if is_integer else Sum(name)
            case Function.AVG:
                return Avg(name)
            case Function.MIN:
                return Min(name)
        return Max(name)

    def output_field(self) -> models.Field[Any, Any]:
        """The field whose values the result is one of."""
        if self.field is None or self.function in (Function.COUNT, Function.COUNT_DISTINCT):
            return models.BigIntegerField()
        source = self.field.value_field
        if self.function not in (Function.SUM, Function.AVG):
            return source
        if isinstance(source, models.DecimalField):
            return models.DecimalField(max_digits=None, decimal_places=source.decimal_places)
        if isinstance(source, models.IntegerField):
            return models.FloatField() if self.function is Function.AVG else models.BigIntegerField()
        return source

    def clean(self, value: Any) -> Any:
        """A result with as many places as the field has: SQLite adds decimals up as floats."""
        places = getattr(self.output_field(), "decimal_places", None)
        if isinstance(value, Decimal) and places is not None:
            return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        return value


@dataclass(frozen=True)
class Grouping:
    """A field that rows are grouped by, dates by a period."""

    field: FieldSpec
    part: DatePart | None = None

    def expression(self) -> Any:
        """What the ORM groups by."""
        if self.part is None:
            return F(self.field.attname)
        is_aware = isinstance(self.field.value_field, models.DateTimeField) and timezone.is_aware(timezone.now())
        zone = timezone.get_current_timezone() if is_aware else None
        return Trunc(self.field.attname, self.part.value, tzinfo=zone)


@dataclass(frozen=True)
class Having:
    """A condition on a group."""

    measure: Measure
    lookup: str
    operand: Any


@dataclass(frozen=True)
class GroupOrder:
    """What groups are put in the order of: a measure or a key."""

    by: Measure | Grouping
    descending: bool = False
    nulls_first: bool | None = None
    nulls_last: bool | None = None


@dataclass(kw_only=True)
class AggregateQuery:
    """What is asked of the rows of one model, every part of it checked."""

    groups: list[Grouping] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    having: list[Having] = field(default_factory=list)
    ordering: list[GroupOrder] = field(default_factory=list)
    page: Page | None = None

    @cached_property
    def names(self) -> dict[Measure | Grouping, str]:
        """The names of keys and measures in the query; numbered, so that they meet no field's name."""
        asked = [*self.groups, *self.measures, *(h.measure for h in self.having), *(o.by for o in self.ordering)]
        return {part: f"_conjure_{number}" for number, part in enumerate(dict.fromkeys(asked))}


Record = dict[Measure | Grouping, Any]
"""One group: its keys and its measures."""


def compute(context: Context, spec: ModelSpec, rows: Rows, query: AggregateQuery) -> list[Record]:
    """The groups of the rows, in one query. Without groupings: one group of all rows, even where there are none.

    Raise InvalidError where a third party's field, or the database for it, refuses what is asked of its values.
    """
    has_own = any(_is_own(part) for part in query.names)
    try:
        with survive_failure(rows.db) if has_own else nullcontext():
            return _compute(_without_joins(spec, rows), query, spec.key)
    except ConjureError:
        raise
    except DatabaseError as error:
        if "integer overflow" in str(error):  # SQLite's sums have 64 bits.
            raise InvalidError("A sum is too large.") from error
        is_away = isinstance(error, OperationalError)
        is_away |= isinstance(error, InterfaceError) and is_connection_lost(rows.db)
        if is_away or not has_own:
            raise
        raise _refused(query) from None
    except Exception:  # A third party's field.
        logging.getLogger(settings.LOGGER_NAME).exception("Aggregates of %s cannot be read.", spec.key)
        raise _refused(query) from None


def _is_own(part: Measure | Grouping) -> bool:
    """Whether a third party's code, or a type that only the project knows, decides what becomes of a part's values."""
    return part.field is not None and not compares_as_django(part.field.value_field)


def _refused(query: AggregateQuery) -> InvalidError:
    """The error of values that were compared with one that they cannot be compared with, or cannot be computed."""
    if any(_is_own(having.measure) for having in query.having):
        return InvalidError({"having": ["These values cannot be computed, or not be compared with this one."]})
    return InvalidError("Some of these values cannot be computed or read from the database.")


def _compute(rows: Rows, query: AggregateQuery, label: str) -> list[Record]:
    names = query.names
    measures = {part: name for part, name in names.items() if isinstance(part, Measure)}
    expressions = {name: measure.expression() for measure, name in measures.items()}
    if not query.groups:
        return [_read(names, read_totals(rows.order_by(), expressions, label) if expressions else {})]
    keys = {names[group]: group.expression() for group in query.groups}
    grouped = rows.order_by().values(**keys).annotate(**expressions)
    if query.having:
        grouped = grouped.filter(*(_build_condition(names[c.measure], c, rows.db) for c in query.having))
    grouped = grouped.order_by(*_order_terms(query))
    if query.page is not None:
        grouped = grouped[query.page.offset : query.page.offset + query.page.limit]
    return [_read(names, record) for record in read_groups(grouped, names.values(), label)]


def _build_condition(name: str, having: Having, using: str) -> Q:
    if holds_for_all(having.measure.output_field(), having.lookup, having.operand, using):
        return Q((f"{name}__isnull", False))
    return Q((f"{name}__{having.lookup}", having.operand))


def _without_joins(spec: ModelSpec, rows: Rows) -> Rows:
    """The rows without joins, groups and annotations of their own, which would change the sums."""
    query = rows.query
    joined = sum(1 for alias in query.alias_map if query.alias_refcount[alias]) > 1
    if query.distinct or query.annotations or query.combinator or query.is_sliced or joined:
        return all_rows(spec.model).using(rows.db).filter(pk__in=rows.order_by().values("pk"))
    return rows


def _order_terms(query: AggregateQuery) -> list[OrderBy]:
    first: dict[Measure | Grouping, GroupOrder] = {}  # What comes a second time changes nothing.
    for order in query.ordering:
        first.setdefault(order.by, order)
    terms = [
        OrderBy(
            F(query.names[order.by]),
            descending=order.descending,
            nulls_first=order.nulls_first,
            nulls_last=order.nulls_last,
        )
        for order in first.values()
    ]
    # The keys are unique, so that pages never overlap.
    return [*terms, *(OrderBy(F(query.names[group])) for group in query.groups)]


def _read(names: Mapping[Measure | Grouping, str], record: Mapping[str, Any]) -> Record:
    return {
        part: part.clean(record[name]) if isinstance(part, Measure) else record[name]
        for part, name in names.items()
        if name in record
    }


# Parts of a query, checked. Each raises InvalidError, keyed by the argument that it stands in.


def check_field(context: Context, spec: ModelSpec, found: FieldSpec) -> FieldSpec:
    """The field. Raise ForbiddenError where this request may not see it."""
    if found.name in context.excluded(spec):
        message = f"You may not see the field {found.name} of {spec.verbose_name_plural}."
        raise ForbiddenError(message, rule=context.hiding_rule(spec, found))
    return found


def build_grouping(found: FieldSpec, part: DatePart | None, argument: str = "groupBy") -> Grouping:
    """A grouping by a field, or by a period of it."""
    if not can_group(found):
        raise InvalidError({argument: [f"Rows cannot be grouped by {found.name}."]})
    if part is not None:
        family = get_field_type(found.field).lookups
        periods = [DatePart.HOUR] if family == "time" else [p for p in DatePart if p is not DatePart.HOUR]
        periods += [DatePart.HOUR] if family == "datetime" else []
        if family not in ("date", "datetime", "time") or part not in periods:
            raise InvalidError({argument: [f"{found.name} has no {part.value}s."]})
        if family == "datetime":
            try:
                require_zones(router.db_for_read(found.field.model))
            except ValueProblem as problem:
                raise InvalidError({argument: [str(problem)]}) from problem
    return Grouping(found, part)


def build_measure(function: Function, found: FieldSpec | None, argument: str) -> Measure:
    """A function of a field; of none, the count of rows."""
    if found is None:
        if function is not Function.COUNT:
            raise InvalidError({argument: [f"{function.name} needs a field."]})
        return Measure(function)
    allowed = can_group(found)
    if function in (Function.SUM, Function.AVG):
        allowed = can_sum(found)
    elif function in (Function.MIN, Function.MAX):
        allowed = can_order(found)
    if not allowed:
        raise InvalidError({argument: [f"{function.name} cannot be computed of {found.name}."]})
    return Measure(function, found)


def build_having(measure: Measure, comparisons: Mapping[str, Any]) -> list[Having]:
    """The conditions on a measure, by lookup: ``{"gt": 5}``."""
    conditions = []
    for lookup, raw in comparisons.items():
        if lookup not in COMPARISONS:
            raise InvalidError({"having": [f"{lookup} is none of {', '.join(COMPARISONS)}."]})
        if raw is None:
            continue
        try:
            conditions.append(Having(measure, lookup, parse_value(measure.output_field(), raw, TYPED_FILTER)))
        except ValueProblem as problem:
            raise InvalidError({f"having.{lookup}": [str(problem)]}) from None
    return conditions


def require_distinct(groups: Iterable[Grouping]) -> None:
    """Raise InvalidError where a field is named twice: a group has one key of each."""
    names = [group.field.name for group in groups]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise InvalidError({"groupBy": [f"{name} is named twice." for name in twice]})
