"""Run a bulk update as one UPDATE a batch, where that has the same effect as saving each row."""

from __future__ import annotations

import datetime
import functools
from typing import Any

from django.db import IntegrityError, OperationalError, connections, models
from django.db.models import CheckConstraint
from django.db.models.fields.files import FileField
from django.utils import timezone

from conjure.audit.log import AuditEntry
from conjure.exceptions import ConjureError
from conjure.graphql.fields.columns import is_empty, parse_column, parse_empty
from conjure.graphql.permissions import is_asked_by_row
from conjure.graphql.rows.labels import label_needs, make_labels
from conjure.graphql.rows.read import defer_unneeded, read_rows
from conjure.graphql.writes.changes import RowInput
from conjure.graphql.writes.door import Write
from conjure.graphql.writes.locking import locked_rows, require_right
from conjure.graphql.writes.plans import WritePlan, get_plan
from conjure.graphql.writes.privileges import can_change_privileges
from conjure.graphql.writes.validation import fields_left_empty, run_validators_of_keys, touched_unique, touches
from conjure.models import AuditAction
from conjure.options import is_overridden
from conjure.orm.instances import holds_its_value
from conjure.orm.unreadable import is_of_database
from conjure.registry import model_key
from conjure.specs.models import ModelSpec
from conjure.specs.origins import is_orm_code
from conjure.values.keys import pk_text
from conjure.values.snapshots import take_snapshot


class TakeEachRowError(Exception):
    """The values are not valid for all rows; saving each row shows for which, and why."""


def can_update_at_once(spec: ModelSpec, data: RowInput) -> bool:
    """Whether one UPDATE has the same effect as saving each row with these values.

    It has where neither the model, nor the config, nor a signal receiver takes part in saving or validating, and where
    the rest of a row does not decide whether a value is valid.
    """
    plan = get_plan(spec)
    if not plan.saves_plainly or plan.has_own_clean or plan.has_generated or can_change_privileges(spec.model):
        return False
    if is_overridden(spec.config, "get_readonly_fields"):
        return False
    if is_overridden(spec.config, "get_exclude"):
        return False
    if not all(_is_plain_column(plan, name) for name in data.values):
        return False
    return touched_unique(plan, data.values).isdisjoint(data.values) and _database_checks(spec, plan, data)


def _is_plain_column(plan: WritePlan, name: str) -> bool:
    field = plan.fields[name]
    model_field = field.field
    is_plain = is_orm_code(type(model_field)) and not field.is_many
    is_plain = is_plain and holds_its_value(plan.spec.model, model_field.attname)
    # QuerySet.update() takes fields as keywords, and is itself called "self".
    return is_plain and name != "self" and not isinstance(model_field, FileField | models.JSONField)


def _database_checks(spec: ModelSpec, plan: WritePlan, data: RowInput) -> bool:
    """Whether each constraint that the values touch is a check constraint that the database enforces."""
    constraints = [
        constraint
        for model in (spec.model, *spec.options.all_parents)
        for constraint in model._meta.constraints
        if touches(constraint, [*data.values, *(f.name for f in plan.auto_now)])
    ]
    if not constraints:
        return True
    features = connections[models.QuerySet(spec.model).db].features
    is_checked = features.supports_table_check_constraints and spec.options.managed
    return is_checked and all(isinstance(constraint, CheckConstraint) for constraint in constraints)


