"""The audit log as conjure itself registers it: read-only, and each user sees only what concerns what they may view."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.db import connections, models
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Substr

from conjure.conf import settings
from conjure.models import AdminAuditLog
from conjure.options import AdminConfig
from conjure.registry import register, registry

if TYPE_CHECKING:
    from django.http import HttpRequest


@register(AdminAuditLog)
class AdminAuditLogConfig(AdminConfig):
    """The audit log: rows of models that the user may view; the rest is for superusers."""

    list_display = ("id", "created_at", "actor_name", "action", "model_label", "object_pk", "object_repr")
    search_fields = ("object_repr", "object_pk", "actor_name")
    list_filter = ("action", "model_label", "actor", "created_at")
    is_readonly = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The entries of registered models that the user may view, and there of rows that exist for the user."""
        entries = super().get_queryset(request)
        user = getattr(request, "user", None)
        if user is not None and user.is_active and user.is_superuser:
            return entries
        return entries.filter(self._visible_to(request, entries.db))

    def _visible_to(self, request: HttpRequest, alias: str) -> Q:
        whole_models, visible = [], Q(pk__in=[])
        for key, config in registry.items():
            if config is self or not _may_view(config, request):
                continue
            if type(config).get_queryset is AdminConfig.get_queryset:
                whole_models.append(key)
            else:
                visible |= _visible_rows(key, config, request, alias)
        return visible | Q(model_label__in=whole_models)


def _may_view(config: AdminConfig, request: HttpRequest) -> bool:
    try:
        return bool(config.has_view_permission(request))
    except Exception:
        # A permission check that raises denies.
        logging.getLogger(settings.LOGGER_NAME).exception("has_view_permission of %r failed", type(config).__name__)
        return False


def _visible_rows(key: str, config: AdminConfig, request: HttpRequest, alias: str) -> Q:
    """The entries of rows that the config's own ``get_queryset`` shows; none where SQL cannot compare them."""
    try:
        rows = config.get_queryset(request).order_by()
        if rows.db != alias:
            return Q(pk__in=[])
        text = _pk_as_text(config.model, alias)
        return Q(pk__in=[]) if text is None else Q(model_label=key, object_pk__in=rows.values(conjure_pk=text))
    except Exception:
        logging.getLogger(settings.LOGGER_NAME).exception("get_queryset of %r failed", type(config).__name__)
        return Q(pk__in=[])


def _pk_as_text(model: type[models.Model], alias: str) -> Any:
    """An expression for ``str(pk)``, or None for a pk of a type whose text differs between Python and SQL."""
    field: Any = model._meta.pk
    while field.remote_field is not None:
        field = field.target_field
    if isinstance(field, models.CharField | models.TextField):
        return F("pk")
    if isinstance(field, models.IntegerField):
        return Cast("pk", models.CharField())
    if not isinstance(field, models.UUIDField):
        return None
    text = Cast("pk", models.CharField())
    if connections[alias].features.has_native_uuid_field:
        return text
    starts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    parts: list[Any] = [part for start in starts for part in (Value("-"), Substr(text, *start))]
    return Concat(*parts[1:], output_field=models.CharField())
