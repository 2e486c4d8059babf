"""The audit log tells nobody what the rows themselves would not show them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpRequest

from conjure.models import AdminAuditLog
from tests.conftest import Api, Gql
from tests.testapp.admin_config import CategoryConfig, ProductConfig, TagConfig
from tests.testapp.models import Category, Product, Tag

pytestmark = pytest.mark.django_db

URL = "/conjure/r/conjure.AdminAuditLog/"
JSON = "application/json"


@pytest.fixture
def reader(viewer: User) -> User:
    """A user who may view every model of the test app, and the log."""
    viewer.user_permissions.add(Permission.objects.get(codename="view_adminauditlog"))
    return viewer


@pytest.fixture
def product(admin: User, api: Api) -> Product:
    """A product that somebody else has linked to a tag that may be hidden, and to one that is not."""
    category = Category.objects.create(name="secret name")
    product = Product.objects.create(sku="p", name="p", category=category, price=1)
    tags = [Tag.objects.create(pk=pk, name=name, slug=name) for pk, name in ((711, "shown"), (722, "hidden"))]
    body = {"tags": [tag.pk for tag in tags], "price": "2.00"}
    assert api(admin).patch("/conjure/r/testapp.Product/p/", body, content_type=JSON).status_code == 200
    return product


def read(api: Api, gql: Gql, user: User) -> list[Any]:
    """The diffs of all entries through every door."""
    client = api(user)
    listed = client.get(URL).json()["results"]
    opened = [client.get(f"{URL}{row['id']}/").json() for row in listed]
    nodes = gql(user, "{ conjureAdminAuditLogsConnection { nodes { objectRepr diff } } }")
    told = nodes["data"]["conjureAdminAuditLogsConnection"]["nodes"]
    renamed = [{"object_repr": node["objectRepr"], "diff": node["diff"]} for node in told]
    return [*listed, *opened, *renamed, *client.get("/conjure/widgets/recent-audit/").json()["rows"]]


def test_keys_of_hidden_rows_are_not_told(
    admin: User, reader: User, api: Api, gql: Gql, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def get_queryset(self: Any, request: HttpRequest) -> Any:
        return Tag.objects.all() if request.user.is_superuser else Tag.objects.exclude(name="hidden")

    assert "722" in json.dumps(read(api, gql, reader))
    monkeypatch.setattr(TagConfig, "get_queryset", get_queryset)
    shown = json.dumps(read(api, gql, reader))
    assert "722" not in shown
    assert "711" in shown
    assert "2.00" in shown
    assert "722" in json.dumps(read(api, gql, admin))
    # The log itself keeps them.
    assert AdminAuditLog.objects.get().diff["tags"] == [[], [711, 722]]


def test_nothing_is_told_of_a_row_that_is_denied(
    admin: User, reader: User, api: Api, gql: Gql, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    category = product.category
    for name in ("secret name too", "secret name three"):
        url = f"/conjure/r/testapp.Category/{category.pk}/"
        assert api(admin).patch(url, {"name": name}, content_type=JSON).status_code == 200
    assert "secret" in json.dumps(read(api, gql, reader))
    monkeypatch.setattr(
        CategoryConfig,
        "has_view_permission",
        lambda self, request, obj=None: request.user.is_superuser or obj is None or "secret" not in obj.name,
    )
    found = read(api, gql, reader)
    assert "secret" not in json.dumps(found)
    assert "2.00" in json.dumps(found)
    assert "secret" in json.dumps(read(api, gql, admin))
    product.delete()
    category.delete()
    assert "secret" not in json.dumps(read(api, gql, reader))
    assert "secret" in json.dumps(read(api, gql, admin))


def test_a_superuser_is_not_told_hidden_fields_either(
    admin: User, api: Api, gql: Gql, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ProductConfig, "get_exclude", lambda self, request, obj=None: ("price",))
    found = json.dumps(read(api, gql, admin))
    assert "2.00" not in found
    assert "722" in found
