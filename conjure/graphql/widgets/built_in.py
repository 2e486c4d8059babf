"""The built-in widgets: the latest writes, the writes of each day, and the largest models."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings as django_settings
from django.db import OperationalError, ProgrammingError, connections, transaction
from django.utils import timezone

from conjure.exceptions import InvalidError
from conjure.graphql.context import Context
from conjure.graphql.fields.readers import read_datetime
from conjure.graphql.rows.counts import count_all, count_readable
from conjure.graphql.rows.visible import Rows, scoped_rows
from conjure.models import AdminAuditLog
from conjure.orm.time_zones import on_day
from conjure.specs.models import ModelSpec

T = TypeVar("T")

NEWEST = 10
LARGEST = 8
TREND_DAYS = 30

_ENTRY_FIELDS = ("id", "actor_name", "action", "model_label", "object_pk", "object_repr", "created_at")


class AuditUnavailable(Exception):  # noqa: N818 - it names the condition
    """The audit log's table is missing."""


def recent_audit(context: Context) -> dict[str, Any]:
    """The newest writes, by anybody, that the user may see."""
    try:
        entries = _query_audit(
            context, lambda rows: list(rows.order_by("-created_at", "-pk").only(*_ENTRY_FIELDS)[:NEWEST])
        )
    except AuditUnavailable:
        return {"rows": [], "unavailable": True}
    return {"rows": [_describe_entry(entry) for entry in entries]}


def _describe_entry(entry: AdminAuditLog) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "actor": entry.actor_name or None,
        "action": entry.action,
        "action_display": entry.get_action_display(),
        "model_label": entry.model_label,
        "object_pk": entry.object_pk,
        "object_repr": entry.object_repr,
        "created_at": read_datetime(entry.created_at),
    }


def trend(context: Context) -> dict[str, Any]:
    """How many writes that the user may see there were on each of the last 30 days in the current time zone."""
    days = _last_days()
    try:
        counts = _query_audit(
            context, lambda rows: count_all({day: rows.filter(on_day("created_at", day)) for day in days})
        )
    except AuditUnavailable:
        return {"points": [], "unavailable": True}
    return {"points": [{"date": day.isoformat(), "count": counts.get(day, 0)} for day in days]}


def _last_days() -> list[datetime.date]:
    today = timezone.localdate() if django_settings.USE_TZ else timezone.now().date()
    return [today - datetime.timedelta(days=age) for age in reversed(range(TREND_DAYS))]


def _query_audit(context: Context, ask: Callable[[Rows], T]) -> T:
    """Run a query over the entries that the user may see. Raise AuditUnavailable where the table is missing."""
    spec = context.specs.for_model(AdminAuditLog)
    rows = AdminAuditLog._base_manager.none() if spec is None else scoped_rows(context, spec)
    try:
        with transaction.atomic(using=rows.db):
            return ask(rows)
    except (OperationalError, ProgrammingError):
        if AdminAuditLog._meta.db_table in connections[rows.db].introspection.table_names():
            raise
        raise AuditUnavailable from None


def model_counts(context: Context) -> dict[str, Any]:
    """The registered models with the most rows, counting only models and rows that the user may see."""
    counts = count_models(context)
    largest = sorted(counts, key=lambda spec: -counts[spec])[:LARGEST]
    cards = [{"key": spec.key, "label": spec.verbose_name_plural, "value": counts[spec]} for spec in largest]
    return {"cards": cards}


def count_models(context: Context) -> dict[ModelSpec, int]:
    """How many rows of each registered model the user may see; models that cannot be counted are left out."""
    return count_readable({spec: rows for spec in context.specs if (rows := _visible(context, spec)) is not None})


def _visible(context: Context, spec: ModelSpec) -> Rows | None:
    if getattr(spec.options, "swapped", False) or not context.permissions.can("view", spec):
        return None
    try:
        return scoped_rows(context, spec)
    except InvalidError:
        return None  # The model's manager fails, which is logged.


BUILT_IN_WIDGETS: dict[str, Callable[[Context], dict[str, Any]]] = {
    "recent-audit": recent_audit,
    "recent-activity": recent_audit,
    "model-counts": model_counts,
    "stats": model_counts,
    "trend": trend,
}
