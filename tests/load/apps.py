"""The app of the project that is loaded."""

from __future__ import annotations

from django.apps import AppConfig


class LoadConfig(AppConfig):
    """Shelves and their items."""

    name = "tests.load"
    label = "load"
    default_auto_field = "django.db.models.BigAutoField"
