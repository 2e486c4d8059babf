"""Registers every model of the app: with what is inferred, but for paths to filter by."""

from __future__ import annotations

from django.apps import apps

from conjure import AdminConfig, register
from tests.edges.models import Bounded, Listed


@register(Bounded)
class BoundedConfig(AdminConfig):
    """Can be filtered across a relation."""

    list_filter = ("small", "tick__number")
    actions = ("export",)


@register(Listed)
class ListedConfig(AdminConfig):
    """Can be filtered across a relation, and exported."""

    list_filter = ("name", "same__name")
    actions = ("export",)


OWN = {Bounded, Listed}
register(*(model for model in apps.get_app_config("edges").get_models() if model not in OWN))(AdminConfig)
