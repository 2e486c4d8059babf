"""The paths of one model in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from conjure.conf import settings
from conjure.encoding import JSON_TYPE
from conjure.rest.bodies import FORM
from conjure.rest.openapi.schemas import Description, Schema, form_schema
from conjure.uploads import MULTIPART
from conjure.values.list_parameters import LIST_PARAMETERS

LOOKUPS = (
    "Also with __in, __gte, __lte, __gt, __lt, __isnull, __icontains and __date, where they apply. Values of __in are "
    'separated by commas; one that contains a comma is quoted as in CSV: "a,b",c.'
)
TO_FIELD = "The field whose values the choices have: the one that the foreign key points to, if not the primary key."
_ANY_IDS: Schema = {"type": "array", "items": {"type": ["string", "integer"]}, "minItems": 1}


def reference(kind: str, name: str) -> Schema:
    """A reference to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def answer(description: str, schema: Schema, **more: Any) -> dict[str, Any]:
    """A response of JSON."""
    return {"description": description, "content": {JSON_TYPE: {"schema": schema}}, **more}


def page_of(item: Schema) -> Schema:
    """A page of a list."""
    return {
        "type": "object",
        "properties": {
            "count": {"type": "integer", "minimum": 0},
            "next": {"type": ["string", "null"], "format": "uri"},
            "previous": {"type": ["string", "null"], "format": "uri"},
            "results": {"type": "array", "items": item},
        },
        "required": ["count", "next", "previous", "results"],
    }


def json_body(schema: Schema) -> dict[str, Any]:
    """A request body of JSON."""
    return {"required": True, "content": {JSON_TYPE: {"schema": schema}}}


def refusals(*statuses: int) -> dict[str, Any]:
    """The error responses of an operation: these, and those that every operation has."""
    all_statuses = (*statuses, 401, 403, 404, 413, 503)
    return {**{str(status): reference("responses", f"Error{status}") for status in all_statuses}, **throttled()}


def throttled() -> dict[str, Any]:
    """The error response of requests that are too many, where ``THROTTLES`` counts them."""
    return {"429": reference("responses", "Error429")} if settings.THROTTLES else {}


