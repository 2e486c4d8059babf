"""The root fields of Query: those of every model, and those of the project as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conjure.auth.payload import user_payload
from conjure.graphql.context import Context
from conjure.graphql.fields import scalars
from conjure.graphql.fields.keys import parse_pk
from conjure.graphql.reading.loading import load_rows
from conjure.graphql.reading.selections import compile_selection
from conjure.graphql.resolvers.aggregates import aggregate_fields
from conjure.graphql.resolvers.autocomplete import autocomplete_field
from conjure.graphql.resolvers.connections import connection_fields
from conjure.graphql.resolvers.descriptions import describe_model, describe_models
from conjure.graphql.resolvers.history import history_field
from conjure.graphql.resolvers.lists import NUMBERED_PAGE, Listing, page_by_number
from conjure.graphql.resolvers.related import related_field
from conjure.graphql.resolvers.widgets import widget_fields
from conjure.graphql.rows.ordering import apply_ordering, parse_order_input, parse_ordering
from conjure.graphql.rows.pages import parse_page
from conjure.graphql.rows.select import select_row, select_rows
from conjure.graphql.rows.visible import row_not_found
from conjure.graphql.types.declare import RootField
from conjure.graphql.types.inputs import PaginationInput
from conjure.graphql.types.rows import ObjectTypes
from conjure.graphql.types.scalars import ID
from conjure.specs.models import ModelSpec, SpecSet


def query_fields(specs: SpecSet, types: ObjectTypes) -> list[RootField]:
    """The fields of Query: those of every model, then those of the project as a whole."""
    fields = [field for spec in specs for field in _model_fields(spec, types)]
    return [*fields, *_project_fields(), *widget_fields()]


def _model_fields(spec: ModelSpec, types: ObjectTypes) -> Iterator[RootField]:
    row: Any = types.rows[spec.key]
    yield RootField(
        name=spec.roots["retrieve"],
        type=row | None,
        arguments={"pk": ID},
        resolve=lambda root, info, pk: resolve_retrieve(spec, info, pk),
        description=f"One of the {spec.verbose_name_plural}.",
    )
    yield RootField(
        name=spec.roots["list"],
        type=types.lists[spec.key],
        arguments={**_list_arguments(spec, types), "pagination": PaginationInput | None},
        own_arguments={"parameters": scalars.Parameters | None, "orderBy": str | None, **NUMBERED_PAGE},
        resolve=lambda root, info, **arguments: resolve_list(spec, info, arguments),
        description=f"The {spec.verbose_name_plural}, filtered, searched, in order, by page.",
    )
    yield from connection_fields(spec, types)
    yield from aggregate_fields(spec, types)
    yield autocomplete_field(spec)
    yield related_field(spec)
    yield history_field(spec)


def _list_arguments(spec: ModelSpec, types: ObjectTypes) -> dict[str, Any]:
    filters: Any = types.inputs.filters[spec.key]
    order: Any = types.inputs.orders[spec.key]
    return {"filters": filters | None, "search": str | None, "ordering": list[order] | None}


def _project_fields() -> Iterator[RootField]:
    yield RootField(
        name="conjureModels",
        type=scalars.JSONValue,
        resolve=lambda root, info: describe_models(info.context),
        description="The registered models that you may view, as the REST schema lists them.",
    )
    yield RootField(
        name="conjureModel",
        type=scalars.JSONValue,
        arguments={"model": str, "bounds": bool | None},
        resolve=lambda root, info, model, bounds=None: describe_model(info.context, model, bounds=bool(bounds)),
        description="Fields, choices, actions and permissions of one model; with bounds, those of numbers as well.",
    )
    yield RootField(
        name="me",
        type=scalars.JSONValue,
        resolve=lambda root, info: resolve_me(info.context),
        description="The user who asks.",
    )


def resolve_me(context: Context) -> dict[str, Any]:
    """The payload of the current user."""
    context.permissions.require_staff()
    return user_payload(context.user)


def resolve_retrieve(spec: ModelSpec, info: Any, pk: Any) -> Any:
    """One row. Raise NotFoundError where it does not exist for this user, ForbiddenError where they may not see it."""
    context: Context = info.context
    rows = select_row(context, spec, pk)[:1]
    found = load_rows(context, compile_selection(info, spec), rows, info)
    if not found:
        raise row_not_found(context, spec, parse_pk(spec, pk))
    context.permissions.require("view", spec, found[0])
    return found[0]


def resolve_list(spec: ModelSpec, info: Any, arguments: dict[str, Any]) -> Listing:
    """The rows of a list, by typed arguments or by the text parameters of the REST face."""
    context: Context = info.context
    rows = select_rows(
        context,
        spec,
        filters=arguments.get("filters"),
        parameters=arguments.get("parameters"),
        search=arguments.get("search"),
    )
    by_page = arguments.get("page") is not None or arguments.get("pageSize") is not None
    rows = apply_ordering(context, spec, rows, _ordering_of(context, spec, arguments))
    if by_page:
        page, count = page_by_number(arguments, rows.count)
        may_count = True
    else:
        page, count = parse_page(arguments.get("pagination")), None
        may_count = spec.config.count != "none"
    listing = Listing(spec, rows, page, count)
    listing.load(info, may_count=may_count, must_exist=by_page)
    return listing


def _ordering_of(context: Context, spec: ModelSpec, arguments: dict[str, Any]) -> list[Any]:
    typed = parse_order_input(context, spec, arguments.get("ordering") or [])
    return typed or parse_ordering(context, spec, arguments.get("orderBy"))
