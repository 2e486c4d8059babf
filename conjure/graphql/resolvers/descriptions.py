"""Descriptions of models as JSON, for frontends: names, fields, permissions. Only of models that the user may view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import get_language

from conjure.actions.declare import ActionOptions, action_label, find_action
from conjure.actions.forms import describe_input
from conjure.conf import settings
from conjure.exceptions import NotFoundError
from conjure.graphql.context import Context
from conjure.graphql.fields.bounds import number_bounds
from conjure.graphql.permissions import RIGHTS, Right
from conjure.graphql.rows.ordering import is_sortable
from conjure.graphql.rows.paths import Excluded, always_excluded, resolve_path
from conjure.registry import model_key
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec, SpecSet
from conjure.specs.paths import walk_path

UNPLACED = 999
"""The position of what no setting puts in order."""
Can = Callable[[Right], bool]


def require_spec(context: Context, key: str) -> ModelSpec:
    """The spec of a model key. Raise NotFoundError for one that is not registered."""
    spec = context.find_spec(key)
    if spec is None:
        raise NotFoundError(f"There is no model {key!r}.") if key.isprintable() else NotFoundError()
    return spec


def describe_models(context: Context) -> list[dict[str, Any]]:
    """The entries of ``GET schema/``: every registered model that the user may view, in registration order."""
    context.permissions.require_staff()
    sections = _place_sections(context.specs)
    viewable = [spec for spec in context.specs if context.permissions.can("view", spec)]
    groups, order = settings.APP_GROUPS, [str(name).lower() for name in settings.MODEL_ORDER]
    return [_describe_entry(spec, sections, _asker(context, spec), groups, order) for spec in viewable]


def _asker(context: Context, spec: ModelSpec) -> Can:
    return lambda right: context.permissions.can(right, spec)


def describe_model(context: Context, key: str, *, bounds: bool = False) -> dict[str, Any]:
    """The body of ``GET schema/{model}/``. Raise NotFoundError or ForbiddenError.

    With ``bounds``, fields of numbers have a ``min_value`` and a ``max_value`` beside what the contract says.
    """
    context.permissions.require_staff()
    spec = require_spec(context, key)
    context.permissions.require("view", spec)
    described = describe_spec(spec, _asker(context, spec), context)
    if bounds:
        described["fields"] = [{**field, **_describe_bounds(spec, field["name"])} for field in described["fields"]]
    return described


def describe_spec(spec: ModelSpec, can: Can, context: Context | None = None) -> dict[str, Any]:
    """The full description of a model; without a context, as a user with every permission sees it."""
    config = spec.config
    excluded = context.excluded if context else always_excluded
    computed = _describe_computed(context, spec, excluded(spec))
    actions = [_describe_action(spec, name, context) for name in config.actions]
    return {
        "model": spec.key,
        "app_label": spec.app_label,
        "model_name": spec.model.__name__,
        "verbose_name": spec.verbose_name,
        "verbose_name_plural": spec.verbose_name_plural,
        "pk_field": spec.pk_name,
        "fields": _describe_fields(spec, excluded),
        "list_display": _served(spec, config.get_list_display(), excluded),
        "search_fields": _served(spec, config.get_search_fields(), excluded),
        "list_filter": _viewable(spec, context, _served(spec, config.get_list_filter(), excluded)),
        "ordering": _served(spec, [_describe_term(term) for term in config.get_ordering()], excluded),
        "readonly_fields": _served(spec, config.readonly_fields, excluded),
        "is_readonly": spec.is_readonly,
        "actions": actions,
        "inlines": [_describe_inline(*inline) for inline in config.inlines if _shows_inline(spec, context, *inline)],
        "permissions": {right: can(right) for right in RIGHTS},
        "allowed_actions": [action["name"] for action in actions if action["allowed"]],
        # Only where there are any: the rest of the description is frozen.
        **({"computed_columns": computed} if computed else {}),
    }


def _served(spec: ModelSpec, names: Any, excluded: Excluded) -> list[str]:
    """The names without those of excluded columns, and without paths that pass one."""
    hidden, served = excluded(spec), []
    if not hidden and not any(LOOKUP_SEP in name for name in names):
        return list(names)
    for name in names:
        path = name.lstrip("-+^=@")
        computed = spec.computed_by_name.get(path)
        if computed is not None:
            is_hidden = bool(computed.hidden_by & hidden)
        else:
            is_hidden = _passes_excluded(spec, path, excluded) if LOOKUP_SEP in path else path in hidden
        if not is_hidden:
            served.append(name)
    return served


def _viewable(spec: ModelSpec, context: Context | None, names: list[str]) -> list[str]:
    """The names of filters without those across models that the user may not view, which are refused."""
    if context is None:
        return names
    can = context.permissions.can
    paths = {name: resolve_path(spec, name) for name in names if LOOKUP_SEP in name or name not in spec.by_name}
    return [name for name in names if not (path := paths.get(name)) or all(can("view", each) for each in path.read)]


def _passes_excluded(spec: ModelSpec, path: str, excluded: Excluded) -> bool:
    if not walk_path(spec.model, path)[0]:
        return path in excluded(spec)
    return resolve_path(spec, path, always_excluded) is not None and resolve_path(spec, path, excluded) is None


def _describe_term(term: Any) -> str:
    if isinstance(term, str):
        return term
    expression = getattr(term, "expression", term)
    name = getattr(expression, "name", None) or str(expression)
    return f"-{name}" if getattr(term, "descending", False) else str(name)


def _describe_entry(
    spec: ModelSpec, sections: dict[str, tuple[str, int]], can: Can, groups: Mapping[str, str], order: list[str]
) -> dict[str, Any]:
    section, section_order = sections.get(spec.key.lower(), (spec.key, 0))
    key = spec.key.lower()
    return {
        "model": spec.key,
        "app_label": spec.app_label,
        "verbose_name": spec.verbose_name,
        "verbose_name_plural": spec.verbose_name_plural,
        "is_readonly": spec.is_readonly,
        "permissions": {right: can(right) for right in RIGHTS},
        "group": groups.get(spec.app_label, spec.app_label),
        "group_order": list(groups).index(spec.app_label) if spec.app_label in groups else UNPLACED,
        "model_order": order.index(key) if key in order else UNPLACED,
        "section": section,
        "section_order": section_order,
    }


def _place_sections(specs: SpecSet) -> dict[str, tuple[str, int]]:
    """For each model in a section: the section's main model, and the place in it."""
    placed: dict[str, tuple[str, int]] = {}
    for section in settings.SECTIONS:
        names = [str(name) for name in section]
        main = specs.get(names[0]) if names else None
        for position, name in enumerate(names):
            placed.setdefault(name.lower(), (main.key if main else names[0], position))
    return placed


