"""The operation that a client sends: the members of a GraphQL-over-HTTP request, checked for their types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conjure.encoding import NOT_STORABLE, is_storable, parse_json
from conjure.exceptions import InvalidError


@dataclass(frozen=True, kw_only=True)
class ClientOperation:
    """A document, or the hash of one in ``extensions``, with its variables and the name of the operation in it."""

    query: str | None
    variables: dict[str, Any] = field(default_factory=dict)
    operation_name: str | None = None
    extensions: dict[str, Any] = field(default_factory=dict)


def parse_operation(payload: Any) -> ClientOperation:
    """The operation of a JSON body. Raise InvalidError for anything but one object with members of the right types."""
    if isinstance(payload, list):
        raise InvalidError("Batches are not accepted: send one operation.")
    if not isinstance(payload, dict):
        raise InvalidError("The body must be a JSON object.")
    return ClientOperation(
        query=_text(payload, "query"),
        variables=_object(payload, "variables"),
        operation_name=_text(payload, "operationName") or None,
        extensions=_object(payload, "extensions"),
    )


def parse_query_string(parameters: Mapping[str, str]) -> ClientOperation:
    """The operation of a GET request. Raise InvalidError as ``parse_operation`` does."""
    payload: dict[str, Any] = {name: parameters[name] for name in ("query", "operationName") if name in parameters}
    for name in ("variables", "extensions"):
        if parameters.get(name):
            payload[name] = parse_json(parameters[name])
    for value in (*payload, *payload.values()):
        if isinstance(value, str) and not is_storable(value):
            raise InvalidError(NOT_STORABLE)
    return parse_operation(payload)


def _text(payload: dict[str, Any], name: str) -> str | None:
    value = payload.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidError({name: ["Must be a string."]})
    return value


def _object(payload: dict[str, Any], name: str) -> dict[str, Any]:
    value = payload.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidError({name: ["Must be an object."]})
    return value
