"""Validate one row as ``full_clean`` does, but ask the database only about what changes."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS as DJANGO_NON_FIELD_ERRORS
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.db.models import BaseConstraint, CheckConstraint, Q, UniqueConstraint
from django.db.models.expressions import DatabaseDefault

from conjure.exceptions import NON_FIELD_ERRORS
from conjure.graphql.fields.columns import set_column
from conjure.graphql.writes.plans import WritePlan
from conjure.values.sources import ValueProblem

Errors = dict[str, list[str]]


def validate_row(
    plan: WritePlan,
    obj: Any,
    *,
    fields: Collection[str],
    checked: Collection[str],
    defaulted: Collection[str],
    problems: Errors,
    using: str,
) -> None:
    """Run the model's validation and add what it finds to ``problems``.

    ``fields`` are the names that this write may set on a new row, or that it changes on an existing one. Others are not
    validated, as in a ModelForm. Fields with problems are left out, and so are foreign keys whose targets were
    ``checked`` and fields that are ``defaulted``, because a default such as ``[]`` counts as blank but is meant.
    """
    if type(obj).full_clean is not models.Model.full_clean:
        _collect(problems, functools.partial(obj.full_clean, exclude=_all_but(obj, fields) | set(problems)))
        return
    run_validators_of_keys(obj, checked, problems)
    left_out = {*_all_but(obj, fields), *problems, *checked, *defaulted}
    _clean_fields(obj, left_out, problems)
    _collect(problems, obj.clean)
    _validate_unique(plan, obj, fields, problems)
    _validate_constraints(plan, obj, fields, problems, using)


def _clean_fields(obj: Any, left_out: Collection[str], problems: Errors) -> None:
    try:
        _collect(problems, functools.partial(obj.clean_fields, exclude=left_out))
    except Exception:
        # A third party's descriptor or validator: which of the fields it was is told by asking each by itself.
        if type(obj).clean_fields is not models.Model.clean_fields or not _clean_one_by_one(obj, left_out, problems):
            raise


def _clean_one_by_one(obj: Any, left_out: Collection[str], problems: Errors) -> bool:
    """Clean each field as ``clean_fields`` does. Whether that went without failures, or found problems beside them."""
    failed = False
    for model_field in obj._meta.fields:
        if model_field.name in left_out or model_field.generated:
            continue
        try:
            raw = getattr(obj, model_field.attname)
            if not (model_field.blank and raw in model_field.empty_values) and not isinstance(raw, DatabaseDefault):
                set_column(obj, model_field, model_field.clean(raw, obj))
        except ValidationError as error:
            problems[model_field.name] = error.messages
        except ValueProblem as problem:
            problems[model_field.name] = [str(problem)]
        except Exception:  # noqa: BLE001 - the caller raises what was raised first
            failed = True
    return bool(problems) or not failed


def run_validators_of_keys(obj: models.Model, names: Collection[str], problems: Errors) -> None:
    """Run the validators of foreign keys, whose targets were looked up already, as ``clean_fields`` does."""
    for name in names:
        model_field: Any = obj._meta.get_field(name)
        if name not in problems:
            _collect(problems, functools.partial(_run_validators, model_field, getattr(obj, model_field.attname)))


def _run_validators(model_field: models.Field[Any, Any], value: Any) -> None:
    try:
        model_field.run_validators(value)
    except ValidationError as error:
        raise ValidationError({model_field.name: error.error_list}) from error


def _all_but(obj: models.Model, names: Collection[str]) -> set[str]:
    return {f.name for f in obj._meta.fields if f.name not in names}


def _collect(problems: Errors, validate: Callable[[], Any]) -> None:
    try:
        validate()
    except ValidationError as error:
        for name, messages in errors_of(error).items():
            problems.setdefault(name, []).extend(messages)
    except Exception:
        # Projects' hooks rely on fields being valid. Where some are not, their problems are what the client needs.
        if not problems:
            raise


def errors_of(error: ValidationError) -> Errors:
    """The messages of a ValidationError by field, those of no field under ``non_field_errors``."""
    if not hasattr(error, "error_dict"):
        return {NON_FIELD_ERRORS: error.messages}
    return {
        NON_FIELD_ERRORS if name == DJANGO_NON_FIELD_ERRORS else name: messages
        for name, messages in error.message_dict.items()
    }


# Uniqueness.


def touched_unique(plan: WritePlan, fields: Collection[str]) -> set[str]:
    """All fields of each set of unique fields of which at least one is written."""
    return {name for group in plan.unique_groups if not group.isdisjoint(fields) for name in group}


def _validate_unique(plan: WritePlan, obj: Any, fields: Collection[str], problems: Errors) -> None:
    asked = set(fields) if obj._state.adding else touched_unique(plan, fields)
    has_own = type(obj).validate_unique is not models.Model.validate_unique
    if not has_own and touched_unique(plan, asked).isdisjoint(fields):
        return
    _collect(problems, functools.partial(obj.validate_unique, exclude=_all_but(obj, asked) | set(problems)))


def _validate_constraints(plan: WritePlan, obj: Any, fields: Collection[str], problems: Errors, using: str) -> None:
    if type(obj).validate_constraints is not models.Model.validate_constraints:
        _collect(problems, functools.partial(obj.validate_constraints, exclude=set(problems)))
        return
    # As in full_clean, fields with problems are left out; so are excluded columns, which no answer may depend on.
    exclude = {*problems, *plan.spec.excluded}
    for model, constraints in obj.get_constraints():
        for constraint in constraints:
            if obj._state.adding or touches(constraint, fields):
                check = functools.partial(constraint.validate, model, obj, exclude=exclude, using=using)
                _collect(problems, functools.partial(_check_constraint, constraint, check))


def _check_constraint(constraint: BaseConstraint, check: Callable[[], None]) -> None:
    try:
        check()
    except ValidationError as error:
        # As Model.validate_constraints does it.
        names: Sequence[str] = getattr(constraint, "fields", ())
        if getattr(error, "code", None) == "unique" and len(names) == 1:
            raise ValidationError({names[0]: error}) from error
        raise


def touches(constraint: BaseConstraint, fields: Collection[str]) -> bool:
    """Whether a constraint may depend on one of the fields."""
    if isinstance(constraint, CheckConstraint):
        return _refers_to(constraint.condition, fields)
    if isinstance(constraint, UniqueConstraint) and not constraint.expressions:
        return not set(constraint.fields).isdisjoint(fields) or (
            constraint.condition is not None and _refers_to(constraint.condition, fields)
        )
    return True


def _refers_to(condition: Any, fields: Iterable[str]) -> bool:
    if not isinstance(condition, Q):
        return True
    return not set(condition.referenced_base_fields).isdisjoint(fields)


# Refusals of the database.

_NOT_NULL = re.compile(
    r"NOT NULL constraint failed: \S+?\.(?P<sqlite>\w+)"
    r'|null value in column "(?P<postgresql>[^"]+)"'
    r"|Column '(?P<mariadb>[^']+)' cannot be null"
)


def explain_integrity_error(error: IntegrityError, obj: models.Model | None) -> Errors:
    """The errors that validation finds now, such as a value that another write took first; else a general one."""
    problems: Errors = {}
    if obj is not None:
        try:
            _collect(problems, obj.validate_unique)
            _collect(problems, obj.validate_constraints)
        except Exception:  # noqa: BLE001 - the model's own validation may raise anything; the general error remains
            problems.clear()
        problems = problems or _explain_null(error, obj)
    return problems or {NON_FIELD_ERRORS: ["The database refused this: it would break one of its constraints."]}


def _explain_null(error: IntegrityError, obj: models.Model) -> Errors:
    found = _NOT_NULL.search(str(error))
    column = found and (found["sqlite"] or found["postgresql"] or found["mariadb"])
    for model_field in obj._meta.concrete_fields:
        if column and model_field.column == column:
            return {model_field.name: [str(model_field.error_messages["null"])]}
    return {}
