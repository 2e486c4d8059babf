"""Checks of the ``CONJURE`` settings: unknown keys, values of the wrong type, apps and models that do not exist."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.conf import settings as django_settings
from django.core import checks
from django.core.checks import CheckMessage
from django.db.models import Model

from conjure.checks.databases import check_replicas, check_statement_timeout
from conjure.checks.logins import check_logins
from conjure.checks.suggestions import suggest
from conjure.checks.throttles import check_throttles
from conjure.conf import DEFAULTS, settings
from conjure.registry import model_key, registry


def check_settings(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """All checks of the ``CONJURE`` dict. Those that read values run only where all types are right."""
    declared = getattr(django_settings, "CONJURE", None)
    if declared is not None and not isinstance(declared, Mapping):
        message = f"The setting CONJURE must be a dict, not {_show(declared)}."
        return [checks.Error(message, hint='Write CONJURE = {"PAGE_SIZE": 50}.', id="conjure.E001")]
    wrong_types = list(check_types())
    messages = [*check_keys(), *wrong_types]
    if not wrong_types:
        messages += [
            *check_logins(),
            *check_throttles(),
            *check_statement_timeout(),
            *check_replicas(),
            *check_page_sizes(),
            *check_names(),
        ]
    return messages


def check_keys() -> Iterator[CheckMessage]:
    """Every key is a setting."""
    for key in settings.declared:
        if key not in DEFAULTS:
            yield checks.Warning(
                f"CONJURE has no setting {key!r}.", hint=suggest(str(key), DEFAULTS), id="conjure.W001"
            )


def check_types() -> Iterator[CheckMessage]:
    """Every value is of its setting's type."""
    for key, value in settings.declared.items():
        if key not in DEFAULTS:
            continue
        is_right, wanted = _TYPES.get(key) or _BY_DEFAULT[type(DEFAULTS[key])]
        if not is_right(value):
            message = f'CONJURE["{key}"] must be {wanted}, not {_show(value)}.'
            yield checks.Error(message, hint=f"The default is {DEFAULTS[key]!r}.", id="conjure.E002")


def check_page_sizes() -> Iterator[CheckMessage]:
    """The default page size is within the largest."""
    if settings.PAGE_SIZE > settings.MAX_PAGE_SIZE:
        message = (
            f'CONJURE["PAGE_SIZE"] is {settings.PAGE_SIZE}, but MAX_PAGE_SIZE caps it at {settings.MAX_PAGE_SIZE}.'
        )
        yield checks.Warning(message, hint="Raise MAX_PAGE_SIZE or lower PAGE_SIZE.", id="conjure.W006")


def check_names() -> Iterator[CheckMessage]:
    """The apps and models that settings name exist."""
    labels = [config.label for config in apps.get_app_configs()]
    for label in settings.APP_GROUPS:
        if label not in labels:
            yield _unknown("APP_GROUPS", label, "an installed app", labels, "conjure.W002")
    registered = list(registry)
    for name in [name for section in settings.SECTIONS for name in section]:
        if registry.get(name) is None:
            yield _unknown("SECTIONS", name, "a registered model", registered, "conjure.W003")
    for name in settings.MODEL_ORDER:
        if registry.get(name) is None:
            yield _unknown("MODEL_ORDER", name, "a registered model", registered, "conjure.W004")
    known = {name.lower(): name for name in [*labels, *map(model_key, apps.get_models())]}
    for entry in settings.AUTO_REGISTER_EXCLUDE:
        name = entry if isinstance(entry, str) else model_key(entry)
        if name.lower() not in known:
            yield _unknown("AUTO_REGISTER_EXCLUDE", name, "an app or a model", known.values(), "conjure.W005")


def _unknown(key: str, name: str, wanted: str, known: Any, number: str) -> CheckMessage:
    return checks.Warning(
        f'CONJURE["{key}"] names {name!r}, which is not {wanted}.', hint=suggest(name, known), id=number
    )


def _show(value: Any) -> str:
    return reprlib.repr(value)


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _is_list_of_text(value: Any) -> bool:
    return _is_list(value) and all(isinstance(item, str) for item in value)


def _is_model(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, Model)


def _is_count(value: Any, least: int = 0) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_text_mapping(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(item, str) for pair in value.items() for item in pair)


def _is_duration(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool) and value > 0)


_Type = tuple[Callable[[Any], bool], str]
_PAGE_SIZE: _Type = (lambda value: _is_count(value, least=1), "a positive integer")
_LIMIT: _Type = (lambda value: value is None or _is_count(value), "an integer, 0 or more, or None")
_SECONDS: _Type = (_is_duration, "a number of seconds, more than 0, or None")
_FUNCTION: _Type = (
    lambda value: value is None or isinstance(value, str) or callable(value),
    "a function or its dotted path",
)
# A setting is checked by the type of its default, unless ``_TYPES`` says more.
_BY_DEFAULT: dict[type, _Type] = {
    bool: (lambda value: isinstance(value, bool), "True or False"),
    int: (_is_count, "an integer, 0 or more"),
    str: (lambda value: isinstance(value, str), "a string"),
    list: (_is_list, "a list"),
    dict: (lambda value: isinstance(value, Mapping), "a dict"),
    type(None): (lambda value: True, "anything"),
}
_TYPES: dict[str, _Type] = {
    "PAGE_SIZE": _PAGE_SIZE,
    "MAX_PAGE_SIZE": _PAGE_SIZE,
    "APP_GROUPS": (_is_text_mapping, "a dict of app labels and group names"),
    "BRAND": (_is_text_mapping, "a dict of strings"),
    "MODEL_ORDER": (_is_list_of_text, "a list of model names"),
    "TRUSTED_PROXIES": (_is_list_of_text, "a list of addresses"),
    "SECTIONS": (lambda value: _is_list(value) and all(map(_is_list_of_text, value)), "a list of lists of model names"),
    "AUTO_REGISTER_EXCLUDE": (
        lambda value: _is_list(value) and all(isinstance(item, str) or _is_model(item) for item in value),
        "a list of app labels and models",
    ),
    "USER_PAYLOAD": _FUNCTION,
    "ACCESS": _FUNCTION,
    "READ_YOUR_WRITES": _SECONDS,
    "LOGIN_ATTEMPTS_PER_ADDRESS": _LIMIT,
    "LOGIN_ATTEMPTS_PER_MINUTE": _LIMIT,
    "SLOW_OPERATION": _SECONDS,
    "STATEMENT_TIMEOUT": _SECONDS,
    "THROTTLES": (lambda value: value is None or isinstance(value, Mapping), "a dict of scopes and rates"),
    "GRAPHQL_PERSISTED_QUERIES": (
        lambda value: value is None or isinstance(value, str) or _is_text_mapping(value),
        "a dict of queries or the path of a file",
    ),
}
