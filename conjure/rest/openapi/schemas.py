"""JSON Schemas of rows and of what writes take, made of the fields that ``schema/{model}/`` describes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Schema = dict[str, Any]
Description = Mapping[str, Any]
FindKey = Callable[[str], Schema]
"""Gives the schema of the primary key of a model, by model key."""

_INTEGERS = {
    "AutoField", "BigAutoField", "SmallAutoField", "IntegerField", "BigIntegerField", "SmallIntegerField",
    "PositiveIntegerField", "PositiveBigIntegerField", "PositiveSmallIntegerField",
}  # fmt: skip
_TEXTS = {"CharField", "TextField", "SlugField", "URLField", "EmailField", "FilePathField", "GenericIPAddressField"}
_SCHEMAS: dict[str, Schema] = {
    **{name: {"type": "integer"} for name in _INTEGERS},
    **{name: {"type": "string"} for name in _TEXTS},
    "BooleanField": {"type": "boolean"},
    "FloatField": {"type": "number"},
    "DecimalField": {"type": "string", "description": "A decimal number with all its places."},
    "DateField": {"type": "string", "format": "date"},
    "DateTimeField": {"type": "string", "format": "date-time"},
    "TimeField": {"type": "string", "description": "A time of day, HH:MM:SS[.uuuuuu]."},
    "DurationField": {"type": "string", "description": "A duration, [DD] [HH:[MM:]]ss[.uuuuuu]."},
    "UUIDField": {"type": "string", "format": "uuid"},
}
_REFERENCE: Schema = {"type": ["integer", "string"]}
MANY = "ManyToManyField"
SINGLE = ("ForeignKey", "OneToOneField")
_WRITTEN: dict[str, Schema] = {"DecimalField": {"type": ["string", "number"]}}


def value_schema(field: Description, find_key: FindKey) -> Schema:
    """The schema of a field's value in a row. A field of a type that only the project knows may be anything."""
    if "related_model" in field:
        # A foreign key may hold another column than the key (to_field); a project's own class may be of either kind.
        many: Schema = {"type": "array", "items": find_key(field["related_model"])}
        return {MANY: many, **dict.fromkeys(SINGLE, nullable(_REFERENCE, field))}.get(field["type"], {})
    if "upload" in field:
        return {"type": ["string", "null"], "format": "uri", "description": "The URL of the file."}
    return nullable(_SCHEMAS.get(field["type"], {}), field)


def nullable(schema: Schema, field: Description) -> Schema:
    """The schema with null where the field may be null."""
    if not field["null"] or "type" not in schema:
        return schema
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return {**schema, "type": [*types, "null"]}


def key_schema(model: Description) -> Schema:
    """The schema of a model's primary key."""
    field = next((field for field in model["fields"] if field["name"] == model["pk_field"]), None)
    return {} if field is None or "related_model" in field else _SCHEMAS.get(field["type"], {})


def row_schema(model: Description, find_key: FindKey) -> Schema:
    """The schema of a row as it is served, helpers included."""
    properties: dict[str, Schema] = {}
    for field in model["fields"]:
        properties[field["name"]] = {**value_schema(field, find_key), **_notes(field)}
    for field in model["fields"]:
        if field["type"] in SINGLE:
            properties.setdefault(f"{field['name']}_label", {"type": ["string", "null"]})
        if "choices" in field:
            properties.setdefault(f"{field['name']}_display", {"type": ["string", "null"]})
    for column in model.get("computed_columns", ()):
        properties[column["name"]] = {**value_schema(column, find_key), **_notes(column)}
    properties.setdefault("_label", {"type": "string"})
    return {"type": "object", "properties": properties, "required": list(properties)}


def input_schema(model: Description, find_key: FindKey, *, is_new: bool, is_form: bool = False) -> Schema:
    """The schema of what a create (``is_new``) or an update takes. Other keys are ignored."""
    properties: dict[str, Schema] = {}
    for field in model["fields"]:
        if field["editable"]:
            properties[field["name"]] = {**_input_value(field, find_key, is_form), **_notes(field)}
    required = [field["name"] for field in model["fields"] if field["required"] and field["name"] in properties]
    schema: Schema = {"type": "object", "properties": properties}
    return {**schema, "required": required} if is_new and required else schema


def _input_value(field: Description, find_key: FindKey, is_form: bool) -> Schema:
    if "upload" in field and is_form:
        return {"type": "string", "contentMediaType": "application/octet-stream"}
    if "choices" in field:
        values = [value for value, _ in field["choices"]]
        return {"enum": list(dict.fromkeys([*values, *([None] if field["null"] else [])]))}
    schema = value_schema(field, find_key)
    schema = nullable(_WRITTEN.get(field["type"], schema), field) if field["type"] in _WRITTEN else schema
    if _is_text(field):
        schema = {**schema, "maxLength": field["max_length"]}
    bounds = {"minimum": field.get("min_value"), "maximum": field.get("max_value")}
    return {**schema, **{name: bound for name, bound in bounds.items() if bound is not None}}


def _is_text(field: Description) -> bool:
    return field["type"] in _TEXTS and "max_length" in field


def _notes(field: Description) -> Schema:
    notes = {"title": field["verbose_name"]}
    if "help_text" in field:
        notes["description"] = field["help_text"]
    return notes


def form_schema(fields: list[Description]) -> Schema:
    """The schema of an action's input."""
    properties: dict[str, Schema] = {}
    for field in fields:
        schema = _SCHEMAS.get(field["type"], {})
        if "choices" in field:
            schema = {"enum": [value for value, _ in field["choices"]]}
        properties[field["name"]] = {**nullable(schema, field), "title": field["label"]}
    required = [field["name"] for field in fields if field["required"]]
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}
