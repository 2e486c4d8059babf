"""The PostgreSQL test app's configuration: it also creates the hstore extension."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import pre_migrate


def create_extension(using: str, **kwargs: Any) -> None:
    """Create hstore, and make the driver read it, before its tables are made."""
    from django.contrib.postgres.signals import get_hstore_oids, register_type_handlers

    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS hstore")
    get_hstore_oids.cache_clear()
    register_type_handlers(connection)


class PgappConfig(AppConfig):
    """Labelled ``pgapp``."""

    name = "tests.pgapp"
    label = "pgapp"

    def ready(self) -> None:
        pre_migrate.connect(create_extension, sender=self)
