"""The views are DRF's: its client, forced logins and ``Response.data`` work."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from rest_framework.test import APIClient, APIRequestFactory, force_authenticate

from conjure.rest.views.rows import ListView
from tests.testapp.factories import Shop


def test_a_forced_login_is_the_user(shop: Shop, viewer: User) -> None:
    client = APIClient()
    client.force_authenticate(viewer)
    answer = client.get("/conjure/r/testapp.Order/")
    assert answer.status_code == 200
    assert answer.data["count"] == 3
    assert client.post("/conjure/r/testapp.Tag/", {"name": "x"}, format="json").status_code == 403


def test_data_of_an_error_is_its_body(shop: Shop, admin: User) -> None:
    client = APIClient()
    client.force_authenticate(admin)
    answer = client.post("/conjure/r/testapp.Tag/", {}, format="json")
    assert answer.status_code == 400
    assert answer.data == answer.json()
    assert set(answer.data) == {"name", "slug"}


def test_formats_of_the_client_are_understood(shop: Shop, admin: User) -> None:
    client = APIClient()
    client.force_authenticate(admin)
    for number, options in enumerate(({"format": "json"}, {"format": "multipart"}, {})):
        answer = client.post("/conjure/r/testapp.Tag/", {"name": "x", "slug": f"s{number}"}, **options)
        assert answer.status_code == 201


def test_a_view_can_be_called_as_a_function(shop: Shop, admin: User) -> None:
    request: Any = APIRequestFactory().get("/")
    force_authenticate(request, admin)
    answer = ListView.as_view()(request, model="testapp.Order")
    assert answer.data["count"] == 3
