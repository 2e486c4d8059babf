"""Checks of inlines: each is a pair of a child model and the name of its foreign key to this one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage
from django.db.models import Model

from conjure.checks.messages import report_error, report_warning
from conjure.checks.paths import field_names, own_fields
from conjure.checks.suggestions import suggest
from conjure.options import AdminConfig
from conjure.registry import model_key, registry


def check_inlines(config: AdminConfig) -> Iterator[CheckMessage]:
    """Every inline is a pair, and its foreign key points here."""
    for inline in config.inlines:
        if _is_pair(inline):
            yield from _check_pair(config, *inline)
        else:
            hint = 'Write (ChildModel, "name_of_its_foreign_key").'
            text = f"the inline {inline!r} is not a pair of a model and the name of a field."
            yield report_error(config, text, hint, "conjure.E209")


def _check_pair(config: AdminConfig, child: type[Model], name: str) -> Iterator[CheckMessage]:
    pointing_here = [field.name for field in own_fields(child) if _points_to(field, config.model)]
    if name not in pointing_here:
        exists = name in field_names(child)
        fault = "does not point to this model" if exists else "it does not have"
        hint = (
            suggest(name, pointing_here) if pointing_here else f"{model_key(child)} has no foreign key to this model."
        )
        text = f"the inline {model_key(child)} names the foreign key {name!r}, which {fault}."
        yield report_error(config, text, hint, "conjure.E210")
    if child not in registry:
        hint = f"Register {model_key(child)}: an inline is read and written as any other model is."
        yield report_warning(config, f"the inline {model_key(child)} is not registered.", hint, "conjure.W202")


def _is_pair(inline: Any) -> bool:
    if not isinstance(inline, list | tuple) or len(inline) != 2:
        return False
    child, name = inline
    return isinstance(child, type) and issubclass(child, Model) and not child._meta.abstract and isinstance(name, str)


def _points_to(field: Any, model: type[Model]) -> bool:
    """Whether it is a foreign key to the model, to one that it inherits from or to one that it is a proxy of."""
    if not (field.many_to_one or field.one_to_one) or not isinstance(field.related_model, type):
        return False
    target: type[Model] = field.related_model
    return issubclass(model, target) or target._meta.concrete_model is model._meta.concrete_model
