"""Which models a delete can reach, and by which rule: found from the foreign keys, once for each model."""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.db import models
from django.db.models.deletion import get_candidate_relations_to_delete

from conjure.caches import cached

Model = type[models.Model]


class Rule(enum.Enum):
    """What happens to a row when the row that it points to is deleted."""

    CASCADE = "cascade"
    GENERIC = "generic"
    CUSTOM = "custom"
    PARENT = "parent"
    PROTECT = "protect"
    RESTRICT = "restrict"


_FOLLOWED = {Rule.CASCADE, Rule.GENERIC, Rule.CUSTOM, Rule.PARENT}
_RULES: Mapping[Any, Rule | None] = {
    models.CASCADE: Rule.CASCADE,
    models.PROTECT: Rule.PROTECT,
    models.RESTRICT: Rule.RESTRICT,
    models.SET_NULL: None,
    models.SET_DEFAULT: None,
    models.DO_NOTHING: None,
}


class Node(NamedTuple):
    """Rows of one model. Those that are only the parent part of other rows are not followed, as in Django."""

    model: Model
    followed: bool = True


@dataclass(frozen=True, kw_only=True, eq=False)
class Edge:
    """One way from deleted rows to others; ``field`` is the foreign key, parent link or generic relation."""

    source: Node
    target: Node
    rule: Rule
    field: Any


@dataclass(frozen=True, kw_only=True, eq=False)
class Cascade:
    """Everything that deleting rows of one model can reach.

    ``stages`` has the nodes in an order in which edges only lead forwards, apart from edges inside a stage of several
    nodes or of one that points to itself. ``blocks`` are the edges that protect or restrict.
    """

    root: Node
    stages: list[tuple[Node, ...]] = field(default_factory=list)
    incoming: dict[Node, list[Edge]] = field(default_factory=dict)
    blocks: list[Edge] = field(default_factory=list)

    def without(self, is_hidden: Callable[[Edge], bool]) -> Cascade:
        """The same without the edges that are hidden: rows that only those lead to are not reached."""
        edges = [edge for found in (*self.incoming.values(), self.blocks) for edge in found]
        if not any(map(is_hidden, edges)):
            return self
        incoming = {node: [e for e in found if not is_hidden(e)] for node, found in self.incoming.items()}
        return replace(self, incoming=incoming, blocks=[edge for edge in self.blocks if not is_hidden(edge)])

    def nodes(self) -> Iterator[Node]:
        """Every node, the root first."""
        return (node for stage in self.stages for node in stage)

    def is_cyclic(self, stage: tuple[Node, ...]) -> bool:
        """Whether rows of the stage can lead to rows of the stage."""
        return any(edge.source in stage for node in stage for edge in self.incoming[node])

    @functools.cached_property
    def sources(self) -> frozenset[Node]:
        """The nodes that have edges to other nodes."""
        edges = [edge for edges in self.incoming.values() for edge in edges]
        return frozenset(edge.source for edge in (*edges, *self.blocks))

    def ancestors(self, nodes: set[Node]) -> set[Node]:
        """The nodes, and all nodes that lead to them."""
        found, waiting = set(nodes), list(nodes)
        while waiting:
            sources = {edge.source for edge in self.incoming.get(waiting.pop(), [])} - found
            found |= sources
            waiting += sources
        return found


@cached(maxsize=2048)
def build_cascade(model: Model) -> Cascade:
    """Follow every foreign key that points to the model, and to the models that are found that way."""
    cascade = Cascade(root=Node(model))
    outgoing: dict[Node, list[Edge]] = {}
    waiting = [cascade.root]
    while waiting:
        node = waiting.pop()
        if node in outgoing:
            continue
        edges = list(_edges_of(node))
        outgoing[node] = [edge for edge in edges if edge.rule in _FOLLOWED]
        cascade.blocks.extend(edge for edge in edges if edge.rule not in _FOLLOWED or edge.rule is Rule.CUSTOM)
        waiting.extend(edge.target for edge in outgoing[node])
    cascade.incoming.update((node, []) for node in outgoing)
    for edges in outgoing.values():
        for edge in edges:
            cascade.incoming[edge.target].append(edge)
    cascade.stages.extend(_sort_into_stages(cascade.root, outgoing, cascade.incoming))
    return cascade


def _edges_of(node: Node) -> Iterator[Edge]:
    options: Any = node.model._meta
    for link in options.concrete_model._meta.parents.values():
        if link is not None:
            yield Edge(source=node, target=Node(link.remote_field.model, False), rule=Rule.PARENT, field=link)
    if not node.followed:
        return
    relations: Iterable[Any] = get_candidate_relations_to_delete(options)
    for relation in relations:
        rule = _rule_of(relation.field.remote_field.on_delete)
        if rule is not None:
            yield Edge(source=node, target=Node(relation.related_model), rule=rule, field=relation.field)
    for private in options.private_fields:
        # Generic relations. Other fields with ``bulk_related_objects`` do not tell which model they lead to.
        if hasattr(private, "bulk_related_objects") and hasattr(private, "object_id_field_name"):
            yield Edge(source=node, target=Node(private.related_model), rule=Rule.GENERIC, field=private)


def _rule_of(on_delete: Any) -> Rule | None:
    """The rule of an ``on_delete``; None where the row stays."""
    if on_delete in _RULES:
        return _RULES[on_delete]
    if hasattr(on_delete, "forced_collector"):  # The database's own rules, since Django 6.1.
        return None if on_delete.forced_collector is None else _RULES.get(on_delete.forced_collector)
    deconstruct = getattr(on_delete, "deconstruct", None)
    if deconstruct is not None and deconstruct()[0] == "django.db.models.SET":
        return None
    return Rule.CUSTOM


def _sort_into_stages(
    root: Node, outgoing: dict[Node, list[Edge]], incoming: dict[Node, list[Edge]]
) -> list[tuple[Node, ...]]:
    """The strongly connected components in topological order (Kosaraju's algorithm)."""
    finished: list[Node] = []
    seen = {root}
    stack = [(root, iter(outgoing[root]))]
    while stack:
        node, edges = stack[-1]
        following = next((edge.target for edge in edges if edge.target not in seen), None)
        if following is None:
            finished.append(node)
            stack.pop()
        else:
            seen.add(following)
            stack.append((following, iter(outgoing[following])))
    stages: list[tuple[Node, ...]] = []
    placed: set[Node] = set()
    for node in reversed(finished):
        if node in placed:
            continue
        stage, waiting = [node], [node]
        placed.add(node)
        while waiting:
            for edge in incoming[waiting.pop()]:
                if edge.source not in placed:
                    placed.add(edge.source)
                    stage.append(edge.source)
                    waiting.append(edge.source)
        stages.append(tuple(stage))
    return stages
