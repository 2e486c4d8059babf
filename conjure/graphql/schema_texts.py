"""What the schema says of the types, fields, arguments and values that are described nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    is_introspection_type,
)

from conjure.graphql.types.aggregates import enum_value
from conjure.graphql.types.texts import describe_field, describe_keys
from conjure.specs.models import ModelSpec, SpecSet

# Of a model, by what the type is for.
_TYPES = {
    "row": "One of the {many}.",
    "list": "A page of {many}.",
    "connection": "{Many} by cursor.",
    "edge": "One of the {many}, and its cursor.",
    "filter": "Conditions on {many}. All that one object says must hold.",
    "order": "What {many} are ordered by: each object names one field.",
    "field": "The fields of {many} that aggregates take.",
    "group": "A group of {many}, and what was computed of it.",
    "group_by": "What {many} are grouped by.",
    "having": "A condition on what was computed of a group of {many}.",
    "group_order": "What groups of {many} are ordered by.",
    "values": "Values of {many}: those that a group has in common, its smallest or its largest.",
    "sums": "Sums over {many}.",
    "averages": "Averages over {many}.",
}
_SHARED_TYPES = {
    "Query": "All that can be read.",
    "Mutation": "All that can be changed. Mutations of one document run in order, each by itself.",
    "Ordering": "A direction, and where rows without a value stand.",
}
_LOOKUPS_SUFFIX = "FilterLookup"
# Arguments, and fields that have the same name and meaning wherever they occur.
_MEMBERS = {
    "AND": "More conditions, which must hold too.",
    "OR": "Other conditions, of which one suffices.",
    "NOT": "Conditions that must not hold.",
    "action": "The name of the action, as conjureModel lists it.",
    "add": "Keys of rows to link.",
    "after": "Begin behind this cursor.",
    "allFiltered": "Take all rows that filters and search leave, in place of pks.",
    "before": "End before this cursor.",
    "bounds": "Describe the smallest and the largest number of a field too.",
    "data": "The values.",
    "deleted": "How many rows were deleted.",
    "direction": "Which way.",
    "edges": "The rows of the page, each with its cursor.",
    "cursor": "The place of the row in this order, to begin a page behind it.",
    "node": "The row.",
    "endCursor": "The cursor of the last row of the page.",
    "startCursor": "The cursor of the first row of the page.",
    "hasNextPage": "Whether there are rows behind the page.",
    "hasPreviousPage": "Whether there are rows before the page.",
    "errors": "Why nothing was saved; empty if it was.",
    "expectedCount": "How many rows are meant: if there is another number, nothing is done.",
    "expectedVersion": "Write only a row that still has this version, as its _version said.",
    "field": "Which field.",
    "filters": "Keep the rows for which this holds.",
    "first": "How many rows, from the beginning.",
    "last": "How many rows, from the end.",
    "function": "What was computed.",
    "groupBy": "What makes a group; without it, all rows are one.",
    "having": "Keep the groups for which this holds.",
    "input": "What the action's form asks for, by name.",
    "limit": "How many rows at most.",
    "messages": "What is wrong, in the language of the request.",
    "model": "The model, such as shop.Order.",
    "name": "The name.",
    "offset": "How many rows to pass over.",
    "operations": "What to write, in order.",
    "op": "create, update or delete.",
    "ordering": "In which order; left out, in the model's own.",
    "page": "Which page, from 1.",
    "pageInfo": "Where the page stands.",
    "pagination": "Which page, by offset and limit.",
    "part": "Which part of a date, such as its month; left out, the whole value.",
    "pk": "The primary key.",
    "pks": "Primary keys.",
    "protected": "Rows that must go before this one can be deleted.",
    "q": "A text that the choices contain.",
    "related": "How many rows of each model a delete would delete too.",
    "remove": "Keys of rows to unlink.",
    "result": "What was saved.",
    "results": "The rows, in order.",
    "search": "Keep the rows in which a search field contains this text.",
    "set": "The keys of all rows to be linked, in place of those that are.",
    "toField": "Give the values of this field in place of primary keys, for foreign keys that point to it.",
    "totalCount": "How many rows there are, on all pages.",
    "updated": "How many rows were found, changed or not.",
    "values": "The values by the names that the model gives its fields, in place of data.",
    "actionDisplay": "What was done, for people.",
    "actor": "Who did it.",
    "createdAt": "When.",
    "id": "The key.",
    "objectRepr": "What people called the row then.",
    "code": "What kind of error.",
    "count": "How many.",
    "countDistinct": "How many different values.",
    "min": "The smallest values.",
    "max": "The largest values.",
    "sum": "The sums.",
    "avg": "The averages.",
    "hasMore": "Whether there are more choices.",
    "label": "What people read.",
    "value": "What is sent for it.",
    "verboseName": "The name for people.",
}
_VALUES = {
    "ASC": "From the smallest to the largest.",
    "ASC_NULLS_FIRST": "From the smallest to the largest, rows without a value first.",
    "ASC_NULLS_LAST": "From the smallest to the largest, rows without a value last.",
    "DESC": "From the largest to the smallest.",
    "DESC_NULLS_FIRST": "From the largest to the smallest, rows without a value first.",
    "DESC_NULLS_LAST": "From the largest to the smallest, rows without a value last.",
    "COUNT": "The number of rows.",
    "COUNT_DISTINCT": "The number of different values.",
    "SUM": "The sum.",
    "AVG": "The average.",
    "MIN": "The smallest value.",
    "MAX": "The largest value.",
    "YEAR": "The year.",
    "QUARTER": "The quarter.",
    "MONTH": "The month.",
    "WEEK": "The week, by ISO 8601.",
    "DAY": "The day.",
    "HOUR": "The hour.",
}
_LOOKUPS = {
    "exact": "Is equal to this.",
    "iExact": "Is equal to this, regardless of case.",
    "contains": "Contains this.",
    "iContains": "Contains this, regardless of case.",
    "startsWith": "Begins with this.",
    "iStartsWith": "Begins with this, regardless of case.",
    "endsWith": "Ends with this.",
    "iEndsWith": "Ends with this, regardless of case.",
    "regex": "Matches this pattern.",
    "iRegex": "Matches this pattern, regardless of case.",
    "gt": "Is greater than this.",
    "gte": "Is this or greater.",
    "lt": "Is less than this.",
    "lte": "Is this or less.",
    "inList": "Is one of these.",
    "isNull": "Has no value, or, with false, has one.",
    "range": "Lies between these two, or is one of them.",
    "some": "At least one row matches.",
    "every": "All rows match.",
    "none": "No row matches.",
    "date": "Its date.",
    "time": "Its time.",
    "day": "Its day of the month.",
    "hour": "Its hour.",
    "minute": "Its minute.",
    "second": "Its second.",
    "month": "Its month, from 1.",
    "quarter": "Its quarter, from 1.",
    "week": "Its week by ISO 8601.",
    "weekDay": "Its day of the week: Sunday is 1.",
    "isoWeekDay": "Its day of the week: Monday is 1.",
    "year": "Its year.",
    "isoYear": "The year that its week belongs to, by ISO 8601.",
}


def describe_schema(core: GraphQLSchema, specs: SpecSet) -> None:
    """Describe what has no description yet, in place."""
    texts = _texts_of_types(specs)
    members = _texts_of_members(specs)
    for name, each in core.type_map.items():
        if is_introspection_type(each):
            continue
        if not each.description:
            each.description = texts.get(name) or _describe_lookups(name)
        if isinstance(each, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            own = members.get(name, {})
            _describe(each.fields, own if isinstance(each, GraphQLObjectType) else {**_LOOKUPS, **own})
            for field in each.fields.values():
                _describe(getattr(field, "args", {}), {})
        elif isinstance(each, GraphQLEnumType):
            _describe(each.values, {**_VALUES, **members.get(name, {})})


def _describe(members: Mapping[str, Any], own: Mapping[str, str]) -> None:
    for name, member in members.items():
        if not member.description:
            member.description = own.get(name) or _MEMBERS.get(name)


def _describe_lookups(name: str) -> str | None:
    if not name.endswith(_LOOKUPS_SUFFIX):
        return None
    return f"Conditions on one value of type {name.removesuffix(_LOOKUPS_SUFFIX)}. All that are named must hold."


def _texts_of_types(specs: SpecSet) -> dict[str, str]:
    texts = dict(_SHARED_TYPES)
    for spec in specs:
        many = spec.verbose_name_plural
        names = {"many": many, "Many": many[:1].upper() + many[1:]}
        texts |= {spec.types[use]: text.format(**names) for use, text in _TYPES.items()}
    return texts


def _texts_of_members(specs: SpecSet) -> dict[str, dict[str, str]]:
    """By the name of a model's type, what its members are."""
    found: dict[str, dict[str, str]] = {}
    for spec in specs:
        texts = dict(_texts_of_fields(spec))
        found |= dict.fromkeys(spec.types.values(), texts)
    return found


def _texts_of_fields(spec: ModelSpec) -> Iterable[tuple[str, str]]:
    yield spec.graphql_label, f"What people call this {spec.verbose_name}."
    for field in spec.fields:
        text = describe_field(field)
        yield from ((name, text) for name in (field.name, field.graphql_object) if name)
        yield enum_value(field), text
        yield field.graphql_name, describe_keys(field) if field.graphql_object else text
        if field.graphql_label:
            yield field.graphql_label, f"What people call the {field.verbose_name}."
        if field.graphql_display:
            yield field.graphql_display, f"What people read for the {field.verbose_name}."
    for reverse in spec.reverse:
        other = reverse.related_model._meta
        name = other.verbose_name if reverse.is_single else other.verbose_name_plural
        yield reverse.graphql_name, f"The {name} of this {spec.verbose_name}."
