"""The registry: the models that conjure serves, each with its config."""

from __future__ import annotations

import threading
from collections.abc import Callable, ItemsView, Iterator
from typing import TYPE_CHECKING, TypeVar

from conjure.exceptions import RegistrationError

if TYPE_CHECKING:
    from django.db.models import Model

    from conjure.options import AdminConfig

ConfigT = TypeVar("ConfigT", bound="type[AdminConfig]")


def model_key(model: type[Model]) -> str:
    """The model's key as clients write it: ``app_label.ModelName``."""
    return f"{model._meta.app_label}.{model._meta.object_name}"


class Registry:
    """An ordered mapping of model keys to AdminConfig instances; keys are looked up without regard to case.

    ``version`` grows with every change, so that caches derived from the registry know when they are stale.
    """

    def __init__(self) -> None:
        self._configs: dict[str, AdminConfig] = {}
        self._keys: dict[str, str] = {}
        self._models: dict[type[Model], AdminConfig] = {}
        self._lock = threading.RLock()
        self.version = 0

    def register(self, model: type[Model], config_class: type[AdminConfig]) -> AdminConfig:
        """Register a model with its config class and give the config instance.

        Raise RegistrationError for an abstract model or one that is registered already.
        """
        if not hasattr(model, "_meta"):
            raise RegistrationError(f"{model!r} is not a Django model.")
        if model._meta.abstract:
            raise RegistrationError(f"{model.__name__} is abstract; register its concrete children.")
        key = model_key(model)
        with self._lock:
            if key.lower() in self._keys:
                raise RegistrationError(f"{key} is registered already, by {type(self._models[model]).__name__}.")
            config = config_class(model)
            self._configs[key] = config
            self._keys[key.lower()] = key
            self._models[model] = config
            self.version += 1
        return config

    def unregister(self, model: type[Model]) -> None:
        """Take a model out again. Raise RegistrationError for one that is not registered."""
        with self._lock:
            if model not in self._models:
                raise RegistrationError(f"{model_key(model)} is not registered.")
            key = model_key(model)
            del self._configs[key], self._keys[key.lower()], self._models[model]
            self.version += 1

    def get(self, key: str) -> AdminConfig | None:
        """The config of a model key such as ``shop.Order`` (case ignored), or None."""
        return self._configs.get(self._keys.get(key.lower(), ""))

    def for_model(self, model: type[Model]) -> AdminConfig | None:
        """The config of a model class, or None where it is not registered."""
        return self._models.get(model)

    def items(self) -> ItemsView[str, AdminConfig]:
        """The ``(model key, AdminConfig instance)`` pairs in registration order."""
        return dict(self._configs).items()

    def __contains__(self, model: object) -> bool:
        return model in self._models

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self._configs))

    def __len__(self) -> int:
        return len(self._configs)


registry = Registry()


def register(*models: type[Model]) -> Callable[[ConfigT], ConfigT]:
    """Register one or more models with the decorated AdminConfig subclass.

    Raise RegistrationError for a model that is registered already or is abstract.
    """

    def decorate(config_class: ConfigT) -> ConfigT:
        for model in models:
            registry.register(model, config_class)
        return config_class

    return decorate


admin_register = register
