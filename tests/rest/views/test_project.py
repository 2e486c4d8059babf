"""``config/``, ``auth/me/``, and every URL that there is not."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.conftest import Api


def test_the_configuration_is_public(api: Api, db: None) -> None:
    assert api().get("/conjure/config/").json() == {
        "brand": {"name": "Conjure", "accent": "#4f46e5"},
        "auth": "session",
    }


def test_a_partial_brand_is_merged_over_the_default(api: Api, db: None, settings: Any) -> None:
    settings.CONJURE = {"BRAND": {"name": "Shop"}, "AUTH": "jwt"}
    body = api().get("/conjure/config/", headers={"Authorization": "Bearer stale"}).json()
    assert body == {"brand": {"name": "Shop", "accent": "#4f46e5"}, "auth": "jwt"}


def test_me_is_the_payload_and_sets_the_csrf_cookie(admin: User, api: Api) -> None:
    answer = api(admin).get("/conjure/auth/me/")
    assert answer.json() == {"id": admin.pk, "username": "admin", "name": "admin", "is_superuser": True}
    assert answer.cookies["csrftoken"].value


def test_me_is_for_staff(api: Api, outsider: User) -> None:
    assert [api(user).get("/conjure/auth/me/").status_code for user in (None, outsider)] == [401, 403]


@pytest.mark.parametrize("path", ["nothing", "nothing/", "schema", "r/", "r", "auth/", "auth/nothing/", "%00", "a%0Ab"])
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "options", "head"])
def test_any_other_url_is_not_found_in_json(api: Api, db: None, path: str, method: str) -> None:
    answer = getattr(api(), method)(f"/conjure/{path}")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["config/", "schema/", "schema/testapp.Order/", "r/testapp.Order/", "r/testapp.Order/0/", "auth/me/", "nothing"],
)
def test_no_answer_is_stored_or_sniffed(admin: User, api: Api, path: str) -> None:
    for client in (api(), api(admin)):
        answer = client.get(f"/conjure/{path}")
        assert answer["Cache-Control"] == ("no-cache" if answer.status_code == 401 else "no-store")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Type"] == "application/json"


def test_a_missing_slash_is_appended_where_the_project_has_them_appended(admin: User, api: Api, settings: Any) -> None:
    client = api(admin)
    assert client.get("/conjure/schema?x=1").status_code == 404
    settings.MIDDLEWARE = ["django.middleware.common.CommonMiddleware", *settings.MIDDLEWARE]
    client = api(admin)
    answer = client.get("/conjure/schema?x=1")
    assert (answer.status_code, answer["Location"]) == (301, "/conjure/schema/?x=1")
    assert client.get("/conjure/nothing").status_code == 404
    assert client.post("/conjure/schema").status_code == 404
    settings.APPEND_SLASH = False
    assert api(admin).get("/conjure/schema").status_code == 404
