"""Registers every model of the app with what is inferred."""

from __future__ import annotations

from django.apps import apps

from conjure import AdminConfig, register
from tests.packaged.models import Article


@register(Article)
class ArticleConfig(AdminConfig):
    """Its tags are left out."""

    exclude = ["tags"]


register(*(model for model in apps.get_app_config("packaged").get_models() if model is not Article))(AdminConfig)
