"""Read what a client sent for one row into changes of its columns, links and, for users, the password."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields.files import FileField

from conjure.audit.diffs import diff_values
from conjure.exceptions import NON_FIELD_ERRORS
from conjure.graphql.context import Context
from conjure.graphql.fields.columns import (
    is_empty,
    is_equal_in_database,
    is_same,
    is_text,
    parse_column,
    parse_empty,
    require_choice,
    set_column,
)
from conjure.graphql.fields.files import absolute_file_url
from conjure.graphql.fields.readers import column_value
from conjure.graphql.fields.shown import Column
from conjure.graphql.rows.read import unread_columns
from conjure.graphql.rules import exclusion_rule, member_rule
from conjure.graphql.writes.links import LinkChange, read_links
from conjure.graphql.writes.plans import PASSWORD, WritePlan
from conjure.graphql.writes.targets import RelatedRows
from conjure.options import is_overridden
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec
from conjure.specs.origins import is_django_code
from conjure.values.snapshots import take_snapshot
from conjure.values.sources import FORM, JSON_BODY, Source, ValueProblem
from conjure.values.texts import MAX_PASSWORD_LENGTH, check_text


@dataclass(frozen=True, kw_only=True)
class RowInput:
    """A row's raw values by the model's own field names.

    ``source`` says how leniently they are read; ``rename`` gives the client's name for a field.
    """

    values: Mapping[str, Any]
    source: Source = JSON_BODY
    rename: Callable[[str], str] = str


@dataclass(kw_only=True)
class Changes:
    """The values to set, by field, and the problems of the others.

    ``checked`` are foreign keys whose targets were found, ``defaulted`` fields of a new row that keep their default.
    """

    columns: dict[str, Any] = field(default_factory=dict)
    links: list[LinkChange] = field(default_factory=list)
    password: str | None = None
    checked: set[str] = field(default_factory=set)
    defaulted: set[str] = field(default_factory=set)
    problems: dict[str, list[str]] = field(default_factory=dict)


def writable_fields(
    context: Context, plan: WritePlan, obj: models.Model | None, *, new: bool = False
) -> dict[str, FieldSpec]:
    """The fields that this request may write on a row, on any row (None), or on a new one, by name."""
    closed = _closed_fields(context, plan, obj)
    offered = {**plan.keys, **plan.fields} if new else plan.fields
    return {name: field for name, field in offered.items() if name not in closed}


def may_write_password(context: Context, plan: WritePlan, obj: models.Model | None) -> bool:
    """Whether this request may set the password of a row."""
    return plan.has_password and PASSWORD not in _closed_fields(context, plan, obj)


def _closed_fields(context: Context, plan: WritePlan, obj: models.Model | None) -> set[str]:
    """What the config shows to this request and does not let it write, or hides from it."""
    config, request = plan.spec.config, context.request
    hidden = context.excluded(plan.spec) - plan.spec.excluded  # Those are not in the plan; a password may be written.
    return {*config.get_readonly_fields(request, obj), *hidden, *config.get_exclude(request, obj)}


def closing_rule(context: Context, spec: ModelSpec, obj: models.Model | None, name: str) -> str:
    """What the config closes a field with; empty for what can never be written, such as a key."""
    config, request = spec.config, context.request
    if name in context.excluded(spec) or name in config.get_exclude(request, obj):
        return exclusion_rule(spec, name)
    if name not in config.get_readonly_fields(request, obj):
        return ""
    declared = name in config.readonly_fields or not is_overridden(config, "get_readonly_fields")
    return member_rule(config, "readonly_fields" if declared else "get_readonly_fields")


class ChangeReader:
    """Reads what was sent for rows of one model. Fields that the request may not write are passed over."""

    def __init__(self, context: Context, plan: WritePlan, related_rows: RelatedRows, using: str) -> None:
        self.context = context
        self.plan = plan
        self.related_rows = related_rows
        self.using = using

    def read(self, obj: models.Model, data: RowInput, writable: Mapping[str, FieldSpec]) -> Changes:
        """The changes that the values make to a row, or the values of a row that is yet to be added."""
        changes = Changes()
        for name, raw in data.values.items():
            spec = writable.get(name)
            if spec is None:
                continue
            try:
                if spec.is_many:
                    self._read_links(obj, spec, raw, data, changes)
                else:
                    self._read_column(obj, spec, raw, data, changes)
            except ValueProblem as problem:
                changes.problems[name] = [str(problem)]
        if obj._state.adding:
            self._fill_in(data, writable, changes)
        if not is_empty(data.values.get(PASSWORD)) and PASSWORD not in writable:
            self._read_password(obj, data.values[PASSWORD], changes)
        return changes

    def _read_column(self, obj: models.Model, spec: FieldSpec, raw: Any, data: RowInput, changes: Changes) -> None:
        adding = obj._state.adding
        if not adding and self._is_as_served(obj, spec, raw):
            return
        if is_empty(raw):
            if adding and _has_default(spec.field):
                return
            value = parse_empty(spec, raw, data.source)
            if adding and isinstance(spec.field, FileField):
                return
        else:
            value = parse_column(spec, raw, data.source)
        if value is not None and not spec.field.editable:
            require_choice(spec, value)
        if not adding and is_same(spec.field, obj, value):
            return
        if spec.is_foreign_key and value is not None:
            self.related_rows.require(obj, spec, value)
            changes.checked.add(spec.name)
        changes.columns[spec.name] = value

    def _is_as_served(self, obj: models.Model, spec: FieldSpec, raw: Any) -> bool:
        """Whether a value is sent back as it was served. Then it is left alone, whatever it would be parsed as."""
        if isinstance(spec.field, FileField):
            return isinstance(raw, str) and raw != "" and self._is_url_of(obj, spec, raw)
        try:
            served = self.plan.served(spec, obj)
        except Exception:  # noqa: BLE001 - a custom field's reader; what it cannot serve was not sent back either
            return False
        if raw is None and spec.field.blank and is_text(spec.field) and not spec.null:
            return bool(served == "")
        return type(raw) is type(served) and not diff_values({"": served}, {"": raw})

    def _is_url_of(self, obj: models.Model, spec: FieldSpec, raw: str) -> bool:
        value = getattr(obj, spec.attname)
        if not value:
            return False
        path = absolute_file_url(spec, value, "") or ""
        whole = absolute_file_url(spec, value, self.context.base_url)
        # Signed URLs differ each time after the question mark.
        return raw.partition("?")[0] in {str(whole).partition("?")[0], path.partition("?")[0]}

    def _read_links(self, obj: models.Model, spec: FieldSpec, raw: Any, data: RowInput, changes: Changes) -> None:
        change = read_links(
            obj, self.plan.spec, spec, raw, targets=self.related_rows, is_form=data.source is FORM, using=self.using
        )
        if not change.changes_nothing:
            changes.links.append(change)

    def _fill_in(self, data: RowInput, writable: Mapping[str, FieldSpec], changes: Changes) -> None:
        """Add what forms leave out: a Boolean that is not sent is False, a required list that is not sent an error."""
        linked = {link.field.name for link in changes.links if link.add}
        for name, spec in writable.items():
            if name in changes.problems or name in changes.columns:
                continue
            if spec.is_many:
                if not spec.field.blank and name not in linked:
                    changes.problems[name] = ["This list may not be empty."]
            elif _has_default(spec.field):
                changes.defaulted.add(name)
            elif isinstance(spec.field, models.BooleanField) and not spec.null and is_empty(data.values.get(name)):
                changes.columns[name] = False

    def _read_password(self, obj: models.Model, raw: Any, changes: Changes) -> None:
        if not may_write_password(self.context, self.plan, None if obj._state.adding else obj):
            return
        try:
            if not isinstance(raw, str) or len(raw) > MAX_PASSWORD_LENGTH:
                raise ValueProblem("Not a valid string.")
            changes.password = check_text(raw)
        except ValueProblem as problem:
            changes.problems[PASSWORD] = [str(problem)]


def apply_password(obj: Any, changes: Changes) -> None:
    """Validate a new password and set its hash on the user. A new user without one gets an unusable password."""
    if changes.password is None:
        if obj._state.adding and not obj.password:
            obj.set_unusable_password()
        return
    try:
        validate_password(changes.password, obj)
    except ValidationError as error:
        changes.problems[PASSWORD] = error.messages
        return
    obj.set_password(changes.password)


def apply_columns(obj: models.Model, changes: Changes) -> None:
    """Set the new values of the columns on a row, in the model's order; those that cannot be set become problems."""
    for model_field in obj._meta.concrete_fields:
        name = model_field.name
        if name not in changes.columns:
            continue
        try:
            if not set_column(obj, model_field, changes.columns[name]):
                changes.defaulted.add(name)
        except ValueProblem as problem:
            changes.problems[name] = [str(problem)]