class ModelOperations:
    """The operations of one model; ``name`` is that of its components, ``key`` the schema of its primary key.

    ``pointed_at`` are the names of the other fields that foreign keys point to.
    """

    def __init__(self, model: Description, name: str, key: Schema, pointed_at: Sequence[str]) -> None:
        self.model = model
        self.name = name
        self.key = key
        self.pointed_at = pointed_at
        self.row = reference("schemas", name)
        self.tag = model["model"]

    def paths(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Each path below the mount with its operations."""
        base = f"/r/{quote(self.model['model'])}/"
        is_writable = not self.model["is_readonly"]
        pk = {"name": "pk", "in": "path", "required": True, "schema": self.key or {"type": "string"}}
        yield base, {"get": self._list(), **({"post": self._create()} if is_writable else {})}
        one: dict[str, Any] = {"parameters": [pk], "get": self._retrieve()}
        if is_writable:
            one |= {"patch": self._update(), "delete": self._delete()}
        yield f"{base}{{pk}}/", one
        yield f"{base}{{pk}}/related/", {"parameters": [pk], "get": self._related()}
        yield f"{base}{{pk}}/history/", {"parameters": [pk], "get": self._history()}
        yield f"{base}autocomplete/", {"get": self._autocomplete()}
        if is_writable:
            yield f"{base}bulk/", {"post": self._bulk()}
        for action in self.model["actions"]:
            yield f"{base}action/{quote(action['name'])}/", {"post": self._action(action)}

    def _operation(self, verb: str, summary: str, responses: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        operation = {"operationId": f"{verb}_{self.name}", "tags": [self.tag], "summary": summary}
        return {**operation, **more, "responses": responses}

    def _list(self) -> dict[str, Any]:
        parameters = [reference("parameters", name) for name in ("Page", "PageSize", "Ordering", "Search")]
        responses = {"200": answer("A page of rows.", page_of(self.row)), **refusals(400)}
        return self._operation("list", "A page of rows.", responses, parameters=[*parameters, *self._filters()])

    def _filters(self) -> Iterator[dict[str, Any]]:
        names = [field["name"] for field in self.model["fields"]]
        paths = [path for path in self.model["list_filter"] if path not in names]
        for name in (*names, *paths):
            yield {
                "name": f"{name}__exact" if name in LIST_PARAMETERS else name,
                "in": "query",
                "description": LOOKUPS,
                "schema": {"type": "string"},
            }

    def _create(self) -> dict[str, Any]:
        responses = {"201": self._one("The row as it was saved."), **refusals(400, 415)}
        return self._operation("create", "Create a row.", responses, requestBody=self._body("New"))

    def _retrieve(self) -> dict[str, Any]:
        return self._operation("retrieve", "One row.", {"200": self._one("The row."), **refusals()})

    def _update(self) -> dict[str, Any]:
        return self._operation(
            "update",
            "Change a row.",
            {"200": self._one("The row as it was saved."), **refusals(400, 412, 415)},
            parameters=[reference("parameters", "IfMatch")],
            requestBody=self._body("Change"),
        )

    def _delete(self) -> dict[str, Any]:
        responses = {"204": {"description": "The row was deleted."}, **refusals(409, 412)}
        return self._operation("delete", "Delete a row.", responses, parameters=[reference("parameters", "IfMatch")])

    def _one(self, description: str) -> dict[str, Any]:
        headers = {"ETag": {"description": "The row's version.", "schema": {"type": "string"}}}
        return answer(description, self.row, headers=headers)

    def _body(self, kind: str) -> dict[str, Any]:
        plain = {"schema": reference("schemas", f"{self.name}.{kind}")}
        form = {"schema": reference("schemas", f"{self.name}.{kind}Form")}
        return {"required": True, "content": {JSON_TYPE: plain, MULTIPART: form, FORM: form}}

    def _related(self) -> dict[str, Any]:
        counts = {"type": "array", "items": reference("schemas", "Count")}
        body = {"type": "object", "properties": {"related": counts, "protected": counts}, "required": ["related"]}
        summary = "What a delete would delete too, and what protects the row from it."
        return self._operation("related", summary, {"200": answer(summary, body), **refusals()})

    def _history(self) -> dict[str, Any]:
        summary = "What was done to the row, newest first."
        responses = {"200": answer(summary, page_of(reference("schemas", "HistoryEntry"))), **refusals()}
        parameters = [reference("parameters", name) for name in ("Page", "PageSize")]
        return self._operation("history", summary, responses, parameters=parameters)

    def _autocomplete(self) -> dict[str, Any]:
        parameters: list[dict[str, Any]] = [
            {"name": "q", "in": "query", "schema": {"type": "string"}},
            {"name": "page", "in": "query", "schema": {"type": "string"}, "description": "A bad page is page 1."},
        ]
        if self.pointed_at:
            names = {"enum": list(self.pointed_at)}
            parameters.append({"name": "to_field", "in": "query", "schema": names, "description": TO_FIELD})
        responses = {"200": answer("Twenty choices.", reference("schemas", "Choices")), **refusals(400)}
        return self._operation("autocomplete", "Choices for a combobox.", responses, parameters=parameters)

    def _bulk(self) -> dict[str, Any]:
        change = reference("schemas", f"{self.name}.Change")
        operation = {
            "type": "object",
            "properties": {
                "op": {"enum": ["create", "update", "delete"]},
                "pk": {"type": ["string", "integer"]},
                "data": change,
            },
            "required": ["op"],
        }
        update: dict[str, Schema] = {"action": {"const": "update"}, "ids": _ANY_IDS, "data": change}
        body = {
            "oneOf": [
                _object({"action": {"const": "delete"}, "ids": _ANY_IDS}),
                _object(update),
                _object({"operations": {"type": "array", "items": operation, "minItems": 1}}),
            ]
        }
        responses = {"200": answer("What was done.", reference("schemas", "BulkAnswer")), **refusals(400, 409, 415)}
        return self._operation("bulk", "Many writes in one transaction.", responses, requestBody=json_body(body))

    def _action(self, action: Description) -> dict[str, Any]:
        form = {"input": form_schema(action["input"])} if action.get("input") else {}
        form["expected_count"] = {"type": "integer", "minimum": 0, "description": "Another number of rows is a 409."}
        without_rows = {"type": "object", "properties": form}
        filters = {"all_filtered": {"const": True}, "params": {"type": "object"}}
        with_rows = {
            "oneOf": [
                {"type": "object", "properties": {"ids": _ANY_IDS, **form}, "required": ["ids"]},
                {"type": "object", "properties": {**filters, **form}, "required": [*filters]},
            ]
        }
        done = answer("The action's answer, or its file.", {"type": "object"})
        done["content"]["*/*"] = {}  # A download has a type of its own.
        conflicts = {"anyOf": [reference("schemas", "Protected"), reference("schemas", "CountChanged")]}
        conflict = answer("Other rows protect one of these, or there is another number of rows.", conflicts)
        responses = {"200": done, **refusals(400, 409, 415), "409": conflict}
        body = without_rows if action.get("scope") == "toolbar" else with_rows
        operation = self._operation("action", str(action["label"]), responses, requestBody=json_body(body))
        return {**operation, "operationId": f"action_{self.name}_{action['name']}"}


def _object(properties: dict[str, Schema]) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}
