"""Connections: rows by cursor, as the GraphQL Cursor Connections Specification has it.

https://relay.dev/graphql/connections.htm
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphql import FieldNode, GraphQLObjectType, get_named_type

from conjure.conf import settings
from conjure.exceptions import InvalidError
from conjure.graphql.context import Context
from conjure.graphql.fields.cursors import CannotPageError
from conjure.graphql.reading.completion import complete_rows
from conjure.graphql.reading.loading import LoadedRows, load_page, load_related
from conjure.graphql.reading.selections import TYPENAME, collect_fields, compile_selection
from conjure.graphql.rows.keyset import Keyset, build_keyset
from conjure.graphql.rows.ordering import order_terms, parse_order_input
from conjure.graphql.rows.read import defer_unneeded, read_rows
from conjure.graphql.rows.select import select_rows
from conjure.graphql.types.connections import declare_connection
from conjure.graphql.types.declare import RootField
from conjure.graphql.types.rows import ObjectTypes
from conjure.specs.models import ModelSpec
from conjure.values.sources import ValueProblem

Nodes = Sequence[FieldNode]


def connection_fields(spec: ModelSpec, types: ObjectTypes) -> Iterator[RootField]:
    """The root field that gives a model's rows by cursor."""
    types.resolvers[spec.types["connection"]] = CONNECTION_RESOLVERS
    types.resolvers[spec.types["edge"]] = EDGE_RESOLVERS
    types.resolvers["PageInfo"] = PAGE_INFO_RESOLVERS
    filters: Any = types.inputs.filters[spec.key]
    order: Any = types.inputs.orders[spec.key]
    yield RootField(
        name=spec.roots["connection"],
        type=declare_connection(spec, types),
        arguments={
            "filters": filters | None,
            "search": str | None,
            "ordering": list[order] | None,
            "first": int | None,
            "after": str | None,
            "last": int | None,
            "before": str | None,
        },
        resolve=lambda root, info, **arguments: resolve_connection(spec, info, arguments),
        description=f"The {spec.verbose_name_plural} by cursor: deep pages cost what the first costs.",
    )


@dataclass(frozen=True, kw_only=True)
class Window:
    """What is asked for: so many rows from one end, between two places."""

    first: int | None
    last: int | None
    after: list[Any] | None
    before: list[Any] | None


def resolve_connection(spec: ModelSpec, info: Any, arguments: Mapping[str, Any]) -> Connection:
    """The rows of a connection. Raise InvalidError for malformed sizes and cursors."""
    context: Context = info.context
    rows = select_rows(context, spec, filters=arguments.get("filters"), search=arguments.get("search"))
    typed = parse_order_input(context, spec, arguments.get("ordering") or [])
    try:
        keyset = build_keyset(spec, rows, order_terms(context, spec, typed))
    except CannotPageError as problem:
        if typed:
            raise InvalidError({"ordering": [str(problem)]}) from None
        # Values cannot name places in the config's own order, so the order is that of the primary key.
        keyset = build_keyset(spec, rows, [field.attname for field in spec.pk_fields])
    return Connection(context, spec, keyset, _parse_window(keyset, arguments), info)


def _parse_window(keyset: Keyset, arguments: Mapping[str, Any]) -> Window:
    problems: dict[str, list[str]] = {}
    sizes = {name: arguments.get(name) for name in ("first", "last")}
    for name, size in sizes.items():
        if size is not None and size < 0:
            problems[name] = ["Must not be negative."]
    places: dict[str, list[Any] | None] = {"after": None, "before": None}
    for name in places:
        cursor = arguments.get(name)
        try:
            places[name] = None if cursor is None else keyset.parse_cursor(cursor)
        except ValueProblem as problem:
            problems[name] = [str(problem)]
    if problems:
        raise InvalidError(problems)
    if sizes["first"] is None and sizes["last"] is None:
        sizes["first"] = settings.PAGE_SIZE
    largest = settings.GRAPHQL_MAX_PAGE_SIZE
    capped = {name: None if size is None else min(size, largest) for name, size in sizes.items()}
    return Window(**capped, **places)  # type: ignore[arg-type]


class LoadedEdges(list["Edge"]):
    """The edges of a page, with what the document asks of them."""

    def __init__(self, page: LoadedWindow, info: Any) -> None:
        super().__init__(Edge(page, index) for index in range(len(page)))
        self._page = page
        self._info = info

    def complete(self) -> list[dict[str, Any]]:
        """The response objects of all edges at once. Raise anything where that fails."""
        keys, columns = [], []
        edge_type = get_named_type(self._info.return_type)
        for key, name, nodes in collect_fields(self._info, edge_type, self._info.field_nodes):
            keys.append(key)
            if name == TYPENAME:
                columns.append([edge_type.name] * len(self))
            elif name == "cursor":
                columns.append(self._page.cursors)
            else:
                rows = self._page.load(nodes)
                columns.append(complete_rows(rows.loaded.selection, rows))
        return [dict(zip(keys, values, strict=True)) for values in zip(*columns, strict=True)]


