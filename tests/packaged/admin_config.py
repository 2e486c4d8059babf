"""Registers every model of the app with what is inferred."""

from __future__ import annotations

from django.apps import apps

from conjure import AdminConfig, register

register(*apps.get_app_config("packaged").get_models())(AdminConfig)
