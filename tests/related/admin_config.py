"""Registers every model of the app with what is inferred; rows of several classes may be deleted by an action."""

from __future__ import annotations

from django.apps import apps

from conjure import AdminConfig, register
from tests.related.models import Message, Vehicle


@register(Message, Vehicle)
class ClassesConfig(AdminConfig):
    """Offers the built-in action."""

    actions = ["delete_selected"]


register(*(m for m in apps.get_app_config("related").get_models() if m not in {Message, Vehicle}))(AdminConfig)
