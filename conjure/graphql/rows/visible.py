"""Visible rows: those that exist for a request, the first step of the queryset pipeline."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from django.db import connections, models, router
from django.db.models import Q, QuerySet

from conjure.conf import settings
from conjure.exceptions import InvalidError, NotFoundError
from conjure.graphql.context import Context
from conjure.graphql.rules import may_read_rules, member_rule
from conjure.options import is_overridden
from conjure.specs.models import ModelSpec

Rows = QuerySet[Any]


def visible_rows(context: Context, spec: ModelSpec) -> Rows:
    """The rows that exist for this request: the config's ``get_queryset``, with the view permission asked first.

    Raise UnauthenticatedError or ForbiddenError where the user may not view the model.
    """
    context.permissions.require("view", spec)
    return scoped_rows(context, spec)


def scoped_rows(context: Context, spec: ModelSpec) -> Rows:
    """The config's rows for this request, without asking a permission: for labels, and for what a write names.

    A row that the config of another model declares as its inline exists only where the row that it belongs to does.
    """
    return _scoped_rows(context, spec, frozenset({spec.key}))


def _scoped_rows(context: Context, spec: ModelSpec, passed: frozenset[str]) -> Rows:
    rows = _own_rows(context, spec)
    for field, parent in _scoping_parents(spec, passed):
        there = _scoped_rows(context, parent, passed | {parent.key}).order_by()
        target = field.target_field.attname
        condition = Q(**{f"{field.name}__in": there.values(target)})
        if field.null:
            condition |= Q(**{f"{field.name}__isnull": True})
        if field.related_model._meta.concrete_model is not parent.options.concrete_model:
            # Rows of the model that the parent inherits from are not the config's.
            condition |= ~Q(**{f"{field.name}__in": all_rows(parent.model).values(target)})
        rows = rows.filter(condition)
    return rows


def _own_rows(context: Context, spec: ModelSpec) -> Rows:
    if _has_own_scope(spec):
        return _ready_for_filters(spec.config.get_queryset(context.request))
    try:
        rows = spec.config.get_queryset(context.request)
    except Exception:  # noqa: BLE001 - the project's manager
        rows = _rows_of_named_database(spec)
    return _ready_for_filters(rows)


def _ready_for_filters(rows: Rows) -> Rows:
    """The same rows, as a query in which more filters only ever leave fewer of them.

    A slice and a union take no filters at all. Filters on a window, and DISTINCT ON, choose among the rows that all
    other filters leave: filtering by a hidden row's key would bring that row out.
    """
    query = rows.query
    if not (query.is_sliced or query.combinator or query.distinct_fields or query.where.contains_over_clause):
        return rows
    keys: Any = rows.values("pk")
    if query.is_sliced and not connections[rows.db].features.allow_sliced_subqueries_with_in:
        keys = [row["pk"] for row in keys]
    every: Rows = rows.model._base_manager.using(rows._db)  # type: ignore[attr-defined]  # None: routers choose
    return every.filter(pk__in=keys)


def _rows_of_named_database(spec: ModelSpec) -> Rows:
    """The rows of a default manager that needs a database alias.

    Raise InvalidError where it fails even so: the base manager might show what this one is there to hide.
    """
    try:
        return spec.model._default_manager.db_manager(router.db_for_read(spec.model)).all()
    except Exception:  # The project's manager, told its database.
        logging.getLogger(settings.LOGGER_NAME).exception("The default manager of %s failed.", spec.key)
        raise InvalidError(f"The rows of {spec.key} cannot be read: the model's default manager failed.") from None


def row_not_found(context: Context, spec: ModelSpec, key: Any) -> NotFoundError:
    """The error for a row that does not exist for this request, with what hides it for those who may know."""
    if not (may_read_rules(context.user) and all_rows(spec.model).filter(pk=key).exists()):
        return NotFoundError()
    manager = f"{spec.model.__name__}.{spec.model._default_manager.name}"
    return NotFoundError(rule=", ".join(scope_rules(spec)) or manager)


def scope_rules(spec: ModelSpec) -> list[str]:
    """The hooks that narrow the rows: the config's own, and those of parents that declare the model as an inline."""
    return list(dict.fromkeys(_scope_rules(spec, frozenset({spec.key}))))


def _scope_rules(spec: ModelSpec, passed: frozenset[str]) -> Iterator[str]:
    yield from [member_rule(spec.config, "get_queryset")] if _has_own_scope(spec) else []
    for _, parent in _scoping_parents(spec, passed):
        yield from _scope_rules(parent, passed | {parent.key})


def is_scoped(spec: ModelSpec) -> bool:
    """Whether a ``get_queryset`` narrows the rows: the config's own, or that of a parent of inlines."""
    return _has_own_scope(spec) or any(True for _ in _scoping_parents(spec, frozenset({spec.key})))


def _has_own_scope(spec: ModelSpec) -> bool:
    return is_overridden(spec.config, "get_queryset")


def _scoping_parents(spec: ModelSpec, passed: frozenset[str]) -> Iterator[tuple[Any, ModelSpec]]:
    """The foreign keys by which the model is an inline of others whose rows are narrowed, with those others.

    Models that were ``passed`` on the way are left out: inlines may lead in a circle, or from a model to itself.
    """
    for field, parent in spec.inline_parents:
        if parent.key not in passed:
            further = passed | {parent.key}
            if _has_own_scope(parent) or any(True for _ in _scoping_parents(parent, further)):
                yield field, parent


def all_rows(model: type[models.Model]) -> Rows:
    """Every row of a model, hidden ones included: what a foreign key may point to."""
    return model._base_manager.all()