class SetBasedUpdate:
    """An update whose values are read and validated once for all rows."""

    def __init__(self, write: Write, data: RowInput) -> None:
        """Read the values. Raise TakeEachRowError for values that are not valid."""
        self.write = write
        self.values = self._read(data)
        model_fields = {name: write.spec.options.get_field(name) for name in self.values}
        self.attnames = {name: model_field.attname for name, model_field in model_fields.items()}
        self.stamped = {model_field.name: model_field.attname for model_field in write.plan.auto_now}
        self.asks_each_row = is_asked_by_row("change", write.spec)

    def _read(self, data: RowInput) -> dict[str, Any]:
        write = self.write
        values, keys = {}, []
        try:
            sample = write.spec.model()
            sample._state.adding, sample._state.db = False, write.using
            for name, raw in data.values.items():
                field = write.plan.fields[name]
                value = parse_empty(field, raw, data.source) if is_empty(raw) else parse_column(field, raw, data.source)
                if field.is_foreign_key and value is not None:
                    write.related_rows.require(sample, field, value)
                    keys.append(name)
                setattr(sample, field.attname, value)
                values[name] = field.attname
            self._validate(sample, set(values), keys)
        except Exception as error:
            # The project's defaults and validators may raise anything.
            if isinstance(error, ConjureError | OperationalError) or is_of_database(error):
                raise
            raise TakeEachRowError from None
        return {name: getattr(sample, attname) for name, attname in values.items()}

    def _validate(self, sample: Any, names: set[str], keys: list[str]) -> None:
        problems: dict[str, list[str]] = {}
        run_validators_of_keys(sample, keys, problems)
        if problems:
            raise TakeEachRowError
        left_out = {*keys, *fields_left_empty(sample, names)}
        sample.clean_fields(exclude={f.name for f in sample._meta.fields if f.name not in names or f.name in left_out})

    def apply(self, pks: list[Any]) -> int:
        """Update the rows of these pks that exist for this user and differ; give the number of those that exist.

        Raise ForbiddenError, or TakeEachRowError where the database refuses the values for some row.
        """
        rows = self._load(pks)
        if any(map(self.write.plan.is_of_other_class, rows)):
            raise TakeEachRowError
        if self.asks_each_row:
            for obj in rows:
                require_right(self.write, obj, "change")
        changes = [(obj, diff) for obj in rows if (diff := self._diff(obj))]
        if changes:
            stamps = self._update([obj.pk for obj, _ in changes])
            self._note(changes, stamps)
        return len(rows)

    def _load(self, pks: list[Any]) -> list[Any]:
        rows = locked_rows(self.write, pks)
        if not self.asks_each_row:
            needed = {*self.attnames.values(), *self.stamped.values()}
            rows = defer_unneeded(rows, needed | label_needs(rows.model).columns)
        return read_rows(rows)

    def _diff(self, obj: Any) -> dict[str, list[Any]]:
        diff = {}
        for name, attname in self.attnames.items():
            old, new = take_snapshot(obj.__dict__[attname]), self.values[name]
            if old != new or (old is None) is not (new is None):
                diff[name] = [old, new]
        return diff

    def _update(self, pks: list[Any]) -> dict[str, Any]:
        stamps = {field.name: _now(field) for field in self.write.plan.auto_now}
        rows: models.QuerySet[Any] = models.QuerySet(self.write.spec.model, using=self.write.using)
        try:
            rows.order_by().filter(pk__in=pks).update(**self.values, **stamps)
        except IntegrityError:
            raise TakeEachRowError from None
        return stamps

    def _note(self, changes: list[tuple[Any, dict[str, list[Any]]]], stamps: dict[str, Any]) -> None:
        served = {name: attname for name, attname in self.stamped.items() if name in self.write.spec.by_name}
        for obj, diff in changes:
            for name, attname in served.items():
                diff[name] = [obj.__dict__[attname], stamps[name]]
            for name, attname in self.attnames.items():
                setattr(obj, attname, self.values[name])
        label = functools.partial(AuditEntry, model_label=model_key(self.write.spec.model))
        labels = make_labels([obj for obj, _ in changes])
        self.write.entries.extend(
            label(object_pk=pk_text(obj.pk), object_repr=text, action=AuditAction.BULK_UPDATE, diff=diff)
            for (obj, diff), text in zip(changes, labels, strict=True)
        )


def _now(field: models.Field[Any, Any]) -> Any:
    """The value that ``auto_now`` sets, as the field's own ``pre_save`` computes it."""
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    now = datetime.datetime.now()  # noqa: DTZ005 - as Django does it: the day and time of the process
    return now.time() if isinstance(field, models.TimeField) else datetime.date.today()  # noqa: DTZ011