def snapshot(obj: models.Model) -> dict[str, Any]:
    """The loaded columns of a row, by field name, as copies that do not change with the row."""
    values = obj.__dict__
    return {
        model_field.name: _take(model_field, values[model_field.attname])
        for model_field in obj._meta.concrete_fields
        if model_field.attname in values
    }


def _take(model_field: Any, value: Any) -> Any:
    if value is None and isinstance(model_field, FileField):
        return ""  # As it is once somebody has looked at the file of the row.
    return take_snapshot(column_value(model_field, value))


def served_values(spec: ModelSpec, values: Mapping[str, Any], links: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the log may show: those of fields that are served, so none of excluded columns."""
    by_name = spec.by_name
    return {**{name: value for name, value in values.items() if name in by_name}, **links}


def changed_names(obj: models.Model, before: Mapping[str, Any]) -> list[str]:
    """The fields whose value differs from the snapshot."""
    return [
        name
        for name, (old, new) in diff_values(before, snapshot(obj)).items()
        if not is_equal_in_database(obj._meta.get_field(name), old, new)
    ]


def leave_odd_values(plan: WritePlan, obj: models.Model, changed: Collection[str]) -> None:
    """Have a save leave alone the columns whose values cannot be read or shown, but for those that have a new one.

    They may not survive it. ``Model.save`` writes no column that is not loaded. Neither does the NULL of a unique file,
    for which Django writes an empty text, which only one row can have.
    """
    unread = unread_columns(obj)
    for model_field in obj._meta.concrete_fields:
        name = model_field.attname
        if model_field.name in changed or model_field.primary_key or name not in obj.__dict__:
            continue
        if name in unread or _is_odd(plan.columns.get(model_field.name), model_field, obj.__dict__[name]):
            del obj.__dict__[name]


def _is_odd(column: Column | None, model_field: Any, value: Any) -> bool:
    if isinstance(model_field, FileField) and model_field.unique and getattr(value, "name", value) is None:
        return True
    if value is None:  # What Django's own fields cannot read may be None.
        return not model_field.null and is_django_code(type(model_field))
    if column is None or column.field_type.is_file:
        return False
    try:
        column.read(value)
    except Exception:  # noqa: BLE001 - a third party's reader
        return True
    return False


def name_errors(plan: WritePlan, data: RowInput, errors: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The errors by the client's names. Those of fields that are not served become errors of the whole row."""
    named: dict[str, list[str]] = {}
    general: list[str] = []
    for name, messages in errors.items():
        if name in plan.spec.by_name or (name == PASSWORD and plan.has_password):
            named.setdefault(data.rename(name), []).extend(messages)
        else:
            general.extend(messages)
    return {**named, NON_FIELD_ERRORS: general} if general else named


def _has_default(model_field: Any) -> bool:
    return bool(model_field.has_default() or model_field.has_db_default())
