"""How the tests of the endpoint ask it."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

URL = "/conjure/graphql/"
JSON = "application/json"
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ME = {"query": "{ me }"}


def post(client: Client, body: Any, content_type: str = JSON, **options: Any) -> Any:
    raw = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.post(URL, raw, content_type=content_type, **options)


def code_of(response: Any) -> str:
    code: str = response.json()["errors"][0]["extensions"]["code"]
    return code


def ask(client: Client, query: str, **variables: Any) -> Any:
    """The response to a document with its variables."""
    return post(client, {"query": query, "variables": variables})


def is_refused(client: Client, query: str, **variables: Any) -> bool:
    """Whether the document is over a limit; then nothing was looked up for it but the user."""
    with CaptureQueriesContext(connection) as queries:
        response = ask(client, query, **variables)
    errors = response.json().get("errors", [])
    if not errors or errors[0]["extensions"]["code"] != "LIMITED":
        return False
    assert response.status_code == 400
    assert "data" not in response.json()
    assert not [query for query in queries.captured_queries if "testapp" in query["sql"]]
    return True
