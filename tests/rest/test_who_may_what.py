"""The table of users, permissions and URLs: nobody is let in, or kept out, by mistake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from tests.conftest import Api
from tests.testapp.factories import Shop

JSON = "application/json"
RIGHTS = ("view", "add", "change", "delete")
# Whoever may change a row may see it, as in Django's admin.
VIEWING = {"view", "change"}


def requests_of(shop: Shop) -> dict[str, tuple[set[str], int, Callable[[Client], Any]]]:
    """By name: the rights of which any one is enough, the status it gives then, and the request."""
    rows = "/conjure/r/testapp.Tag/"
    one = f"{rows}{shop.tags[0].pk}/"
    pks = [tag.pk for tag in shop.tags]
    new = {"name": "New", "slug": "new-1"}

    def bulk(body: Any) -> Callable[[Client], Any]:
        return lambda client: client.post(f"{rows}bulk/", body, content_type=JSON)

    return {
        "schema": (VIEWING, 200, lambda client: client.get("/conjure/schema/testapp.Tag/")),
        "list": (VIEWING, 200, lambda client: client.get(rows)),
        "retrieve": (VIEWING, 200, lambda client: client.get(one)),
        "autocomplete": (VIEWING, 200, lambda client: client.get(f"{rows}autocomplete/")),
        "related": (VIEWING, 200, lambda client: client.get(f"{one}related/")),
        "create": ({"add"}, 201, lambda client: client.post(rows, new, content_type=JSON)),
        "patch": ({"change"}, 200, lambda client: client.patch(one, {}, content_type=JSON)),
        "bulk update": ({"change"}, 200, bulk({"action": "update", "ids": pks, "data": {"name": "x"}})),
        "create operation": ({"add"}, 200, bulk({"operations": [{"op": "create", "data": {**new, "slug": "new-2"}}]})),
        "update operation": ({"change"}, 200, bulk({"operations": [{"op": "update", "pk": pks[0], "data": {}}]})),
        "delete operation": ({"delete"}, 200, bulk({"operations": [{"op": "delete", "pk": pks[2]}]})),
        "bulk delete": ({"delete"}, 200, bulk({"action": "delete", "ids": pks[1:2]})),
        "delete": ({"delete"}, 204, lambda client: client.delete(one)),
    }


def statuses(client: Client, shop: Shop) -> dict[str, int]:
    return {name: send(client).status_code for name, (_, _, send) in requests_of(shop).items()}


@pytest.mark.parametrize("right", RIGHTS)
def test_each_right_opens_what_it_is_for_and_no_more(shop: Shop, clerk: User, api: Api, right: str) -> None:
    # Deleting a tag takes its links to products along, which are nobody's own.
    clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="testapp", codename=f"{right}_tag"))
    expected = {name: status if right in enough else 403 for name, (enough, status, _) in requests_of(shop).items()}
    assert statuses(api(clerk), shop) == expected


def test_the_others_are_told_no_and_superusers_everything(
    shop: Shop, outsider: User, clerk: User, admin: User, api: Api
) -> None:
    inactive = User.objects.create_user("inactive", password="x", is_staff=True, is_superuser=True, is_active=False)
    names = requests_of(shop)
    assert statuses(api(None), shop) == dict.fromkeys(names, 401)
    assert statuses(api(inactive), shop) == dict.fromkeys(names, 401)
    assert statuses(api(outsider), shop) == dict.fromkeys(names, 403)
    assert statuses(api(clerk), shop) == dict.fromkeys(names, 403)
    assert statuses(api(admin), shop) == {name: status for name, (_, status, _) in names.items()}


def test_a_bearer_needs_no_csrf_token(shop: Shop, admin: User, api: Api, settings: Any) -> None:
    settings.CONJURE = {"AUTH": "jwt"}
    client = api(enforce_csrf_checks=True)
    body = {"username": "admin", "password": "admin"}
    tokens = client.post("/conjure/auth/login/", body, content_type=JSON).json()
    headers = {"Authorization": f"Bearer {tokens['access']}"}
    answer = client.patch(f"/conjure/r/testapp.Tag/{shop.tags[0].pk}/", {}, content_type=JSON, headers=headers)
    assert answer.status_code == 200
