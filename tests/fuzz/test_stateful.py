"""Schemathesis with its stateful phase on openapi.json: calls that follow from what earlier ones answered."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from tests.fuzz.sequences import Fuzz
from tests.rest.openapi.test_schemathesis import open_connections
from tests.thoroughness import examples

pytestmark = pytest.mark.django_db

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
# Each of these models is created, read, changed and deleted by what the others answer.
MODELS = ("Category", "Customer", "Folder", "Note", "Tag", "Team")


def test_what_follows_from_answers_is_as_the_document_says(fuzz: Fuzz) -> None:
    root = fuzz.people[0]
    root.client.get("/conjure/auth/me/")
    document = root.client.get("/conjure/openapi.json").json()
    kept = tuple(f"/r/testapp.{model}/" for model in MODELS)
    document["paths"] = {path: item for path, item in document["paths"].items() if path.startswith(kept)}
    schema = schemathesis.openapi.from_dict(document)
    schema.app = get_wsgi_application()
    schema.config.generation.update(modes=[GenerationMode.POSITIVE])
    cookies = {name: cookie.value for name, cookie in root.client.cookies.items()}
    statuses: Counter[tuple[str, int]] = Counter()
    following = 0

    class Calls(schema.as_state_machine()):  # type: ignore[misc]
        """One sequence, which is undone behind it."""

        def setup(self) -> None:
            self.scope = transaction.atomic()
            self.scope.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.scope.__exit__(None, None, None)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            case.cookies = {**(case.cookies or {}), **cookies}
            return {"headers": {"X-CSRFToken": cookies["csrftoken"]}}

        def validate_response(self, response: Any, case: Any, *args: Any, **kwargs: Any) -> None:
            nonlocal following
            statuses[case.method, response.status_code] += 1
            following += "/" + case.path.split("/")[-2] == "/{pk}" and response.status_code < 300
            case.validate_response(response, checks=CHECKS)

    with open_connections():
        run_state_machine_as_test(
            Calls,
            settings=hypothesis_settings(
                max_examples=examples(60),
                stateful_step_count=8,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
    assert statuses["POST", 201]
    # A row that was created is found again by the key in the answer.
    assert following
