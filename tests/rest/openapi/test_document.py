"""``openapi.json``: valid, complete, and only of what the user may view."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from conjure import registry
from tests.conftest import Api, restored_registry, unregister_all_but
from tests.testapp.factories import Shop
from tests.testapp.models import Order
from tests.thoroughness import IS_THOROUGH, sampled

URL = "/conjure/openapi.json"


@pytest.fixture
def _a_part_of_the_models() -> Iterator[None]:
    """Validating the document of all models takes many seconds."""
    with restored_registry():
        if not IS_THOROUGH:
            unregister_all_but(*[registry.get(key).model for key in sampled(list(registry))], Order)
        yield


@pytest.fixture
def document(everything: Shop, admin: User, api: Api) -> Any:
    answer = api(admin).get(URL)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.usefixtures("_a_part_of_the_models")
def test_the_document_is_valid(document: Any) -> None:
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "/conjure"}]


def test_every_url_of_every_model_is_in_it(document: Any) -> None:
    for key, config in registry.items():
        paths = document["paths"]
        assert {"get"} <= set(paths[f"/r/{quote(key)}/"])
        assert {"get"} <= set(paths[f"/r/{quote(key)}/{{pk}}/"])
        assert ("post" in paths[f"/r/{quote(key)}/"]) is not config.is_readonly
    identifiers = [
        operation["operationId"]
        for path in document["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    ]
    assert len(identifiers) == len(set(identifiers))


def test_rows_are_as_it_says(document: Any, admin: User, api: Api) -> None:
    client = api(admin)
    errors = []
    for key in sampled(list(registry), 1):
        row = document["paths"][f"/r/{quote(key)}/{{pk}}/"]["get"]["responses"]["200"]["content"]["application/json"]
        validator = Draft202012Validator({**row["schema"], "components": document["components"]})
        rows = client.get(f"/conjure/r/{key}/").json().get("results", [])
        errors += [(key, error.json_path, error.message) for row in rows for error in validator.iter_errors(row)]
    assert errors == []


def test_it_tells_only_of_models_that_one_may_view(viewer: User, clerk: User, outsider: User, api: Api) -> None:
    models = [tag["name"] for tag in api(viewer).get(URL).json()["tags"]]
    assert "testapp.Order" in models
    assert "otherapp.Order" not in models
    assert "otherapp" not in api(viewer).get(URL).content.decode()
    assert api(clerk).get(URL).json()["tags"] == []
    assert [api(user).get(URL).status_code for user in (None, outsider)] == [401, 403]


@pytest.mark.usefixtures("_a_part_of_the_models")
def test_it_tells_of_429_where_requests_are_throttled(settings: Any, admin: User, api: Api) -> None:
    client = api(admin)

    def operations() -> list[Any]:
        paths = client.get(URL).json()["paths"].values()
        return [operation for path in paths for method, operation in path.items() if method != "parameters"]

    assert sum("429" in operation["responses"] for operation in operations()) == 2  # Logins.
    settings.CONJURE = {"THROTTLES": {"read": "1000/min"}}
    assert [operation["operationId"] for operation in operations() if "429" not in operation["responses"]] == []
    validate(client.get(URL).json())
