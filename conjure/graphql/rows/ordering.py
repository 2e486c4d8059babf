"""Ordering: what clients ask for, else the config's own, then the pk, so that pages never overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.functions import Random

from conjure.exceptions import ForbiddenError
from conjure.graphql.context import Context
from conjure.graphql.rows.filter_limits import require_within_limits
from conjure.graphql.rows.paths import resolve_path
from conjure.graphql.rows.visible import Rows
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec

OrderTerm = str | OrderBy | Combinable


def parse_ordering(context: Context, spec: ModelSpec, text: str | None) -> list[OrderTerm]:
    """``-created_at,total`` as terms; names that are not fields of the model are passed over."""
    terms: list[OrderTerm] = []
    for part in (text or "").split(","):
        name = part.strip()
        bare = name.removeprefix("-")
        field = spec.find(bare)
        if field is not None and is_orderable(field) and field.name not in context.excluded(spec):
            terms.append(f"{'-' if name.startswith('-') else ''}{field.attname}")
    return terms


def is_orderable(field: FieldSpec) -> bool:
    """Whether rows can be put in the order of a field."""
    return not field.is_many


def parse_order_input(
    context: Context, spec: ModelSpec, order: Sequence[Mapping[str, Any]], prefix: str = ""
) -> list[OrderTerm]:
    """``[{createdAt: DESC}, {customer: {name: ASC}}]`` as terms.

    Raise ForbiddenError for a relation to a model that the user may not view, LimitedError for an input that is too
    long.
    """
    if not prefix:
        require_within_limits("ordering", order)
    terms: list[OrderTerm] = []
    for part in order:
        for name, direction in part.items():
            if direction is None:
                continue
            if isinstance(direction, Mapping):
                field = next(f for f in spec.fields if f.graphql_object == name)
                related = spec.related(field.related_model)
                if related is not None:
                    context.permissions.require("view", related)
                    terms += parse_order_input(context, related, [direction], f"{prefix}{field.name}__")
            else:
                field = next(f for f in spec.fields if f.graphql_name == name)
                if field.name in context.excluded(spec):
                    raise ForbiddenError(f"You may not order by {name}.")
                terms.append(_make_term(f"{prefix}{field.attname}", str(getattr(direction, "value", direction))))
    return terms


def _make_term(path: str, direction: str) -> OrderTerm:
    nulls_first = True if direction.endswith("NULLS_FIRST") else None
    nulls_last = True if direction.endswith("NULLS_LAST") else None
    is_descending = direction.startswith("DESC")
    if nulls_first is None and nulls_last is None:
        # By name, as REST has it, so that ties are broken alike through both faces.
        return f"-{path}" if is_descending else path
    return OrderBy(F(path), descending=is_descending, nulls_first=nulls_first, nulls_last=nulls_last)


def default_ordering(spec: ModelSpec) -> list[OrderTerm]:
    """The config's ordering, without terms that are random, not fields, or excluded."""
    return [term for term in spec.config.get_ordering() if _is_served(spec, term)]


def _is_served(spec: ModelSpec, term: OrderTerm) -> bool:
    if _is_random(term):
        return False  # Pages of an order that changes each time would overlap.
    if not isinstance(term, str):
        return True
    return resolve_path(spec, term.lstrip("-+")) is not None


def _is_random(term: OrderTerm) -> bool:
    return term == "?" or isinstance(getattr(term, "expression", term), Random)


def apply_ordering(spec: ModelSpec, rows: Rows, terms: Sequence[OrderTerm]) -> Rows:
    """Put the rows in order: the terms, or the default where there are none, then the pk to break ties."""
    return rows.order_by(*order_terms(spec, terms))


def order_terms(spec: ModelSpec, terms: Sequence[OrderTerm]) -> list[OrderTerm]:
    """The terms, or the default where there are none, then the pk to break ties."""
    chosen = list(terms) or default_ordering(spec)
    return [*chosen, *_tie_breakers(spec, chosen)]


def _tie_breakers(spec: ModelSpec, terms: Sequence[OrderTerm]) -> list[str]:
    plain = [term for term in terms if isinstance(term, str)]
    named = {term.lstrip("-") for term in plain}
    # In the direction of the last term, so that one index can serve both.
    sign = "-" if plain and plain[-1].startswith("-") else ""
    # A relation's bare name stands for the ordering of the model that it points to, which may have ties.
    missing = [f for f in spec.pk_fields if f.attname not in named and (f.is_relation or f.name not in named)]
    return [] if "pk" in named else [f"{sign}{f.attname}" for f in missing]
