"""How the tests of the endpoint ask it."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

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
