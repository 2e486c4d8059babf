"""The one queryset pipeline: visible rows, then filters, search, order and page, each a function of its own."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import QuerySet

from conjure.graphql.context import Context
from conjure.options import AdminConfig
from conjure.specs import ModelSpec

Rows = QuerySet[Any]


def visible_rows(context: Context, spec: ModelSpec) -> Rows:
    """The rows that exist for this request: the config's ``get_queryset``, with the view permission asked first.

    Raise UnauthenticatedError or ForbiddenError where the user may not view the model.
    """
    context.permissions.require("view", spec)
    return scoped_rows(context, spec)


def scoped_rows(context: Context, spec: ModelSpec) -> Rows:
    """The config's rows for this request, permission not asked: for labels and for checks of what a write names."""
    return spec.config.get_queryset(context.request)


def is_scoped(spec: ModelSpec) -> bool:
    """Whether the config narrows the rows by a ``get_queryset`` of its own."""
    return type(spec.config).get_queryset is not AdminConfig.get_queryset


def all_rows(model: type[models.Model]) -> Rows:
    """Every row of a model, hidden ones included: what a foreign key may point to."""
    return model._base_manager.all()
