"""Writing: values just read change nothing when written back, rows can be created, garbage is refused."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from conjure.models import AdminAuditLog
from conjure.testing.probe import Probe
from conjure.testing.requests import Answer, describe_exception, savepoints
from conjure.testing.samples import BODY_GARBAGE
from conjure.testing.users import fresh_user


def verify_unchanged(probe: Probe) -> None:
    """A PATCH of nothing, and one of the values just read, changes no column and leaves no audit entry."""
    if probe.spec.is_readonly:
        return
    for row in probe.sample(probe.addressable):
        for body in ({}, writable_values(probe, row)):
            with savepoints(undo=True):
                _verify_unchanged(probe, row, body)


def writable_values(probe: Probe, row: dict[str, Any]) -> dict[str, Any]:
    """The row's values of those fields that may be written."""
    return {field.name: row[field.name] for field in probe.spec.fields if field.editable and field.name in row}


def _verify_unchanged(probe: Probe, row: dict[str, Any], body: dict[str, Any]) -> None:
    stored, stamped, invalid = _look_at(probe, row)
    entries = AdminAuditLog.objects.count()
    answer = probe.caller.send("PATCH", probe.row_url(row), body=body)
    if answer.status == 400 and (invalid or stored is None):
        return
    if answer.status == 403 and not _may_change(probe, row):
        return
    if not probe.expect(answer, 200, kind="PATCH of what was read"):
        return
    after = _read_columns(probe, row)
    changed = {
        name: (value, (after or {}).get(name))
        for name, value in (stored or {}).items()
        if name not in stamped and (after or {}).get(name) != value
    }
    if changed:
        probe.fail("PATCH changes what was read", answer, f"{changed}")
    if not stamped and AdminAuditLog.objects.count() != entries:
        last = AdminAuditLog.objects.order_by("-pk").first()
        probe.fail("PATCH that changes nothing is audited", answer, f"{getattr(last, 'diff', None)}")
    names = [name for name in row if name not in stamped and not name.endswith(("_label", "_display"))]
    different = {name: (row[name], answer.body.get(name)) for name in names if answer.body.get(name) != row[name]}
    if different and not stamped:
        probe.fail("PATCH changes what was read", answer, f"{different}")


def _may_change(probe: Probe, row: dict[str, Any]) -> bool:
    """Whether the config's own hook lets this row be changed; one that raises denies."""
    try:
        return bool(probe.spec.config.has_change_permission(probe.request_of(probe.caller), probe.find(row).first()))
    except Exception:  # noqa: BLE001 - the project's hook may raise anything
        return False


def _look_at(probe: Probe, row: dict[str, Any]) -> tuple[dict[str, Any] | None, set[str], str | None]:
    """The row's columns, those that the model's own save changes, and why the model itself finds the row invalid."""
    stored = _read_columns(probe, row)
    stamped = {f.attname for f in probe.spec.options.concrete_fields if getattr(f, "auto_now", False)}
    stamped |= {f.attname for f in probe.spec.options.concrete_fields if f.generated}
    try:
        with savepoints(undo=True):
            obj = probe.find(row).first()
            if obj is None:
                return stored, stamped, "no such row"
            obj.full_clean()
            obj.save()
            after = _read_columns(probe, row)
        if stored is not None and after is not None:
            stamped |= {name for name in stored if after.get(name) != stored[name]}
    except ValidationError as error:
        return stored, stamped, str(error)
    except Exception as error:  # noqa: BLE001 - the model's own methods may raise anything
        return stored, stamped, describe_exception(error)
    return stored, stamped, None


def _read_columns(probe: Probe, row: dict[str, Any]) -> dict[str, Any] | None:
    columns = [f for f in probe.spec.options.concrete_fields if f.column]
    try:
        with savepoints():
            values = probe.find(row).values(*(f.attname for f in columns)).first()
        # Compared as they are stored: what a custom field makes of it need not know when it is the same.
        return None if values is None else {f.attname: f.get_prep_value(values[f.attname]) for f in columns}
    except Exception:  # noqa: BLE001 - a custom field may raise anything
        return None


def verify_create(probe: Probe) -> None:
    """A row made from another's values is 201 or a 400 that says why; made, it can be read, and deleted again."""
    for row in probe.sample(probe.rows, 1):
        body, made = _like(probe, row)
        with savepoints(undo=True):
            answer = probe.caller.send("POST", probe.url, body=body)
            if probe.spec.is_readonly:
                probe.expect(answer, 403)
                continue
            if answer.status == 403 and not getattr(fresh_user(probe.caller), "is_superuser", False):
                continue  # The project knows no superusers, and others may not make staff.
            if not probe.expect(answer, 201, 400, kind="create"):
                continue
            if answer.status == 400:
                _expect_messages(probe, answer)
                _expect_refused_by_model(probe, answer, row, body, made)
                continue
            _verify_created(probe, answer, body)


