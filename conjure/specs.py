"""A model and its config described once: frozen specs from which types, filters, schema JSON and documents derive."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.fields.reverse_related import ForeignObjectRel, OneToOneRel
from django.utils.functional import cached_property

from conjure.conf import settings
from conjure.naming import NameAllocator, to_camel_case, to_pascal_case, to_plural
from conjure.options import AdminConfig
from conjure.registry import registry

LABEL = "_label"
COMPOSITE_PK = "pk"
# A foreign key may be the key that another one points to; a chain longer than this is a circle.
_MAX_HOPS = 10


@dataclass(frozen=True, kw_only=True)
class FieldSpec:
    """One concrete or many-to-many field that is served under its own name.

    ``label_name`` and ``display_name`` are the names of its REST helpers, None where it has none or a real field
    bears that name. The ``graphql_*`` names are those of the GraphQL type; ``graphql_name`` is the value itself
    (the pk for a foreign key, the pks for a many-to-many field) and ``graphql_object`` the related object or list.
    """

    name: str
    field: models.Field[Any, Any]
    graphql_name: str
    graphql_object: str | None = None
    label_name: str | None = None
    graphql_label: str | None = None
    display_name: str | None = None
    graphql_display: str | None = None
    is_pk: bool = False
    editable: bool = False
    required: bool = False

    @property
    def attname(self) -> str:
        """The attribute that holds the value: ``customer_id`` for ``customer``."""
        return self.field.attname

    @property
    def null(self) -> bool:
        """Whether the value may be None."""
        return bool(self.field.null)

    @property
    def is_foreign_key(self) -> bool:
        """Whether this is a foreign key or a one-to-one field."""
        return bool(self.field.many_to_one or self.field.one_to_one)

    @property
    def is_many(self) -> bool:
        """Whether this is a many-to-many field."""
        return bool(self.field.many_to_many)

    @property
    def related_model(self) -> type[models.Model] | None:
        """The model that a relation points to, else None."""
        return self.field.related_model if self.field.is_relation else None

    @property
    def type_name(self) -> str:
        """The Django field's class name."""
        return type(self.field).__name__

    @property
    def verbose_name(self) -> str:
        """The field's label for people."""
        return str(self.field.verbose_name)

    @property
    def value_field(self) -> models.Field[Any, Any]:
        """The field that decides on the type of the value: the target's for a relation, the output's if generated."""
        return resolve_value_field(self.field)

    def choices(self) -> list[tuple[Any, Any]]:
        """The flat ``(value, label)`` pairs, evaluated now, since they may be callable or translated."""
        return list(self.field.flatchoices or ())


