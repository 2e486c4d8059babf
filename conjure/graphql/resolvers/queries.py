"""The root fields of Query and their resolvers: each leads through the same queryset pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import strawberry

from conjure.auth.payload import user_payload
from conjure.exceptions import NotFoundError
from conjure.graphql.context import Context
from conjure.graphql.deletes.deletion import describe_deletion
from conjure.graphql.fields import scalars
from conjure.graphql.fields.keys import parse_pk
from conjure.graphql.fields.kinds import get_field_type
from conjure.graphql.fields.parsers import ValueProblem
from conjure.graphql.reading.loading import load_rows
from conjure.graphql.reading.records import Records
from conjure.graphql.reading.selections import compile_selection
from conjure.graphql.resolvers.connections import connection_fields
from conjure.graphql.resolvers.descriptions import describe_model, describe_models
from conjure.graphql.resolvers.lists import Listing
from conjure.graphql.resolvers.widgets import widget_fields
from conjure.graphql.rows.labels import label_needs, make_labels
from conjure.graphql.rows.ordering import apply_ordering, parse_order_input, parse_ordering
from conjure.graphql.rows.pages import Page, parse_page, parse_page_number, parse_page_size
from conjure.graphql.rows.read import read_rows
from conjure.graphql.rows.search import build_search, clean_term
from conjure.graphql.rows.select import select_rows
from conjure.graphql.rows.visible import Rows, only_columns, visible_rows
from conjure.graphql.types.aggregates import aggregate_fields
from conjure.graphql.types.declare import RootField
from conjure.graphql.types.inputs import PaginationInput
from conjure.graphql.types.rows import ObjectTypes, Options, Related, RelatedCount
from conjure.specs.fields import resolve_value_field
from conjure.specs.models import ModelSpec, SpecSet
from conjure.values.keys import pk_text

AUTOCOMPLETE_PAGE_SIZE = 20


def query_fields(specs: SpecSet, types: ObjectTypes) -> list[RootField]:
    """The fields of Query: those of every model, then those of the project as a whole."""
    fields = [field for spec in specs for field in _model_fields(spec, types)]
    return [*fields, *_project_fields(), *widget_fields()]


def _model_fields(spec: ModelSpec, types: ObjectTypes) -> Iterator[RootField]:
    row: Any = types.rows[spec.key]
    yield RootField(
        name=spec.roots["retrieve"],
        type=row | None,
        arguments={"pk": strawberry.ID},
        resolve=lambda root, info, pk: resolve_retrieve(spec, info, pk),
        description=f"One of the {spec.verbose_name_plural}.",
    )
    yield RootField(
        name=spec.roots["list"],
        type=types.lists[spec.key],
        arguments={**_list_arguments(spec, types), "pagination": PaginationInput | None, **_rest_arguments()},
        resolve=lambda root, info, **arguments: resolve_list(spec, info, arguments),
        description=f"The {spec.verbose_name_plural}, filtered, searched, in order, by page.",
    )
    yield from connection_fields(spec, types)
    yield from aggregate_fields(spec, types)
    yield RootField(
        name=spec.roots["autocomplete"],
        type=Options,
        arguments={"q": str | None, "page": str | None},
        resolve=lambda root, info, q=None, page=None: resolve_autocomplete(spec, info, q, page),
        description=f"Choices of {spec.verbose_name_plural} for a combobox, 20 a page.",
    )
    yield RootField(
        name=spec.roots["related"],
        type=Related,
        arguments={"pk": strawberry.ID},
        resolve=lambda root, info, pk: resolve_related(spec, info, pk),
        description=f"What deleting one of the {spec.verbose_name_plural} would take along.",
    )


def _list_arguments(spec: ModelSpec, types: ObjectTypes) -> dict[str, Any]:
    filters: Any = types.inputs.filters[spec.key]
    order: Any = types.inputs.orders[spec.key]
    return {"filters": filters | None, "search": str | None, "ordering": list[order] | None}


def _rest_arguments() -> dict[str, Any]:
    """The list parameters of the REST face, as it gets them: text, to be read as the contract says."""
    return {
        "parameters": scalars.Parameters | None,
        "orderBy": str | None,
        "page": str | None,
        "pageSize": str | None,
    }


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
        arguments={"model": str},
        resolve=lambda root, info, model: describe_model(info.context, model),
        description="Fields, choices, actions and permissions of one model.",
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


def find_row(spec: ModelSpec, rows: Rows, pk: Any) -> Rows:
    """The rows narrowed to one pk. Raise NotFoundError for what cannot be a pk."""
    try:
        return rows.filter(pk=parse_pk(spec, pk))
    except ValueProblem:
        raise NotFoundError from None


def resolve_retrieve(spec: ModelSpec, info: Any, pk: Any) -> Any:
    """One row. Raise NotFoundError where it does not exist for this user, ForbiddenError where they may not see it."""
    context: Context = info.context
    rows = find_row(spec, visible_rows(context, spec), pk).order_by()[:1]
    found = load_rows(context, compile_selection(info, spec), rows, info)
    if not found:
        raise NotFoundError
    context.permissions.require("view", spec, found[0])
    context.opened[spec.key, pk] = found[0]
    return found[0]


def resolve_list(spec: ModelSpec, info: Any, arguments: dict[str, Any]) -> Listing:
    """The rows of a list, by typed arguments or by the text parameters of the REST face."""
    context: Context = info.context
    rows = select_rows(context, spec, arguments)
    by_page = arguments.get("page") is not None or arguments.get("pageSize") is not None
    rows = apply_ordering(spec, rows, _ordering_of(context, spec, arguments))
    if not by_page:
        return Listing(context, spec, rows, info, parse_page(arguments.get("pagination")))
    size = parse_page_size(arguments.get("pageSize"))
    number = parse_page_number(arguments.get("page"))
    page = None if number is None else Page(offset=(number - 1) * size, limit=size)
    listing = Listing(context, spec, rows, info, page, size)
    listing.require_page()
    return listing


def _ordering_of(context: Context, spec: ModelSpec, arguments: dict[str, Any]) -> list[Any]:
    typed = parse_order_input(context, spec, arguments.get("ordering") or [])
    return typed or parse_ordering(context, spec, arguments.get("orderBy"))


def resolve_autocomplete(spec: ModelSpec, info: Any, q: str | None, page: str | None) -> Options:
    """Twenty choices whose autocomplete fields contain the term, in the config's ordering; a bad page is page 1."""
    context: Context = info.context
    rows = visible_rows(context, spec)
    term = clean_term(q, "q")
    if term:
        condition = build_search(context, spec, spec.config.get_autocomplete_search_fields(), term)
        if term.isascii() and term.isdigit():
            condition |= _pk_condition(spec, term)
        rows = rows.filter(condition)
    number = int(page) if page and page.isascii() and page.isdigit() and len(page) < 10 and int(page) else 1
    start = (number - 1) * AUTOCOMPLETE_PAGE_SIZE
    rows = apply_ordering(spec, rows, [])
    if not rows.query.select_related:
        rows = only_columns(rows, label_needs(rows.model).columns)
    found = read_rows(rows[start : start + AUTOCOMPLETE_PAGE_SIZE + 1])
    shown = found[:AUTOCOMPLETE_PAGE_SIZE]
    read = _option_reader(spec)
    options = Records(
        {"value": read(row.pk), "label": label} for row, label in zip(shown, make_labels(shown), strict=True)
    )
    return Options(results=options, has_more=len(found) > AUTOCOMPLETE_PAGE_SIZE)  # type: ignore[arg-type]


def _pk_condition(spec: ModelSpec, term: str) -> Any:
    from django.db.models import Q

    try:
        return Q(pk=parse_pk(spec, term))
    except ValueProblem:
        return Q()


def _option_reader(spec: ModelSpec) -> Callable[[Any], Any]:
    """Reads pks as rows serve them, so that a choice can be told to be the one that a foreign key holds."""
    if spec.has_composite_pk:
        return pk_text
    field = resolve_value_field(spec.options.pk)
    read = get_field_type(field).make_reader(field)
    return read or (lambda pk: pk if isinstance(pk, int) else str(pk))


def resolve_related(spec: ModelSpec, info: Any, pk: Any) -> Related:
    """What a delete of the row would take along, and what protects it. Raise NotFoundError or ForbiddenError."""
    context: Context = info.context
    found = read_rows(find_row(spec, visible_rows(context, spec), pk).order_by())
    if not found:
        raise NotFoundError
    row = found[0]
    related, protected = describe_deletion(context, spec, row)
    return Related(
        related=[RelatedCount(**count) for count in related], protected=[RelatedCount(**count) for count in protected]
    )
