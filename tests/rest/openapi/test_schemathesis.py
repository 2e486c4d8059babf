"""What openapi.json says, tried by schemathesis: requests made from the document, answers held to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import schemathesis
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from tests.testapp.factories import make_everything
from tests.thoroughness import examples

# One model of each kind; the document describes all of them in the same way.
MODELS = ("Customer", "Order", "Product", "Shipment", "EveryField", "EveryNullableField", "CustomFields", "Vault")
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
FAILING = "/action/explode/"


@contextmanager
def open_connections() -> Iterator[None]:
    """Requests over WSGI close the connection behind them, and with it the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def test_answers_are_as_the_document_says(admin: User, media_root: Path) -> None:
    make_everything()
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    client.get("/conjure/auth/me/")
    document = client.get("/conjure/openapi.json").json()
    kept = tuple(f"/r/testapp.{model}/" for model in MODELS)
    document["paths"] = {
        path: item for path, item in document["paths"].items() if path.startswith(kept) or not path.startswith("/r/")
    }
    schema = schemathesis.openapi.from_dict(document)
    schema.app = get_wsgi_application()
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}
    statuses: Counter[int] = Counter()
    operations = [result.ok() for result in schema.get_all_operations()]
    with open_connections():
        for operation in operations:
            # Logging out ends the session, and one action is there to fail.
            if "/auth/" not in operation.path and not operation.path.endswith(FAILING):
                try_operation(operation, cookies, statuses)
    assert len(operations) > 60
    assert statuses[200] > 40
    assert statuses[201]
    assert statuses[400]


def try_operation(operation: Any, cookies: dict[str, str], statuses: Counter[int]) -> None:
    """Some requests of one operation; what they write is undone."""

    @hypothesis_settings(
        max_examples=examples(5),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @seed(1)
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        case.cookies = {**(case.cookies or {}), **cookies}
        with transaction.atomic():
            response = case.call(headers={"X-CSRFToken": cookies["csrftoken"]})
            transaction.set_rollback(True)
        statuses[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    send()
