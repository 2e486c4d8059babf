"""Routers that send reads to the replica."""

from __future__ import annotations

from typing import Any

OF_LOGINS = {"auth", "sessions", "contenttypes"}


class EverythingReplicated:
    """Reads of all models go to the replica: logins lag, which ``conjure.W012`` reports."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return "replica"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"


class LoginsOnPrimary(EverythingReplicated):
    """As the documentation says."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return "default" if model._meta.app_label in OF_LOGINS else "replica"
