"""Build specs from the registry: one walk over ``_meta`` for each model, and names that are unique in the schema."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models.fields.reverse_related import ForeignObjectRel

from conjure.caches import BuiltOnce
from conjure.conf import settings
from conjure.options import AdminConfig
from conjure.registry import registry
from conjure.specs.computed import build_computed
from conjure.specs.fields import LABEL, VERSION, FieldSpec, ReverseSpec
from conjure.specs.models import ModelSpec, SpecSet
from conjure.specs.names import NameAllocator, to_camel_case, to_pascal_case, to_plural
from conjure.specs.writable import can_be_served, is_editable

ROOT_PATTERNS = {
    "retrieve": "{one}",
    "list": "{many}",
    "connection": "{many}Connection",
    "autocomplete": "{one}Autocomplete",
    "related": "{one}Related",
    "history": "{one}History",
    "aggregate": "{many}Aggregate",
    "create": "create{One}",
    "update": "update{One}",
    "delete": "delete{One}",
    "bulk_update": "bulkUpdate{Many}",
    "bulk_delete": "bulkDelete{Many}",
    "operations": "apply{One}Operations",
    "action": "run{One}Action",
}
"""The names of root fields, by operation; ``one``, ``One``, ``many`` and ``Many`` stand for the model's name."""

TYPE_PATTERNS = {
    "row": "{One}",
    "list": "{One}OffsetPaginated",
    "connection": "{One}Connection",
    "edge": "{One}Edge",
    "filter": "{One}Filter",
    "order": "{One}Order",
    "create": "{One}Input",
    "update": "{One}PartialInput",
    "operation": "{One}Operation",
    "payload": "{One}Payload",
    "field": "{One}Field",
    "group": "{One}Group",
    "group_by": "{One}GroupBy",
    "having": "{One}Having",
    "group_order": "{One}GroupOrder",
    "values": "{One}Values",
    "sums": "{One}Sums",
    "averages": "{One}Averages",
}
"""The names of GraphQL types, by what they are for."""

RESERVED_TYPES = {"Query", "Mutation", "Subscription", "Int", "Float", "String", "Boolean", "ID", "PageInfo"}
# The operators of filter inputs, which stand beside the names of fields.
RESERVED_FIELDS = {"AND", "OR", "NOT"}
RESERVED_ROOTS = {"me", "conjureModels", "conjureModel", "conjureWidget"}


class SpecBuilder:
    """Builds the specs of these models, with names that are unique in the schema."""

    def __init__(self, spec_set: SpecSet, registered: Sequence[type[models.Model]]) -> None:
        self.set = spec_set
        self.registered = set(registered)
        self.types = _allocate_names(registered, TYPE_PATTERNS, RESERVED_TYPES)
        self.roots = _allocate_names(registered, ROOT_PATTERNS, RESERVED_ROOTS)

    def build(self, key: str, config: AdminConfig) -> ModelSpec:
        """The spec of one model."""
        model = config.model
        options = model._meta
        excluded = frozenset(_excluded_names(model, config))
        own = (*options.concrete_fields, *options.many_to_many)
        served = [f for f in own if f.name not in excluded and can_be_served(f)]
        names = NameAllocator(RESERVED_FIELDS)
        graphql_names = _allocate_value_names(served, names, self.registered)
        real = {f.name for f in (*options.concrete_fields, *options.many_to_many)}
        graphql_label, graphql_version = names.take(LABEL), names.take(VERSION)
        fields = tuple(self._build_field(model, config, f, real, names, *graphql_names[f.name]) for f in served)
        reverse = tuple(self._build_reverse(model, excluded, names))
        taken = _names_of_rows(model, fields)
        return ModelSpec(
            key=key,
            model=model,
            config=config,
            types=self.types[model],
            roots=self.roots[model],
            fields=fields,
            reverse=reverse,
            computed=tuple(build_computed(config, excluded, taken, names)),
            excluded=excluded,
            has_label=LABEL not in real,
            graphql_label=graphql_label,
            graphql_version=graphql_version,
            set=self.set,
        )

    def _build_field(
        self,
        model: type[models.Model],
        config: AdminConfig,
        model_field: models.Field[Any, Any],
        real: set[str],
        names: NameAllocator,
        graphql_name: str,
        graphql_object: str | None,
    ) -> FieldSpec:
        is_single = bool(model_field.many_to_one or model_field.one_to_one)
        helpers: dict[str, Any] = {}
        if is_single and f"{model_field.name}_label" not in real:
            helpers["label_name"] = f"{model_field.name}_label"
            helpers["graphql_label"] = names.take(f"{to_camel_case(model_field.name)}Label")
        if model_field.choices and f"{model_field.name}_display" not in real:
            helpers["display_name"] = f"{model_field.name}_display"
            helpers["graphql_display"] = names.take(f"{to_camel_case(model_field.name)}Display")
        is_pk = model_field in model._meta.pk_fields
        offered = is_editable(model_field) and model_field.name not in set(config.readonly_fields)
        return FieldSpec(
            name=model_field.name,
            field=model_field,
            graphql_name=graphql_name,
            graphql_object=graphql_object,
            is_pk=is_pk,
            editable=offered and not is_pk,
            required=offered and _needs_a_value(model_field),
            **helpers,
        )

    def _build_reverse(
        self, model: type[models.Model], excluded: frozenset[str], names: NameAllocator
    ) -> Iterator[ReverseSpec]:
        for relation in model._meta.get_fields():
            if not isinstance(relation, ForeignObjectRel) or relation.hidden or relation.related_model is None:
                continue
            if not isinstance(relation.field, models.ForeignKey | models.ManyToManyField):
                continue  # Generic relations, and others that are more than a key.
            # A generic relation of the other model is not a column of its rows either.
            if not (relation.field.concrete or relation.many_to_many):
                continue
            other = registry.for_model(relation.related_model)
            accessor = relation.get_accessor_name()
            if other is None or accessor is None or accessor in excluded or other.model not in self.registered:
                continue
            if relation.field.name in set(_excluded_names(other.model, other)):
                continue
            yield ReverseSpec(
                name=accessor,
                graphql_name=names.take(to_camel_case(accessor)),
                relation=relation,
                related_model=relation.related_model,
            )