def resolve_value_field(model_field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    """Follow relations and generated fields to the field that decides on the type of the value."""
    field: Any = model_field
    for _ in range(_MAX_HOPS):
        if field.many_to_many:
            field = field.related_model._meta.pk
        elif field.is_relation and getattr(field, "target_field", None) is not None:
            field = field.target_field
        elif getattr(field, "generated", False) and isinstance(field.output_field, models.Field):
            field = field.output_field
        else:
            break
    return field  # type: ignore[no-any-return]


@dataclass(frozen=True, kw_only=True)
class ReverseSpec:
    """One relation that points here, as seen from this side."""

    name: str
    graphql_name: str
    relation: ForeignObjectRel
    related_model: type[models.Model]

    @property
    def is_single(self) -> bool:
        """Whether it is the other side of a one-to-one field."""
        return isinstance(self.relation, OneToOneRel)

    @property
    def is_many_to_many(self) -> bool:
        """Whether it is the other side of a many-to-many field."""
        return bool(self.relation.many_to_many)


@dataclass(frozen=True, kw_only=True, eq=False)
class ModelSpec:
    """All that the faces know of one registered model."""

    key: str
    model: type[models.Model]
    config: AdminConfig
    types: Mapping[str, str]
    roots: Mapping[str, str]
    fields: tuple[FieldSpec, ...]
    reverse: tuple[ReverseSpec, ...]
    excluded: frozenset[str]
    has_label: bool
    graphql_label: str
    set: SpecSet = field(repr=False)

    @property
    def type_name(self) -> str:
        """The name of the GraphQL type of the model's rows."""
        return self.types["row"]

    @property
    def options(self) -> Any:
        """The model's ``_meta``."""
        return self.model._meta

    @property
    def app_label(self) -> str:
        """The app label."""
        return str(self.options.app_label)

    @property
    def verbose_name(self) -> str:
        """The model's name for people."""
        return str(self.options.verbose_name)

    @property
    def verbose_name_plural(self) -> str:
        """The model's name for people, in the plural."""
        return str(self.options.verbose_name_plural)

    @property
    def is_readonly(self) -> bool:
        """Whether the model refuses every write but actions."""
        return bool(self.config.is_readonly) or bool(getattr(self.options, "swapped", False))

    @property
    def has_composite_pk(self) -> bool:
        """Whether the primary key is made of several fields."""
        return isinstance(self.options.pk, models.CompositePrimaryKey)

    @cached_property
    def by_name(self) -> dict[str, FieldSpec]:
        """The served fields by their own names."""
        return {spec.name: spec for spec in self.fields}

    @cached_property
    def columns(self) -> tuple[FieldSpec, ...]:
        """The served fields that have a column."""
        return tuple(spec for spec in self.fields if not spec.is_many)

    @cached_property
    def many(self) -> tuple[FieldSpec, ...]:
        """The served many-to-many fields."""
        return tuple(spec for spec in self.fields if spec.is_many)

    @cached_property
    def pk_fields(self) -> tuple[models.Field[Any, Any], ...]:
        """The fields that make up the primary key; one, but for a composite key."""
        return tuple(self.options.pk_fields)

    @property
    def pk_name(self) -> str:
        """The name of the primary key: a field's, or ``pk`` where it is composite."""
        return str(self.options.pk.name)

    def find(self, name: str) -> FieldSpec | None:
        """The served field of that name; ``pk`` and a foreign key's column name (``customer_id``) count too."""
        if name == "pk" and name not in self.by_name and not self.has_composite_pk:
            return self.by_name.get(self.pk_name)
        return self.by_name.get(name) or self._by_attname.get(name)

    @cached_property
    def _by_attname(self) -> dict[str, FieldSpec]:
        return {spec.attname: spec for spec in self.columns}

    def related(self, model: type[models.Model] | None) -> ModelSpec | None:
        """The spec of another model, where it is registered."""
        return None if model is None else self.set.for_model(model)


class SpecSet:
    """The specs of every registered model at one state of the registry, in registration order."""

    def __init__(self, configs: Sequence[tuple[str, AdminConfig]]) -> None:
        self._by_key: dict[str, ModelSpec] = {}
        self._by_model: dict[type[models.Model], ModelSpec] = {}
        # What the layers above derive from a spec and keep as long as it.
        self.derived: dict[Any, Any] = {}
        builder = SpecBuilder(self, [config.model for _, config in configs])
        for key, config in configs:
            try:
                spec = builder.build(key, config)
            except Exception:
                # One model that cannot be described must not take the others with it.
                logging.getLogger(settings.LOGGER_NAME).warning(
                    "%s is left out: it cannot be described.", key, exc_info=True
                )
                continue
            self._by_key[key.lower()] = spec
            self._by_model[config.model] = spec

    def get(self, key: str) -> ModelSpec | None:
        """The spec of a model key such as ``shop.Order`` (case ignored), or None."""
        return self._by_key.get(key.lower())

    def for_model(self, model: type[models.Model]) -> ModelSpec | None:
        """The spec of a model class, or None where it is not registered."""
        return self._by_model.get(model)

    def __iter__(self) -> Iterator[ModelSpec]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)


ROOT_PATTERNS = {
    "retrieve": "{one}",
    "list": "{many}",
    "connection": "{many}Connection",
    "autocomplete": "{one}Autocomplete",
    "related": "{one}Related",
    "aggregate": "{many}Aggregate",
    "create": "create{One}",
    "update": "update{One}",
    "delete": "delete{One}",
    "bulk_update": "bulkUpdate{Many}",
    "bulk_delete": "bulkDelete{Many}",
    "operations": "apply{One}Operations",
    "action": "run{One}Action",
    "version": "{one}Version",
}
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
RESERVED_TYPES = {"Query", "Mutation", "Subscription", "Int", "Float", "String", "Boolean", "ID", "PageInfo"}
# The operators of filter inputs, which name fields beside them.
RESERVED_FIELDS = {"AND", "OR", "NOT"}
RESERVED_ROOTS = {"me", "conjureModels", "conjureModel", "conjureWidget", "conjureConfig"}


