"""Who lives where."""

from __future__ import annotations

from typing import Any

ARCHIVED = {"shelf", "loan", "label", "loan_labels"}


class ArchiveRouter:
    """The archive holds its models and nothing else."""

    def _database(self, model_name: str | None) -> str:
        return "archive" if model_name in ARCHIVED else "default"

    def _of(self, model: Any) -> str:
        options = model._meta
        return self._database(options.model_name if options.app_label == "multidb" else None)

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return self._of(model)

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return self._of(model)

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return self._of(one) == self._of(other)

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        return db == self._database(model_name if app_label == "multidb" else None)
