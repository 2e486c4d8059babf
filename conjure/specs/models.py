"""A model and its config, described once: types, filters, schema JSON and documents are all derived from its spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.functional import cached_property

from conjure.caches import BoundedCache
from conjure.options import AdminConfig
from conjure.specs.computed import ComputedSpec
from conjure.specs.fields import COMPOSITE_PK, LABEL, FieldSpec, ReverseSpec, target_of
from conjure.specs.paths import find_field

_MAX_DERIVED = 10_000


@dataclass(frozen=True, kw_only=True, eq=False)
class ModelSpec:
    """All that both faces know of one registered model."""

    key: str
    model: type[models.Model]
    config: AdminConfig
    types: Mapping[str, str]
    roots: Mapping[str, str]
    fields: tuple[FieldSpec, ...]
    reverse: tuple[ReverseSpec, ...]
    computed: tuple[ComputedSpec, ...]
    excluded: frozenset[str]
    has_label: bool
    graphql_label: str
    graphql_version: str
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
    def secrets(self) -> frozenset[str]:
        """The names of the served fields whose values stand in clear in their rows alone."""
        return frozenset(spec.name for spec in self.fields if spec.is_secret)

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

    @cached_property
    def composite_pk_name(self) -> str:
        """The GraphQL name of a composite primary key, which is served as one text."""
        return "pk" if all(spec.graphql_name != "pk" for spec in self.fields) else "_pk"

    def row_names(self, excluded: frozenset[str]) -> list[tuple[str, str]]:
        """The names in a REST row, in its order, each with the name of the GraphQL field behind it."""
        names: list[tuple[str, str]] = []
        if self.has_composite_pk and COMPOSITE_PK not in self.by_name:
            names.append((COMPOSITE_PK, self.composite_pk_name))
        for spec in self.fields:
            if spec.name in excluded:
                continue
            names.append((spec.name, spec.graphql_name))
            if spec.label_name and spec.graphql_label:
                names.append((spec.label_name, spec.graphql_label))
            if spec.display_name and spec.graphql_display:
                names.append((spec.display_name, spec.graphql_display))
        names += [(c.name, c.graphql_name) for c in self.computed if not c.hidden_by & excluded]
        if self.has_label:
            names.append((LABEL, self.graphql_label))
        return names

    @cached_property
    def computed_by_name(self) -> dict[str, ComputedSpec]:
        """The computed columns by their own names."""
        return {computed.name: computed for computed in self.computed}

    def find(self, name: str) -> FieldSpec | None:
        """The served field of that name; ``pk`` and a foreign key's column name (``customer_id``) count too."""
        if name == "pk" and name not in self.by_name and not self.has_composite_pk:
            return self.by_name.get(self.pk_name)
        return self.by_name.get(name) or self._by_attname.get(name)

    @cached_property
    def _by_attname(self) -> dict[str, FieldSpec]:
        return {spec.attname: spec for spec in self.columns}

    @cached_property
    def pointed_at(self) -> dict[str, models.Field[Any, Any]]:
        """The fields by which a row may be named: the primary key, and those that foreign keys of others point to."""
        targets = [target_of(field.field) for spec in self.set for field in spec.fields if field.is_foreign_key]
        own = [] if self.has_composite_pk else [self.options.pk]
        found = [field for field in self.options.concrete_fields if any(field is target for target in targets)]
        return {field.name: field for field in (*own, *found)}

    @cached_property
    def inline_parents(self) -> tuple[tuple[Any, ModelSpec], ...]:
        """The models whose configs declare this one as an inline, each with the foreign key that leads there."""
        found = []
        for parent in self.set:
            for child, name in parent.config.inlines:
                field = find_field(self.model, name) if child is self.model else None
                if field is not None and (field.many_to_one or field.one_to_one) and field.concrete:
                    found.append((field, parent))
        return tuple(found)

    def related(self, model: type[models.Model] | None) -> ModelSpec | None:
        """The spec of another model, where it is registered."""
        return None if model is None else self.set.for_model(model)


class SpecSet:
    """The specs of every registered model at one state of the registry, in registration order."""

    def __init__(self) -> None:
        self._by_key: dict[str, ModelSpec] = {}
        self._by_model: dict[type[models.Model], ModelSpec] = {}
        # What other rooms derive from specs. Clients can make up any number of paths.
        self.derived: BoundedCache[Any, Any] = BoundedCache(lambda: _MAX_DERIVED)

    def add(self, spec: ModelSpec) -> None:
        """Add the spec of one more model; only ``build_specs`` does."""
        self._by_key[spec.key.lower()] = spec
        self._by_model[spec.model] = spec

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
