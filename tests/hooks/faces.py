"""The same requests through both faces, and what both say to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from conjure.specs.build import get_specs

JSON = "application/json"
_CODES = {400: "INVALID", 403: "FORBIDDEN", 404: "NOT_FOUND", 409: "PROTECTED", 500: "INTERNAL", 503: "UNAVAILABLE"}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """``code`` is ``OK`` or that of the error; ``data`` is what REST's body, or GraphQL's root field, holds."""

    code: str
    data: Any
    text: str


def _has_files(values: Mapping[str, Any]) -> bool:
    return any(isinstance(value, SimpleUploadedFile) for value in values.values())


class Rest:
    """Requests by URL."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def _send(self, method: str, path: str, body: Any = None) -> Answer:
        raw, content_type = (b"" if body is None else json.dumps(body).encode()), JSON
        sent: Any = self.client.generic(method, f"/conjure/{path}", raw, content_type=content_type)
        return self._answer(sent)

    def _send_row(self, method: str, path: str, values: dict[str, Any]) -> Answer:
        if not _has_files(values):
            return self._send(method, path, values)
        raw = encode_multipart(BOUNDARY, values)
        return self._answer(self.client.generic(method, f"/conjure/{path}", raw, content_type=MULTIPART_CONTENT))

    @staticmethod
    def _answer(sent: Any) -> Answer:
        text = sent.getvalue().decode()
        is_json = sent.headers.get("Content-Type") == JSON
        code = "OK" if sent.status_code < 300 else _CODES.get(sent.status_code, str(sent.status_code))
        return Answer(code=code, data=json.loads(text) if is_json else text, text=f"{sent.status_code} {text}")

    def list(self, model: str, **query: Any) -> Answer:
        """A page of rows."""
        return self._send("GET", f"r/hooks.{model}/?{urlencode(query)}")

    def row(self, model: str, pk: Any) -> Answer:
        """One row."""
        return self._send("GET", f"r/hooks.{model}/{pk}/")

    def autocomplete(self, model: str, q: str) -> Answer:
        """Choices for a combobox."""
        return self._send("GET", f"r/hooks.{model}/autocomplete/?{urlencode({'q': q})}")

    def related(self, model: str, pk: Any) -> Answer:
        """What a delete would delete too."""
        return self._send("GET", f"r/hooks.{model}/{pk}/related/")

    def schema(self, model: str) -> Answer:
        """The model's description."""
        return self._send("GET", f"schema/hooks.{model}/")

    def create(self, model: str, **values: Any) -> Answer:
        """Create a row."""
        return self._send_row("POST", f"r/hooks.{model}/", values)

    def update(self, model: str, pk: Any, **values: Any) -> Answer:
        """Change a row."""
        return self._send_row("PATCH", f"r/hooks.{model}/{pk}/", values)

    def delete(self, model: str, pk: Any) -> Answer:
        """Delete a row."""
        return self._send("DELETE", f"r/hooks.{model}/{pk}/")

    def bulk_update(self, model: str, pks: Any, **values: Any) -> Answer:
        """Change rows."""
        return self._send("POST", f"r/hooks.{model}/bulk/", {"action": "update", "ids": pks, "data": values})

    def bulk_delete(self, model: str, pks: Any) -> Answer:
        """Delete rows."""
        return self._send("POST", f"r/hooks.{model}/bulk/", {"action": "delete", "ids": pks})

    def apply(self, model: str, *operations: dict[str, Any]) -> Answer:
        """Create, change and delete rows."""
        sent = [{"op": each["op"], "pk": each.get("pk"), "data": each.get("values")} for each in operations]
        return self._send("POST", f"r/hooks.{model}/bulk/", {"operations": sent})

    def act(self, model: str, name: str, pks: Any, form: Any = None) -> Answer:
        """Run an action."""
        return self._send("POST", f"r/hooks.{model}/action/{name}/", {"ids": pks, "input": form})

    def export(self, model: str, pks: Any) -> list[Any]:
        """The rows of an export."""
        text = self.act(model, "export", pks, {"format": "jsonl", "columns": "*"}).data
        return [json.loads(line) for line in text.splitlines()]


