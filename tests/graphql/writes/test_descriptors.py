"""Fields whose descriptor gives something else than the column, or refuses what it is given."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from djmoney.money import Money

from conjure.models import AdminAuditLog
from tests.conftest import Api, Gql
from tests.packaged.models import Article, Price, Ticket

pytestmark = pytest.mark.django_db


class Client:
    """Writes rows of the app through REST."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def post(self, path: str, body: Any) -> Any:
        return self.client.post(f"/conjure/r/packaged.{path}/", body, content_type="application/json")

    def patch(self, path: str, body: Any) -> Any:
        return self.client.patch(f"/conjure/r/packaged.{path}/", body, content_type="application/json")

    def get(self, path: str) -> Any:
        return self.client.get(f"/conjure/{path}").json()


@pytest.fixture
def client(api: Api, admin: User) -> Client:
    return Client(api(admin))


# Amounts with a currency.


def test_an_amount_is_stored_and_served_with_its_currency(client: Client) -> None:
    answer = client.post("Price", {"name": "a", "price": "10.50", "price_currency": "EUR"})
    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert (row["price"], row["price_currency"], row["price_currency_display"]) == ("10.50", "EUR", "Euro")
    assert Price.objects.get().price == Money("10.50", "EUR")
    assert client.get(f"r/packaged.Price/{row['id']}/") == row
    [entry] = AdminAuditLog.objects.all()
    assert (entry.diff["price"], entry.diff["price_currency"]) == ([None, "10.50"], [None, "EUR"])


