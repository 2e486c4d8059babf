"""``AUTO_REGISTER``: registers every concrete model that the project did not."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model

from conjure.conf import settings
from conjure.options import AdminConfig
from conjure.registry import model_key, registry

SKIPPED_APPS = {"admin", "contenttypes", "sessions"}
SKIPPED_MODELS = {"auth.permission", "authtoken.token", "authtoken.tokenproxy"}
SECRET_PARTS = ("password", "secret", "token", "api_key", "apikey", "private_key", "salt")


def is_secret_name(name: str) -> bool:
    """Whether a field of that name probably holds a secret."""
    lowered = name.lower()
    return any(part in lowered for part in SECRET_PARTS)


def register_remaining_models() -> list[type[Model]]:
    """Register every concrete model not yet registered and give those models, in the order of the apps.

    Skipped are ``AUTO_REGISTER_EXCLUDE`` (app labels or models), Django's own bookkeeping, proxies, swapped-out
    models and auto-created through tables. Fields with names such as ``api_token`` are excluded.
    """
    excluded = {_excluded_name(entry) for entry in settings.AUTO_REGISTER_EXCLUDE}
    registered = []
    for model in apps.get_models():
        if model in registry or not _is_wanted(model, excluded):
            continue
        secrets = [field.name for field in model._meta.get_fields() if is_secret_name(field.name) and _is_own(field)]
        config_class = type(f"{model.__name__}Config", (AdminConfig,), {"exclude": secrets})
        registry.register(model, config_class)
        registered.append(model)
    return registered


def _excluded_name(entry: Any) -> str:
    return (entry if isinstance(entry, str) else model_key(entry)).lower()


def _is_own(field: Any) -> bool:
    return not field.auto_created or field.concrete


def _is_wanted(model: type[Model], excluded: set[str]) -> bool:
    options = model._meta
    names = {options.app_label.lower(), model_key(model).lower()}
    if options.proxy or options.auto_created or options.swapped or options.app_label in SKIPPED_APPS:
        return False
    return not names & (SKIPPED_MODELS | excluded)
