"""Checks of every registered AdminConfig: what it names exists, and is of the kind that the attribute needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage

from conjure.checks.actions import check_actions
from conjure.checks.attributes import check_attribute_names, check_attribute_types, is_declared
from conjure.checks.fields import (
    check_exclude,
    check_list_display,
    check_readonly_fields,
    check_secret_fields,
    check_served_fields,
)
from conjure.checks.hooks import check_hooks, check_row_permissions
from conjure.checks.inlines import check_inlines
from conjure.checks.messages import report_error
from conjure.checks.queries import (
    check_autocomplete_search_fields,
    check_list_filter,
    check_ordering,
    check_search_fields,
)
from conjure.options import AdminConfig
from conjure.registry import registry

_Check = Callable[[AdminConfig], Iterator[CheckMessage]]
# Each runs where the config declares its attribute, and as a value of the right type.
_BY_ATTRIBUTE: dict[str, _Check] = {
    "list_display": check_list_display,
    "search_fields": check_search_fields,
    "list_filter": check_list_filter,
    "ordering": check_ordering,
    "readonly_fields": check_readonly_fields,
    "exclude": check_exclude,
    "secret_fields": check_secret_fields,
    "autocomplete_search_fields": check_autocomplete_search_fields,
    "inlines": check_inlines,
}


def check_configs(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Check the configs of all registered models, or of those of the given apps."""
    labels = None if app_configs is None else {app.label for app in app_configs}
    messages: list[CheckMessage] = []
    for key, config in registry.items():
        if labels is None or key.partition(".")[0] in labels:
            messages.extend(check_config(config))
    return messages


def check_config(config: AdminConfig) -> Iterator[CheckMessage]:
    """Check one config."""
    yield from check_swapped(config)
    yield from check_served_fields(config)
    yield from check_hooks(config)
    yield from check_row_permissions(config)
    wrong_types = check_attribute_types(config)
    yield from wrong_types.values()
    for attribute, check in _BY_ATTRIBUTE.items():
        if attribute not in wrong_types and is_declared(config, attribute):
            yield from check(config)
    if "actions" not in wrong_types:
        yield from check_actions(config)
    if not wrong_types:
        yield from check_attribute_names(config)


def check_swapped(config: AdminConfig) -> Iterator[CheckMessage]:
    """The model is in use."""
    swapped = config.model._meta.swapped
    if swapped:
        hint = f"Register {swapped} instead, for example with register(get_user_model())."
        yield report_error(config, f"the model has no table, since {swapped} takes its place.", hint, "conjure.E213")