def _like(probe: Probe, row: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """The row's values, with new ones in the fields that must be unique, and the object that has these new ones."""
    body = writable_values(probe, row)
    try:
        with savepoints():
            obj = probe.context.maker.build(probe.spec.model)
    except Exception:  # noqa: BLE001 - the project's model; its own values must do, and are refused where unique
        return body, None
    for field in probe.spec.fields:
        if not field.is_many and (field.field.unique or field.is_pk) and (field.editable or field.is_pk):
            value = getattr(obj, field.attname, None)
            if value is None:
                body.pop(field.name, None)
            elif not isinstance(field.field, models.AutoField):
                body[field.name] = value if isinstance(value, str | int | float | bool) else str(value)
    return {name: value for name, value in body.items() if not isinstance(value, models.Model)}, obj


def _expect_refused_by_model(
    probe: Probe, answer: Answer, row: dict[str, Any], body: dict[str, Any], made: Any
) -> None:
    """Report served values that a new row may not have, where the model itself takes a copy of the row."""
    names = [
        field.name
        for field in probe.spec.fields
        if field.name in answer.body
        and body.get(field.name) == row.get(field.name)
        and not (field.field.is_relation or field.field.unique or isinstance(field.field, models.FileField))
    ]
    if names and made is not None and _model_takes_copy(probe, row, made):
        told = ", ".join(f"{name}: {row.get(name)!r}" for name in names)
        said = f"A copy of row {probe.identity(row)} is refused, although the model takes one, for the values served of"
        probe.fail("POST of what was read is refused", answer, f"{said} {told}:")


def _model_takes_copy(probe: Probe, row: dict[str, Any], made: Any) -> bool:
    try:
        with savepoints(undo=True):
            original = probe.find(row).get()
            for field in probe.spec.options.concrete_fields:
                if not (field.unique or field.primary_key or field.generated):
                    setattr(made, field.attname, getattr(original, field.attname))
            made.full_clean()
            made.save()
    except Exception:  # noqa: BLE001 - the model's own methods may raise anything
        return False
    return True


def _expect_messages(probe: Probe, answer: Answer) -> None:
    body = answer.body
    is_shaped = isinstance(body, dict) and all(
        key == "detail" or (isinstance(value, list) and all(isinstance(text, str) for text in value))
        for key, value in body.items()
    )
    if not is_shaped:
        probe.fail("shape of a 400", answer)


def _verify_created(probe: Probe, answer: Any, body: dict[str, Any]) -> None:
    row = answer.body
    pk = probe.pk_of(row)
    if pk is None:
        return
    opened = probe.caller.get(probe.row_url(row))
    if opened.status == 404:
        return  # The model's manager, or the config's scope, hides it.
    if probe.expect(opened, 200, kind="created row") and opened.body != row:
        names = [name for name in row if opened.body.get(name) != row[name]]
        probe.fail("created row differs", opened, f"{names}: created as {[row[name] for name in names]}")
    deleted = probe.caller.send("DELETE", probe.row_url(row))
    if probe.expect(deleted, 204, 409, 400, 403, kind="delete") and deleted.status == 204:
        probe.expect(probe.caller.get(probe.row_url(row)), 404, kind="deleted row")


def verify_garbage_bodies(probe: Probe) -> None:
    """Garbage for any field, in a body of any shape, is refused or stored as what it is, never a 5xx."""
    if probe.spec.is_readonly:
        return
    rows = list(probe.sample(probe.addressable, 1))
    answers = [(row, (200, 400) if _may_change(probe, row) else (400, 403)) for row in rows]
    for field in probe.sample_fields([field for field in probe.spec.fields if field.editable]):
        for garbage in probe.sample(BODY_GARBAGE, 2):
            with savepoints(undo=True):
                for row, expected in answers:
                    answer = probe.caller.send("PATCH", probe.row_url(row), body={field.name: garbage})
                    probe.expect(answer, *expected, kind="garbage body")
                    if answer.status == 200:  # What was stored must still be read.
                        probe.expect(probe.caller.get(probe.url), 200, kind="list after garbage")
            with savepoints(undo=True):
                probe.caller.send("POST", probe.url, body={field.name: garbage})
    bodies: tuple[bytes, ...] = (b"", b"[", b"[1]", b"5", b"null", b'"x"', b'{"a":' * 200, b"\xff", b'{"a": NaN}')
    for raw in probe.sample(bodies):
        with savepoints(undo=True):
            probe.caller.send("POST", probe.url, raw=raw)
            for row in rows:
                probe.caller.send("PATCH", probe.row_url(row), raw=raw)
    _verify_bulk(probe, rows)


def _verify_bulk(probe: Probe, rows: list[dict[str, Any]]) -> None:
    url = f"{probe.url}bulk/"
    for ids in ("34", {"5": 1}, [True], [1.5], [None], [], None, [[1]], ["x"], [10**23], ["\x00"]):
        with savepoints(undo=True):
            answer = probe.caller.send("POST", url, body={"action": "delete", "ids": ids})
            if answer.body != {"deleted": 0}:  # A text or UUID that no row has is not an error.
                probe.expect(answer, 400, 404, 403, kind="bulk garbage")
    for row in rows:
        body = {"action": "update", "ids": [probe.pk_of(row)], "data": {"no_such_field": 1}}
        with savepoints(undo=True):
            probe.expect(probe.caller.send("POST", url, body=body), 400, 200, 403, kind="bulk")
        operations: dict[str, Any] = {"operations": [{"op": "update", "pk": probe.pk_of(row), "data": {}}]}
        with savepoints(undo=True):
            probe.expect(probe.caller.send("POST", url, body=operations), 200, 400, 403, kind="bulk operations")
        with savepoints(undo=True):
            answer = probe.caller.send("POST", url, body={"action": "delete", "ids": [probe.pk_of(row)]})
            probe.expect(answer, 200, 400, 403, 409, kind="bulk delete")
