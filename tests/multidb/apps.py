"""The app of the second project."""

from __future__ import annotations

from django.apps import AppConfig


class MultiDatabaseConfig(AppConfig):
    name = "tests.multidb"
    label = "multidb"