def _allocate_names(
    registered: Sequence[type[models.Model]], patterns: Mapping[str, str], reserved: set[str]
) -> dict[type[models.Model], dict[str, str]]:
    """A unique name by each pattern for each model; earlier patterns choose first, for all models."""
    names = NameAllocator(reserved)
    allocated: dict[type[models.Model], dict[str, str]] = {model: {} for model in registered}
    for kind, pattern in patterns.items():
        for model in registered:
            one = to_pascal_case(model._meta.app_label) + to_pascal_case(model.__name__)
            many = to_plural(one)
            parts = {"One": one, "Many": many, "one": _lower_first(one), "many": _lower_first(many)}
            allocated[model][kind] = names.take(pattern.format(**parts))
    return allocated


def _lower_first(name: str) -> str:
    return name[:1].lower() + name[1:]


def _excluded_names(model: type[models.Model], config: AdminConfig) -> Iterator[str]:
    yield from config.exclude
    if issubclass(model, AbstractBaseUser):
        yield "password"


def _names_of_rows(model: type[models.Model], fields: Sequence[FieldSpec]) -> set[str]:
    """The names that rows have without computed columns, and those that mean a field, served or not."""
    options = model._meta
    own = {f.name for f in options.get_fields()} | {f.attname for f in options.concrete_fields}
    helpers = {name for f in fields for name in (f.label_name, f.display_name) if name is not None}
    return {"pk", "__str__", LABEL, *own, *helpers}


def _needs_a_value(model_field: models.Field[Any, Any]) -> bool:
    has_default = model_field.has_default() or model_field.has_db_default()
    is_boolean = isinstance(model_field, models.BooleanField)
    return not (model_field.blank or has_default or model_field.null or is_boolean)


def _allocate_value_names(
    served: Sequence[models.Field[Any, Any]], names: NameAllocator, registered: set[type[models.Model]]
) -> dict[str, tuple[str, str | None]]:
    """The GraphQL names of each field's value and of the object that it points to.

    Plain fields choose first, so that the names of relations never take theirs.
    """
    chosen: dict[str, tuple[str, str | None]] = {}
    relations = [f for f in served if f.is_relation]
    for model_field in served:
        if not model_field.is_relation:
            chosen[model_field.name] = (names.take(to_camel_case(model_field.name)), None)
    objects = {f.name: names.take(to_camel_case(f.name)) for f in relations}
    for model_field in relations:
        suffix = "Ids" if model_field.many_to_many else "Id"
        value_name = names.take(f"{to_camel_case(model_field.name)}{suffix}")
        is_served = model_field.related_model in registered
        chosen[model_field.name] = (value_name, objects[model_field.name] if is_served else None)
    return chosen


def build_specs(configs: Sequence[tuple[str, AdminConfig]]) -> SpecSet:
    """The specs of these configs by model key. A model that cannot be described is logged and left out."""
    specs = SpecSet()
    builder = SpecBuilder(specs, [config.model for _, config in configs])
    for key, config in configs:
        try:
            specs.add(builder.build(key, config))
        except Exception:  # The project's config and third parties' fields.
            logging.getLogger(settings.LOGGER_NAME).warning(
                "%s is left out: it cannot be described.", key, exc_info=True
            )
    return specs


def _build_registered() -> SpecSet:
    return build_specs(list(registry.items()))


get_specs = BuiltOnce(_build_registered, lambda: registry.version, settings=["INSTALLED_APPS", "AUTH_USER_MODEL"])
"""The specs of all registered models, built on first use and again when the registry has changed."""
