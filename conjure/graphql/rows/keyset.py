"""Keysets: a place in an order is named by the values there, so that a deep page costs as little as the first."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldError
from django.core.signing import BadSignature, Signer
from django.db import connections, models
from django.db.models import F, Q, Subquery
from django.db.models.expressions import Col, OrderBy, RawSQL
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual

from conjure.graphql.fields.cursors import (
    CannotPageError,
    can_compare,
    parse_cursor_value,
    reads_none_of_its_own,
    write_cursor_value,
)
from conjure.graphql.rows.filter_limits import require_few
from conjure.graphql.rows.lookups import has_lookup, is_stored_as_null
from conjure.graphql.rows.ordering import OrderTerm, expand_terms, referred_path
from conjure.graphql.rows.read import was_read_apart
from conjure.graphql.rows.visible import Rows
from conjure.specs.fields import is_secret
from conjure.specs.models import ModelSpec
from conjure.values.sources import ValueProblem

_MAX_CURSOR_LENGTH = 20_000
_LEFT_IN_ITS_ROW: list[Any] = []
"""What cursors hold instead of a value that only the database can tell."""

_COMPARISONS: dict[str, Any] = {
    "exact": Exact,
    "gt": GreaterThan,
    "gte": GreaterThanOrEqual,
    "lt": LessThan,
    "lte": LessThanOrEqual,
}
_DATES_AND_TIMES = (models.DateField, models.TimeField)


@dataclass(frozen=True, kw_only=True)
class Key:
    """One of the values that the rows are in order of.

    ``name`` is a column of the rows' own or of an annotation; ``nulls_first`` says where NULL stands. Cursors do not
    hold values that are ``is_private``.
    """

    name: str
    field: models.Field[Any, Any]
    descending: bool
    nulls_first: bool
    nullable: bool
    explicit_nulls: bool
    is_private: bool

    def reversed(self) -> Key:
        """The same key in the other direction."""
        return replace(self, descending=not self.descending, nulls_first=not self.nulls_first)

    def term(self) -> str | OrderBy:
        """The key as a term of ORDER BY.

        It says where NULL stands if the order says so, or the database can be told without losing its indexes: what a
        database does unasked is not the same on all that speak PostgreSQL's language.
        """
        if not self.explicit_nulls:
            return f"-{self.name}" if self.descending else self.name
        first, last = self.nulls_first or None, not self.nulls_first or None
        return OrderBy(F(self.name), descending=self.descending, nulls_first=first, nulls_last=last)

    def equals(self, value: Any) -> Q:
        """Rows with this value."""
        return Q(**{f"{self.name}__isnull": True}) if value is None else self._compares("exact", value)

    def follows(self, value: Any, *, or_equals: bool = False) -> Q | None:
        """Rows whose value comes after this one, or with ``or_equals`` is this one; None where there can be none."""
        if value is None:
            if or_equals:
                return Q() if self.nulls_first else Q(**{f"{self.name}__isnull": True})
            return Q(**{f"{self.name}__isnull": False}) if self.nulls_first else None
        condition = self._compares(f"{'lt' if self.descending else 'gt'}{'e' if or_equals else ''}", value)
        if self.nullable and not self.nulls_first:
            condition |= Q(**{f"{self.name}__isnull": True})
        return condition

    def _compares(self, lookup: str, value: Any) -> Q:
        if isinstance(value, Subquery):  # Packages of fields rewrite named conditions, and expect values in them.
            return Q(_COMPARISONS[lookup](F(self.name), value))
        return Q(**{f"{self.name}__{lookup}": value})


class Keyset:
    """Rows in an order that ends with their primary key, and the cursors that name places in it."""

    def __init__(self, rows: Rows, keys: Sequence[Key]) -> None:
        self.rows = rows
        self.keys = list(keys)
        self._signer = Signer(salt="conjure.cursors")

    @cached_property
    def _signature(self) -> int:
        shape = [(key.name, key.field.name, key.descending, key.nulls_first) for key in self.keys]
        return zlib.crc32(repr((self.rows.model._meta.label, shape)).encode())

    def columns(self) -> set[str]:
        """The attnames of the rows' own columns among the keys."""
        return {field.attname for field in self.rows.model._meta.concrete_fields} & {key.name for key in self.keys}

    def reversed(self) -> Keyset:
        """The same rows in the opposite order."""
        return Keyset(self.rows, [key.reversed() for key in self.keys])

    def ordered(self) -> Rows:
        """The rows in order."""
        return self.rows.order_by(*(key.term() for key in self.keys))

    def behind(self, place: Sequence[Any], *, or_there: bool = False) -> Keyset:
        """Only the rows after a place, and with ``or_there`` the one at it."""
        return Keyset(self.rows.filter(self._condition(place, or_there)), self.keys)

    def _condition(self, place: Sequence[Any], or_there: bool) -> Q:
        """``(a, b, pk) > (x, y, z)``, spelt out, since directions differ and there may be NULLs.

        That the first key is not before its value follows from the rest, but not every database's optimizer sees it.
        """
        either: list[Q] = []
        equal = Q()
        for key, value in zip(self.keys, place, strict=True):
            follows = key.follows(value)
            if follows is not None:
                either.append(equal & follows)
            equal &= key.equals(value)
        if or_there:
            either.append(equal)
        if not either:
            return Q(pk__in=[])
        bound = self.keys[0].follows(place[0], or_equals=True)
        condition = Q(*either, _connector=Q.OR)
        return condition if bound is None else bound & condition

    # Cursors.

    def cursor(self, row: Any) -> str:
        """The place of a row as opaque text."""
        return self._signer.sign_object([self._signature, *(self._written(key, row) for key in self.keys)])

    def _written(self, key: Key, row: Any) -> Any:
        """A value as the cursor holds it; what Python could not read, or not take back, is left in its row."""
        if key.is_private:
            return None
        if key.name in self._naming:
            return write_cursor_value(key.field, getattr(row, key.name))
        try:
            value = getattr(row, key.name)
            if value is None and self._is_null(key, row):
                return None
            written = write_cursor_value(key.field, value)
            parsed = parse_cursor_value(key.field, written)
            is_whole = parsed is not None and not is_stored_as_null(key.field, parsed)
        except Exception:  # noqa: BLE001 - a field may raise anything for what its column should not hold
            is_whole = False
        return written if is_whole else _LEFT_IN_ITS_ROW

    def _is_null(self, key: Key, row: Any) -> bool:
        """Whether None means NULL: Django reads what is no date or time in SQLite's columns of them as None too."""
        is_read_as_none = connections[self.rows.db].vendor == "sqlite" and isinstance(key.field, _DATES_AND_TIMES)
        return not (is_read_as_none or reads_none_of_its_own(key.field) or was_read_apart(row))

    @cached_property
    def _naming(self) -> set[str]:
        """The attnames of the primary key, which names the row that other values are left in."""
        return {field.attname for field in self.rows.model._meta.pk_fields}

    def parse_cursor(self, cursor: str) -> list[Any]:
        """The place that a cursor names. Raise ValueProblem for anything that is not a cursor of this order."""
        if len(cursor) > _MAX_CURSOR_LENGTH or not cursor.isascii():
            raise ValueProblem("This is not a cursor.")
        try:
            values = self._signer.unsign_object(cursor)
        except (BadSignature, ValueError, RecursionError):
            raise ValueProblem("This is not a cursor.") from None
        if not isinstance(values, list) or len(values) != len(self.keys) + 1 or values[0] != self._signature:
            raise ValueProblem("This is not a cursor of these rows in this order.")
        left = {key.name for key, value in zip(self.keys, values[1:], strict=True) if value == _LEFT_IN_ITS_ROW}
        place = [
            None if key.name in left else parse_cursor_value(key.field, value)
            for key, value in zip(self.keys, values[1:], strict=True)
        ]
        is_whole = not left and not any(key.is_private for key in self.keys)
        return place if is_whole else self._looked_up(place, left)

    def _looked_up(self, place: list[Any], left: set[str]) -> list[Any]:
        """The place with the values that the cursor does not hold, looked up in the row that its key names.

        Of values that were ``left`` there no more is asked than whether they are NULL: the database compares them.
        """
        named = {key.name: value for key, value in zip(self.keys, place, strict=True)}
        own = {name: named[name] for name in self._naming}
        row = self.rows.filter(**own).order_by()
        asked = [Q(**{f"{name}__isnull": True}) if name in left else F(name) for name in named]
        found = row.annotate(**{f"_conjure_{n}": each for n, each in enumerate(asked)})
        values = found.values_list(*(f"_conjure_{n}" for n in range(len(asked)))).first()
        if values is None:
            raise ValueProblem("The row of this cursor is gone.")
        return [
            value if name not in left else None if value else Subquery(row.values(name)[:1])
            for name, value in zip(named, values, strict=True)
        ]


