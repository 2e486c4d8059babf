"""What browsers get: GraphiQL, or the login of the project."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Api, Gql
from tests.graphql.endpoint.asking import HTML, JSON, URL, code_of

pytestmark = pytest.mark.django_db


# Browsers


def test_a_browser_gets_graphiql_with_a_query_that_works(api: Api, gql: Gql, admin: Any) -> None:
    response = api(admin).get(URL, headers={"Accept": HTML})

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/html")
    config = json.loads(response.content.decode().split('type="application/json">')[1].split("</script>")[0])
    assert config["endpoint"] == URL
    assert "testappCategories(pagination: {limit: 5})" in config["defaultQuery"]
    assert gql(admin, config["defaultQuery"]) == {"data": {"testappCategories": {"totalCount": 0, "results": []}}}


def test_the_first_query_is_of_a_model_that_the_user_may_view(api: Api, gql: Gql, clerk: Any) -> None:
    from django.contrib.auth.models import Permission

    def first_query() -> str:
        content = api(clerk).get(URL, headers={"Accept": HTML}).content.decode()
        return str(json.loads(content.split('type="application/json">')[1].split("</script>")[0])["defaultQuery"])

    assert gql(clerk, first_query())["data"]["me"]["username"] == "clerk"
    clerk.user_permissions.add(Permission.objects.get(codename="view_shipment"))
    clerk = type(clerk).objects.get(pk=clerk.pk)
    answer = gql(clerk, first_query())
    assert answer == {"data": {"testappShipments": {"totalCount": 0, "results": []}}}


@pytest.mark.parametrize("accept", ["*/*", "application/json, text/html;q=0.5", ""])
def test_a_program_gets_json(api: Api, admin: Any, accept: str) -> None:
    response = api(admin).get(URL, {"query": "{ me }"}, headers={"Accept": accept})

    assert response["Content-Type"] == JSON


def test_graphiql_is_for_staff(api: Api, outsider: Any) -> None:
    response = api(outsider).get(URL, headers={"Accept": HTML})

    assert response.status_code == 403
    assert code_of(response) == "FORBIDDEN"


def test_graphiql_can_be_switched_off(api: Api, admin: Any, settings: Any) -> None:
    settings.CONJURE = {"GRAPHIQL": False}

    assert api(admin).get(URL, headers={"Accept": HTML}).status_code == 400
    assert api(admin).get(URL, {"query": "{ me }"}, headers={"Accept": HTML}).status_code == 200


def test_a_browser_of_nobody_is_led_to_the_login_of_the_project(api: Api, settings: Any) -> None:
    settings.LOGIN_URL = "/conjure/config/"

    response = api().get(URL, headers={"Accept": HTML})

    assert response.status_code == 302
    assert response["Location"] == f"/conjure/config/?next={URL}"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("login", ["/accounts/login/", "absent-name"])
def test_a_browser_of_nobody_is_led_to_our_login_where_there_is_no_other(api: Api, settings: Any, login: str) -> None:
    settings.LOGIN_URL = login

    response = api().get(URL, headers={"Accept": HTML})

    assert (response.status_code, response["Location"]) == (302, f"/conjure/login/?next={URL}")


@pytest.mark.parametrize("conjure", [{"AUTH": "jwt"}, {"LOGIN": False}])
def test_a_browser_of_nobody_gets_401_where_there_is_no_login(api: Api, settings: Any, conjure: Any) -> None:
    settings.CONJURE = conjure

    response = api().get(URL, headers={"Accept": HTML})

    assert response.status_code == 401
