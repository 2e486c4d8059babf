"""Visible rows: those that exist for a request, the first step of the queryset pipeline."""

from __future__ import annotations

import logging
from typing import Any

from django.db import connections, models, router
from django.db.models import QuerySet

from conjure.conf import settings
from conjure.exceptions import InvalidError
from conjure.graphql.context import Context
from conjure.options import AdminConfig
from conjure.specs.models import ModelSpec

Rows = QuerySet[Any]


def visible_rows(context: Context, spec: ModelSpec) -> Rows:
    """The rows that exist for this request: the config's ``get_queryset``, with the view permission asked first.

    Raise UnauthenticatedError or ForbiddenError where the user may not view the model.
    """
    context.permissions.require("view", spec)
    return scoped_rows(context, spec)


def scoped_rows(context: Context, spec: ModelSpec) -> Rows:
    """The config's rows for this request, without asking a permission: for labels, and for what a write names."""
    if is_scoped(spec):
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


def is_scoped(spec: ModelSpec) -> bool:
    """Whether the config narrows the rows by a ``get_queryset`` of its own."""
    return type(spec.config).get_queryset is not AdminConfig.get_queryset


def all_rows(model: type[models.Model]) -> Rows:
    """Every row of a model, hidden ones included: what a foreign key may point to."""
    return model._base_manager.all()
