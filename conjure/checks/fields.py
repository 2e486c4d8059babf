"""Checks of the attributes that name fields and columns: columns, read-only, excluded, joined."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.checks import CheckMessage
from django.db.models.constants import LOOKUP_SEP
from django.db.models.fields.reverse_related import ForeignObjectRel

from conjure.checks.messages import report_error, report_warning
from conjure.checks.paths import field_names, own_fields
from conjure.checks.suggestions import suggest
from conjure.options import AdminConfig
from conjure.specs.build import get_specs
from conjure.specs.paths import find_field
from conjure.specs.writable import can_be_served


def check_list_display(config: AdminConfig) -> Iterator[CheckMessage]:
    """Every column is a field, a row's helper, or an attribute of the model or of the config."""
    spec = get_specs().for_model(config.model)
    excluded = spec.excluded if spec else frozenset[str]()
    for name in config.list_display or ():
        if name in excluded:
            text = f"list_display names {name!r}, which is excluded."
            yield report_warning(config, text, "Take it out of one of the two.", "conjure.W201")
        elif not _is_column(config, name):
            text = f"list_display names {name!r}, which is neither a field nor an attribute of the model or the config."
            yield report_error(config, text, suggest(name, field_names(config.model)), "conjure.E201")


def check_readonly_fields(config: AdminConfig) -> Iterator[CheckMessage]:
    """Every name is a field or, as in ModelAdmin, an attribute of the model or of the config."""
    for name in config.readonly_fields:
        if not _is_column(config, name):
            text = f"readonly_fields names {name!r}, which is not a field of the model."
            yield report_error(config, text, suggest(name, field_names(config.model)), "conjure.E205")


def check_exclude(config: AdminConfig) -> Iterator[CheckMessage]:
    """Every name is a field of the model: a misspelt one excludes nothing, so that a secret may be shown."""
    return _check_names(config, "exclude", "conjure.E206")


def check_secret_fields(config: AdminConfig) -> Iterator[CheckMessage]:
    """Every name is a field of the model: a misspelt one keeps nothing secret."""
    return _check_names(config, "secret_fields", "conjure.E216")


def _check_names(config: AdminConfig, attribute: str, number: str) -> Iterator[CheckMessage]:
    names = field_names(config.model)
    for name in getattr(config, attribute):
        if name not in names:
            text = f"{attribute} names {name!r}, which is not a field of the model."
            yield report_error(config, text, suggest(name, names), number)


def check_served_fields(config: AdminConfig) -> Iterator[CheckMessage]:
    """Every many-to-many field can be served, or is excluded."""
    for field in config.model._meta.many_to_many:
        if not can_be_served(field) and field.name not in config.exclude:
            text = (
                f"{field.name!r} is not served: it is many-to-many, but neither a ManyToManyField nor a field that says"
                " where its links are."
            )
            hint = f"If that is meant, say so: exclude = [..., {field.name!r}]."
            yield report_warning(config, text, hint, "conjure.W205")


def _is_column(config: AdminConfig, name: str) -> bool:
    if name in {"pk", "__str__", "_label"}:
        return True
    field = None if LOOKUP_SEP in name else find_field(config.model, name)
    if field is not None:
        return not isinstance(field, ForeignObjectRel)
    if name in _helper_names(config):
        return True
    if hasattr(config, name) and not hasattr(AdminConfig, name):
        return True
    return hasattr(config.model, name) and name not in _reverse_names(config)


def _helper_names(config: AdminConfig) -> set[str]:
    """The names of the labels and displays that rows have beside the fields."""
    fields = list(own_fields(config.model))
    labels = {f"{field.name}_label" for field in fields if field.many_to_one or field.one_to_one}
    return labels | {f"{field.name}_display" for field in fields if field.choices}


def _reverse_names(config: AdminConfig) -> set[str | None]:
    return {relation.get_accessor_name() for relation in config.model._meta.related_objects}
