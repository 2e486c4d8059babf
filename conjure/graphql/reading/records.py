"""Records: rows of an answer that are not rows of a model, completed by picking what the document asks for."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLObjectType, get_nullable_type, is_leaf_type


class Records(list[dict[str, Any]]):
    """Dicts by GraphQL field name, with values that are JSON-ready."""


class CompletedRow(dict[str, Any]):
    """The response object of a model's row, made before any executor comes to it."""


def resolve_from_record(record: dict[str, Any], info: Any) -> Any:
    """The resolver of a record type's fields, for any executor."""
    return record[info.field_name]


def pick(records: Records, item_type: GraphQLObjectType, grouped_fields: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The response objects of the records; None where the document asks for more than their plain values."""
    pairs = []
    for key, details in grouped_fields.items():
        name = details[0].node.name.value
        definition = item_type.fields.get(name)
        if definition is None or not is_leaf_type(get_nullable_type(definition.type)):
            return None
        pairs.append((key, name))
    return [{key: record[name] for key, name in pairs} for record in records]
