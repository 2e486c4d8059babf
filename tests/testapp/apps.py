"""The test app's configuration: it also makes the table and the views of the unmanaged models."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

STATEMENTS = {
    "testapp_unmanaged": """
        CREATE TABLE testapp_unmanaged (
            code varchar(20) PRIMARY KEY, name varchar(40) NOT NULL, amount integer NOT NULL
        )
    """,
    "testapp_product_view": """
        CREATE VIEW testapp_product_view AS
        SELECT sku, category_id, price * 2 AS double_price FROM testapp_product
    """,
    "testapp_category_totals": """
        CREATE VIEW testapp_category_totals AS
        SELECT c.id AS id, c.name AS name, COUNT(p.sku) AS product_count
        FROM testapp_category c LEFT JOIN testapp_product p ON p.category_id = c.id
        GROUP BY c.id, c.name
    """,
}


def create_unmanaged(using: str, **kwargs: Any) -> None:
    """Create what is missing, after every migrate and flush."""
    connection = connections[using]
    with connection.cursor() as cursor:
        names = {info.name for info in connection.introspection.get_table_list(cursor)}
        if "testapp_product" not in names:
            return
        for name, statement in STATEMENTS.items():
            if name not in names:
                cursor.execute(statement)


class TestappConfig(AppConfig):
    """Labelled ``testapp``."""

    name = "tests.testapp"
    label = "testapp"
    verbose_name = "Test app"

    def ready(self) -> None:
        post_migrate.connect(create_unmanaged, sender=self)
