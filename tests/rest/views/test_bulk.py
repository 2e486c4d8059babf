"""``POST r/{model}/bulk/``: all or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from tests.conftest import Api
from tests.testapp.factories import Shop
from tests.testapp.models.shop import Category, Tag

URL = "/conjure/r/testapp.Tag/bulk/"


@pytest.fixture
def client(shop: Shop, admin: User, api: Api) -> Client:
    return api(admin)


def post(client: Client, body: Any, url: str = URL) -> Any:
    return client.post(url, body, content_type="application/json")


def test_delete_answers_the_number_of_rows(client: Client, shop: Shop) -> None:
    ids = [shop.tags[0].pk, str(shop.tags[1].pk), 10**9]
    answer = post(client, {"action": "delete", "ids": ids})
    assert (answer.status_code, answer.json()) == (200, {"deleted": 2})
    assert Tag.objects.count() == 1


def test_rows_that_are_not_there_are_not_counted(client: Client) -> None:
    assert post(client, {"action": "delete", "ids": [10**9]}).json() == {"deleted": 0}
    assert post(client, {"action": "update", "ids": [10**9], "data": {"name": "x"}}).json() == {"updated": 0}


def test_update_answers_the_number_of_rows(client: Client, shop: Shop) -> None:
    answer = post(client, {"action": "update", "ids": [tag.pk for tag in shop.tags], "data": {"name": "All"}})
    assert (answer.status_code, answer.json()) == (200, {"updated": 3})
    assert set(Tag.objects.values_list("name", flat=True)) == {"All"}


def test_operations_answer_in_order(client: Client, shop: Shop) -> None:
    first, second = shop.tags[:2]
    operations = [
        {"op": "create", "data": {"name": "Made", "slug": "made"}},
        {"op": "update", "pk": first.pk, "data": {"name": "Changed"}},
        {"op": "delete", "pk": str(second.pk)},
    ]
    answer = post(client, {"operations": operations})
    made = Tag.objects.get(slug="made")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "results": [
                {"op": "create", "pk": made.pk},
                {"op": "update", "pk": first.pk},
                {"op": "delete", "pk": second.pk},
            ]
        },
    )


def test_an_invalid_operation_undoes_all_and_is_named_last(client: Client, shop: Shop) -> None:
    operations = [
        {"op": "create", "data": {"name": "Made", "slug": "made"}},
        {"op": "update", "pk": shop.tags[0].pk, "data": {"slug": shop.tags[1].slug, "name": ""}},
    ]
    answer = post(client, {"operations": operations})
    assert answer.status_code == 400
    body = answer.json()
    assert set(body) == {"slug", "name", "operation"}
    assert list(body)[-1] == "operation"
    assert "2" in body["operation"][0]
    assert not Tag.objects.filter(slug="made").exists()


@pytest.mark.parametrize("ids", [None, [], "34", {"5": 1}, [True], [1.5], [None], ["x"], [[1]], [{}], 5])
@pytest.mark.parametrize("action", ["delete", "update"])
def test_ids_that_are_none_are_said_under_ids(client: Client, action: str, ids: Any) -> None:
    answer = post(client, {"action": action, "ids": ids, "data": {"name": "x"}})
    assert (answer.status_code, list(answer.json())) == (400, ["ids"])
    assert Tag.objects.count() == 3


def test_missing_ids_are_said_under_ids(client: Client) -> None:
    assert list(post(client, {"action": "delete"}).json()) == ["ids"]


@pytest.mark.parametrize("action", [None, "explode", "", 5, ["delete"], {"delete": 1}, True])
def test_an_unknown_action_is_said_under_action(client: Client, action: Any) -> None:
    answer = post(client, {"action": action, "ids": [1]})
    assert (answer.status_code, list(answer.json())) == (400, ["action"])
    assert list(post(client, {}).json()) == ["action"]


@pytest.mark.parametrize("data", [None, "x", [1], 5])
def test_data_that_is_no_object_is_said_under_data(client: Client, shop: Shop, data: Any) -> None:
    answer = post(client, {"action": "update", "ids": [shop.tags[0].pk], "data": data})
    assert (answer.status_code, list(answer.json())) == (400, ["data"])


@pytest.mark.parametrize("name", ["id", "pk", "nothing", "discount", "secret_note", "created_at", "customer_label"])
def test_a_field_that_may_not_be_written_is_said_under_data(client: Client, shop: Shop, name: str) -> None:
    body = {"action": "update", "ids": [shop.orders[0].pk], "data": {name: "1"}}
    answer = post(client, body, "/conjure/r/testapp.Order/bulk/")
    assert (answer.status_code, list(answer.json())) == (400, ["data"])


@pytest.mark.parametrize(
    "operations",
    [None, [], "x", {}, [5], [None], [{"op": "explode"}], [{}], [{"op": 5}], [{"op": "update", "pk": 1, "data": 5}]],
)
def test_operations_that_are_none_are_said_under_operations(client: Client, operations: Any) -> None:
    answer = post(client, {"operations": operations})
    assert (answer.status_code, list(answer.json())) == (400, ["operations"])


@pytest.mark.parametrize("pk", [None, True, 1.5, [1], {}])
def test_an_operation_without_a_key_is_invalid(client: Client, pk: Any) -> None:
    answer = post(client, {"operations": [{"op": "delete", "pk": pk}]})
    assert (answer.status_code, list(answer.json())) == (400, ["pk", "operation"])


def test_an_operation_on_a_row_that_is_not_there_undoes_all(client: Client, shop: Shop) -> None:
    operations = [{"op": "delete", "pk": shop.tags[0].pk}, {"op": "update", "pk": 10**9, "data": {}}]
    assert post(client, {"operations": operations}).status_code == 404
    assert Tag.objects.count() == 3


def test_a_protected_row_among_many_undoes_all(client: Client, shop: Shop) -> None:
    free = Category.objects.create(name="Free")
    ids = [free.pk, shop.products[0].category_id]
    answer = post(client, {"action": "delete", "ids": ids}, "/conjure/r/testapp.Category/bulk/")
    assert (answer.status_code, list(answer.json())) == (409, ["detail", "protected"])
    assert Category.objects.filter(pk=free.pk).exists()


def test_each_kind_asks_its_own_permission(shop: Shop, clerk: User, api: Api) -> None:
    client, tag = api(clerk), shop.tags[0]
    bodies = {
        "add_tag": {"operations": [{"op": "create", "data": {"name": "a", "slug": "b"}}]},
        "change_tag": {"action": "update", "ids": [tag.pk], "data": {"name": "x"}},
        "delete_tag": {"action": "delete", "ids": [tag.pk]},
    }
    for held in bodies:
        clerk.user_permissions.set([Permission.objects.get(codename=held, content_type__app_label="testapp")])
        for codename, body in bodies.items():
            if codename != held:
                assert post(client, body).status_code == 403, (held, codename)
    clerk.user_permissions.clear()
    assert post(client, {"operations": [{"op": "create", "data": {}}]}).status_code == 403


def test_too_many_ids_are_refused_at_once(client: Client) -> None:
    answer = post(client, {"action": "delete", "ids": list(range(260_000))})
    assert answer.status_code in {400, 413}
    assert Tag.objects.count() == 3
