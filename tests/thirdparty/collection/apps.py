"""The app ``collection``."""

from django.apps import AppConfig


class CollectionConfig(AppConfig):
    """Models of one's own with the fields and bases of others."""

    name = "tests.thirdparty.collection"
    label = "collection"
    default_auto_field = "django.db.models.BigAutoField"