def test_an_amount_without_a_currency_gets_the_default(client: Client) -> None:
    assert client.post("Price", {"name": "a", "price": "10.50"}).json()["price_currency"] == "USD"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"price": "11"}, ("11.00", "USD")),
        ({"price_currency": "GBP"}, ("10.50", "GBP")),
        ({"price": "3", "price_currency": "CHF"}, ("3.00", "CHF")),
    ],
)
@pytest.mark.parametrize("how", ["patch", "bulk", "operations"])
def test_each_half_can_be_changed_by_itself(
    client: Client, how: str, changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    key = client.post("Price", {"name": "a", "price": "10.50"}).json()["id"]
    if how == "patch":
        answer = client.patch(f"Price/{key}", changes)
    elif how == "bulk":
        answer = client.post("Price/bulk", {"action": "update", "ids": [key], "data": changes})
    else:
        answer = client.post("Price/bulk", {"operations": [{"op": "update", "pk": key, "data": changes}]})
    assert answer.status_code == 200, answer.content
    row = client.get(f"r/packaged.Price/{key}/")
    assert (row["price"], row["price_currency"]) == expected


def test_an_optional_amount_needs_a_currency(client: Client) -> None:
    key = client.post("Price", {"name": "a", "price": "1"}).json()["id"]
    refused = client.patch(f"Price/{key}", {"discount": "1"})
    assert (refused.status_code, list(refused.json())) == (400, ["discount"])
    given = client.patch(f"Price/{key}", {"discount_currency": "EUR", "discount": "1"})
    assert (given.json()["discount"], given.json()["discount_currency"]) == ("1.00", "EUR")
    taken = client.patch(f"Price/{key}", {"discount": None, "discount_currency": None})
    assert (taken.json()["discount"], taken.json()["discount_currency"]) == (None, None)


def test_an_unknown_currency_is_refused(client: Client) -> None:
    answer = client.post("Price", {"name": "a", "price": "1", "price_currency": "???"})
    assert (answer.status_code, list(answer.json())) == (400, ["price_currency"])
    assert not Price.objects.exists()


def test_a_price_sent_back_as_it_was_served_changes_nothing(client: Client) -> None:
    row = client.post("Price", {"name": "a", "price": "10.50", "price_currency": "EUR"}).json()
    AdminAuditLog.objects.all().delete()
    assert client.patch(f"Price/{row['id']}", row).json() == row
    assert not AdminAuditLog.objects.exists()


def test_the_schema_says_that_the_currency_can_be_written(client: Client) -> None:
    fields = {field["name"]: field for field in client.get("schema/packaged.Ticket/")["fields"]}
    assert (fields["coin"]["editable"], fields["coin"]["required"]) == (True, False)
    answer = client.post("Ticket", {"seat": "1A", "fee": "0.1234", "coin": "CHF"})
    assert (answer.json()["fee"], answer.json()["coin"]) == ("0.1234", "CHF")
    assert Ticket.objects.get().fee == Money("0.1234", "CHF")


def test_rows_are_found_by_amount_and_by_currency(client: Client, gql: Gql, admin: User) -> None:
    for amount, currency in [("1", "EUR"), ("2", "USD"), ("3", "EUR")]:
        client.post("Price", {"name": currency, "price": amount, "price_currency": currency})
    counts = [
        client.get(f"r/packaged.Price/?{query}")["count"]
        for query in ("price__gte=2", "price_currency=EUR", "price=1.00")
    ]
    assert counts == [2, 2, 1]
    answer = gql(
        admin,
        """{ packagedPrices(filters: {price: {gt: "1"}}, ordering: [{price: DESC}]) {
            results { price priceCurrency }
        } }""",
    )
    rows = answer["data"]["packagedPrices"]["results"]
    assert rows == [{"price": "3.00", "priceCurrency": "EUR"}, {"price": "2.00", "priceCurrency": "USD"}]


def test_graphql_writes_both(gql: Gql, admin: User) -> None:
    answer = gql(
        admin,
        """mutation {
            createPackagedPrice(data: {name: "a", price: "5", priceCurrency: "GBP"}) { result { price priceCurrency } }
        }""",
    )
    assert answer["data"]["createPackagedPrice"]["result"] == {"price": "5.00", "priceCurrency": "GBP"}


# Values that a descriptor refuses.


@pytest.mark.parametrize("value", [("state", "done"), ("step", 2)])
def test_a_protected_state_is_not_set(client: Client, value: tuple[str, Any]) -> None:
    name, other = value
    refused = client.post("Article", {"title": "x", name: other})
    assert (refused.status_code, list(refused.json())) == (400, [name])
    assert not Article.objects.exists()
    key = client.post("Article", {"title": "x"}).json()["id"]
    for answer in (
        client.patch(f"Article/{key}", {name: other}),
        client.post("Article/bulk", {"action": "update", "ids": [key], "data": {name: other}}),
    ):
        assert (answer.status_code, list(answer.json())) == (400, [name])
    assert getattr(Article.objects.get(), name) != other


def test_a_whole_form_with_the_default_state_is_saved(client: Client) -> None:
    answer = client.post("Article", {"title": "x", "state": "new", "step": 1, "code": ""})
    assert answer.status_code == 201, answer.content
    row = answer.json()
    changed = client.patch(f"Article/{row['id']}", {**row, "title": "y"})
    assert (changed.status_code, changed.json()["title"], changed.json()["state"]) == (200, "y", "new")
    assert Article.history.count() == 2


def test_any_exception_of_a_descriptor_is_a_problem_of_its_field(client: Client) -> None:
    refused = client.post("Article", {"title": "x", "code": "12345"})
    assert (refused.status_code, refused.json()) == (400, {"code": ["Too long for me."]})
    key = client.post("Article", {"title": "x", "code": "123"}).json()["id"]
    refused = client.patch(f"Article/{key}", {"code": "456"})
    assert (refused.status_code, list(refused.json())) == (400, ["code"])
    assert "It is set" not in str(refused.json())
    assert client.patch(f"Article/{key}", {"code": "123", "title": "y"}).status_code == 200


def test_graphql_names_the_field_that_is_refused(gql: Gql, admin: User) -> None:
    article = Article.objects.create(title="x")
    answer = gql(
        admin,
        """mutation ($pk: ID!) {
            updatePackagedArticle(pk: $pk, data: {state: "done"}) { result { id } errors { field messages } }
        }""",
        pk=str(article.pk),
    )
    written = answer["data"]["updatePackagedArticle"]
    assert (written["result"], [error["field"] for error in written["errors"]]) == (None, ["state"])
