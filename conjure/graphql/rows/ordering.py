"""Ordering: what clients ask for, else the config's own, then the pk, so that pages never overlap."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.functions import Random

from conjure.conf import settings
from conjure.exceptions import ForbiddenError
from conjure.graphql.context import Context
from conjure.graphql.fields.cursors import CannotPageError
from conjure.graphql.rows.filter_limits import require_within_limits
from conjure.graphql.rows.paths import resolve_path, shown_hops
from conjure.graphql.rows.visible import Rows, all_rows, scoped_rows
from conjure.specs.computed import ComputedSpec
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec
from conjure.specs.paths import walk_path

OrderTerm = str | OrderBy | Combinable
_MAX_EXPANSION = 10


def parse_ordering(context: Context, spec: ModelSpec, text: str | None) -> list[OrderTerm]:
    """``-created_at,total`` as terms; names that are not fields of the model, or came before, are passed over."""
    terms: dict[str, OrderTerm] = {}
    for part in (text or "").split(","):
        name = part.strip()
        bare = name.removeprefix("-")
        field = spec.find(bare)
        if field is None:
            computed = spec.computed_by_name.get(bare)
            if computed is None or computed.hidden_by & context.excluded(spec):
                continue
            if is_sortable(context, spec, computed):
                terms.setdefault(bare, _computed_term(spec, computed, is_descending=name.startswith("-")))
        elif is_orderable(field) and field.name not in context.excluded(spec):
            terms.setdefault(field.attname, f"{'-' if name.startswith('-') else ''}{field.attname}")
    return list(terms.values())


def is_sortable(context: Context | None, spec: ModelSpec, computed: ComputedSpec) -> bool:
    """Whether rows can be put in the order of a computed column: it says which, and Django understands that.

    It may name annotations of the config's ``get_queryset``, which are not known without a context.
    """
    order = computed.ordering
    if not isinstance(order, str | OrderBy | Combinable) or _is_random(order):
        return False
    key = ("sortable", spec.key, computed.name, context is None)
    found: bool = spec.set.derived.get_or_make(key, lambda: _is_understood(context, spec, computed))
    return found


def _is_understood(context: Context | None, spec: ModelSpec, computed: ComputedSpec) -> bool:
    term = _computed_term(spec, computed, is_descending=False)
    try:
        rows = all_rows(spec.model) if context is None else scoped_rows(context, spec)
        rows.order_by(term).query.sql_with_params()
    except EmptyResultSet:
        return True
    except Exception:  # The project's own expression, or the queryset that it is for.
        log = logging.getLogger(settings.LOGGER_NAME)
        log.warning("%s cannot be sorted by %s.", spec.key, computed.name, exc_info=True)
        return False
    return True


def _computed_term(spec: ModelSpec, computed: ComputedSpec, *, is_descending: bool) -> OrderTerm:
    order: Any = computed.ordering
    if isinstance(order, str):
        if _is_served(spec, order):
            return f"-{order}".removeprefix("--") if is_descending else order
        name = order.lstrip("-")
        order = OrderBy(F(name), descending=order != name)
    if not isinstance(order, OrderBy):
        return OrderBy(order, descending=is_descending)
    term: Any = order.copy()
    if is_descending:
        term.reverse_ordering()
    return term  # type: ignore[no-any-return]


def is_orderable(field: FieldSpec) -> bool:
    """Whether rows can be put in the order of a field."""
    return not field.is_many


def parse_order_input(context: Context, spec: ModelSpec, order: Sequence[Mapping[str, Any]]) -> list[OrderTerm]:
    """``[{createdAt: DESC}, {customer: {name: ASC}}]`` as terms; a path that came before is passed over.

    Raise ForbiddenError for a relation to a model that the user may not view, LimitedError for an input that is too
    long.
    """
    require_within_limits("ordering", order)
    terms: dict[str, OrderTerm] = {}
    for path, term in _read_order(context, spec, order, ""):
        terms.setdefault(path, term)
    return list(terms.values())


def _read_order(
    context: Context, spec: ModelSpec, order: Sequence[Mapping[str, Any]], prefix: str
) -> Iterator[tuple[str, OrderTerm]]:
    for part in order:
        for name, direction in part.items():
            if direction is None:
                continue
            if isinstance(direction, Mapping):
                field = next(f for f in spec.fields if f.graphql_object == name)
                _require_shown(context, spec, field, name)
                related = spec.related(field.related_model)
                if related is not None:
                    context.permissions.require("view", related)
                    yield from _read_order(context, related, [direction], f"{prefix}{field.name}__")
            else:
                field = next(f for f in spec.fields if f.graphql_name == name)
                _require_shown(context, spec, field, name)
                path = f"{prefix}{field.attname}"
                yield path, _make_term(path, str(getattr(direction, "value", direction)))


def _require_shown(context: Context, spec: ModelSpec, field: FieldSpec, name: str) -> None:
    """Raise ForbiddenError for a field that does not exist for this request."""
    if context.hides(spec, field):
        raise ForbiddenError(f"You may not order by {name}.", rule=context.hiding_rule(spec, field))


def _make_term(path: str, direction: str) -> OrderTerm:
    nulls_first = True if direction.endswith("NULLS_FIRST") else None
    nulls_last = True if direction.endswith("NULLS_LAST") else None
    is_descending = direction.startswith("DESC")
    if nulls_first is None and nulls_last is None:
        # By name, as REST has it, so that ties are broken alike through both faces.
        return f"-{path}" if is_descending else path
    return OrderBy(F(path), descending=is_descending, nulls_first=nulls_first, nulls_last=nulls_last)


def apply_ordering(context: Context, spec: ModelSpec, rows: Rows, terms: Sequence[OrderTerm]) -> Rows:
    """Put the rows in order: the terms, or the default where there are none, then the pk to break ties."""
    return rows.order_by(*order_terms(context, spec, terms))


def order_terms(context: Context, spec: ModelSpec, terms: Sequence[OrderTerm]) -> list[OrderTerm]:
    """The terms, or the config's where there are none, then the pk to break ties.

    Nothing in them depends on what this request may not see. See ``shown_terms``.
    """
    chosen = terms or [term for term in spec.config.get_ordering() if _is_served(spec, term)]
    ordered: list[OrderTerm] = []
    for term in chosen:
        for shown in shown_terms(context, spec, term):
            ordered += _single_terms(spec, shown, of_shown_rows=shown is not term)
    return [*ordered, *_tie_breakers(spec, ordered)]


def _is_served(spec: ModelSpec, term: OrderTerm) -> bool:
    if _is_random(term):
        return False  # Pages of an order that changes each time would overlap.
    return not isinstance(term, str) or resolve_path(spec, term.lstrip("-+")) is not None


def _is_random(term: OrderTerm) -> bool:
    return term == "?" or isinstance(getattr(term, "expression", term), Random)


# What a request may not see is in no order.


def shown_terms(context: Context, spec: ModelSpec, term: OrderTerm) -> list[OrderTerm]:
    """The term as this request may be told of it: as it is, or without the values that are hidden.

    An excluded column, and a model that the user may not view, order nothing. Beyond a relation whose rows the other
    config's ``get_queryset`` narrows, the values of hidden rows count as NULL.
    """
    if isinstance(term, str) and (own := _own_field(spec, term)) is not None:
        return [] if own in context.excluded(spec) else [term]
    try:
        expanded = list(expand_terms(spec.model, [term], None))
    except CannotPageError:  # Orderings that name each other: Django says so itself.
        return [term]
    shown = [_without_hidden(context, spec, part) for part in expanded]
    if all(new is old for new, old in zip(shown, expanded, strict=True)):
        return [term]
    return [part for part in shown if part is not None]


def _own_field(spec: ModelSpec, term: str) -> str | None:
    """The field that a term orders by, where it is one of the model's own columns and leads nowhere."""
    name = term.lstrip("-+")
    field = spec.find(name)
    if field is None or field.is_many or (field.is_foreign_key and _ordered_target(spec.model, name)):
        return None
    return field.name


