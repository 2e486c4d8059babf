"""Permissions: every kind of user at every endpoint of a model gets what the config's own hooks say, on both faces."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from conjure.graphql.permissions import Right
from conjure.testing.probe import Probe
from conjure.testing.requests import Answer, Caller, savepoints
from conjure.testing.users import ANONYMOUS, OUTSIDER


def verify_permissions(probe: Probe) -> None:
    """Every user gets what the permissions say: 401, 403, or an answer."""
    row = next(iter(probe.sample(probe.addressable, 1)), None)
    for caller in probe.users.each(probe.spec.model):
        _verify_reading(probe, caller, row)
        _verify_writing(probe, caller, row)
    probe.users.grant(probe.spec.model, None)


def _verify_reading(probe: Probe, caller: Caller, row: dict[str, Any] | None) -> None:
    can_view = _may(probe, caller, "view")
    roots = probe.spec.roots
    answers = {
        "list": caller.get(probe.url),
        "autocomplete": caller.get(f"{probe.url}autocomplete/"),
        "schema": caller.get(f"schema/{quote(probe.key)}/"),
        "GraphQL list": caller.gql(f"{{ {roots['list']} {{ totalCount }} }}"),
        "GraphQL autocomplete": caller.gql(f"{{ {roots['autocomplete']} {{ hasMore }} }}"),
        "GraphQL schema": caller.gql("query ($m: String!) { conjureModel(model: $m) }", m=probe.key),
    }
    if row is not None:
        retrieve = f"query ($pk: ID!) {{ {roots['retrieve']}(pk: $pk) {{ {probe.spec.graphql_label} }} }}"
        related = f"query ($pk: ID!) {{ {roots['related']}(pk: $pk) {{ related {{ count }} }} }}"
        answers |= {
            "retrieve": caller.get(probe.row_url(row)),
            "related": caller.get(f"{probe.row_url(row)}related/"),
            "GraphQL retrieve": caller.gql(retrieve, pk=probe.pk_of(row)),
            "GraphQL related": caller.gql(related, pk=probe.pk_of(row)),
        }
    for name, answer in answers.items():
        expected = _expected(caller, can_view)
        allowed = {expected, "NOT_FOUND"} if expected == "OK" and name.endswith(("retrieve", "related")) else {expected}
        if expected == "OK" and probe.manager_fails is not None:
            allowed.add("INVALID")
        if answer.outcome not in allowed:
            caller.fail("permission", answer, f"{name}: expected {expected}:")
    _verify_entry(probe, caller, can_view)


def _verify_entry(probe: Probe, caller: Caller, can_view: bool) -> None:
    answer = caller.get("schema/")
    if answer.ok and any(entry["model"] == probe.key for entry in answer.body["models"]) != can_view:
        caller.fail("permission", answer, f"schema/ lists the model although view is {can_view}:")


def _expected(caller: Caller, may: bool) -> str:
    if caller.who == ANONYMOUS:
        return "UNAUTHENTICATED"
    if caller.who == OUTSIDER:
        return "FORBIDDEN"
    return "OK" if may else "FORBIDDEN"


def _may(probe: Probe, caller: Caller, right: Right) -> bool:
    if caller.who in (ANONYMOUS, OUTSIDER) or (right != "view" and probe.spec.is_readonly):
        return False
    check = getattr(probe.spec.config, f"has_{right}_permission")
    try:
        return bool(check(probe.request_of(caller)))
    except Exception:  # noqa: BLE001 - a check that raises denies
        return False


def _verify_writing(probe: Probe, caller: Caller, row: dict[str, Any] | None) -> None:
    url, bulk = probe.url, f"{probe.url}bulk/"
    attempts: list[tuple[Right, str, str, Any]] = [
        ("add", "POST", url, {}),
        ("delete", "POST", bulk, {"action": "delete", "ids": []}),
        ("change", "POST", bulk, {"action": "update", "ids": [], "data": {}}),
    ]
    if row is not None:
        attempts += [
            ("change", "PATCH", probe.row_url(row), {}),
            ("delete", "DELETE", probe.row_url(row), None),
            ("change", "POST", bulk, {"operations": [{"op": "update", "pk": probe.pk_of(row), "data": {}}]}),
        ]
    for right, method, path, body in attempts:
        with savepoints(undo=True):
            answer = caller.send(method, path, body=body)
        expected = _expected(caller, _may(probe, caller, right))
        if not _is_as_expected(answer, expected, right):
            caller.fail("permission", answer, f"{right}: expected {expected}:")


def _is_as_expected(answer: Answer, expected: str, right: Right) -> bool:
    if expected != "OK":
        return answer.outcome == expected
    # A user who has the right may still send invalid data, ask for a hidden row, or delete one that others depend on.
    return answer.outcome in ("OK", "INVALID", "NOT_FOUND", "PROTECTED") or (
        answer.outcome == "FORBIDDEN" and right in ("delete", "change")
    )
