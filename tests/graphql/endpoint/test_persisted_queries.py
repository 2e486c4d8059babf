"""Documents sent by their hash, and projects that execute only the documents that they list."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from tests.conftest import Api

URL = "/conjure/graphql/"
TEXT = "{ __typename }"
DATA = {"data": {"__typename": "Query"}}
LISTED = {"get-typename": TEXT}

pytestmark = pytest.mark.django_db


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def by_hash(digest: Any, version: Any = 1) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": version, "sha256Hash": digest}}}


def post(client: Client, **body: Any) -> Any:
    return client.post(URL, json.dumps(body), content_type="application/json")


def code_of(response: Any) -> str:
    code: str = response.json()["errors"][0]["extensions"]["code"]
    return code


# Automatic persisted queries


def test_an_unknown_hash_is_asked_for_its_document(api: Api, admin: User) -> None:
    response = post(api(admin), **by_hash(sha256(TEXT)))

    assert response.status_code == 200
    assert response.json() == {
        "errors": [{"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}]
    }


def test_a_document_sent_with_its_hash_is_known_from_then_on(api: Api, admin: User, viewer: User) -> None:
    sent = post(api(admin), query=TEXT, **by_hash(sha256(TEXT)))
    again = post(api(admin), **by_hash(sha256(TEXT)))
    by_another = post(api(viewer), **by_hash(sha256(TEXT)))

    assert sent.json() == again.json() == by_another.json() == DATA


def test_a_query_may_be_sent_by_its_hash_in_a_get(api: Api, admin: User) -> None:
    client = api(admin)
    extensions = json.dumps(by_hash(sha256(TEXT))["extensions"])

    assert code_of(client.get(URL, {"extensions": extensions})) == "PERSISTED_QUERY_NOT_FOUND"
    assert client.get(URL, {"query": TEXT, "extensions": extensions}).json() == DATA
    assert client.get(URL, {"extensions": extensions}).json() == DATA


def test_a_hash_of_something_else_is_400(api: Api, admin: User) -> None:
    response = post(api(admin), query=TEXT, **by_hash(sha256("{ me }")))

    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == "provided sha does not match query"
    assert code_of(post(api(admin), **by_hash(sha256("{ me }")))) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize(
    "extension",
    [
        5,
        [],
        {},
        {"version": 1},
        {"version": 2, "sha256Hash": sha256(TEXT)},
        {"version": "1", "sha256Hash": sha256(TEXT)},
        {"sha256Hash": sha256(TEXT)},
        {"version": 1, "sha256Hash": 5},
        {"version": 1, "sha256Hash": None},
    ],
)
def test_an_extension_that_is_not_by_the_protocol_is_400(api: Api, admin: User, extension: Any) -> None:
    response = post(api(admin), query=TEXT, extensions={"persistedQuery": extension})

    assert response.status_code == 400
    assert code_of(response) == "INVALID"


def test_an_upper_case_hash_or_nonsense_is_unknown(api: Api, admin: User) -> None:
    post(api(admin), query=TEXT, **by_hash(sha256(TEXT)))

    for digest in (sha256(TEXT).upper(), "", "x", "x" * 100_000, "conjure:login", "ü", "a b\n"):
        assert code_of(post(api(admin), **by_hash(digest))) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize("text", ["{ nonsense }", "{", "{ " + "me " * 3_000 + "}", "{ a: me " * 20 + "}"])
def test_a_document_that_may_not_be_executed_is_not_kept(api: Api, admin: User, text: str) -> None:
    assert post(api(admin), query=text, **by_hash(sha256(text))).status_code == 400

    assert code_of(post(api(admin), **by_hash(sha256(text)))) == "PERSISTED_QUERY_NOT_FOUND"


def test_nobody_and_who_is_not_staff_can_keep_nothing(api: Api, admin: User, outsider: User) -> None:
    assert post(api(), query=TEXT, **by_hash(sha256(TEXT))).status_code == 401
    assert post(api(outsider), query=TEXT, **by_hash(sha256(TEXT))).status_code == 403

    assert code_of(post(api(admin), **by_hash(sha256(TEXT)))) == "PERSISTED_QUERY_NOT_FOUND"


def test_a_mutation_by_its_hash_in_a_get_is_405(api: Api, admin: User) -> None:
    text = 'mutation { createTestappTag(data: {name: "a", slug: "a"}) { __typename } }'
    client = api(admin)
    extensions = by_hash(sha256(text))["extensions"]
    post(client, query=text, extensions=extensions)

    response = client.get(URL, {"extensions": json.dumps(extensions)})

    assert response.status_code == 405
    assert response["Allow"] == "POST"


def test_what_others_wrote_into_the_cache_is_not_executed(api: Api, admin: User, monkeypatch: Any) -> None:
    post(api(admin), query=TEXT, **by_hash(sha256(TEXT)))
    (key,) = [key.split(":", 2)[2] for key in cache._cache if "document" in key]  # type: ignore[attr-defined]
    cache.set(key, "{ me }")

    assert code_of(post(api(admin), **by_hash(sha256(TEXT)))) == "PERSISTED_QUERY_NOT_FOUND"


def test_a_cache_that_is_down_keeps_nothing_and_hinders_nobody(
    api: Api, admin: User, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CACHES = {"default": {"BACKEND": "tests.auth.caches.BrokenCache"}}

    assert post(api(admin), query=TEXT, **by_hash(sha256(TEXT))).json() == DATA
    assert code_of(post(api(admin), **by_hash(sha256(TEXT)))) == "PERSISTED_QUERY_NOT_FOUND"
    assert "The cache is down" in caplog.text


# The list of a project


def listed_by_function() -> dict[str, str]:
    """What a project's function gives."""
    return LISTED


