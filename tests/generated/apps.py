"""The app that the made-up models belong to; it has no models of its own."""

from __future__ import annotations

from django.apps import AppConfig


class GeneratedConfig(AppConfig):
    """Gives the made-up models their label."""

    name = "tests.generated"
    label = "generated"
