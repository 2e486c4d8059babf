"""Autocomplete: the choices of a combobox, by page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conjure.exceptions import InvalidError
from conjure.graphql.context import Context
from conjure.graphql.fields.kinds import get_field_type
from conjure.graphql.reading.records import Record, Records
from conjure.graphql.rows.labels import label_needs, make_labels
from conjure.graphql.rows.ordering import apply_ordering
from conjure.graphql.rows.pages import positive_number
from conjure.graphql.rows.read import defer_unneeded, read_rows
from conjure.graphql.rows.select import select_choices
from conjure.graphql.types.declare import RootField
from conjure.graphql.types.rows import Options
from conjure.specs.fields import resolve_value_field
from conjure.specs.models import ModelSpec
from conjure.values.keys import pk_json

PAGE_SIZE = 20


def autocomplete_field(spec: ModelSpec) -> RootField:
    """The root field that gives a combobox its choices."""
    return RootField(
        name=spec.roots["autocomplete"],
        type=Options,
        arguments={"q": str | None, "page": str | None, "toField": str | None},
        resolve=lambda root, info, q=None, page=None, toField=None: resolve_autocomplete(  # noqa: N803 - GraphQL's
            info.context, spec, q, page, toField
        ),
        description=f"Choices of {spec.verbose_name_plural} for a combobox, {PAGE_SIZE} a page.",
    )


def resolve_autocomplete(
    context: Context, spec: ModelSpec, term: str | None, page: str | None, to_field: str | None = None
) -> Record:
    """One page of the choices for a term, in the config's ordering; a page that is not a number means the first.

    The values are those of ``to_field``, which foreign keys that point to it hold, or else the primary keys. Rows that
    have no value there are no choices. Raise InvalidError for a field that no foreign key points to.
    """
    rows = select_choices(context, spec, term)
    attname, read = "pk", _pk_reader(spec)
    if to_field is not None:
        field = _require_pointed_at(context, spec, to_field)
        attname, read = field.attname, _reader_of(field)
        rows = rows.filter(**{f"{field.name}__isnull": False}) if field.null else rows
    rows = apply_ordering(context, spec, rows, [])
    if not rows.query.select_related:
        rows = defer_unneeded(rows, {*label_needs(rows.model).columns, attname})
    start = ((positive_number(page) or 1) - 1) * PAGE_SIZE
    found = read_rows(rows[start : start + PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    context.count_rows(spec, len(shown))
    options = Records(
        {"value": read(getattr(row, attname)), "label": label}
        for row, label in zip(shown, make_labels(shown), strict=True)
    )
    return Record(results=options, hasMore=len(found) > PAGE_SIZE)


def _pk_reader(spec: ModelSpec) -> Callable[[Any], Any]:
    return pk_json if spec.has_composite_pk else _reader_of(spec.options.pk)


def _reader_of(model_field: Any) -> Callable[[Any], Any]:
    """Reads keys as rows serve them, so that clients can find the choice that a foreign key holds."""
    field = resolve_value_field(model_field)
    read = get_field_type(field).make_reader(field)
    return read or pk_json


def _require_pointed_at(context: Context, spec: ModelSpec, name: str) -> Any:
    """The field of that name. Raise InvalidError unless a foreign key of a registered model points to it."""
    field = None if name in context.excluded(spec) else spec.pointed_at.get(name)
    if field is None:
        raise InvalidError({"to_field": ["No foreign key points to this field."]})
    return field
