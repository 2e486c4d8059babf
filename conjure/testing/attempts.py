"""One request for each thing that can be done with a model, through both faces."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from conjure.graphql.schema import get_schema
from conjure.specs.models import ModelSpec
from conjure.testing.requests import Answer, Caller


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A request, ``what`` the table calls it, and whether it is about one row, whose hooks may deny it."""

    what: str
    name: str
    send: Callable[[Caller], Answer]
    is_of_row: bool = False


# By operation: what the table calls it, the document after the name of the root field, and the variables.
_PK = {"pk": "ID!"}
_VALUES = {"values": "Values!"}
_PKS = {"pks": "[JSON]!"}
_ROOTS: Mapping[str, tuple[str, str, Mapping[str, str], str]] = {
    "retrieve": ("view", "query", _PK, "(pk: $pk) { __typename }"),
    "list": ("view", "query", {}, " { totalCount }"),
    "connection": ("view", "query", {}, "(first: 1) { totalCount }"),
    "aggregate": ("view", "query", {}, " { count }"),
    "autocomplete": ("view", "query", {}, " { hasMore }"),
    "related": ("view", "query", _PK, "(pk: $pk) { related { count } }"),
    "history": ("view", "query", _PK, "(pk: $pk) { totalCount }"),
    "create": ("add", "mutation", _VALUES, "(values: $values) { errors { code } }"),
    "update": ("change", "mutation", {**_PK, **_VALUES}, "(pk: $pk, values: $values) { errors { code } }"),
    "delete": ("delete", "mutation", _PK, "(pk: $pk) { errors { code } }"),
    "bulk_update": ("change", "mutation", {**_PKS, **_VALUES}, "(pks: $pks, values: $values) { errors { code } }"),
    "bulk_delete": ("delete", "mutation", _PKS, "(pks: $pks) { errors { code } }"),
    "operations": ("change", "mutation", {}, "(operations: $operations) { errors { code } }"),
    "action": ("action", "mutation", {"action": "String!", "pks": "JSON"}, "(action: $action, pks: $pks)"),
}
ATTEMPTED_ROOTS = frozenset(_ROOTS)
"""The root fields of a model that are tried, by operation."""


def attempts_at(spec: ModelSpec, pk: str | None) -> Iterator[Attempt]:
    """Every attempt at a model, and at its row of that key; nothing that is allowed is sent anything to write."""
    yield from _by_rest(spec, pk)
    schema = get_schema()
    for operation, root in spec.roots.items():
        if schema.has_root(root):  # Read-only models have no mutations.
            yield from _by_graphql(spec, operation, pk)


def _by_rest(spec: ModelSpec, pk: str | None) -> Iterator[Attempt]:
    url = f"r/{quote(spec.key)}/"
    requests: list[tuple[str, str, str, Any]] = [
        ("view", "GET", url, None),
        ("view", "GET", f"{url}autocomplete/", None),
        ("view", "GET", f"schema/{quote(spec.key)}/", None),
        ("add", "POST", url, {}),
        ("change", "POST", f"{url}bulk/", {"action": "update", "ids": [], "data": {}}),
        ("delete", "POST", f"{url}bulk/", {"action": "delete", "ids": []}),
        ("add", "POST", f"{url}bulk/", {"operations": [{"op": "create", "data": {}}]}),
        *((f"action {n}", "POST", f"{url}action/{quote(n, safe='')}/", {"ids": []}) for n in spec.config.actions),
    ]
    for what, method, path, body in requests:
        yield _rest(what, method, path, body)
    if pk is None:
        return
    row = f"{url}{quote(pk, safe='')}/"
    operations: dict[str, Any] = {"update": "change", "delete": "delete"}
    yield _rest("view", "GET", row, None, is_of_row=True)
    yield _rest("view", "GET", f"{row}related/", None, is_of_row=True)
    yield _rest("view", "GET", f"{row}history/", None, is_of_row=True)
    yield _rest("change", "PATCH", row, {}, is_of_row=True)
    yield _rest("delete", "DELETE", row, None, is_of_row=True)
    for op, what in operations.items():
        yield _rest(what, "POST", f"{url}bulk/", {"operations": [{"op": op, "pk": pk, "data": {}}]}, is_of_row=True)


def _rest(what: str, method: str, path: str, body: Any, *, is_of_row: bool = False) -> Attempt:
    def send(caller: Caller) -> Answer:
        return caller.send(method, path, body=body)

    return Attempt(what=what, name=f"{method} {path}", send=send, is_of_row=is_of_row)


def _by_graphql(spec: ModelSpec, operation: str, pk: str | None) -> Iterator[Attempt]:
    what, kind, declared, rest = _ROOTS[operation]
    types = dict(declared)
    values: dict[str, Any] = {"pk": pk, "values": {}, "pks": []}
    is_of_row = "pk" in types or operation == "operations"
    if is_of_row and pk is None:
        return
    if operation == "operations":
        types = {"operations": f"[{spec.types['operation']}!]!"}
        values["operations"] = [{"op": "update", "pk": pk, "values": {}}]
    head = f"({', '.join(f'${name}: {type_}' for name, type_ in types.items())})" if types else ""
    document = f"{kind} {head} {{ {spec.roots[operation]}{rest} }}"
    for action in spec.config.actions if operation == "action" else [None]:
        variables = {name: action if name == "action" else values[name] for name in types}
        yield Attempt(
            what=what if action is None else f"action {action}",
            name=f"GraphQL {operation}",
            send=lambda caller, variables=variables: caller.gql(document, **variables),  # type: ignore[misc]
            is_of_row=is_of_row,
        )