def test_a_listed_document_is_known_by_its_name(api: Api, admin: User, settings: Any) -> None:
    settings.CONJURE = {"GRAPHQL_PERSISTED_QUERIES": LISTED}

    assert post(api(admin), **by_hash("get-typename")).json() == DATA
    assert post(api(admin), query="{ me }").status_code == 200


@pytest.mark.parametrize("name", ["LISTED", "listed_by_function"])
def test_a_list_may_be_named_by_its_dotted_path(api: Api, admin: User, settings: Any, name: str) -> None:
    settings.CONJURE = {"GRAPHQL_PERSISTED_QUERIES": f"tests.graphql.endpoint.test_persisted_queries.{name}"}

    assert post(api(admin), **by_hash("get-typename")).json() == DATA


@pytest.mark.parametrize(
    "content",
    [
        {sha256(TEXT): TEXT},
        {
            "format": "apollo-persisted-query-manifest",
            "version": 1,
            "operations": [{"id": sha256(TEXT), "name": "A", "type": "query", "body": TEXT}],
        },
    ],
)
def test_a_list_may_be_a_file(api: Api, admin: User, settings: Any, tmp_path: Path, content: Any) -> None:
    path = tmp_path / "documents.json"
    path.write_text(json.dumps(content), "utf-8")
    settings.CONJURE = {"GRAPHQL_PERSISTED_QUERIES": str(path), "GRAPHQL_PERSISTED_ONLY": True}

    assert post(api(admin), **by_hash(sha256(TEXT))).json() == DATA
    assert post(api(admin), query="{ me }").status_code == 403


def test_a_list_that_is_none_is_a_masked_failure(api: Api, admin: User, settings: Any) -> None:
    settings.CONJURE = {"GRAPHQL_PERSISTED_QUERIES": "tests.graphql.endpoint.test_persisted_queries.URL"}

    response = post(api(admin), query=TEXT)

    assert response.status_code == 500
    assert code_of(response) == "INTERNAL"


def test_only_listed_documents_are_executed_where_the_project_says_so(api: Api, admin: User, settings: Any) -> None:
    client = api(admin)
    post(client, query="{ me }", **by_hash(sha256("{ me }")))
    settings.CONJURE = {"GRAPHQL_PERSISTED_QUERIES": LISTED, "GRAPHQL_PERSISTED_ONLY": True}

    assert post(client, **by_hash("get-typename")).json() == DATA
    assert post(client, query=TEXT).json() == DATA
    assert post(client, query=TEXT, **by_hash(sha256(TEXT))).json() == DATA
    assert client.get(URL, {"query": TEXT}).json() == DATA
    for refused in (
        post(client, query="{ me }"),
        post(client, query="{  __typename }"),
        post(client, query="{ me }", **by_hash(sha256("{ me }"))),
        client.get(URL, {"query": "{ me }"}),
    ):
        assert refused.status_code == 403
        assert code_of(refused) == "FORBIDDEN"
    assert code_of(post(client, **by_hash(sha256("{ me }")))) == "PERSISTED_QUERY_NOT_FOUND"
    assert post(client, query="{ me }", **by_hash("get-typename")).status_code == 400


def test_rest_is_not_affected_by_the_list(api: Api, admin: User, settings: Any) -> None:
    settings.CONJURE = {"GRAPHQL_PERSISTED_ONLY": True}

    assert api(admin).get("/conjure/r/testapp.Tag/").status_code == 200