def _describe_fields(spec: ModelSpec, excluded: Excluded) -> list[dict[str, Any]]:
    """The fields' descriptions: kept for each language, but for what has to be asked each time."""
    hidden = excluded(spec)
    key = ("fields", spec.key, get_language())
    known: dict[str, dict[str, Any]] = spec.set.derived.get_or_make(key, dict)
    described = []
    for field in spec.fields:
        if field.name in hidden:
            continue
        kept = known.get(field.name)
        if kept is None:
            kept = _describe_field(field)
            if not isinstance(field.field.choices, CallableChoiceIterator):
                known[field.name] = kept
        described.append({**kept, **_describe_now(spec, field, excluded)} if _may_change(field) else kept)
    return described


def _may_change(field: FieldSpec) -> bool:
    """Whether a part of a field's description may be another thing each time."""
    model_field = field.field
    is_called = callable(model_field.default) or type(model_field).get_default is not models.Field.get_default
    return is_called or field.related_model is not None


def _describe_computed(context: Context | None, spec: ModelSpec, hidden: frozenset[str]) -> list[dict[str, Any]]:
    """What the config computes beside the fields, which nobody writes."""
    return [
        {
            "name": computed.name,
            "type": type(computed.field).__name__,
            "verbose_name": computed.verbose_name,
            "editable": False,
            "null": True,
            "sortable": is_sortable(context, spec, computed),
        }
        for computed in spec.computed
        if not computed.hidden_by & hidden
    ]


