"""Records: rows of an answer that are not rows of a model, completed by picking what the document asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLObjectType, get_named_type


class Record(dict[str, Any]):
    """A dict by GraphQL field name. Its values are JSON-ready, or ``Records``."""


class Records(list[dict[str, Any]]):
    """Dicts by GraphQL field name, with values that are JSON-ready."""


class CompletedRow(dict[str, Any]):
    """The response object of a model's row, made before any executor comes to it."""


def resolve_from_record(record: dict[str, Any], info: Any) -> Any:
    """The resolver of a record type's fields, for any executor."""
    return record[info.field_name]


# Gives what a document asks for at one place: field details by key in the response.
Collect = Callable[[GraphQLObjectType, Any], dict[str, Any]]


def pick(record: Record, object_type: GraphQLObjectType, details: Any, collect: Collect) -> dict[str, Any] | None:
    """The response object of a record; None where the document asks for more than the record holds."""
    picked: dict[str, Any] = {}
    for key, field_details in collect(object_type, details).items():
        name = field_details[0].node.name.value
        if name not in record:
            return None
        value = record[name]
        if type(value) is Records:
            item_type: Any = get_named_type(object_type.fields[name].type)
            value = pick_all(value, collect(item_type, field_details))
            if value is None:
                return None
        picked[key] = value
    return picked


def pick_all(records: Records, fields: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The response objects of the records; None where the document asks for more than they hold."""
    pairs = [(key, details[0].node.name.value) for key, details in fields.items()]
    if records and any(name not in records[0] for _, name in pairs):
        return None
    return [{key: record[name] for key, name in pairs} for record in records]
