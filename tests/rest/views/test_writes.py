"""``POST r/{model}/``, ``PATCH`` and ``DELETE r/{model}/{pk}/``: statuses, bodies and headers."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from conjure.models import AdminAuditLog
from tests.conftest import Api
from tests.testapp.factories import Shop, png
from tests.testapp.models.shop import Attachment, Category, Customer, Order, Product, Tag

TAGS = "/conjure/r/testapp.Tag/"
JSON = "application/json"


@pytest.fixture
def client(shop: Shop, admin: User, api: Api) -> Client:
    return api(admin)


def order_url(shop: Shop) -> str:
    return f"/conjure/r/testapp.Order/{shop.orders[0].pk}/"


def test_a_created_row_is_answered_as_it_will_be_read(client: Client) -> None:
    answer = client.post(TAGS, {"name": "Fresh", "slug": "fresh"}, content_type=JSON)
    assert answer.status_code == 201
    row = answer.json()
    opened = client.get(f"{TAGS}{row['id']}/")
    assert opened.json() == row
    assert opened["ETag"] == answer["ETag"]


def test_a_patch_changes_what_it_names_and_answers_the_row(client: Client, shop: Shop) -> None:
    before = client.get(order_url(shop)).json()
    answer = client.patch(order_url(shop), {"comment": "changed"}, content_type=JSON)
    assert answer.status_code == 200
    after = answer.json()
    assert after["comment"] == "changed"
    assert {name for name in after if after[name] != before[name]} <= {"comment", "updated_at"}


def test_a_delete_answers_nothing(client: Client, shop: Shop) -> None:
    tag = Tag.objects.create(name="Gone", slug="gone")
    answer = client.delete(f"{TAGS}{tag.pk}/")
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get(f"{TAGS}{tag.pk}/").status_code == 404


def test_every_bad_field_is_named_at_once_as_lists_of_strings(client: Client, shop: Shop) -> None:
    data = {"status": "lost", "total": "much", "ordered_on": "never", "customer": "nobody"}
    answer = client.patch(order_url(shop), data, content_type=JSON)
    assert answer.status_code == 400
    body = answer.json()
    assert set(body) == set(data)
    assert all(isinstance(message, str) for messages in body.values() for message in messages)


def test_errors_of_no_field_come_last(client: Client) -> None:
    data = {"name": "x@example.com", "email": "x@example.com", "credit": "much"}
    body = client.post("/conjure/r/testapp.Customer/", data, content_type=JSON).json()
    assert next(iter(body)) == "credit"
    data["credit"] = "1"
    body = client.post("/conjure/r/testapp.Customer/", data, content_type=JSON).json()
    assert list(body) == ["non_field_errors"]


def test_a_form_may_send_the_whole_row_back(client: Client, shop: Shop) -> None:
    before = client.get(order_url(shop)).json()
    entries = AdminAuditLog.objects.count()
    answer = client.patch(order_url(shop), before, content_type=JSON)
    assert (answer.status_code, answer.json()) == (200, before)
    assert AdminAuditLog.objects.count() == entries


def test_an_empty_patch_changes_nothing(client: Client, shop: Shop) -> None:
    before = client.get(order_url(shop)).json()
    for options in ({"data": {}, "content_type": JSON}, {}):
        answer = client.patch(order_url(shop), **options)
        assert (answer.status_code, answer.json()) == (200, before)


def test_url_encoded_forms_are_bodies_too(client: Client) -> None:
    answer = client.post(TAGS, "name=From+a+form&slug=form", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()["name"]) == (201, "From a form")


def test_multipart_bodies_carry_files_and_repeated_keys(client: Client, shop: Shop) -> None:
    data = {
        "sku": "NEW 1", "name": "New", "category": shop.categories[0].pk, "price": "1.50", "released": "",
        "is_available": "false", "tags": [tag.pk for tag in shop.tags[:2]],
        "image": SimpleUploadedFile("a.png", png().read(), "image/png"),
    }  # fmt: skip
    answer = client.post("/conjure/r/testapp.Product/", data)
    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert (row["released"], row["is_available"], row["price"]) == (None, False, "1.50")
    assert sorted(row["tags"]) == [tag.pk for tag in shop.tags[:2]]
    assert row["image"].startswith("http://testserver/media/products/")
    one = encode_multipart(BOUNDARY, {"tags": shop.tags[2].pk})
    row = client.patch(f"/conjure/r/testapp.Product/{row['sku']}/", one, content_type=MULTIPART_CONTENT).json()
    assert row["tags"] == [shop.tags[2].pk]


def test_a_file_that_is_sent_back_as_its_url_is_left_alone(client: Client) -> None:
    data = {"title": "A", "file": SimpleUploadedFile("a.txt", b"text")}
    row = client.post("/conjure/r/testapp.Attachment/", data).json()
    url = f"/conjure/r/testapp.Attachment/{row['id']}/"
    changed = client.patch(url, {**row, "title": "B"}, content_type=JSON)
    assert changed.status_code == 200, changed.content
    assert (changed.json()["title"], changed.json()["file"]) == ("B", row["file"])
    with Attachment.objects.get(pk=row["id"]).file.open() as file:
        assert file.read() == b"text"


def test_a_protected_row_is_a_conflict_with_its_blockers(client: Client, shop: Shop) -> None:
    category = shop.products[0].category
    answer = client.delete(f"/conjure/r/testapp.Category/{category.pk}/")
    assert answer.status_code == 409
    body = answer.json()
    assert list(body) == ["detail", "protected"]
    assert body["protected"] == [
        {"model": "testapp.Product", "verbose_name": "product", "count": category.products.count()}
    ]
    assert Category.objects.filter(pk=category.pk).exists()


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_if_match_of_another_version_has_no_effect(client: Client, shop: Shop, method: str) -> None:
    tag = Tag.objects.create(name="Old", slug="old")
    url = f"{TAGS}{tag.pk}/"
    stale = client.get(url)["ETag"]
    client.patch(url, {"name": "New"}, content_type=JSON)
    current = client.get(url)["ETag"]
    assert current != stale
    for header in (stale, '"nothing"', "nothing", f'{stale}, "x"', ""):
        answer = getattr(client, method)(url, {"name": "Lost"}, content_type=JSON, headers={"If-Match": header})
        assert (answer.status_code, list(answer.json())) == (412, ["detail"])
    tag.refresh_from_db()
    assert tag.name == "New"


@pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', "*", '{}, "x"'])
def test_if_match_of_the_current_version_passes(client: Client, form: str) -> None:
    tag = Tag.objects.create(name="Old", slug="old")
    url = f"{TAGS}{tag.pk}/"
    header = form.replace("{}", client.get(url)["ETag"])
    answer = client.patch(url, {"name": "New"}, content_type=JSON, headers={"If-Match": header})
    assert answer.status_code == 200, answer.content
    assert answer["ETag"] == client.get(url)["ETag"]


def test_the_version_of_an_answer_is_good_for_the_next_write(client: Client) -> None:
    created = client.post(TAGS, {"name": "A", "slug": "a"}, content_type=JSON)
    url = f"{TAGS}{created.json()['id']}/"
    changed = client.patch(url, {"name": "B"}, content_type=JSON, headers={"If-Match": created["ETag"]})
    assert changed.status_code == 200
    assert client.delete(url, headers={"If-Match": changed["ETag"]}).status_code == 204


@pytest.mark.parametrize("body", ["5", "[1]", "null", '"text"', "true"])
@pytest.mark.parametrize(
    "path", ["testapp.Tag/", "testapp.Tag/1/", "testapp.Tag/bulk/", "testapp.Order/action/cancel/"]
)
def test_a_body_that_is_no_object_is_refused(client: Client, path: str, body: str) -> None:
    send = client.patch if path.endswith("1/") else client.post
    answer = send(f"/conjure/r/{path}", body, content_type=JSON)
    assert answer.status_code == 400
    assert list(answer.json()) == ["non_field_errors"]


@pytest.mark.parametrize(
    "data",
    [
        {"name": 5, "slug": []},
        {"name": {"a": 1}, "slug": "\0"},
        {"name": "\ud800", "slug": None},
        {"name": "x" * 10_000, "slug": True},
    ],
)
def test_values_of_the_wrong_type_are_said_by_field(client: Client, data: dict[str, Any]) -> None:
    answer = client.post(TAGS, data, content_type=JSON)
    assert answer.status_code == 400
    assert Tag.objects.filter(slug="").count() == 0


def test_what_may_not_be_written_is_passed_over(client: Client, shop: Shop) -> None:
    order = shop.orders[0]
    data = {"id": 999, "discount": "9.00", "secret_note": "x", "customer_label": "x", "_label": "x", "nothing": [1]}
    answer = client.patch(order_url(shop), data, content_type=JSON)
    assert answer.status_code == 200
    order.refresh_from_db()
    assert (order.pk, order.secret_note) == (shop.orders[0].pk, shop.orders[0].secret_note)
    assert str(order.discount) == answer.json()["discount"] != "9.00"


def test_a_read_only_model_refuses_every_write(client: Client, shop: Shop) -> None:
    url = "/conjure/r/testapp.Event/"
    event = shop.events[0]
    answers = [
        client.post(url, {}, content_type=JSON),
        client.patch(f"{url}{event.pk}/", {"name": "x"}, content_type=JSON),
        client.delete(f"{url}{event.pk}/"),
        client.post(f"{url}bulk/", {"action": "delete", "ids": [event.pk]}, content_type=JSON),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4


def test_each_write_asks_its_own_permission(shop: Shop, clerk: User, api: Api) -> None:
    customer = shop.customers[2]
    url = f"/conjure/r/testapp.Customer/{customer.pk}/"
    client = api(clerk)

    def statuses() -> list[int]:
        return [
            client.post("/conjure/r/testapp.Customer/", {}, content_type=JSON).status_code,
            client.patch(url, {}, content_type=JSON).status_code,
            client.delete(url, headers={"If-Match": '"x"'}).status_code,
        ]

    assert statuses() == [403, 403, 403]
    for codename, expected in (
        ("add_customer", [400, 403, 403]),
        ("change_customer", [403, 200, 403]),
        ("delete_customer", [403, 403, 412]),
    ):
        permission = Permission.objects.get(codename=codename, content_type__app_label="testapp")
        clerk.user_permissions.set([permission])
        assert statuses() == expected, codename


def test_strangers_write_nothing(shop: Shop, outsider: User, api: Api) -> None:
    for user, status in ((None, 401), (outsider, 403)):
        for url in (TAGS, f"{TAGS}bulk/", "/conjure/r/testapp.Order/action/cancel/"):
            assert api(user).post(url, {"name": "x", "slug": "y"}, content_type=JSON).status_code == status
        assert api(user).patch(order_url(shop), {}, content_type=JSON).status_code == status
        assert api(user).delete(order_url(shop)).status_code == status


def test_by_cookie_a_csrf_token_is_needed(shop: Shop, admin: User, api: Api) -> None:
    client = api(admin, enforce_csrf_checks=True)
    answer = client.post(TAGS, {"name": "x", "slug": "y"}, content_type=JSON)
    assert (answer.status_code, list(answer.json())) == (403, ["detail"])
    token = client.get("/conjure/auth/me/").cookies["csrftoken"].value
    headers = {"X-CSRFToken": token}
    assert client.post(TAGS, {"name": "x", "slug": "y"}, content_type=JSON, headers=headers).status_code == 201
    assert client.post(TAGS, {"name": "x", "slug": "z"}, headers={"X-CSRFToken": token}).status_code == 201
    body = {"name": "x", "slug": "w", "csrfmiddlewaretoken": token}
    assert client.post(TAGS, body).status_code == 201
    headers = {"X-CSRFToken": token, "Origin": "https://evil.example"}
    assert client.post(TAGS, {"name": "x", "slug": "q"}, content_type=JSON, headers=headers).status_code == 403


def test_unknown_rows_are_not_found(client: Client) -> None:
    for key in ("999999", "x", "%00"):
        assert client.patch(f"{TAGS}{key}/", {"name": "x"}, content_type=JSON).status_code == 404
        assert client.delete(f"{TAGS}{key}/").status_code == 404


def test_models_own_rules_hold(client: Client, shop: Shop) -> None:
    blocked = client.patch(
        f"/conjure/r/testapp.Customer/{shop.customers[1].pk}/", {"email": "a@blocked.example"}, content_type=JSON
    )
    assert blocked.json() == {"email": ["This domain is blocked."]}
    product = Product.objects.get(pk=shop.products[0].pk)
    negative = client.patch(f"/conjure/r/testapp.Product/{product.pk}/", {"price": "-1"}, content_type=JSON)
    assert negative.status_code == 400
    assert "The price must not be negative." in str(negative.json())
    assert Customer.objects.filter(email="a@blocked.example").count() == 0
    assert Order.objects.count() == 3
