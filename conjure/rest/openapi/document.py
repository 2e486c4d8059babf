"""The whole OpenAPI document: the project's own paths, those of each model, and the components that they share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings as django_settings

from conjure import __version__
from conjure.auth.authentication import is_jwt_mode
from conjure.conf import settings
from conjure.graphql.execution import Runner
from conjure.rest import documents
from conjure.rest.openapi.operations import ModelOperations, answer, json_body, reference, refusals, throttled
from conjure.rest.openapi.schemas import Description, Schema, input_schema, key_schema, row_schema

_DETAIL: Schema = {"type": "object", "properties": {"detail": {"type": "string"}}, "required": ["detail"]}
_COUNT: Schema = {
    "type": "object",
    "properties": {
        "model": {"type": "string"},
        "verbose_name": {"type": "string"},
        "count": {"type": "integer", "minimum": 0},
    },
    "required": ["model", "verbose_name", "count"],
}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_HISTORY_ENTRY: Schema = {
    "type": "object",
    "properties": {
        "source": {"enum": ["conjure", "admin"]},
        "id": {"type": "integer"},
        "created_at": {"type": "string", "format": "date-time"},
        "actor": _TEXT_OR_NULL,
        "action": {"type": "string"},
        "action_display": {"type": "string"},
        "object_repr": {"type": "string"},
        "diff": {"description": "{field: [before, after]}, for those who may view the audit log."},
        "message": _TEXT_OR_NULL,
    },
    "required": [
        "source", "id", "created_at", "actor", "action", "action_display", "object_repr", "diff", "message",
    ],
}  # fmt: skip
_SCHEMAS: dict[str, Schema] = {
    "Detail": _DETAIL,
    "Invalid": {
        "description": "Messages by field, or of the whole request.",
        "anyOf": [
            reference("schemas", "Detail"),
            {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        ],
    },
    "Protected": {
        "type": "object",
        "properties": {
            "detail": {"type": "string"},
            "protected": {"type": "array", "items": reference("schemas", "Count")},
        },
        "required": ["detail", "protected"],
    },
    "CountChanged": {
        "type": "object",
        "properties": {"detail": {"type": "string"}, "count": {"type": "integer", "minimum": 0}},
        "required": ["detail", "count"],
    },
    "Count": _COUNT,
    "HistoryEntry": _HISTORY_ENTRY,
    "Choices": {
        "type": "object",
        "properties": {
            "results": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"value": {"type": ["string", "integer"]}, "label": {"type": "string"}},
                    "required": ["value", "label"],
                },
            },
            "has_more": {"type": "boolean"},
        },
        "required": ["results", "has_more"],
    },
    "BulkAnswer": {
        "type": "object",
        "properties": {
            "updated": {"type": "integer"},
            "deleted": {"type": "integer"},
            "results": {"type": "array", "items": {"type": "object"}},
        },
    },
}
_ERRORS = {
    400: ("The data sent is not valid.", "Invalid"),
    401: ("Not logged in.", "Detail"),
    403: ("Permission denied.", "Detail"),
    404: ("Not found, or not visible to this user.", "Detail"),
    409: ("Other rows protect this one.", "Protected"),
    412: ("The row no longer has the version that If-Match names.", "Detail"),
    413: ("The request is too large.", "Detail"),
    415: ("The body's media type is not supported.", "Detail"),
    429: ("Too many requests or failed logins; try again later.", "Detail"),
    503: ("The database does not answer; try again later.", "Detail"),
}
_RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}
_HEADERS = {status: {"headers": _RETRY_AFTER} for status in (429, 503)}
_PARAMETERS = {
    "Page": {"name": "page", "in": "query", "schema": {"type": "string"}, "description": "From 1, or last."},
    "PageSize": {"name": "page_size", "in": "query", "schema": {"type": "string"}},
    "Ordering": {
        "name": "ordering",
        "in": "query",
        "schema": {"type": "string"},
        "description": "Fields, separated by commas, - for descending.",
    },
    "Search": {"name": "search", "in": "query", "schema": {"type": "string"}},
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "schema": {"type": "string"},
        "description": "The ETag that the row must still have.",
    },
}


def describe_models(runner: Runner) -> list[Description]:
    """The models that the user of a request may view, each with the bounds of its numbers."""
    keys = [entry["model"] for entry in runner.run(documents.MODELS)["models"]]
    return [runner.run(documents.MODEL_WITH_BOUNDS, {"model": key})["model"] for key in keys]


def build_document(models: Sequence[Description], mount: str) -> dict[str, Any]:
    """The document for models as ``schema/{model}/`` describes them, mounted at a path that ends in a slash."""
    names = _component_names(models)
    keys = {model["model"]: key_schema(model) for model in models}
    schemas = dict(_SCHEMAS)
    paths: dict[str, Any] = dict(_project_paths())
    for model in models:
        name = names[model["model"]]
        schemas |= _model_schemas(model, name, keys)
        paths.update(ModelOperations(model, name, keys[model["model"]], _pointed_at(model, models)).paths())
    return {
        "openapi": "3.1.0",
        "info": {"title": settings.BRAND["name"], "version": __version__},
        "servers": [{"url": mount.rstrip("/") or "/"}],
        "security": [{"session": []}, *([{"bearer": []}] if is_jwt_mode() else [])],
        "tags": [{"name": model["model"], "description": model["verbose_name_plural"]} for model in models],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {
                f"Error{status}": answer(description, reference("schemas", schema), **_HEADERS.get(status, {}))
                for status, (description, schema) in _ERRORS.items()
            },
            "parameters": _PARAMETERS,
            "securitySchemes": _security_schemes(),
        },
    }


def _pointed_at(model: Description, models: Sequence[Description]) -> list[str]:
    """The fields of a model, other than the primary key, that foreign keys point to."""
    fields = (field for other in models for field in other["fields"] if field.get("related_model") == model["model"])
    return sorted({field["to_field"] for field in fields if "to_field" in field})


def _component_names(models: Sequence[Description]) -> dict[str, str]:
    """A unique name of letters, digits and dots for each model."""
    names: dict[str, str] = {}
    for number, model in enumerate(models):
        name = re.sub(r"[^A-Za-z0-9._-]", "_", model["model"])
        names[model["model"]] = name if name == model["model"] else f"{name}_{number}"
    return names


def _model_schemas(model: Description, name: str, keys: dict[str, Schema]) -> dict[str, Schema]:
    def find_key(key: str) -> Schema:
        return keys.get(key, {})

    made = {name: row_schema(model, find_key)}
    if not model["is_readonly"]:
        for kind, is_new in (("New", True), ("Change", False)):
            made[f"{name}.{kind}"] = input_schema(model, find_key, is_new=is_new)
            made[f"{name}.{kind}Form"] = input_schema(model, find_key, is_new=is_new, is_form=True)
    return made


def _security_schemes() -> dict[str, Any]:
    session = {"type": "apiKey", "in": "cookie", "name": django_settings.SESSION_COOKIE_NAME}
    bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    return {"session": session, **({"bearer": bearer} if is_jwt_mode() else {})}


def _project_paths() -> dict[str, Any]:
    anything: Schema = {"type": "object"}
    credentials: Schema = {
        "type": "object",
        "properties": {"username": {"type": "string"}, "password": {"type": "string"}},
        "required": ["username", "password"],
    }
    token: Schema = {"type": "object", "properties": {"refresh": {"type": "string"}}, "required": ["refresh"]}
    name = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
    model = {"name": "model", "in": "path", "required": True, "schema": {"type": "string"}}
    login = {"/auth/login/": {"post": _open("login", "Log in.", anything, credentials)}}
    return {
        "/config/": {"get": _open("config", "Brand and kind of login.", anything)},
        **(login if settings.LOGIN else {}),
        "/auth/refresh/": {"post": _open("refresh", "A new access token.", anything, token)},
        "/auth/logout/": {"post": {**_operation("logout", "Log out."), "responses": _logout_responses()}},
        "/auth/me/": {"get": _closed("me", "The current user.", anything)},
        "/schema/": {"get": _closed("models", "The models that the user may view.", anything)},
        "/schema/{model}/": {"parameters": [model], "get": _closed("model", "One model in full.", anything)},
        "/widgets/{name}/": {"parameters": [name], "get": _closed("widget", "A widget's data.", anything)},
    }


def _operation(identifier: str, summary: str) -> dict[str, Any]:
    return {"operationId": identifier, "summary": summary}


def _closed(identifier: str, summary: str, schema: Schema) -> dict[str, Any]:
    return {**_operation(identifier, summary), "responses": {"200": answer(summary, schema), **refusals()}}


def _open(identifier: str, summary: str, schema: Schema, body: Schema | None = None) -> dict[str, Any]:
    responses = {"200": answer(summary, schema), **(refusals(400, 415, 429) if body else throttled())}
    operation = {**_operation(identifier, summary), "security": [], "responses": responses}
    return {**operation, "requestBody": json_body(body)} if body else operation


def _logout_responses() -> dict[str, Any]:
    return {"204": {"description": "Logged out."}, **refusals(400, 415)}
