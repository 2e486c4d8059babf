"""The scalars beyond GraphQL's own. Their values are JSON-ready before they get here, and are passed on as they are."""

from __future__ import annotations

from typing import Any

import strawberry
from graphql import FloatValueNode, GraphQLError, ListValueNode, ObjectValueNode, ValueNode, value_from_ast_untyped
from strawberry.types.scalar import ScalarDefinition

from conjure.encoding import parse_number
from conjure.graphql.fields.scalars import (
    BigInt,
    DateText,
    DateTimeText,
    DecimalText,
    DurationText,
    JSONValue,
    Parameters,
    TimeText,
    Upload,
    UUIDText,
    Values,
)
from conjure.values.numbers import parse_integer
from conjure.values.sources import TYPED_FILTER, ValueProblem

ID = strawberry.ID
"""GraphQL's own type of keys, for those who declare arguments without Strawberry."""


def _pass_on(value: object) -> object:
    return value


def _parse_text(name: str) -> Any:
    def parse(value: object) -> str:
        if not isinstance(value, str):
            raise GraphQLError(f"{name} cannot represent {type(value).__name__}; send a string.")
        return value

    return parse


def _parse_number(name: str) -> Any:
    def parse(value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise GraphQLError(f"{name} cannot represent {type(value).__name__}.")
        return value

    return parse


def _parse_big_int(value: object) -> int:
    try:
        if isinstance(value, int | str):
            return parse_integer(value, TYPED_FILTER)
    except ValueProblem:
        pass
    raise GraphQLError("BigInt cannot represent this value; send a whole number.")


def _parse_object(name: str) -> Any:
    def parse(value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise GraphQLError(f"{name} must be an object.")
        return value

    return parse


def _scalar(name: str, description: str, parse_value: Any = None, url: str | None = None) -> ScalarDefinition:
    parse = parse_value or _pass_on

    def parse_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> Any:
        try:
            return parse(read_literal(node, variables))
        except GraphQLError as problem:
            raise GraphQLError(problem.message, node) from None  # graphql-core does not say where by itself.

    return strawberry.scalar(
        name=name,
        description=description,
        parse_value=parse,
        parse_literal=parse_literal,
        specified_by_url=url,
    )


def read_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> Any:
    """The value of a literal, as graphql-core has it, except that numbers remember their text, as those of JSON do."""
    match node:
        case FloatValueNode():
            try:
                return parse_number(node.value)
            except ValueError:
                raise GraphQLError(f"{node.value[:100]} is too large.") from None
        case ListValueNode():
            return [read_literal(item, variables) for item in node.values]
        case ObjectValueNode():
            return {field.name.value: read_literal(field.value, variables) for field in node.fields}
    return value_from_ast_untyped(node, variables)


SCALAR_MAP: dict[object, ScalarDefinition] = {
    BigInt: _scalar("BigInt", "A whole number of up to 64 bits.", _parse_big_int),
    DecimalText: _scalar("Decimal", "A decimal number as a string with all its places.", _parse_number("Decimal")),
    DateText: _scalar("Date", "A date, YYYY-MM-DD (ISO 8601).", _parse_text("Date")),
    DateTimeText: _scalar(
        "DateTime", "A date and time in the current time zone, ISO 8601, Z for UTC.", _parse_text("DateTime")
    ),
    TimeText: _scalar("Time", "A time of day, HH:MM:SS[.uuuuuu] (ISO 8601).", _parse_text("Time")),
    DurationText: _scalar("Duration", "A duration, [DD] [HH:[MM:]]ss[.uuuuuu].", _parse_text("Duration")),
    UUIDText: _scalar(
        "UUID",
        "A universally unique identifier.",
        _parse_text("UUID"),
        "https://datatracker.ietf.org/doc/html/rfc9562",
    ),
    JSONValue: _scalar("JSON", "Any JSON value.", None, "https://datatracker.ietf.org/doc/html/rfc8259"),
    Parameters: _scalar(
        "Parameters",
        'List parameters as a REST query string has them: an object of strings, such as {status: "paid"}.',
        _parse_object("Parameters"),
    ),
    Values: _scalar(
        "Values",
        "A row's values by the model's own field names, read as leniently as forms are.",
        _parse_object("Values"),
    ),
    Upload: _scalar("Upload", "A file, sent as a part of a multipart request."),
}
