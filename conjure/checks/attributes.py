"""Checks of the names of a config's attributes, and of the types of their values."""

from __future__ import annotations

import reprlib
from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage
from django.db.models.expressions import Combinable, OrderBy

from conjure.checks.messages import report_error, report_warning
from conjure.checks.suggestions import find_nearest
from conjure.options import AdminConfig

LISTS = (
    "list_display",
    "search_fields",
    "list_filter",
    "ordering",
    "readonly_fields",
    "exclude",
    "secret_fields",
    "autocomplete_search_fields",
    "inlines",
    "actions",
)
_MAY_BE_NONE = {name for name in LISTS if getattr(AdminConfig, name) is None}
_CHOICES = {"search": ("phrase", "words"), "count": ("exact", "none")}
_WANTED = {
    **{name: " or ".join(map(repr, values)) for name, values in _CHOICES.items()},
    "inlines": "a list or tuple of pairs",
    "ordering": "a list or tuple of names and expressions",
    "is_readonly": "True or False",
}
# How alike a name must be to count as a misspelling: projects may add attributes of their own.
_MISSPELT = 0.9


def is_declared(config: AdminConfig, name: str) -> bool:
    """Whether the config has a value for the attribute, so that it is not inferred."""
    return getattr(config, name) is not None


def check_attribute_names(config: AdminConfig) -> Iterator[CheckMessage]:
    """No attribute is the misspelt name of another."""
    known = {name for name in dir(AdminConfig) if not name.startswith("_")}
    used = {*config.actions, *(config.list_display or ())}
    for name in sorted(_own_names(type(config)) - known - used):
        nearest = find_nearest(name, known, cutoff=_MISSPELT)
        if nearest is not None:
            text = f"nothing reads the attribute {name!r}."
            yield report_warning(config, text, f"Did you mean {nearest!r}?", "conjure.W204")


def check_attribute_types(config: AdminConfig) -> dict[str, CheckMessage]:
    """The attributes whose value is of the wrong type, each with its message."""
    wrong = {}
    for name in (*LISTS, *_CHOICES, "is_readonly"):
        value = getattr(config, name)
        if not _is_right(name, value):
            text = f"{name} must be {_WANTED.get(name, 'a list or tuple of names')}, not {reprlib.repr(value)}."
            is_bare = isinstance(value, str) and name in LISTS
            hint = f"Did you forget a comma or brackets? Write ({value!r},)." if is_bare else None
            wrong[name] = report_error(config, text, hint, "conjure.E200")
    return wrong


def _is_right(name: str, value: Any) -> bool:
    if name == "is_readonly":
        return isinstance(value, bool)
    if name in _CHOICES:
        return value in _CHOICES[name]
    if value is None:
        return name in _MAY_BE_NONE
    if not isinstance(value, list | tuple):
        # Their order has no meaning, so a set is fine.
        return name in {"readonly_fields", "exclude", "secret_fields"} and isinstance(value, set | frozenset)
    if name == "inlines":
        return True  # Each has a check of its own.
    if name == "ordering":
        return all(isinstance(item, str | Combinable | OrderBy) for item in value)
    return all(isinstance(item, str) for item in value)


def _own_names(config_class: type[AdminConfig]) -> set[str]:
    """The public names that the project's own classes define."""
    classes = [each for each in config_class.__mro__ if each not in AdminConfig.__mro__]
    return {name for each in classes for name in vars(each) if not name.startswith("_")}
