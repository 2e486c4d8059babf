"""Permissions: every kind of user, at everything that can be done with a model, gets what the permission table says."""

from __future__ import annotations

from typing import Any

from conjure.graphql.access.answers import Answers
from conjure.graphql.access.overview import answers_of_user
from conjure.graphql.context import Context
from conjure.graphql.permissions import is_asked_by_row
from conjure.graphql.writes.privileges import can_change_privileges
from conjure.options import is_overridden
from conjure.testing.attempts import Attempt, attempts_at
from conjure.testing.probe import Probe
from conjure.testing.requests import Answer, Caller, savepoints
from conjure.testing.users import ANONYMOUS

_NAMED = 20
"""How many fields that may not be written an error names."""


def verify_permissions(probe: Probe) -> None:
    """Every user may do what the permission table says, and nothing else."""
    row = next(iter(probe.sample(probe.addressable, 1)), None)
    for caller in probe.users.each(probe.spec.model):
        answers = answers_of_user(Context(probe.request_of(caller)), probe.spec)
        for attempt in attempts_at(probe.spec, None if row is None else probe.pk_of(row)):
            _verify_attempt(probe, caller, answers, attempt)
        _verify_entry(probe, caller, answers)
        if row is not None:
            _verify_read_fields(probe, caller, answers, row)
            _verify_written_fields(probe, caller, answers, row)
    probe.users.grant(probe.spec.model, None)


def _verify_attempt(probe: Probe, caller: Caller, answers: Answers, attempt: Attempt) -> None:
    answer = answers.get(attempt.what)
    if answer is None:
        return  # An action that the config names and does not have.
    with savepoints(undo=True):
        found = attempt.send(caller)
    if caller.who == ANONYMOUS:
        expected = {"UNAUTHENTICATED"}
    elif not answer.allowed:
        expected = {"FORBIDDEN"}
    else:
        expected = _outcomes_of_the_allowed(probe, attempt)
    if found.outcome not in expected:
        rules = ", ".join(answer.rules) or "no rule"
        said = "allowed" if answer.allowed else "denied"
        caller.fail("permission", found, f"{attempt.name}: the table says that {attempt.what} is {said} ({rules}):")


def _outcomes_of_the_allowed(probe: Probe, attempt: Attempt) -> set[str]:
    """What becomes of a request that is allowed; who may do something can still be told that it cannot be done."""
    outcomes = {"OK"}
    if attempt.what != "view" or probe.manager_fails is not None:
        outcomes.add("INVALID")
    if not attempt.is_of_row:
        return outcomes
    outcomes.add("NOT_FOUND")  # The row may be hidden.
    right: Any = attempt.what
    if attempt.what == "delete":
        # Other rows may protect it, or be deleted too and need rights of their own.
        outcomes |= {"PROTECTED", "FORBIDDEN"}
    elif is_asked_by_row(right, probe.spec) or (right == "change" and can_change_privileges(probe.spec.model)):
        outcomes.add("FORBIDDEN")
    return outcomes


def _verify_entry(probe: Probe, caller: Caller, answers: Answers) -> None:
    can_view = answers["view"].allowed
    answer = caller.get("schema/")
    if answer.ok and any(entry["model"] == probe.key for entry in answer.body["models"]) != can_view:
        caller.fail("permission", answer, f"schema/ lists the model although view is {can_view}:")


def _verify_read_fields(probe: Probe, caller: Caller, answers: Answers, row: dict[str, Any]) -> None:
    """A row has the fields that the table says may be read, and no others."""
    answer = caller.get(probe.row_url(row))
    if not answer.ok:
        return
    for name in _field_names(answers):
        if (name in answer.body) != answers[f"read {name}"].allowed and name not in _helper_names(probe):
            caller.fail("permission", answer, f"the table says otherwise of reading {name}:")


def _field_names(answers: Answers) -> list[str]:
    return [what.removeprefix("read ") for what in answers if what.startswith("read ")]


def _helper_names(probe: Probe) -> set[str]:
    """The names of labels, which a hidden field of the same name must not be taken for."""
    helpers = {name for field in probe.spec.fields for name in (field.label_name, field.display_name) if name}
    return helpers - probe.spec.by_name.keys()


def _verify_written_fields(probe: Probe, caller: Caller, answers: Answers, row: dict[str, Any]) -> None:
    """A bulk update refuses the fields that the table says may not be changed, and no others."""
    if not answers["change"].allowed:
        return
    names = [name for name in _field_names(answers) if "is_superuser" not in answers[f"change {name}"].rules]
    closed = [name for name in names if not answers[f"change {name}"].allowed][:_NAMED]
    opened = {name: row[name] for name in names if answers[f"change {name}"].allowed and name in row}
    if closed:
        refused = _refused_fields(_update(probe, caller, row, dict.fromkeys(closed)))
        for name in sorted(set(closed) - refused):
            answer = _update(probe, caller, row, {name: None})
            if answer.outcome not in ("FORBIDDEN", "NOT_FOUND") and name not in _refused_fields(answer):
                caller.fail("permission", answer, f"the table says that {name} cannot be changed:")
    # The hook for read-only fields may close more of them for this row.
    if opened and not is_overridden(probe.spec.config, "get_readonly_fields"):
        answer = _update(probe, caller, row, opened)
        for name in sorted(_refused_fields(answer) & opened.keys()):
            caller.fail("permission", answer, f"the table says that {name} can be changed:")


def _update(probe: Probe, caller: Caller, row: dict[str, Any], data: dict[str, Any]) -> Answer:
    body = {"action": "update", "ids": [probe.pk_of(row)], "data": data}
    with savepoints(undo=True):
        return caller.send("POST", f"{probe.url}bulk/", body=body)


def _refused_fields(answer: Answer) -> set[str]:
    messages = answer.body.get("data") if isinstance(answer.body, dict) and answer.status == 400 else None
    prefix = "These fields may not be written: "
    texts = [m for m in messages or [] if isinstance(m, str) and m.startswith(prefix)]
    return {name for text in texts for name in text.removeprefix(prefix).rstrip(".").split(", ")}
