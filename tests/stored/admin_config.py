"""Registers every model of the app with what is inferred, readings with an export."""

from __future__ import annotations

from django.apps import apps

from conjure import AdminConfig, register
from tests.stored.models import Reading


@register(Reading)
class ReadingConfig(AdminConfig):
    """Can be exported."""

    actions = ("export",)


register(*(model for model in apps.get_app_config("stored").get_models() if model is not Reading))(AdminConfig)
