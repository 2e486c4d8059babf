"""The project itself as an app: it holds the load command, the login page and the users' configs."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"
