"""A value that its own column does not hold in clear stands in clear in the row alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User

from conjure.models import AdminAuditLog
from tests.conftest import Api, Gql
from tests.testapp.models import CustomFields

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everything")]

URL = "/conjure/r/testapp.CustomFields/"
JSON = "application/json"


@pytest.fixture
def row() -> CustomFields:
    found = CustomFields.objects.first()
    assert found is not None
    return found


def test_the_log_does_not_hold_it(admin: User, api: Api, row: CustomFields) -> None:
    client, url = api(admin), f"{URL}{row.pk}/"
    answer = client.patch(url, {"note": "the plain text"}, content_type=JSON)
    assert answer.status_code == 200, answer.content
    assert answer.json()["note"] == "the plain text"
    assert AdminAuditLog.objects.get().diff["note"][1] == "•••"
    bulk = {"action": "update", "ids": [row.pk], "data": {"note": "the plain text too"}}
    assert client.post(f"{URL}bulk/", bulk, content_type=JSON).status_code == 200
    assert client.delete(url).status_code == 204
    assert AdminAuditLog.objects.count() >= 3
    assert "the plain text" not in json.dumps(list(AdminAuditLog.objects.values_list("diff", flat=True)))


def test_no_cursor_and_no_group_holds_it(admin: User, gql: Gql, row: CustomFields) -> None:
    CustomFields.objects.filter(pk=row.pk).update(note="the plain text")
    for query in (
        "{ testappCustomFieldsesConnection(ordering: [{note: ASC}]) { edges { cursor } } }",
        "{ testappCustomFieldsesAggregate(groupBy: [{field: note}]) { key { note } } }",
        "{ testappCustomFieldsesAggregate { max { note } } }",
    ):
        assert "errors" not in gql(admin, query.replace("note", "email")), query
        answer = gql(admin, query)
        assert answer["errors"], query
        assert "the plain text" not in str(answer)


def test_a_version_cannot_be_recomputed_from_guesses(admin: User, api: Api, row: CustomFields, settings: Any) -> None:
    client, url = api(admin), f"{URL}{row.pk}/"
    version = client.get(url)["ETag"]
    assert client.get(url)["ETag"] == version
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of the tests, long enough too"
    assert client.get(url)["ETag"] != version