def _describe_now(spec: ModelSpec, field: FieldSpec, excluded: Excluded) -> dict[str, Any]:
    """What may be another thing each time: a default that is called, and where autocomplete of a relation looks."""
    described: dict[str, Any] = {}
    related = spec.related(field.related_model)
    if related is not None:
        names = related.config.get_autocomplete_search_fields()
        described["related_search_fields"] = _served(related, names, excluded)
    return {**described, **_describe_default(field.field)}


def _describe_field(field: FieldSpec) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": field.name,
        "type": field.type_name,
        "verbose_name": field.verbose_name,
        "required": field.required,
        "editable": field.editable,
        "null": field.null,
    }
    default = {} if _may_change(field) else _describe_default(field.field)
    return {**described, **_describe_details(field), **default}


def _describe_details(field: FieldSpec) -> dict[str, Any]:
    details: dict[str, Any] = {}
    model_field: Any = field.field
    if isinstance(getattr(model_field, "max_length", None), int):
        details["max_length"] = model_field.max_length
    choices = field.choices()
    if choices:
        details["choices"] = [[_json_safe(value), str(label)] for value, label in choices]
    if field.related_model is not None:
        details["related_model"] = model_key(field.related_model)
        details["related_search_fields"] = []
    if field.to_field is not None:
        details["to_field"] = field.to_field
    if isinstance(model_field, models.FileField):
        details["upload"] = "image" if isinstance(model_field, models.ImageField) else "file"
    if isinstance(model_field, models.DecimalField):
        details["max_digits"] = model_field.max_digits
        details["decimal_places"] = model_field.decimal_places
    if model_field.help_text:
        details["help_text"] = str(model_field.help_text)
    return details


def _describe_bounds(spec: ModelSpec, name: str) -> dict[str, Any]:
    """The smallest and the largest number that may be stored, which the frozen schema of REST does not have."""
    lowest, highest = number_bounds(spec.by_name[name].field)
    bounds = {"min_value": lowest, "max_value": highest}
    return {key: float(n) if isinstance(n, Decimal) else n for key, n in bounds.items() if n is not None}


def _json_safe(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _describe_default(model_field: models.Field[Any, Any]) -> dict[str, Any]:
    """The default where it is a JSON-safe str, int, float or bool, callables called."""
    if not model_field.has_default():
        return {}
    try:
        default = model_field.get_default()
    except Exception:  # noqa: BLE001 - the project's callable; a default that cannot be made is not described
        return {}
    if isinstance(default, bool | str | int | float):
        # Enum members are str or int too: their plain value is meant.
        return {"default": getattr(default, "value", default)}
    return {}


def _shows_inline(spec: ModelSpec, context: Context | None, model: type[models.Model], fk_name: str) -> bool:
    """Whether the request may know of an inline: of its model, and of the foreign key that leads here."""
    child = spec.related(model)
    if context is None or child is None:
        return True
    return context.permissions.can("view", child) and fk_name not in context.excluded(child)


def _describe_inline(model: type[models.Model], fk_name: str) -> dict[str, Any]:
    return {"model": model_key(model), "fk_field": fk_name, "verbose_name": str(model._meta.verbose_name)}


def _describe_action(spec: ModelSpec, name: str, context: Context | None) -> dict[str, Any]:
    options = find_action(spec.config, name) or ActionOptions()
    described: dict[str, Any] = {
        "name": name,
        "label": action_label(name, options),
        "destructive": options.destructive,
        "allowed": context is None or context.permissions.can_run(spec, options),
    }
    if options.confirm is not None:
        described["confirm"] = str(options.confirm)
    if options.input is not None:
        described["input"] = describe_input(options.input)
    if options.scope != "bulk":
        described["scope"] = options.scope
    return described
