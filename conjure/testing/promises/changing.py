"""Changes: what a write answers is what is read afterwards, through both faces."""

from __future__ import annotations

from typing import Any

from conjure.testing.probe import Probe
from conjure.testing.requests import Answer, savepoints


def verify_answers_of_writes(probe: Probe) -> None:
    """The answers of ``PATCH`` and of the update mutation have the values that are read afterwards."""
    if probe.spec.is_readonly:
        return
    for row in probe.sample(probe.addressable, 1):
        body = _values_of_another(probe, row)
        with savepoints(undo=True):
            answer = probe.caller.send("PATCH", probe.row_url(row), body=body)
            if answer.status == 400 and isinstance(answer.body, dict):  # The model wants some values together.
                body = {name: value for name, value in body.items() if name not in answer.body}
                answer = probe.caller.send("PATCH", probe.row_url(row), body=body)
            if answer.ok:
                _expect_read(probe, answer, answer.body, row)
        with savepoints(undo=True):
            document = (
                "mutation ($pk: ID!, $values: Values!) "
                f"{{ write: {probe.spec.roots['update']}(pk: $pk, values: $values) "
                f"{{ result {{ {probe.selection} }} errors {{ code }} }} }}"
            )
            changed = probe.caller.gql(document, pk=probe.pk_of(row), values=body)
            result = changed.data["write"]["result"] if changed.ok and changed.data["write"] else None
            if result is not None:
                _expect_read(probe, changed, probe.rename(result), row)


def _values_of_another(probe: Probe, row: dict[str, Any]) -> dict[str, Any]:
    """The values of other rows, where they differ from the row's own and may stand in two rows."""
    values: dict[str, Any] = {}
    for field in probe.sample_fields(probe.spec.fields):
        if field.editable and field.name in row and not (field.field.unique or field.field.is_relation):
            others = (other[field.name] for other in probe.rows if other.get(field.name) != row[field.name])
            found = next(others, None)
            if found is not None:
                values[field.name] = found
    return values


def _expect_read(probe: Probe, answer: Answer, answered: dict[str, Any], row: dict[str, Any]) -> None:
    read = probe.caller.get(probe.row_url(row))
    if not read.ok:
        return  # The config's scope hides it now.
    names = [name for name in {**read.body, **answered} if answered.get(name) != read.body.get(name)]
    if names:
        told = ", ".join(
            f"{name}: {answered.get(name)!r} was answered, {read.body.get(name)!r} is read" for name in names[:3]
        )
        probe.fail("answer of a write differs from the row", answer, f"{told}:")
