"""Start-up: import every app's ``admin_config`` module and, with ``AUTO_REGISTER``, register the remaining models."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from conjure.conf import settings


class ConjureConfig(AppConfig):
    """The Django app, ``"conjure"`` in INSTALLED_APPS."""

    name = "conjure"
    verbose_name = "Conjure"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Late, because Django imports this module before models can be imported.
        from conjure import checks  # noqa: F401, PLC0415 - importing registers the checks
        from conjure.autoregister import register_remaining_models  # noqa: PLC0415

        if settings.AUTODISCOVER:
            autodiscover_modules("admin_config")
        if settings.AUTO_REGISTER:
            register_remaining_models()