def build_keyset(spec: ModelSpec, rows: Rows, terms: Sequence[OrderTerm]) -> Keyset:
    """The rows in the order of the terms, which end with the primary key.

    The terms are those of ``order_terms``: nothing in them is hidden from this request, so that a cursor may hold their
    values. Raise CannotPageError for a random order, or one by values that cannot be compared, LimitedError for one of
    too many terms.
    """
    features = connections[rows.db].features
    keys: list[Key] = []
    expanded = list(expand_terms(spec.model, terms, rows))
    # A place in the order is as many conditions as there are pairs of terms.
    require_few("ordering", len(expanded) * (len(expanded) + 1) // 2, 0)
    for number, term in enumerate(expanded):
        name, nullable = _own_column(rows, term.expression)
        if name is None:
            name = f"_conjure_key{number}"
            rows = rows.annotate(**{name: term.expression})
        explicit = bool(term.nulls_first or term.nulls_last)
        default = features.order_by_nulls_first != bool(term.descending)
        keys.append(
            Key(
                name=name,
                field=_comparable_field(rows, name),
                descending=bool(term.descending),
                nulls_first=bool(term.nulls_first) if explicit else default,
                nullable=nullable,
                explicit_nulls=explicit or (nullable and features.supports_order_by_nulls_modifier),
                is_private=_is_private(rows, term),
            )
        )
    return Keyset(rows, keys)


def _is_private(rows: Rows, term: OrderBy) -> bool:
    """Whether the values are the config's own, such as annotations of its queryset, which rows do not show."""
    return any(
        isinstance(part, Subquery | RawSQL) or referred_path(part) in rows.query.annotations for part in term.flatten()
    )


def _own_column(rows: Rows, expression: Any) -> tuple[str | None, bool]:
    """The attribute in which rows already hold the value, or None, and whether it may be NULL."""
    name = referred_path(expression)
    if name is None or "__" in name:
        return None, True
    if name in rows.query.annotations:
        return name, True
    options = rows.model._meta
    if name == "pk":
        name = options.pk.name
    for field in options.concrete_fields:
        if name in (field.name, field.attname):
            # A column that the database computes may be NULL whatever its field says.
            return field.attname, bool(field.null or field.generated)
    return None, True


def _comparable_field(rows: Rows, name: str) -> models.Field[Any, Any]:
    annotation = rows.query.annotations.get(name)
    try:
        field: Any = _field_by_attname(rows, name) if annotation is None else annotation.output_field
    except FieldError:
        field = None
    # A primary key of an unknown kind is compared all the same: nothing else names the row.
    if field is None or not (field.primary_key or _has_an_order(field)) or _reads_secrets(annotation):
        raise CannotPageError("Rows cannot be paged by cursor in this order.")
    return field  # type: ignore[no-any-return]


def _has_an_order(field: models.Field[Any, Any]) -> bool:
    """Whether values can be compared, and the field has the lookups that do it."""
    return can_compare(field) and all(has_lookup(field, lookup) for lookup in _COMPARISONS)


def _reads_secrets(annotation: Any) -> bool:
    """Whether a value is computed of a secret column, such as a part of it or its length."""
    parts = () if annotation is None else annotation.flatten()
    return any(isinstance(part, Col) and is_secret(part.target) for part in parts)


def _field_by_attname(rows: Rows, attname: str) -> models.Field[Any, Any]:
    return next(field for field in rows.model._meta.concrete_fields if field.attname == attname)
