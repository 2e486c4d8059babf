"""``GET schema/`` and ``schema/{model}/``."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from conjure import registry
from tests.conftest import Api
from tests.thoroughness import sampled

ENTRY = [
    "model", "app_label", "verbose_name", "verbose_name_plural", "is_readonly", "permissions",
    "group", "group_order", "model_order", "section", "section_order",
]  # fmt: skip
DETAIL = {
    "model", "app_label", "model_name", "verbose_name", "verbose_name_plural", "pk_field", "fields", "list_display",
    "search_fields", "list_filter", "ordering", "readonly_fields", "is_readonly", "actions", "allowed_actions",
    "inlines", "permissions",
}  # fmt: skip


def test_every_registered_model_has_an_entry_in_order(admin: User, api: Api) -> None:
    body = api(admin).get("/conjure/schema/").json()
    assert list(body) == ["models"]
    assert [entry["model"] for entry in body["models"]] == [key for key, _ in registry.items()]
    assert all(list(entry) == ENTRY for entry in body["models"])


def test_only_models_that_one_may_view_have_an_entry(viewer: User, clerk: User, api: Api) -> None:
    models = [entry["model"] for entry in api(viewer).get("/conjure/schema/").json()["models"]]
    assert "testapp.Order" in models
    assert "otherapp.Order" not in models
    assert api(clerk).get("/conjure/schema/").json() == {"models": []}


def test_settings_place_the_models(admin: User, api: Api, settings: Any) -> None:
    settings.CONJURE = {
        "APP_GROUPS": {"otherapp": "Others", "testapp": "Tests"},
        "MODEL_ORDER": ["testapp.tag", "testapp.ORDER"],
        "SECTIONS": [["testapp.Order", "testapp.OrderItem"]],
    }
    entries = {entry["model"]: entry for entry in api(admin).get("/conjure/schema/").json()["models"]}
    order, item = entries["testapp.Order"], entries["testapp.OrderItem"]
    assert (order["group"], order["group_order"], order["model_order"]) == ("Tests", 1, 1)
    assert (order["section"], order["section_order"]) == ("testapp.Order", 0)
    assert (item["section"], item["section_order"], item["model_order"]) == ("testapp.Order", 1, 999)
    assert entries["conjure.AdminAuditLog"]["group_order"] == 999


@pytest.mark.parametrize("key", sampled([key for key, _ in registry.items()]))
def test_every_model_is_described_in_full(admin: User, api: Api, key: str) -> None:
    body = api(admin).get(f"/conjure/schema/{key}/").json()
    assert set(body) == DETAIL
    assert body["model"] == key
    names = {field["name"] for field in body["fields"]}
    assert not names & set(registry.get(key).exclude)


def test_the_permissions_are_the_user_s(viewer: User, admin: User, api: Api) -> None:
    view = api(viewer).get("/conjure/schema/testapp.Order/").json()
    assert view["permissions"] == {"view": True, "add": False, "change": False, "delete": False}
    assert view["allowed_actions"] == ["count_rows"]
    readonly = api(admin).get("/conjure/schema/testapp.Event/").json()
    assert readonly["is_readonly"] is True
    assert readonly["permissions"] == {"view": True, "add": False, "change": False, "delete": False}


def test_who_may_not_view_a_model_is_told_nothing_of_it(clerk: User, outsider: User, api: Api) -> None:
    for path in ("schema/testapp.Order/", "schema/"):
        assert api(None).get(f"/conjure/{path}").status_code == 401
        assert api(outsider).get(f"/conjure/{path}").status_code == 403
    assert api(clerk).get("/conjure/schema/testapp.Order/").status_code == 403


@pytest.mark.parametrize("key", ["testapp.Nothing", "nothing", "%00"])
def test_an_unknown_model_is_not_found(admin: User, api: Api, key: str) -> None:
    answer = api(admin).get(f"/conjure/schema/{key}/")
    assert (answer.status_code, list(answer.json())) == (404, ["detail"])
