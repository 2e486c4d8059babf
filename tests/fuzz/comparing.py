"""The same asked of both faces: values must be equal, and statuses must be those of the error codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any, Protocol
from urllib.parse import quote

from conjure.exceptions import STATUSES
from conjure.specs.models import ModelSpec
from tests.fuzz.project import Person
from tests.fuzz.sending import Answer, Call, by_graphql, by_rest

# Different each time that a row is written.
_TIMES = {"created_at", "updated_at", "joined_at"}


class Send(Protocol):
    """Sends a call and keeps its answer."""

    def __call__(self, person: Person, call: Call, *, undo: bool = False) -> Answer: ...


def _statuses(answer: Answer) -> set[int]:
    """The statuses that REST may have for what GraphQL answered."""
    if answer.ok:
        return {200, 201, 204}
    if answer.status >= 400:
        return {answer.status}
    codes = [error.get("extensions", {}).get("code") for error in answer.errors]
    found = {int(STATUSES[code]) for code in codes if code in STATUSES}
    found |= {400} if any(code not in STATUSES for code in codes) else set()
    return found | ({413} if "LIMITED" in codes else set())


def compare_reads(send: Send, person: Person, spec: ModelSpec, keys: Sequence[str], random: Random) -> list[str]:
    """What differs between the list and one row of each face; REST's filter is written as GraphQL's own here."""
    names = spec.row_names(frozenset())
    column = random.choice([field for field in spec.fields if not field.is_many])
    is_down = random.random() < 0.5
    query = {"ordering": f"{'-' if is_down else ''}{column.name},{spec.pk_name}", "page_size": "50"}
    rest = send(person, by_rest("GET", f"r/{spec.key}/", query))
    shown = list(rest.json["results"][0]) if rest.status == 200 and rest.json["results"] else [spec.pk_name]
    selection = " ".join(f"{name if name.isascii() else 'x'}: {graphql}" for name, graphql in names if name in shown)
    key = spec.by_name[spec.pk_name].graphql_name
    direction = "DESC" if is_down else "ASC"
    # REST ignores an order by a column that this user may not see; GraphQL refuses it.
    first = f"{{{column.graphql_name}: {direction}}}, " if column.name in shown else ""
    ordering = f"[{first}{{{key}: ASC}}]"
    root = spec.roots["list"]
    page = f"ordering: {ordering}, pagination: {{limit: 50}}"
    asked = f"{{ rows: {root}({page}) {{ totalCount results {{ {selection} }} }} }}"
    graphql = send(person, by_graphql(asked))
    found = list(_unequal_status(rest, graphql, f"list of {spec.key}"))
    if rest.status == 200 and graphql.ok:
        rows = graphql.json["data"]["rows"]
        if rest.json["count"] != rows["totalCount"]:
            found.append(f"the count of {spec.key} is not the same on both faces")
        found += _unequal_rows(rest.json["results"], rows["results"], f"list of {spec.key}")
    if keys:
        found += _compare_row(send, person, spec, random.choice(keys), selection)
    return found


def _compare_row(send: Send, person: Person, spec: ModelSpec, key: str, selection: str) -> Iterator[str]:
    rest = send(person, by_rest("GET", f"r/{spec.key}/{quote(key, safe='')}/"))
    asked = f"query ($pk: ID!) {{ row: {spec.roots['retrieve']}(pk: $pk) {{ {selection} }} }}"
    graphql = send(person, by_graphql(asked, pk=key))
    if rest.status == 404 and graphql.ok and graphql.json["data"]["row"] is None:
        return
    yield from _unequal_status(rest, graphql, f"row of {spec.key}")
    if rest.status == 200 and graphql.ok:
        row = graphql.json["data"]["row"]
        yield from _unequal_rows([{name: rest.json.get(name) for name in row}], [row], f"row of {spec.key}")


def compare_writes(
    send: Send, person: Person, spec: ModelSpec, key: str, values: Mapping[str, Any], random: Random
) -> list[str]:
    """What differs where the same is created, changed or deleted by REST and, once that is undone, by GraphQL."""
    kind = random.choice(("create", "update", "update", "delete"))
    row = f"r/{spec.key}/{quote(key, safe='')}/"
    names = spec.row_names(frozenset())
    match kind:
        case "create":
            rest = send(person, by_rest("POST", f"r/{spec.key}/", body=values), undo=True)
        case "update":
            rest = send(person, by_rest("PATCH", row, body=values), undo=True)
        case _:
            rest = send(person, by_rest("DELETE", row), undo=True)
    shown = [(name, graphql) for name, graphql in names if rest.status < 300 and rest.content and name in rest.json]
    selection = " ".join(f"{name}: {graphql}" for name, graphql in shown) or "__typename"
    pk = "" if kind == "create" else "$pk: ID!"
    arguments = {"create": "values: $v", "update": "pk: $pk, values: $v", "delete": "pk: $pk"}[kind]
    values_type = "" if kind == "delete" else "$v: Values!"
    answered = "deleted" if kind == "delete" else f"result {{ {selection} }}"
    declared = ", ".join(filter(None, (pk, values_type)))
    asked = f"mutation ({declared}) {{ w: {spec.roots[kind]}({arguments}) {{ {answered} }} }}"
    variables = {**({"pk": key} if pk else {}), **({"v": values} if values_type else {})}
    graphql = send(person, by_graphql(asked, **variables))
    found = list(_unequal_status(rest, graphql, f"{kind} of {spec.key}"))
    if rest.status < 300 and graphql.ok and kind != "delete":
        mine = {name: value for name, value in rest.json.items() if not _differs(spec, kind, name)}
        other = {name: value for name, value in graphql.json["data"]["w"]["result"].items() if name in mine}
        found += _unequal_rows([mine], [other], f"{kind} of {spec.key}")
    return found


def _differs(spec: ModelSpec, kind: str, name: str) -> bool:
    """Whether the value is a new one in each write: a time, and a new row's key with what is made of it."""
    return name in _TIMES or (kind == "create" and name in (spec.pk_name, "_label"))


def _unequal_status(rest: Answer, graphql: Answer, what: str) -> Iterator[str]:
    allowed = _statuses(graphql)
    if rest.status not in allowed and not (rest.status < 300 and graphql.ok):
        yield f"{what}: {rest.status} by REST, {sorted(allowed)} by GraphQL"


def _unequal_rows(rest: Sequence[Any], graphql: Sequence[Any], what: str) -> Iterator[str]:
    if len(rest) != len(graphql):
        yield f"{what}: another number of rows by REST than by GraphQL"
    for one, other in zip(rest, graphql, strict=False):
        names = [name for name in {**one, **other} if one.get(name, ...) != other.get(name, ...)]
        if names:
            yield f"{what}: {', '.join(sorted(names))} not the same on both faces"
            return
