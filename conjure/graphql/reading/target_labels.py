"""The labels of the rows that foreign keys point to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models

from conjure.graphql.context import Context
from conjure.graphql.reading.relations import database_of, distinct_values
from conjure.graphql.reading.selections import Selection
from conjure.graphql.rows.labels import label_needs, make_labels
from conjure.graphql.rows.read import defer_unneeded, read_rows
from conjure.graphql.rows.visible import Rows, all_rows, is_scoped, scoped_rows
from conjure.orm.fast_reads import Join
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec


def load_target_labels(
    context: Context, spec: ModelSpec, field: FieldSpec, objs: Sequence[Any], targets: list[Any] | None = None
) -> dict[Any, str]:
    """Labels by the value that points to the row; a row that the related config hides has none.

    ``targets`` are the rows pointed to, where they were read together with ``objs``.
    """
    if targets is None:
        targets = _fetch_targets(context, spec, field, objs)
    if not targets:
        return {}
    key = _key_of(field)
    return {getattr(row, key.attname): label for row, label in zip(targets, make_labels(targets), strict=True)}


def label_joins(selection: Selection, rows: Rows) -> list[Join]:
    """What labels are known to read of the rows that foreign keys point to, where nothing hides any of those rows."""
    joins = []
    for field in selection.target_labels:
        target = field.related_model
        if target is None or field.field.model._meta.concrete_model is not rows.model._meta.concrete_model:
            continue
        related, columns = selection.spec.related(target), label_needs(target).columns
        if columns and (related is None or not is_scoped(related)):
            joins.append(Join(field.attname, target, _key_of(field).attname, columns))
    return joins


def _key_of(field: FieldSpec) -> Any:
    return field.field.target_field  # type: ignore[attr-defined]


def _fetch_targets(context: Context, spec: ModelSpec, field: FieldSpec, objs: Sequence[Any]) -> list[Any]:
    values = distinct_values(objs, field.attname)
    target = field.related_model
    if not values or target is None:
        return []
    return _find_by_keys(context, spec.related(target), target, _key_of(field), values, database_of(target, objs))


def _find_by_keys(
    context: Context, related: ModelSpec | None, model: type[models.Model], key: Any, values: list[Any], using: str
) -> list[Any]:
    needed = label_needs(model).columns | {key.attname}
    rows = all_rows(model) if related is None or not is_scoped(related) else scoped_rows(context, related)
    rows = rows.using(using).filter(**{f"{key.attname}__in": values}).order_by()
    return read_rows(rows if rows.query.select_related else defer_unneeded(rows, needed))
