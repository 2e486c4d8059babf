"""Lock the rows to be written, always in the same order, so that two writes never wait for each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections, models

from conjure.exceptions import ConflictError, ForbiddenError, NotFoundError
from conjure.graphql.fields.keys import parse_pk
from conjure.graphql.permissions import Right
from conjure.graphql.rows.read import read_rows
from conjure.graphql.rows.visible import Rows, is_scoped, row_not_found, scoped_rows
from conjure.graphql.writes.door import Write
from conjure.graphql.writes.privileges import require_privilege_to_edit
from conjure.graphql.writes.versions import require_version
from conjure.values.batches import batches
from conjure.values.sources import ValueProblem

BATCH_ROWS = 500
"""How many rows are locked by one query."""


def lock_row(write: Write, pk: Any, right: Right, expected_version: str | None = None) -> Any:
    """The row of a pk, locked until the transaction ends.

    Raise NotFoundError where there is none for this user, ForbiddenError where they lack the right on it, and
    ConflictError where it has another version than the client expected.
    """
    try:
        value = parse_pk(write.spec, pk)
    except ValueProblem:
        raise NotFoundError from None
    found = lock_rows(write, [value])
    if not found:
        raise row_not_found(write.context, write.spec, value)
    require_right(write, found[0], right)
    require_version(write.context, write.spec, found[0], expected_version, write.using)
    return found[0]


def require_right(write: Write, obj: Any, right: Right) -> None:
    """Raise ForbiddenError where the user lacks the right on this row."""
    context, spec = write.context, write.spec
    rule = context.permissions.find_refusal(right, spec, obj)
    if rule is not None:
        raise ForbiddenError(f"You do not have permission to {right} this {spec.verbose_name}.", rule=rule)
    require_privilege_to_edit(context.user, spec, obj)


def lock_rows(write: Write, pks: Sequence[Any]) -> list[Any]:
    """The rows of these pks that exist for this user, in the order of their pks, locked until the transaction ends."""
    return _read(write, locked_rows(write, pks))


def _read(write: Write, rows: Rows) -> list[Any]:
    return _of_their_own_classes(write, read_rows(rows))


def _of_their_own_classes(write: Write, objs: list[Any]) -> list[Any]:
    """The rows as the model's default manager makes them: a polymorphic one gives each row its own class."""
    if not (objs and write.plan.has_rows_of_other_classes):
        return objs
    model = write.spec.model
    made = read_rows(model._default_manager.using(write.using).filter(pk__in=[obj.pk for obj in objs]))
    real = {obj.pk: obj for obj in made if isinstance(obj, model)}
    return [real.get(obj.pk, obj) for obj in objs]


def locked_rows(write: Write, pks: Sequence[Any]) -> Rows:
    """The query that locks the rows of these pks that exist for this user."""
    spec = write.spec
    every: Rows = models.QuerySet(spec.model, using=write.using)
    rows = every.filter(pk=pks[0]) if len(pks) == 1 else every.filter(pk__in=pks)
    if is_scoped(spec) or type(spec.model._default_manager) is not models.Manager:
        # A subquery: joins, aggregates and DISTINCT of a scope cannot be locked.
        visible = scoped_rows(write.context, spec).using(write.using).filter(pk__in=pks)
        rows = rows.filter(pk__in=visible.order_by().values("pk"))
    features = connections[write.using].features
    # Keys never change, so writes of rows that point here need not wait.
    rows = rows.select_for_update(no_key=features.has_select_for_no_key_update)
    # Without the model's own ordering, which may join tables whose rows cannot be locked.
    return rows.order_by() if len(pks) == 1 else rows.order_by("pk")


def lock_in_order(write: Write, pks: Sequence[Any]) -> None:
    """Lock the rows that a write will come to one by one, in the order in which every write locks rows.

    Where the database locks as a whole, the transaction has the lock already.
    """
    if len(pks) > 1 and connections[write.using].features.has_select_for_update:
        for batch in batches(in_key_order(list(dict.fromkeys(pks))), BATCH_ROWS):
            list(locked_rows(write, batch).values_list("pk", flat=True))


def in_key_order(keys: list[Any]) -> list[Any]:
    """The keys in the order in which rows are locked, the same for everybody."""
    try:
        return sorted(keys)
    except TypeError:
        return sorted(keys, key=str)


def reload_rows(write: Write, objs: Sequence[Any]) -> list[Any]:
    """The rows as the database has them now, after columns, triggers and hooks have changed the values."""
    by_key = {obj.pk: obj for obj in _read(write, _rows_of(write).filter(pk__in=[obj.pk for obj in objs]))}
    # The database may have changed the key, for instance to lower case, and still finds it.
    return [by_key[obj.pk] if obj.pk in by_key else _reload(write, obj) for obj in objs]


def _reload(write: Write, obj: Any) -> Any:
    found = _read(write, _rows_of(write).filter(pk=obj.pk))
    if not found:
        raise ConflictError
    return found[0]


def _rows_of(write: Write) -> Rows:
    return models.QuerySet(write.spec.model, using=write.using).order_by()
