"""The audit log: one row for each object that was written, kept for as long as the project wants."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

ACTION_PREFIX = "action:"


class AuditAction(models.TextChoices):
    """The kinds of write; a custom action's run is ``action:{key}`` instead."""

    CREATE = "create", "Create"
    UPDATE = "update", "Update"
    DELETE = "delete", "Delete"
    BULK_UPDATE = "bulk_update", "Bulk update"
    BULK_DELETE = "bulk_delete", "Bulk delete"


class AdminAuditLog(models.Model):
    """Who did what to which object, when and from where; ``diff`` is ``{field: [before, after]}``.

    Rows are written by ``conjure.audit.log`` alone and are read-only to every endpoint. ``actor`` is null once the
    account is gone; ``actor_name`` stays.
    """

    id = models.BigAutoField(primary_key=True)
    # Without a database constraint: an audit insert takes no lock on the user's row and never fails because of it,
    # and the log may live in another database than the users. The index below serves instead of the field's own.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    actor_name = models.CharField(max_length=255, blank=True, default="")
    model_label = models.CharField(max_length=255)
    object_pk = models.CharField(max_length=255, blank=True, default="")
    object_repr = models.CharField(max_length=200, blank=True, default="")
    action = models.CharField(max_length=100, choices=AuditAction.choices)
    diff = models.JSONField(default=dict, blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "conjure_audit_log"
        verbose_name = "audit log entry"
        verbose_name_plural = "audit log"
        ordering = ["-created_at", "-pk"]
        indexes = [
            # Read backwards it is "newest first"; forwards it is a day of the trend, or what pruning takes.
            models.Index(fields=["created_at", "id"], name="conjure_audit_newest"),
            models.Index(fields=["model_label", "object_pk", "created_at"], name="conjure_audit_object"),
            models.Index(fields=["actor", "created_at"], name="conjure_audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.object_repr or self.object_pk or self.model_label}"

    def get_action_display(self) -> str:
        """The action for people: ``Create``, or a custom action's key as words (``action:mark_paid``: Mark paid)."""
        if self.action.startswith(ACTION_PREFIX):
            return self.action.removeprefix(ACTION_PREFIX).replace("_", " ").capitalize()
        return str(dict(AuditAction.choices).get(self.action, self.action))
