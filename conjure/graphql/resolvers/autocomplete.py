"""Autocomplete: the choices of a combobox, by page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conjure.graphql.context import Context
from conjure.graphql.fields.kinds import get_field_type
from conjure.graphql.reading.records import Records
from conjure.graphql.rows.labels import label_needs, make_labels
from conjure.graphql.rows.ordering import apply_ordering
from conjure.graphql.rows.read import defer_unneeded, read_rows
from conjure.graphql.rows.select import select_choices
from conjure.graphql.types.declare import RootField
from conjure.graphql.types.rows import Options
from conjure.specs.fields import resolve_value_field
from conjure.specs.models import ModelSpec
from conjure.values.keys import pk_text

PAGE_SIZE = 20


def autocomplete_field(spec: ModelSpec) -> RootField:
    """The root field that gives a combobox its choices."""
    return RootField(
        name=spec.roots["autocomplete"],
        type=Options,
        arguments={"q": str | None, "page": str | None},
        resolve=lambda root, info, q=None, page=None: resolve_autocomplete(info.context, spec, q, page),
        description=f"Choices of {spec.verbose_name_plural} for a combobox, {PAGE_SIZE} a page.",
    )


def resolve_autocomplete(context: Context, spec: ModelSpec, term: str | None, page: str | None) -> Options:
    """One page of the choices for a term, in the config's ordering; a page that is not a number means the first."""
    rows = apply_ordering(spec, select_choices(context, spec, term), [])
    if not rows.query.select_related:
        rows = defer_unneeded(rows, label_needs(rows.model).columns)
    start = (_parse_page(page) - 1) * PAGE_SIZE
    found = read_rows(rows[start : start + PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    read_pk = _pk_reader(spec)
    options = Records(
        {"value": read_pk(row.pk), "label": label} for row, label in zip(shown, make_labels(shown), strict=True)
    )
    return Options(results=options, has_more=len(found) > PAGE_SIZE)  # type: ignore[arg-type]


def _parse_page(page: str | None) -> int:
    return int(page) if page and page.isascii() and page.isdigit() and len(page) < 10 and int(page) else 1


def _pk_reader(spec: ModelSpec) -> Callable[[Any], Any]:
    """Reads pks as rows serve them, so that clients can find the choice that a foreign key holds."""
    if spec.has_composite_pk:
        return pk_text
    field = resolve_value_field(spec.options.pk)
    read = get_field_type(field).make_reader(field)
    return read or (lambda pk: pk if isinstance(pk, int) else str(pk))