class SpecBuilder:
    """Builds specs, one walk over ``_meta`` for each model, with names that are unique over the whole schema."""

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
        served = [f for f in own if f.name not in excluded and _can_be_served(key, f)]
        names = NameAllocator(RESERVED_FIELDS)
        graphql_names = _allocate_value_names(served, names, self.registered)
        real = {f.name for f in (*options.concrete_fields, *options.many_to_many)}
        graphql_label = names.take(LABEL)
        fields = tuple(self._build_field(model, config, f, real, names, *graphql_names[f.name]) for f in served)
        return ModelSpec(
            key=key,
            model=model,
            config=config,
            types=self.types[model],
            roots=self.roots[model],
            fields=fields,
            reverse=tuple(self._build_reverse(model, excluded, names)),
            excluded=excluded,
            has_label=LABEL not in real,
            graphql_label=graphql_label,
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
        is_editable = bool(model_field.editable) and model_field.name not in set(config.readonly_fields)
        return FieldSpec(
            name=model_field.name,
            field=model_field,
            graphql_name=graphql_name,
            graphql_object=graphql_object,
            is_pk=is_pk,
            editable=is_editable and not is_pk,
            required=is_editable and _needs_a_value(model_field),
            **helpers,
        )

    def _build_reverse(
        self, model: type[models.Model], excluded: frozenset[str], names: NameAllocator
    ) -> Iterator[ReverseSpec]:
        for relation in model._meta.get_fields():
            if not isinstance(relation, ForeignObjectRel) or relation.hidden or relation.related_model is None:
                continue
            if not isinstance(relation.field, models.ForeignKey | models.ManyToManyField):
                continue  # Generic relations, and others that lead through more than keys.
            # A generic relation of the other model is no column of its rows either.
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


def _can_be_served(key: str, model_field: models.Field[Any, Any]) -> bool:
    """Whether a field is of a kind that is known; one that is not is named in the log."""
    if model_field.many_to_many and not isinstance(model_field, models.ManyToManyField):
        # Such as taggit's tags, whose links lead through generic foreign keys.
        logging.getLogger(settings.LOGGER_NAME).warning(
            "%s.%s is left out: %s is many-to-many, but no ManyToManyField.", key, model_field.name, type(model_field)
        )
        return False
    return True


def _allocate_names(
    registered: Sequence[type[models.Model]], patterns: Mapping[str, str], reserved: set[str]
) -> dict[type[models.Model], dict[str, str]]:
    """A name by each pattern for each model, no two alike; earlier patterns choose first, for all models."""
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


def _needs_a_value(model_field: models.Field[Any, Any]) -> bool:
    has_default = model_field.has_default() or model_field.has_db_default()
    is_boolean = isinstance(model_field, models.BooleanField)
    return not (model_field.blank or has_default or model_field.null or is_boolean)


def _allocate_value_names(
    served: Sequence[models.Field[Any, Any]], names: NameAllocator, registered: set[type[models.Model]]
) -> dict[str, tuple[str, str | None]]:
    """The names of each field's value and of the object it points to.

    Plain fields choose first, so that a helper never takes the name of a real field.
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


_lock = threading.Lock()
_current: tuple[int, SpecSet] | None = None


def get_specs() -> SpecSet:
    """The specs of all registered models, built on first use and again when the registry has changed."""
    global _current
    current = _current
    if current is not None and current[0] == registry.version:
        return current[1]
    with _lock:
        version = registry.version
        if _current is None or _current[0] != version:
            _current = (version, SpecSet(list(registry.items())))
        return _current[1]


@functools.lru_cache(maxsize=4096)
def has_field(model: type[models.Model], name: str) -> bool:
    """Whether the model has a field of that name, excluded or not."""
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True
