"""Validate one row as ``full_clean`` does, but ask the database only about what changes."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.db.models import BaseConstraint, CheckConstraint, Q, UniqueConstraint
from django.db.models.expressions import DatabaseDefault

from conjure.exceptions import NON_FIELD_ERRORS, messages_of
from conjure.graphql.fields.columns import set_column
from conjure.graphql.writes.plans import WritePlan
from conjure.orm.refusals import Refusal
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
    validated, as in a ModelForm, nor are those that may be left empty. Fields with problems are left out, and so are
    foreign keys whose targets were ``checked`` and fields that are ``defaulted``, because a default such as ``[]``
    counts as blank but is meant.
    """
    left_out = {*_all_but(obj, fields), *problems, *fields_left_empty(obj, fields)}
    if type(obj).full_clean is not models.Model.full_clean:
        _collect(problems, functools.partial(obj.full_clean, exclude=left_out))
        return
    run_validators_of_keys(obj, checked, problems)
    left_out |= {*checked, *defaulted}
    _clean_fields(obj, left_out, problems)
    _collect(problems, obj.clean)
    _validate_unique(plan, obj, fields, problems)
    _validate_constraints(plan, obj, fields, problems, using)


def fields_left_empty(obj: models.Model, names: Collection[str]) -> set[str]:
    """The fields without a value that forms do not ask for, although the model does not say that they may be blank.

    A ModelForm leaves them out of validation. A Boolean that may be null has three values, of which null is one.
    """
    return {f.name for f in obj._meta.concrete_fields if f.name in names and _may_be_left_empty(f, obj)}


def _may_be_left_empty(model_field: Any, obj: models.Model) -> bool:
    value = obj.__dict__.get(model_field.attname, model_field)
    is_empty = value == "" if isinstance(value, str) else value is None and model_field.null
    if not is_empty or model_field.blank or model_field.is_relation:
        return False
    if isinstance(model_field, models.BooleanField):
        return True
    try:
        form_field = model_field.formfield()
    except Exception:  # noqa: BLE001 - a third party's field
        return False
    return form_field is not None and not form_field.required


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
        for name, messages in messages_of(error).items():
            problems.setdefault(name, []).extend(messages)
    except Exception:
        # Projects' hooks rely on fields being valid. Where some are not, their problems are what the client needs.
        if not problems:
            raise


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


def explain_integrity_error(
    error: IntegrityError,
    model: type[models.Model],
    obj: models.Model | None,
    *,
    using: str,
    statement: str,
    hidden: Collection[str],
) -> Errors:
    """The errors by field, as validation words them: it overlooks what the default manager hides, and other writes.

    ``obj`` is the row that was being saved, None where that is not known; ``model`` is then the model that is written.
    ``statement`` is the SQL that failed, where that is known. No error names a ``hidden`` field.
    """
    problems: Errors = {}
    try:
        broken = Refusal(error, using, statement)
        problems = _explain_broken(broken, type(obj) if obj is not None else model, obj, hidden)
        if obj is not None and not problems:
            _collect(problems, obj.validate_unique)
            _collect(problems, obj.validate_constraints)
    except Exception:  # noqa: BLE001 - the model's own validation may raise anything; the general error remains
        problems.clear()
    if obj is not None:
        problems = problems or _explain_null(error, obj)
    return problems or {NON_FIELD_ERRORS: ["The database refused this: it would break one of its constraints."]}


def _explain_broken(
    broken: Refusal, model: type[models.Model], obj: models.Model | None, hidden: Collection[str]
) -> Errors:
    """The error of the constraint that the database says is broken."""
    for owner in (model, *model._meta.all_parents):
        for constraint in owner._meta.constraints:
            if _is_constraint(broken, owner, constraint):
                return {} if _depends_on(constraint, hidden) else _violation(owner, constraint, obj)
        for names in _unique_together(owner):
            if broken.is_of_unique(owner._meta.db_table, _columns(owner, names)):
                return {} if not set(names).isdisjoint(hidden) else _not_unique(owner, names, obj)
    return {}


def _is_constraint(broken: Refusal, owner: type[models.Model], constraint: BaseConstraint) -> bool:
    table = owner._meta.db_table
    if isinstance(constraint, UniqueConstraint):
        return broken.is_of_unique(table, _columns(owner, constraint.fields), constraint.name)
    return isinstance(constraint, CheckConstraint) and broken.is_of_check(table, constraint.name)


def _unique_together(owner: type[models.Model]) -> Iterator[Sequence[str]]:
    yield from ([f.name] for f in owner._meta.local_concrete_fields if f.unique)
    yield from owner._meta.unique_together
    if len(owner._meta.pk_fields) > 1:
        yield [f.name for f in owner._meta.pk_fields]


def _columns(owner: Any, names: Iterable[str]) -> list[str]:
    return [owner._meta.get_field(name).column for name in names]


def _depends_on(constraint: BaseConstraint, hidden: Collection[str]) -> bool:
    """Whether a constraint depends on a hidden field, as far as can be told."""
    condition = getattr(constraint, "condition", None)
    return bool(hidden) and (
        not set(getattr(constraint, "fields", ())).isdisjoint(hidden)
        or bool(getattr(constraint, "expressions", ()))
        or (condition is not None and _refers_to(condition, hidden))
    )


def _violation(owner: type[models.Model], constraint: BaseConstraint, obj: models.Model | None) -> Errors:
    """As ``UniqueConstraint.validate`` words it."""
    is_default = constraint.violation_error_message == constraint.default_violation_error_message
    if isinstance(constraint, UniqueConstraint) and constraint.condition is None and is_default:
        return _not_unique(owner, constraint.fields, obj)
    return {NON_FIELD_ERRORS: [str(constraint.get_violation_error_message())]}


def _not_unique(owner: type[models.Model], names: Sequence[str], obj: models.Model | None) -> Errors:
    error = (obj or owner()).unique_error_message(owner, tuple(names))
    return {names[0] if len(names) == 1 else NON_FIELD_ERRORS: error.messages}


def _explain_null(error: IntegrityError, obj: models.Model) -> Errors:
    found = _NOT_NULL.search(str(error))
    column = found and (found["sqlite"] or found["postgresql"] or found["mariadb"])
    for model_field in obj._meta.concrete_fields:
        if column and model_field.column == column:
            return {model_field.name: [str(model_field.error_messages["null"])]}
    return {}
