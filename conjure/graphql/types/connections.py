"""The types of connections: rows by cursor, as the GraphQL Cursor Connections Specification has them.

https://relay.dev/graphql/connections.htm
"""

from __future__ import annotations

from typing import Any

import strawberry

from conjure.graphql.types.declare import add_fields, make_field, make_object_type
from conjure.graphql.types.rows import ObjectTypes
from conjure.specs.models import ModelSpec


@strawberry.type(description="Where a page stands: https://relay.dev/graphql/connections.htm#sec-undefined.PageInfo")
class PageInfo:
    """The cursors of the first and the last row, and whether there are rows before and behind them."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


def declare_connection(spec: ModelSpec, types: ObjectTypes) -> type:
    """The connection type of a model's rows, and the type of its edges."""
    row: Any = types.rows[spec.key]
    edge: Any = make_object_type(spec.types["edge"])
    add_fields(edge, [make_field("cursor", str), make_field("node", row)])
    connection = make_object_type(spec.types["connection"])
    add_fields(
        connection,
        [
            make_field("edges", list[edge]),
            make_field("nodes", list[row], description="The rows, where no cursor of each is needed."),
            make_field("pageInfo", PageInfo),
            make_field("totalCount", int | None, description="How many rows there are in all pages."),
        ],
    )
    return connection