class Edge:
    """A row of a page with its cursor."""

    __slots__ = ("index", "page")

    def __init__(self, page: LoadedWindow, index: int) -> None:
        self.page = page
        self.index = index


class Connection:
    """Rows in an order, and the window onto them."""

    def __init__(self, context: Context, spec: ModelSpec, keyset: Keyset, window: Window, info: Any) -> None:
        self.context = context
        self.spec = spec
        self.keyset = keyset
        self.window = window
        self.info = info

    @cached_property
    def page(self) -> LoadedWindow:
        """The rows in the window, loaded with what the document asks first of them."""
        return LoadedWindow(self)

    @cached_property
    def total(self) -> int:
        """The number of all rows."""
        return self.keyset.rows.count()

    def between(self) -> Keyset:
        """The rows between the two places."""
        keyset, window = self.keyset, self.window
        if window.after is not None:
            keyset = keyset.behind(window.after)
        if window.before is not None:
            keyset = keyset.reversed().behind(window.before).reversed()
        return keyset

    def has_rows_outside(self, *, before: bool) -> bool:
        """Whether there are rows on the far side of a cursor that was sent, its own row included."""
        place = self.window.after if before else self.window.before
        if place is None:
            return False
        keyset = self.keyset.reversed() if before else self.keyset
        return keyset.behind(place, or_there=True).rows.order_by().exists()

    def node_groups(self) -> Iterator[Nodes]:
        """The nodes of the document that ask for rows, a group for each place in the response."""
        schema = self.info.schema
        connection = get_named_type(self.info.return_type)
        for _, name, nodes in collect_fields(self.info, connection, self.info.field_nodes):
            if name == "nodes":
                yield nodes
            elif name == "edges":
                edge: GraphQLObjectType = schema.type_map[self.spec.types["edge"]]
                yield from (inner for _, field, inner in collect_fields(self.info, edge, nodes) if field == "node")


class LoadedWindow:
    """The rows in a connection's window, loaded once for each place of the document that asks for them."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._loaded: dict[tuple[int, ...], LoadedRows] = {}
        self.has_more = self.is_cut = False
        groups = list(connection.node_groups())
        self.rows: Sequence[Any] = self.load(groups[0]) if groups else self._read(None)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def cursors(self) -> list[str]:
        """The cursor of each row."""
        return [self.connection.keyset.cursor(row) for row in self.rows]

    def load(self, nodes: Nodes) -> LoadedRows:
        """The rows, with all that the document asks of them at these nodes."""
        key = tuple(map(id, nodes))
        if key not in self._loaded:
            self._loaded[key] = self._read(nodes)
        return self._loaded[key]

    def _read(self, nodes: Nodes | None) -> LoadedRows:
        connection = self.connection
        columns = connection.keyset.columns()
        window, keyset = connection.window, connection.between()
        backwards = window.first is None
        size = (window.last if backwards else window.first) or 0
        ordered = (keyset.reversed() if backwards else keyset).ordered()[: size + 1]
        selection = None if nodes is None else compile_selection(connection.info, connection.spec, nodes)
        targets: Mapping[str, list[Any]] = {}
        if selection is None:
            found = read_rows(defer_unneeded(ordered, columns))
        else:
            found, targets, _ = load_page(ordered, selection, columns)
        self.has_more = len(found) > size
        del found[size:]
        if backwards:
            found.reverse()
        elif window.last is not None and len(found) > window.last:
            self.is_cut = True
            del found[: len(found) - window.last]
        rows = LoadedRows(found)
        if selection is not None:
            rows.loaded = load_related(connection.context, selection, rows, connection.info, targets)
        return rows


# Resolvers.


def _resolve_page_info(connection: Connection, info: Any) -> Any:
    return connection


def _resolve_has_next_page(connection: Connection, info: Any) -> bool:
    if connection.window.first is not None:
        return connection.page.has_more
    return connection.has_rows_outside(before=False)


def _resolve_has_previous_page(connection: Connection, info: Any) -> bool:
    window, page = connection.window, connection.page
    if window.first is None:
        return page.has_more
    return page.is_cut or connection.has_rows_outside(before=True)


def _resolve_total_count(connection: Connection, info: Any) -> int | None:
    return None if connection.spec.config.count == "none" else connection.total


CONNECTION_RESOLVERS = {
    "edges": lambda connection, info: LoadedEdges(connection.page, info),
    "nodes": lambda connection, info: connection.page.load(info.field_nodes),
    "pageInfo": _resolve_page_info,
    "totalCount": _resolve_total_count,
}
EDGE_RESOLVERS = {
    "cursor": lambda edge, info: edge.page.cursors[edge.index],
    "node": lambda edge, info: edge.page.load(info.field_nodes)[edge.index],
}
PAGE_INFO_RESOLVERS = {
    "hasNextPage": _resolve_has_next_page,
    "hasPreviousPage": _resolve_has_previous_page,
    "startCursor": lambda connection, info: connection.page.cursors[0] if connection.page.cursors else None,
    "endCursor": lambda connection, info: connection.page.cursors[-1] if connection.page.cursors else None,
}