def _without_hidden(context: Context, spec: ModelSpec, term: OrderBy) -> OrderBy | None:
    values: dict[Any, Any] = {}
    for name, is_value in _names_in(term):
        steps, _ = walk_path(spec.model, name)
        if not steps:
            continue  # An annotation of the config's own queryset.
        path = resolve_path(spec, LOOKUP_SEP.join(step.name for step in steps), context.excluded)
        if path is None or not all(context.permissions.can("view", related) for _, related in path.hops):
            return None
        shown = shown_hops(context, path)
        if not shown:
            continue
        if not is_value:
            return None
        values[F(name)] = Case(When(shown, then=F(name)))
    return term.replace_expressions(values) if values else term


def _names_in(term: OrderBy) -> Iterator[tuple[str, bool]]:
    """The paths that an expression refers to, with whether each stands for its value, not in a condition."""
    parts: Iterator[Any] = term.flatten()
    for part in parts:
        name = referred_path(part)
        if name is not None:
            yield name, True
        elif isinstance(part, Q):
            yield from ((child[0], False) for child in part.children if isinstance(child, tuple))


def _tie_breakers(spec: ModelSpec, terms: Sequence[OrderTerm]) -> list[str]:
    plain = [term for term in terms if isinstance(term, str)]
    named = {term.lstrip("-") for term in plain}
    # In the direction of the last term, so that one index can serve both.
    sign = "-" if plain and plain[-1].startswith("-") else ""
    # A relation's bare name stands for the ordering of the model that it points to, which may have ties.
    missing = [f for f in spec.pk_fields if f.attname not in named and (f.is_relation or f.name not in named)]
    return [] if "pk" in named else [f"{sign}{f.attname}" for f in missing]