class GraphQL:
    """Requests by document."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def ask(self, document: str, **variables: Any) -> Answer:
        """What a document with one root field, ``answer``, gives."""
        values = variables.get("values") or {}
        files = {name: value for name, value in values.items() if isinstance(value, SimpleUploadedFile)}
        variables = {**variables, **({"values": {**values, **dict.fromkeys(files)}} if files else {})}
        operation = json.dumps({"query": document, "variables": variables})
        if files:
            places = json.dumps({str(n): [f"variables.values.{name}"] for n, name in enumerate(files)})
            parts = {str(n): file for n, file in enumerate(files.values())}
            sent = self.client.post("/conjure/graphql/", {"operations": operation, "map": places, **parts})
        else:
            sent = self.client.post("/conjure/graphql/", operation, content_type=JSON)
        body = sent.json()
        codes = [error["extensions"]["code"] for error in body.get("errors", ())]
        data = (body.get("data") or {}).get("answer")
        return Answer(code=codes[0] if codes else "OK", data=data, text=f"{sent.status_code} {body}")

    @staticmethod
    def _spec(model: str) -> Any:
        return get_specs().get(f"hooks.{model}")

    def _row(self, model: str) -> str:
        return " ".join(f"{name}: {graphql_name}" for name, graphql_name in self._spec(model).row_names(frozenset()))

    def _query(self, model: str, root: str, header: str, arguments: str, fields: str, **variables: Any) -> Answer:
        name = self._spec(model).roots[root]
        return self.ask(f"query {header} {{ answer: {name}({arguments}) {fields} }}", **variables)

    def _mutate(self, model: str, root: str, header: str, arguments: str, fields: str, **variables: Any) -> Answer:
        name = self._spec(model).roots[root]
        return self.ask(f"mutation {header} {{ answer: {name}({arguments}) {fields} }}", **variables)

    def list(self, model: str, **query: Any) -> Answer:
        """A page of rows."""
        types = self._spec(model).types
        size, page = int(query.pop("page_size", 50)), int(query.pop("page", 1))
        search, ordering = query.pop("search", None), query.pop("ordering", "")
        descending = ordering.startswith("-")
        return self._query(
            model,
            "list",
            f"($f: {types['filter']}, $s: String, $o: [{types['order']}!], $p: OffsetPaginationInput)",
            "filters: $f, search: $s, ordering: $o, pagination: $p",
            f"{{ count: totalCount results {{ {self._row(model)} }} }}",
            f=dict(map(_to_typed, query.items())),
            s=search,
            o=[{ordering.lstrip("-"): "DESC" if descending else "ASC"}] if ordering else [],
            p={"offset": size * (page - 1), "limit": size},
        )

    def connection(self, model: str, ordering: str, first: int, after: str | None = None) -> Answer:
        """Rows by cursor."""
        return self._query(
            model,
            "connection",
            "($first: Int, $after: String)",
            f"first: $first, after: $after, ordering: [{{{ordering}: ASC}}]",
            f"{{ totalCount pageInfo {{ hasNextPage endCursor }} edges {{ node {{ {self._row(model)} }} }} }}",
            first=first,
            after=after,
        )

    def row(self, model: str, pk: Any) -> Answer:
        """One row, with its version."""
        return self._query(model, "retrieve", "($pk: ID!)", "pk: $pk", f"{{ {self._row(model)} }}", pk=pk)

    def autocomplete(self, model: str, q: str) -> Answer:
        """Choices for a combobox."""
        return self._query(model, "autocomplete", "($q: String)", "q: $q", "{ results { value label } }", q=q)

    def related(self, model: str, pk: Any) -> Answer:
        """What a delete would delete too."""
        return self._query(model, "related", "($pk: ID!)", "pk: $pk", "{ related { model count } }", pk=pk)

    def schema(self, model: str) -> Answer:
        """The model's description."""
        return self.ask("query ($model: String!) { answer: conjureModel(model: $model) }", model=f"hooks.{model}")

    def create(self, model: str, **values: Any) -> Answer:
        """Create a row."""
        fields = f"{{ result {{ {self._row(model)} }} }}"
        return self._mutate(model, "create", "($values: Values)", "values: $values", fields, values=values)

    def update(self, model: str, pk: Any, **values: Any) -> Answer:
        """Change a row."""
        header, arguments = "($pk: ID!, $values: Values)", "pk: $pk, values: $values"
        fields = f"{{ result {{ {self._row(model)} }} }}"
        return self._mutate(model, "update", header, arguments, fields, pk=pk, values=values)

    def delete(self, model: str, pk: Any) -> Answer:
        """Delete a row."""
        return self._mutate(model, "delete", "($pk: ID!)", "pk: $pk", "{ deleted }", pk=pk)

    def bulk_update(self, model: str, pks: Any, **values: Any) -> Answer:
        """Change rows."""
        header, arguments = "($pks: [JSON]!, $values: Values)", "pks: $pks, values: $values"
        return self._mutate(model, "bulk_update", header, arguments, "{ updated }", pks=pks, values=values)

    def bulk_delete(self, model: str, pks: Any) -> Answer:
        """Delete rows."""
        return self._mutate(model, "bulk_delete", "($pks: [JSON]!)", "pks: $pks", "{ deleted }", pks=pks)

    def apply(self, model: str, *operations: dict[str, Any]) -> Answer:
        """Create, change and delete rows."""
        header = f"($o: [{self._spec(model).types['operation']}!]!)"
        return self._mutate(model, "operations", header, "operations: $o", "{ results { op } }", o=operations)

    def act(self, model: str, name: str, pks: Any, form: Any = None) -> Answer:
        """Run an action."""
        header, arguments = "($a: String!, $pks: JSON, $input: JSON)", "action: $a, pks: $pks, input: $input"
        return self._mutate(model, "action", header, arguments, "", a=name, pks=pks, input=form)

    def export(self, model: str, pks: Any) -> Any:
        """The rows of an export."""
        text = self.act(model, "export", pks, {"format": "jsonl", "columns": "*"}).data["content"]
        return [json.loads(line) for line in text.splitlines()]


def _to_typed(condition: tuple[str, Any]) -> tuple[str, dict[str, Any]]:
    """A parameter of REST as a typed filter."""
    name, _, lookup = condition[0].partition("__")
    match lookup:
        case "in":
            return name, {"inList": condition[1].split(",")}
        case "icontains":
            return name, {"iContains": condition[1]}
    return name, {"exact": condition[1]}
