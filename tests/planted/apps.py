"""An app whose models, fields and configs break promises on purpose, with healthy siblings; tests register them."""

from __future__ import annotations

from django.apps import AppConfig


class PlantedConfig(AppConfig):
    """Models that the walk must find."""

    name = "tests.planted"
    default_auto_field = "django.db.models.BigAutoField"
