"""The audit log as conjure itself registers it: read-only, and each user sees only what concerns what they may view."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.db import connections, models
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Substr

from conjure.auth.staff import is_superuser
from conjure.conf import settings
from conjure.graphql.context import Context
from conjure.graphql.history.shown import ShownEntries, hides_details
from conjure.graphql.rows.visible import is_scoped, scoped_rows
from conjure.models import AdminAuditLog
from conjure.options import AdminConfig
from conjure.registry import register
from conjure.specs.models import ModelSpec

if TYPE_CHECKING:
    from django.http import HttpRequest

EVERYTHING = Q()
NOTHING = Q(pk__in=())


@register(AdminAuditLog)
class AdminAuditLogConfig(AdminConfig):
    """The audit log: rows of models that the user may view; the rest is for superusers."""

    list_display = ("id", "created_at", "actor_name", "action", "model_label", "object_pk", "object_repr")
    search_fields = ("object_repr", "object_pk", "model_label", "actor_name")
    list_filter = ("action", "model_label", "actor", "created_at")
    is_readonly = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The entries of registered models that the user may view, and there of rows and fields shown to the user.

        Superusers get all entries. What else is hidden from a user is taken out of the entries.
        """
        context = Context.of(request)
        entries = super().get_queryset(request)
        if not is_superuser(context.user):
            entries = entries.filter(self._visible_to(context, entries.db))
        if not any(hides_details(context, spec) for spec in context.specs):
            return entries
        shown = ShownEntries(self.model, entries.query.chain(), entries._db)  # type: ignore[attr-defined]
        shown.context = context
        return shown

    def _visible_to(self, context: Context, alias: str) -> Q:
        whole_models, visible = [], NOTHING
        for spec in context.specs:
            if spec.config is self:
                continue
            try:
                condition = _entries_of(context, spec, alias)
            except Exception:
                logging.getLogger(settings.LOGGER_NAME).exception("The audit log of %s stays hidden.", spec.key)
                continue
            if condition == EVERYTHING:
                whole_models.append(spec.key)
            elif condition != NOTHING:
                visible |= Q(model_label=spec.key) & condition
        return visible | Q(model_label__in=whole_models)


def _entries_of(context: Context, spec: ModelSpec, alias: str) -> Q:
    """Which of the model's entries the user may see."""
    if not context.permissions.can("view", spec):
        return NOTHING
    condition = EVERYTHING
    if is_scoped(spec):
        rows, text = scoped_rows(context, spec).order_by(), _pk_as_text(spec.model, alias)
        if rows.db != alias or text is None:
            return NOTHING  # SQL cannot compare them
        condition = Q(object_pk__in=rows.values(conjure_pk=text))
    hidden = context.excluded(spec) - spec.excluded
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
