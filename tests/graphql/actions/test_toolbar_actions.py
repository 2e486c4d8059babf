"""An action of the toolbar runs without rows, and only without."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.contrib.auth.models import User

from conjure import action
from conjure.models import AdminAuditLog
from tests.conftest import Api, Configure, Gql
from tests.testapp.factories import Shop
from tests.testapp.models import Order

pytestmark = pytest.mark.django_db
URL = "/conjure/r/testapp.Order/action/%s/"


@action(label="Import", scope="toolbar", permission="import_orders")
def fetch(self: Any, request: Any, queryset: Any) -> dict[str, Any]:
    return {"rows": queryset.count()}


@action(scope="toolbar")
def notify(self: Any, request: Any, queryset: Any) -> None:
    return None


@django_admin.action(description="Ship all of them")
def send(self: Any, request: Any, queryset: Any) -> dict[str, Any]:
    return {"rows": queryset.count()}


@pytest.fixture(autouse=True)
def _toolbar(configure: Configure, shop: Shop) -> None:
    configure(Order, actions=("fetch", "notify", "send"), fetch=fetch, notify=notify, send=send)


def post(api: Api, user: User, name: str, **body: Any) -> Any:
    return api(user).post(URL % name, body, content_type="application/json")


@pytest.mark.parametrize("body", [{}, {"ids": []}, {"ids": None}, {"expected_count": 0}])
def test_it_runs_without_rows(admin: User, api: Api, body: dict[str, Any]) -> None:
    answer = post(api, admin, "fetch", **body)
    assert (answer.status_code, answer.json()) == (200, {"rows": 0})
    entry = AdminAuditLog.objects.latest("pk")
    assert (entry.action, entry.object_pk) == ("action:fetch", "")


def test_what_gives_no_answer_is_told_to_be_done(admin: User, api: Api) -> None:
    assert post(api, admin, "notify").json() == {"message": "Notify: done."}


@pytest.mark.parametrize("body", [{"ids": [1]}, {"all_filtered": True, "params": {}}, {"params": {"number": "A-1"}}])
def test_rows_are_refused(admin: User, api: Api, body: dict[str, Any]) -> None:
    answer = post(api, admin, "fetch", **body)
    assert (answer.status_code, answer.json()) == (400, {"ids": ["This action runs without rows."]})


def test_others_do_not_run_without_rows(admin: User, api: Api) -> None:
    assert post(api, admin, "send").status_code == 400
    assert post(api, admin, "send", ids=[]).status_code == 400


def test_permissions_are_asked_as_for_every_action(clerk: User, api: Api) -> None:
    assert post(api, clerk, "fetch").status_code == 403


def test_by_graphql(admin: User, gql: Gql) -> None:
    run = 'mutation { runTestappOrderAction(action: "fetch"%s) }'
    assert gql(admin, run % "")["data"]["runTestappOrderAction"] == {"rows": 0}
    for rows in (", pks: [1]", ", allFiltered: true", ', search: "a"'):
        assert gql(admin, run % rows)["errors"][0]["extensions"]["code"] == "INVALID"


def test_the_schema_tells_which_they_are(admin: User, api: Api) -> None:
    actions = {each["name"]: each for each in api(admin).get("/conjure/schema/testapp.Order/").json()["actions"]}
    assert [name for name, each in actions.items() if each.get("scope") == "toolbar"] == ["fetch", "notify"]
    assert "scope" not in actions["send"]
    assert actions["send"]["label"] == "Ship all of them"
    paths = api(admin).get("/conjure/openapi.json").json()["paths"]
    [body] = [
        operation["post"]["requestBody"]["content"]["application/json"]["schema"]
        for path, operation in paths.items()
        if path.endswith("testapp.Order/action/fetch/")
    ]
    assert "ids" not in body["properties"]
