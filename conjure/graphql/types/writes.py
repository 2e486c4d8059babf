"""The types of mutations: a typed input for new rows and one for changes, and what each mutation answers with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import strawberry
from django.db import models

from conjure.graphql.fields import scalars
from conjure.graphql.fields.kinds import get_field_type
from conjure.graphql.types.declare import add_fields, make_field, make_input_type, make_object_type
from conjure.graphql.types.rows import ObjectTypes
from conjure.graphql.types.texts import describe_field
from conjure.graphql.writes.changes import RowInput
from conjure.graphql.writes.links import LinkInput
from conjure.graphql.writes.plans import PASSWORD, WritePlan, get_plan
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec, SpecSet
from conjure.specs.names import NameAllocator


@strawberry.input(name="ManyToManyInput", description="Changes of a many-to-many field, by the keys of the other rows.")
class ManyToManyInput:
    """``set`` replaces all links that you may see; ``add`` and ``remove`` change some of them."""

    set: list[strawberry.ID] | None = strawberry.UNSET
    add: list[strawberry.ID] | None = strawberry.UNSET
    remove: list[strawberry.ID] | None = strawberry.UNSET


@strawberry.type(
    name="ConjureFieldError", description="What is wrong with one field, or, without a field, with it all."
)
class FieldError:
    """``code`` is INVALID, PROTECTED or CONFLICT."""

    field: str | None
    messages: list[str]
    code: str


@strawberry.type(name="ConjureDeletePayload", description="How many rows were deleted, or why none was.")
class DeletePayload:
    """``deleted`` counts rows of the mutation's own model."""

    deleted: int | None = None
    errors: list[FieldError] = strawberry.field(default_factory=list)


@strawberry.type(name="ConjureBulkPayload", description="How many rows were updated, or why none was.")
class BulkPayload:
    """``updated`` counts the rows that were found, changed or not."""

    updated: int | None = None
    errors: list[FieldError] = strawberry.field(default_factory=list)


@strawberry.type(name="ConjureOperationResult", description="What became of one operation.")
class OperationResult:
    """``pk`` is the key of the row that was created, updated or deleted."""

    op: str
    pk: scalars.JSONValue


@strawberry.type(name="ConjureOperationsPayload", description="What became of each operation, or why all were undone.")
class OperationsPayload:
    """``results`` are in the order of the operations."""

    results: list[OperationResult] | None = None
    errors: list[FieldError] = strawberry.field(default_factory=list)


class WriteTypes:
    """The input and payload types of one schema."""

    def __init__(self, specs: SpecSet, types: ObjectTypes) -> None:
        self.names = {spec.key: InputNames(get_plan(spec)) for spec in specs}
        self.creates = {spec.key: self._make_input(spec, "create") for spec in specs}
        self.updates = {spec.key: self._make_input(spec, "update") for spec in specs}
        self.operations = {spec.key: self._make_operation(spec) for spec in specs}
        self.payloads = {spec.key: self._make_payload(spec, types) for spec in specs}

    def data_arguments(self, spec: ModelSpec, kind: str) -> dict[str, Any]:
        """The arguments that carry a row's values: typed, or by the model's own names."""
        typed: Any = (self.creates if kind == "create" else self.updates)[spec.key]
        arguments = {} if typed is None else {"data": typed | None}
        return {**arguments, "values": scalars.Values | None}

    def _make_input(self, spec: ModelSpec, kind: str) -> type | None:
        names = self.names[spec.key]
        fields = names.for_create if kind == "create" else names.for_update
        if not fields:
            return None  # GraphQL knows no input without fields.
        made = make_input_type(spec.types[kind], _describe_input(spec, kind))
        add_fields(made, [_input_field(name, field) for name, field in fields.items()])
        return made

    def _make_operation(self, spec: ModelSpec) -> type:
        made = make_input_type(spec.types["operation"], f"One of several writes of {spec.verbose_name_plural}.")
        typed: Any = self.creates[spec.key]
        fields = [
            make_field("op", str, description="create, update or delete."),
            make_field("pk", scalars.JSONValue | None, description="Which row to update or delete."),
            make_field("values", scalars.Values | None),
        ]
        add_fields(made, [*fields, make_field("data", typed | None)] if typed is not None else fields)
        return made

    def _make_payload(self, spec: ModelSpec, types: ObjectTypes) -> type:
        made = make_object_type(spec.types["payload"], f"The {spec.verbose_name} as it was saved, or why it was not.")
        row: Any = types.rows[spec.key]
        fields = [
            make_field("result", row | None),
            make_field("errors", list[FieldError]),
        ]
        add_fields(made, fields)
        return made


class InputNames:
    """What the typed inputs of one model call its fields."""

    def __init__(self, plan: WritePlan) -> None:
        self.plan = plan
        self.for_update: dict[str, FieldSpec | None] = {_input_name(f): f for f in plan.fields.values()}
        self.for_create = {**{_input_name(f): f for f in plan.keys.values()}, **self.for_update}
        if plan.has_password:
            name = NameAllocator(set(self.for_create)).take(PASSWORD)
            self.for_create[name] = self.for_update[name] = None
        self._by_field = {field.name if field else PASSWORD: name for name, field in self.for_create.items()}

    def rename(self, name: str) -> str:
        """The GraphQL name of a field; its own for one that has no place in the inputs."""
        return self._by_field.get(name, name)

    def to_row_input(self, data: Mapping[str, Any]) -> RowInput:
        """What a typed input says, by the model's own names."""
        values = {}
        for name, value in data.items():
            field = self.for_create[name]
            if field is None:
                values[PASSWORD] = value
            elif field.is_many and value is not None:
                values[field.name] = LinkInput(value)
            else:
                values[field.name] = value
        return RowInput(values=values, rename=self.rename)


def _input_name(field: FieldSpec) -> str:
    # ``tags: {set: [...]}``, but ``customerId``; the lists of keys that rows have are called ``tagsIds``.
    return field.graphql_object or field.graphql_name if field.is_many else field.graphql_name


def _input_field(name: str, field: FieldSpec | None) -> Any:
    if field is None:
        return make_field(name, str | None, description="Stored as a hash only, and never given back.")
    if field.is_many:
        annotation: Any = ManyToManyInput
    elif field.is_foreign_key:
        annotation = strawberry.ID
    elif isinstance(field.field, models.FileField):
        annotation = scalars.Upload
    else:
        annotation = get_field_type(field.field).scalar
    notes = ["Required."] if field.required else []
    return make_field(name, annotation | None, description=describe_field(field, *notes))


def _describe_input(spec: ModelSpec, kind: str) -> str:
    if kind == "create":
        return f"A new {spec.verbose_name}. What is left out or null gets its default."
    return f"Changes of one {spec.verbose_name}. What is left out stays as it is."
