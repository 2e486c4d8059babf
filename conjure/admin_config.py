"""The audit log as conjure itself registers it: read-only, and each user sees only what concerns what they may view."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.db import connections, models
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Substr

from conjure.conf import settings
from conjure.models import AdminAuditLog
from conjure.options import AdminConfig, require_bool
from conjure.registry import register, registry

if TYPE_CHECKING:
    from django.http import HttpRequest

EVERYTHING = Q()
NOTHING = Q(pk__in=())


@register(AdminAuditLog)
class AdminAuditLogConfig(AdminConfig):
    """The audit log: rows of models that the user may view; the rest is for superusers."""

    list_display = ("id", "created_at", "actor_name", "action", "model_label", "object_pk", "object_repr")
    search_fields = ("object_repr", "object_pk", "actor_name")
    list_filter = ("action", "model_label", "actor", "created_at")
    is_readonly = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The entries of registered models that the user may view, and there of rows and fields shown to the user."""
        entries = super().get_queryset(request)
        user = getattr(request, "user", None)
        if user is not None and user.is_active and user.is_superuser:
            return entries
        return entries.filter(self._visible_to(request, entries.db))

    def _visible_to(self, request: HttpRequest, alias: str) -> Q:
        whole_models, visible = [], NOTHING
        for key, config in registry.items():
            if config is self:
                continue
            try:
                condition = _entries_of(key, config, request, alias)
            except Exception:
                # A permission check that raises denies.
                logging.getLogger(settings.LOGGER_NAME).exception("The audit log of %s stays hidden.", key)
                continue
            if condition == EVERYTHING:
                whole_models.append(key)
            elif condition != NOTHING:
                visible |= Q(model_label=key) & condition
        return visible | Q(model_label__in=whole_models)


def _entries_of(key: str, config: AdminConfig, request: HttpRequest, alias: str) -> Q:
    """Which of the model's entries the user may see."""
    if not require_bool(config.has_view_permission(request)):
        return NOTHING
    condition = EVERYTHING
    if type(config).get_queryset is not AdminConfig.get_queryset:
        rows, text = config.get_queryset(request).order_by(), _pk_as_text(config.model, alias)
        if rows.db != alias or text is None:
            return NOTHING  # SQL cannot compare them
        condition = Q(object_pk__in=rows.values(conjure_pk=text))
    hidden = set(config.get_exclude(request)) - set(config.exclude)
    return condition & ~Q(diff__has_any_keys=sorted(hidden)) if hidden else condition


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
