"""Filter and ordering inputs: one of each for every model, and lookups that all models share."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry_django.ordering import Ordering

from conjure.graphql.fields import scalars
from conjure.graphql.fields.kinds import FieldType, get_field_type
from conjure.graphql.rows.lookups import LOOKUP_FAMILIES
from conjure.graphql.types.declare import add_fields, make_field, make_input_type
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec, SpecSet


@strawberry.input(name="OffsetPaginationInput", description="A slice of a list.")
class PaginationInput:
    """Skip ``offset`` rows, then give ``limit``."""

    offset: int = 0
    limit: int | None = strawberry.UNSET


_LOOKUP_NAMES: dict[Any, str] = {
    int: "Int",
    float: "Float",
    str: "Str",
    bool: "Bool",
    scalars.BigInt: "BigInt",
    scalars.DecimalText: "Decimal",
    scalars.DateText: "Date",
    scalars.DateTimeText: "Datetime",
    scalars.TimeText: "Time",
    scalars.DurationText: "Duration",
    scalars.UUIDText: "UUID",
    scalars.JSONValue: "JSON",
}
_LISTS = {"inList", "range"}
_NUMBERS = {"year", "month", "day", "weekDay", "hour", "minute"}


class InputTypes:
    """The filter and ordering inputs of one schema."""

    def __init__(self, specs: SpecSet) -> None:
        self.filters = {spec.key: make_input_type(spec.types["filter"]) for spec in specs}
        self.orders = {spec.key: make_input_type(spec.types["order"]) for spec in specs}
        self._lookups: dict[tuple[Any, str], type] = {}
        for spec in specs:
            add_fields(self.filters[spec.key], self._filter_fields(spec))
            add_fields(self.orders[spec.key], self._order_fields(spec))

    def list_arguments(self, spec: ModelSpec) -> dict[str, Any]:
        """The arguments of a nested list."""
        return {
            "filters": self.filters[spec.key] | None,
            "ordering": list[self.orders[spec.key]] | None,  # type: ignore[name-defined]
            "pagination": PaginationInput | None,
        }

    def _filter_fields(self, spec: ModelSpec) -> list[Any]:
        own = self.filters[spec.key]
        fields = [make_field(operator, list[own] | None) for operator in ("AND", "OR", "NOT")]  # type: ignore[valid-type]
        for field in spec.fields:
            fields.append(make_field(field.graphql_name, self._lookup(field) | None))
            related = spec.related(field.related_model)
            if field.graphql_object is not None and related is not None:
                fields.append(make_field(field.graphql_object, self.filters[related.key] | None))
        for reverse in spec.reverse:
            related = spec.related(reverse.related_model)
            if related is not None:
                fields.append(make_field(reverse.graphql_name, self.filters[related.key] | None))
        return fields

    def _order_fields(self, spec: ModelSpec) -> list[Any]:
        fields = []
        for field in spec.columns:
            fields.append(make_field(field.graphql_name, Ordering | None))
            related = spec.related(field.related_model)
            if field.graphql_object is not None and related is not None:
                fields.append(make_field(field.graphql_object, self.orders[related.key] | None))
        return fields

    def _lookup(self, field: FieldSpec) -> type:
        field_type = get_field_type(field.field)
        key = (field_type.scalar, field_type.lookups)
        if key not in self._lookups:
            self._lookups[key] = self._make_lookup(field_type)
        return self._lookups[key]

    def _make_lookup(self, field_type: FieldType) -> type:
        scalar = field_type.scalar
        name = str(_LOOKUP_NAMES.get(scalar) or getattr(scalar, "__name__", "Custom"))
        made = make_input_type(f"{self._free_name(name, field_type.lookups)}FilterLookup")
        kinds = {lookup: self._operand_type(scalar, lookup) for lookup in LOOKUP_FAMILIES[field_type.lookups]}
        add_fields(made, [make_field(lookup, kind | None) for lookup, kind in kinds.items()])
        return made

    def _free_name(self, name: str, family: str) -> str:
        taken = {made.__name__ for made in self._lookups.values()}
        return name if f"{name}FilterLookup" not in taken else f"{name}{family.title()}"

    def _operand_type(self, scalar: Any, lookup: str) -> Any:
        if lookup == "isNull":
            return bool
        if lookup == "date":
            return scalars.DateText
        if lookup in _NUMBERS:
            return int
        return list[scalar] if lookup in _LISTS else scalar
