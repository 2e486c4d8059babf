"""The history of one row: its entries in the audit log and, where Django's admin is installed, in that of the admin."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from conjure.encoding import make_storable
from conjure.graphql.context import Context
from conjure.graphql.fields.readers import read_datetime
from conjure.graphql.rows.pages import Page
from conjure.graphql.rows.read import read_rows
from conjure.graphql.rows.visible import scoped_rows
from conjure.models import AdminAuditLog, AuditAction
from conjure.specs.models import ModelSpec
from conjure.values.keys import pk_text

CONJURE, ADMIN = "conjure", "admin"
"""Whose log an entry is from."""

# The flags of Django's LogEntry.
_ACTIONS = {1: AuditAction.CREATE, 2: AuditAction.UPDATE, 3: AuditAction.DELETE}

Line = Mapping[str, Any]


class RowHistory:
    """What was done to a row that the user may view, newest first.

    The entries of the audit log are those that its config shows the user, in the words of the widget of recent
    writes. What they changed is there for those who may view the log.
    """

    def __init__(self, context: Context, spec: ModelSpec, row: Any) -> None:
        self.context = context
        self.log = context.specs.for_model(AdminAuditLog)
        self.audited = self._find_audited(spec, row).order_by("-created_at", "-pk")
        self.logged = _find_logged(spec, row)

    def _find_audited(self, spec: ModelSpec, row: Any) -> QuerySet[Any]:
        if self.log is None:
            return AdminAuditLog._base_manager.none()
        key = make_storable(pk_text(row.pk))[:255]
        return scoped_rows(self.context, self.log).filter(model_label=spec.key, object_pk=key)

    @property
    def count(self) -> int:
        """How many entries there are."""
        return sum(self._counts)

    @cached_property
    def _counts(self) -> tuple[int, int]:
        return self.audited.count(), 0 if self.logged is None else self.logged.count()

    def read(self, page: Page) -> list[Line]:
        """The entries of a page."""
        of_conjure, of_admin = self._counts
        start, stop = page.offset, page.offset + page.limit
        if self.logged is None or not of_admin:
            return [self._describe_audited(entry) for entry in read_rows(self.audited[start:stop])]
        if not of_conjure:
            return [_describe_logged(entry) for entry in read_rows(self.logged[start:stop])]
        return self._read_merged(self.logged, start, stop)

    def _read_merged(self, of_admin: QuerySet[Any], start: int, stop: int) -> list[Line]:
        """A page of both logs: their times and keys are merged first, then the entries of the page are loaded."""
        times = [
            *((time, CONJURE, pk) for time, pk in self.audited.values_list("created_at", "pk")[:stop]),
            *((time, ADMIN, pk) for time, pk in of_admin.values_list("action_time", "pk")[:stop]),
        ]
        shown = [(source, pk) for _, source, pk in sorted(times, reverse=True)[start:stop]]
        keys: dict[str, list[Any]] = {CONJURE: [], ADMIN: []}
        for source, pk in shown:
            keys[source].append(pk)
        audited, logged = self.audited.filter(pk__in=keys[CONJURE]), of_admin.filter(pk__in=keys[ADMIN])
        lines = {
            **{(CONJURE, entry.pk): self._describe_audited(entry) for entry in read_rows(audited)},
            **{(ADMIN, entry.pk): _describe_logged(entry) for entry in read_rows(logged)},
        }
        # An entry may have been pruned since its key was read.
        return [lines[each] for each in shown if each in lines]

    def _describe_audited(self, entry: AdminAuditLog) -> Line:
        return {
            "source": CONJURE,
            "id": entry.pk,
            "created_at": read_datetime(entry.created_at),
            "actor": None if "actor_name" in self._hidden else entry.actor_name or None,
            "action": entry.action,
            "action_display": entry.get_action_display(),
            "object_repr": "" if "object_repr" in self._hidden else entry.object_repr,
            "diff": None if "diff" in self._hidden else entry.diff,
            "message": None,
        }

    @cached_property
    def _hidden(self) -> frozenset[str]:
        """The columns of the log that this user is not shown."""
        assert self.log is not None
        hidden = self.context.excluded(self.log)
        return hidden if self.context.permissions.can("view", self.log) else hidden | {"diff"}


def _find_logged(spec: ModelSpec, row: Any) -> QuerySet[Any] | None:
    """What Django's admin has logged of the row, found as its own page of the history does; None without the admin."""
    if not apps.is_installed("django.contrib.admin"):
        return None
    log: Any = apps.get_app_config("admin").get_model("LogEntry")
    entries: QuerySet[Any] = log._default_manager.select_related("user")
    of_row = entries.filter(
        content_type__app_label=spec.app_label,
        content_type__model=spec.options.model_name,
        object_id=str(row.pk),
    )
    return of_row.order_by("-action_time", "-pk")


def _describe_logged(entry: Any) -> Line:
    action = _ACTIONS.get(entry.action_flag)
    return {
        "source": ADMIN,
        "id": entry.pk,
        "created_at": read_datetime(entry.action_time),
        "actor": entry.user.get_username(),
        "action": str(entry.action_flag) if action is None else action.value,
        "action_display": str(entry.action_flag) if action is None else action.label,
        "object_repr": entry.object_repr,
        "diff": None,
        "message": _message_of(entry),
    }


def _message_of(entry: Any) -> str:
    """The change message as text, in the user's language; as it is stored where it is not one of Django's own."""
    try:
        return str(entry.get_change_message())
    except Exception:  # noqa: BLE001 - any text may stand there
        return str(entry.change_message)
