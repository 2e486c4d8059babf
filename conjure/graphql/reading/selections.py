"""Selections: what a document asks of a model's rows, read from its selection sets once: columns, labels, relations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLObjectType, GraphQLSchema, get_named_type
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_subfields

from conjure.graphql.fields.computed import ComputedColumn
from conjure.graphql.reading.bindings import (
    Binding,
    ComputedBinding,
    DisplayBinding,
    ForwardBinding,
    IdsBinding,
    LabelBinding,
    ManyBinding,
    TargetLabelBinding,
    VersionBinding,
)
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec

TYPENAME = "__typename"

Subfields = list[tuple[str, str, list[FieldNode]]]
"""The fields asked for at one place of a document: key in the response, field name, nodes."""

Completer = Callable[[Sequence[Any], Any], list[dict[str, Any]]]
"""Makes response objects of rows and of what was loaded for them."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Child:
    """A relation that is asked for, with what is asked of its rows; ``key`` is its name in the response."""

    key: str
    binding: ForwardBinding | ManyBinding
    selection: Selection
    node: FieldNode
    definition: GraphQLField


@dataclass(kw_only=True, eq=False)
class Selection:
    """All that is asked of one model's rows at one place of a document.

    ``entries`` are the response's keys in order, each with its binding, or None for ``__typename``.
    """

    spec: ModelSpec
    type: GraphQLObjectType
    entries: list[tuple[str, Binding | None]] = field(default_factory=list)
    children: dict[str, Child] = field(default_factory=dict)
    completer: Completer | None = field(default=None, repr=False)
    """The function that makes the response objects, once ``completion`` has generated it."""

    def _fields_of(self, kind: Any) -> list[FieldSpec]:
        found = {b.field.name: b.field for _, b in self.entries if isinstance(b, kind)}
        return list(found.values())

    @cached_property
    def columns(self) -> frozenset[str]:
        """The attnames of the columns that the entries read."""
        return frozenset(name for _, binding in self.entries if binding for name in binding.columns())

    @cached_property
    def wants_label(self) -> bool:
        """Whether the rows' own labels are asked for."""
        return any(isinstance(binding, LabelBinding) for _, binding in self.entries)

    @cached_property
    def computed(self) -> list[ComputedColumn]:
        """The computed columns that are asked for, each once."""
        found = (binding.column for _, binding in self.entries if isinstance(binding, ComputedBinding))
        return list(dict.fromkeys(found))

    @cached_property
    def target_labels(self) -> list[FieldSpec]:
        """The foreign keys whose targets' labels are asked for."""
        return self._fields_of(TargetLabelBinding)

    @cached_property
    def ids(self) -> list[FieldSpec]:
        """The many-to-many fields whose pks are asked for, by themselves or as part of the row's version."""
        if any(isinstance(binding, VersionBinding) for _, binding in self.entries):
            return list(self.spec.many)
        return self._fields_of(IdsBinding)

    @cached_property
    def displays(self) -> list[FieldSpec]:
        """The fields whose choices' labels are asked for."""
        return self._fields_of(DisplayBinding)

    @cached_property
    def needs_whole_rows(self) -> bool:
        """Whether a method of the project's model is called, which may read any column."""
        return any(isinstance(binding, DisplayBinding) and binding.method for _, binding in self.entries)


def compile_selection(info: Any, spec: ModelSpec, nodes: Sequence[FieldNode] | None = None) -> Selection:
    """What is asked of a model's rows below the resolver's field, or below the given nodes of one field.

    Kept for the next execution of the same document, unless ``@skip`` or ``@include`` may change it.
    """
    nodes = info.field_nodes if nodes is None else nodes
    key = (spec.key, *map(id, nodes))
    found: Selection = info.context.keep(key, lambda: _compile(info, spec, nodes))
    return found


def _compile(info: Any, spec: ModelSpec, nodes: Sequence[FieldNode]) -> Selection:
    fragments = {name: FragmentDetails(definition) for name, definition in info.fragments.items()}
    return _compile_level(info, fragments, spec, [FieldDetails(node, None) for node in nodes])


def _compile_level(
    info: Any, fragments: dict[str, FragmentDetails], spec: ModelSpec, details: list[FieldDetails]
) -> Selection:
    schema: GraphQLSchema = info.schema
    object_type = schema.type_map[spec.type_name]
    assert isinstance(object_type, GraphQLObjectType)
    selection = Selection(spec=spec, type=object_type)
    collected = collect_subfields(schema, fragments, info.variable_values, info.operation, object_type, details)
    bindings: dict[str, Binding] = schema.extensions["conjure_bindings"][spec.type_name]
    for key, field_details in collected.grouped_field_set.items():
        name = field_details[0].node.name.value
        if name == TYPENAME:
            selection.entries.append((key, None))
            continue
        binding = bindings[name]
        selection.entries.append((key, binding))
        if isinstance(binding, ForwardBinding | ManyBinding):
            selection.children[key] = Child(
                key=key,
                binding=binding,
                selection=_compile_level(info, fragments, binding.related, field_details),
                node=field_details[0].node,
                definition=object_type.fields[name],
            )
    return selection


def subfield_groups(info: Any, nodes: Sequence[FieldNode], name: str) -> list[list[FieldNode]]:
    """The nodes of the subfield of that name below the given nodes: a group for each alias of it."""
    found = collect_fields(info, get_named_type(info.return_type), nodes)
    return [group for _, field_name, group in found if field_name == name]


def collect_fields(info: Any, object_type: Any, nodes: Sequence[FieldNode]) -> Subfields:
    """The fields asked for below nodes that give an object type. Kept as ``compile_selection`` keeps what it gives."""
    key = (object_type.name, *map(id, nodes))
    found: Subfields = info.context.keep(key, lambda: _collect_fields(info, object_type, nodes))
    return found


def _collect_fields(info: Any, object_type: Any, nodes: Sequence[FieldNode]) -> Subfields:
    fragments = {name: FragmentDetails(definition) for name, definition in info.fragments.items()}
    details = [FieldDetails(node, None) for node in nodes]
    collected = collect_subfields(info.schema, fragments, info.variable_values, info.operation, object_type, details)
    groups = ((key, [d.node for d in group]) for key, group in collected.grouped_field_set.items())
    return [(key, group[0].name.value, group) for key, group in groups]
