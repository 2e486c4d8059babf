"""Which media type an answer has, which page a browser gets, and by which address the endpoint is found."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.test.utils import override_script_prefix
from django.urls import include, path

from tests.conftest import Api
from tests.graphql.endpoint.test_endpoint import HTML, JSON, ME, URL, post

pytestmark = pytest.mark.django_db

OWN = "application/graphql-response+json"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (OWN, f"{OWN}; charset=utf-8"),
        (f"{OWN}; charset=utf-8, {JSON}; charset=utf-8", f"{OWN}; charset=utf-8"),
        (f"{OWN}, {JSON};q=0.9", f"{OWN}; charset=utf-8"),
        (f"{JSON};q=0.9, {OWN}", f"{OWN}; charset=utf-8"),
        (f"{OWN};q=0, {JSON}", JSON),
        (f"{OWN};q=0, */*", JSON),
        (f"{OWN};q=0.1, {JSON}", JSON),
        (f"{OWN};q=0", JSON),
        ("text/html", JSON),
    ],
)
def test_the_client_s_preference_decides_the_media_type(api: Api, admin: Any, accept: str, expected: str) -> None:
    assert post(api(admin), ME, headers={"Accept": accept})["Content-Type"] == expected


def test_a_browser_that_refuses_html_gets_json(api: Api, admin: Any) -> None:
    response = api(admin).get(URL, {"query": "{ me }"}, headers={"Accept": "text/html;q=0, */*"})

    assert response["Content-Type"] == JSON


def test_the_endpoint_is_found_without_a_slash(api: Api, admin: Any) -> None:
    response = api(admin).post(URL.removesuffix("/"), ME, content_type=JSON)

    assert response.json()["data"]["me"]["username"] == "admin"


@pytest.mark.parametrize("login", ["/login/", "/backoffice/login/", "login"])
def test_a_browser_is_sent_to_the_login_below_the_script_name(client: Client, settings: Any, login: str) -> None:
    patterns = [path("conjure/", include("conjure.urls")), path("login/", _login, name="login")]
    settings.ROOT_URLCONF = type("Urls", (), {"urlpatterns": patterns})
    settings.LOGIN_URL = login

    with override_script_prefix("/backoffice/"):
        response = client.get("/conjure/graphql/", headers={"Accept": HTML}, SCRIPT_NAME="/backoffice")

    assert response.status_code == 302
    assert response["Location"] == "/backoffice/login/?next=/backoffice/conjure/graphql/"


def _login(request: Any) -> Any:
    raise NotImplementedError


def test_a_login_page_on_another_host_is_taken_as_it_is(client: Client, settings: Any) -> None:
    settings.LOGIN_URL = "https://login.example/"

    response = client.get(URL, headers={"Accept": HTML})

    assert response["Location"].startswith("https://login.example/?next=")


def test_a_401_may_be_stored_but_not_used_unasked(api: Api) -> None:
    for response in (
        post(api(), ME),
        api().get("/conjure/schema/"),
        api().get("/conjure/r/testapp.Order/"),
        api().post("/conjure/auth/login/", {"username": "nobody", "password": "x"}, content_type=JSON),
    ):
        assert response.status_code == 401
        assert response["Cache-Control"] == "no-cache"
        assert response["WWW-Authenticate"] == "Session"
        assert response["X-Content-Type-Options"] == "nosniff"