def _single_terms(spec: ModelSpec, term: OrderTerm, *, of_shown_rows: bool) -> list[OrderTerm]:
    if not isinstance(term, str):
        return _make_single(spec.model, term, of_shown_rows)
    key = ("single", spec.key, term)
    single: list[OrderTerm] = spec.set.derived.get_or_make(key, lambda: _make_single(spec.model, term, of_shown_rows))
    return single


def _make_single(model: type[models.Model], term: OrderTerm, of_shown_rows: bool) -> list[OrderTerm]:
    """The term, or where it leads to several rows what puts each row once in its order: the first of them counts.

    ``of_shown_rows`` says that those without a value are hidden, and never the first.
    """
    try:
        expanded = list(expand_terms(model, [term], None))
    except CannotPageError:  # Orderings that name each other: Django says so itself.
        return [term]
    if not any(_leads_to_many(model, part) for part in expanded):
        return [term]
    return [_by_first(model, part, of_shown_rows) if _leads_to_many(model, part) else part for part in expanded]


def _leads_to_many(model: type[models.Model], term: OrderBy) -> bool:
    parts = list(term.flatten())
    if any(getattr(part, "contains_aggregate", False) for part in parts):
        return False  # It makes one value of the several.
    paths = [path for path in map(referred_path, parts) if path is not None]
    steps = [step for path in paths for step in walk_path(model, path)[0]]
    return any(step.field.many_to_many or step.field.one_to_many for step in steps)


def _by_first(model: type[models.Model], term: OrderBy, of_shown_rows: bool) -> OrderBy:
    same = {field.attname: OuterRef(field.attname) for field in model._meta.pk_fields}
    values = all_rows(model).filter(**same).annotate(_conjure_value=term.expression).order_by(term.copy())
    if of_shown_rows:
        values = values.filter(_conjure_value__isnull=False)
    single: OrderBy = term.copy()
    single.set_source_expressions([Subquery(values.values("_conjure_value")[:1])])
    return single


def expand_terms(
    model: type[models.Model], terms: Sequence[OrderTerm], rows: Rows | None, depth: int = 0
) -> Iterator[OrderBy]:
    """Terms as Django reads them: a foreign key's name stands for the ordering of the model that it points to.

    Raise CannotPageError for a random term, and for models whose orderings name each other in a circle.
    """
    for term in terms:
        if isinstance(term, OrderBy):
            yield term.copy()
        elif not isinstance(term, str):
            yield OrderBy(term)  # type: ignore[arg-type]
        elif term == "?" or depth > _MAX_EXPANSION:
            raise CannotPageError("There are no places in this order.")
        else:
            yield from _expand_name(model, term, rows, depth)


def _expand_name(model: type[models.Model], term: str, rows: Rows | None, depth: int) -> Iterator[OrderBy]:
    name, descending = term.lstrip("-+"), term.startswith("-")
    related = None if rows is not None and name in rows.query.annotations else _ordered_target(model, name)
    if related is None:
        yield OrderBy(F(name), descending=descending)
        return
    for inner in expand_terms(related, related._meta.ordering or (), None, depth + 1):
        prefixed: Any = inner.prefix_references(f"{name}__")
        if descending:
            prefixed.reverse_ordering()
        yield prefixed


def _ordered_target(model: type[models.Model], name: str) -> type[models.Model] | None:
    """The model that a path leads to, where it has an ordering and the path does not end in its column or ``pk``."""
    steps, rest = walk_path(model, name)
    if rest:
        return None
    last = steps[-1]
    if not last.field.is_relation or last.name == "pk" or getattr(last.field, "attname", None) == last.name:
        return None
    related: type[models.Model] | None = last.field.related_model
    return related if related is not None and related._meta.ordering else None


def referred_path(expression: Any) -> str | None:
    """The path of an expression that is only a reference, else None."""
    return expression.name if type(expression) is F else None  # type: ignore[attr-defined]
