"""``GET r/{model}/``: pages, orders, searches and filters."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import Api
from tests.testapp.factories import Shop
from tests.testapp.models.field_types import EveryNullableField
from tests.testapp.models.keys import IntegerKey
from tests.testapp.models.shop import Category, Order, Tag

URL = "/conjure/r/testapp.Order/"


@pytest.fixture
def client(shop: Shop, admin: User, api: Api) -> Client:
    return api(admin)


def get(client: Client, url: str, **parameters: Any) -> Any:
    answer = client.get(url, parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()


def numbers(client: Client, **parameters: Any) -> list[str]:
    return [row["number"] for row in get(client, URL, **parameters)["results"]]


def test_the_envelope_has_count_links_and_results(client: Client) -> None:
    body = get(client, URL)
    assert list(body) == ["count", "next", "previous", "results"]
    assert (body["count"], body["next"], body["previous"]) == (3, None, None)
    assert len(body["results"]) == 3


def test_the_model_key_is_matched_without_regard_to_case(client: Client) -> None:
    assert get(client, "/conjure/r/TESTAPP.oRDER/") == get(client, URL)


@pytest.fixture
def integer_keys(db: None) -> None:
    IntegerKey.objects.bulk_create(IntegerKey(number=number, name="x") for number in range(1, 8))


def test_following_next_meets_each_row_once(integer_keys: None, admin: User, api: Api) -> None:
    url: str | None = "/conjure/r/testapp.IntegerKey/?page_size=3&name=x&ordering=name&_=1"
    met, pages = [], 0
    client = api(admin)
    while url:
        body = client.get(url).json()
        assert body["count"] == 7
        met += [row["number"] for row in body["results"]]
        pages += 1
        url = body["next"]
    assert pages == 3
    assert sorted(met) == list(range(1, 8))


def test_links_are_absolute_and_keep_the_other_parameters(integer_keys: None, admin: User, api: Api) -> None:
    parameters = {"page_size": "3", "page": "2", "name": "x", "q": "a&b=ç d"}
    body = api(admin).get("/conjure/r/testapp.IntegerKey/", parameters).json()
    for link, page in ((body["next"], "3"), (body["previous"], "1")):
        assert link.startswith("http://testserver/conjure/r/testapp.IntegerKey/?")
        query = api(admin).get(link).wsgi_request.GET.dict()
        assert query == {**parameters, "page": page}


def test_the_last_page_can_be_asked_for_by_name(integer_keys: None, admin: User, api: Api) -> None:
    body = api(admin).get("/conjure/r/testapp.IntegerKey/?page_size=3&page=last&ordering=number").json()
    assert [row["number"] for row in body["results"]] == [7]
    assert body["next"] is None
    assert "page=2" in body["previous"]


@pytest.mark.parametrize("page", ["0", "-1", "2", "x", "1.0", "²", "1" + "0" * 23, "LAST", "٣"])
def test_any_other_page_is_not_found(client: Client, page: str) -> None:
    answer = client.get(URL, {"page": page})
    assert (answer.status_code, list(answer.json())) == (404, ["detail"])


def test_an_empty_list_has_a_first_page(client: Client) -> None:
    Order.objects.all().delete()
    assert get(client, URL, page=1)["results"] == []
    assert get(client, URL, page="last")["count"] == 0


@pytest.mark.parametrize(("size", "shown"), [("2", 2), ("1", 1), ("0", 3), ("-1", 3), ("x", 3), ("", 3), ("9" * 30, 3)])
def test_a_page_size_that_is_no_positive_number_means_the_default(client: Client, size: str, shown: int) -> None:
    assert len(get(client, URL, page_size=size)["results"]) == shown


def test_page_sizes_obey_the_settings_as_they_are_now(client: Client, settings: Any) -> None:
    settings.CONJURE = {"PAGE_SIZE": 1, "MAX_PAGE_SIZE": 2}
    assert len(get(client, URL)["results"]) == 1
    assert len(get(client, URL, page_size=100)["results"]) == 2


def test_ordering_takes_several_fields_and_passes_over_unknown_ones(client: Client) -> None:
    Order.objects.filter(number="A-1").update(priority=2)
    Order.objects.exclude(number="A-1").update(priority=1)
    assert numbers(client, ordering="priority,-number") == ["A-3", "A-2", "A-1"]
    assert numbers(client, ordering="nothing,-number,--id,password") == ["A-3", "A-2", "A-1"]
    assert numbers(client, ordering="nothing") == numbers(client)


def test_search_looks_into_the_search_fields_without_regard_to_case(client: Client) -> None:
    assert numbers(client, search="a-2") == ["A-2"]
    assert sorted(numbers(client, search="LOVELACE")) == ["A-1", "A-3"]
    assert numbers(client, search="nobody") == []


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"number": "A-1"}, ["A-1"]),
        ({"number__exact": "A-1"}, ["A-1"]),
        ({"number__in": "A-1,A-3"}, ["A-1", "A-3"]),
        ({"number__icontains": "a-"}, ["A-1", "A-2", "A-3"]),
        ({"customer__tier": "gold"}, ["A-1", "A-3"]),
        ({"number": ""}, ["A-1", "A-2", "A-3"]),
        ({"cache_buster": "1"}, ["A-1", "A-2", "A-3"]),
        ({"format": "api"}, ["A-1", "A-2", "A-3"]),
    ],
)
def test_filters_narrow_the_rows(client: Client, parameters: dict[str, str], expected: list[str]) -> None:
    assert sorted(numbers(client, **parameters)) == expected


def test_of_a_parameter_that_comes_twice_the_last_counts(client: Client) -> None:
    body = client.get(f"{URL}?number=A-1&number=A-2").json()
    assert [row["number"] for row in body["results"]] == ["A-2"]


@pytest.mark.parametrize("word", ["true", "1", "YES", "True"])
def test_booleans_are_read_in_words(client: Client, word: str) -> None:
    Order.objects.filter(number="A-2").update(is_gift=True)
    Order.objects.exclude(number="A-2").update(is_gift=False)
    assert numbers(client, is_gift=word) == ["A-2"]
    assert sorted(numbers(client, is_gift="nO")) == ["A-1", "A-3"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"priority": "x"},
        {"ordered_on": "yesterday"},
        {"total__gte": "NaN"},
        {"customer": "not-a-uuid"},
        {"is_gift": "maybe"},
        {"number__regex": "A"},
        {"priority__startswith": "1"},
        {"number": "\0"},
        {"priority": "9" * 5000},
        {"customer__email": "x"},
    ],
)
def test_what_a_field_cannot_take_is_said_under_the_parameter(client: Client, parameters: dict[str, str]) -> None:
    answer = client.get(URL, parameters)
    [name] = parameters
    assert (answer.status_code, list(answer.json())) == (400, [name])
    [message] = answer.json()[name]
    assert isinstance(message, str)


@pytest.mark.parametrize("query", ["number=%FF", "search=%ED%A0%80", "%C3%28=1", "number=\udcff"])
def test_a_query_that_is_not_utf_8_is_refused(client: Client, query: str) -> None:
    answer = client.get(URL, QUERY_STRING=query)
    assert (answer.status_code, list(answer.json())) == (400, ["detail"])


def test_a_secret_column_is_the_same_as_one_that_does_not_exist(client: Client) -> None:
    Order.objects.update(secret_note="x")
    for name in ("secret_note", "secret_note__icontains", "customer__api_token"):
        known, unknown = client.get(URL, {name: "q"}), client.get(URL, {f"{name.split('__')[0]}x": "q"})
        if name != "customer__api_token":
            assert known.json() == unknown.json()
    assert numbers(client, ordering="secret_note") == numbers(client)


def test_a_filter_on_a_many_to_many_field_repeats_no_row(client: Client, shop: Shop) -> None:
    product = shop.products[0]
    product.tags.set(Tag.objects.all())
    tags = ",".join(str(tag.pk) for tag in Tag.objects.all())
    body = get(client, "/conjure/r/testapp.Product/", tags__in=tags, search=product.sku)
    assert [row["sku"] for row in body["results"]] == [product.sku]
    assert body["count"] == 1


def test_anybody_else_is_told_no(shop: Shop, api: Api, outsider: User, clerk: User, viewer: User) -> None:
    answers = [api(user).get(URL) for user in (None, outsider, clerk, viewer)]
    assert [answer.status_code for answer in answers] == [401, 403, 403, 200]
    assert answers[0]["WWW-Authenticate"] == "Session"


@pytest.mark.parametrize(
    "key", ["nothing", "testapp.Nothing", "testapp", "testapp.order.x", "%00", "testapp.%F0%9F%92%A9"]
)
def test_an_unknown_model_is_not_found(client: Client, key: str) -> None:
    answer = client.get(f"/conjure/r/{key}/")
    assert (answer.status_code, list(answer.json())) == (404, ["detail"])


def test_an_unknown_model_is_not_told_to_strangers(api: Api, db: None) -> None:
    assert api().get("/conjure/r/nothing.Nothing/").status_code == 401


def copy_of(row: Any, number: int) -> Any:
    """A new row with all relations of another."""
    many = {field.name: list(getattr(row, field.name).all()) for field in row._meta.many_to_many}
    row = copy.copy(row)
    row.pk = f"copy-{number}" if isinstance(row.pk, str) else None
    row._state.adding = True
    for name in ("number", "name"):
        if hasattr(row, name):
            setattr(row, name, f"copy {number}")
    row.save(force_insert=True)
    for name, targets in many.items():
        getattr(row, name).set(targets)
    return row


@pytest.mark.parametrize("kind", ["orders", "products", "reviews", "folders", "shipments"])
def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(client: Client, shop: Shop, kind: str) -> None:
    row = getattr(shop, kind)[0]
    copies = [copy_of(row, number) for number in range(30)]
    counts = set()
    for size in (2, 30):
        pks = ",".join(str(each.pk) for each in copies[:size])
        url, parameters = f"/conjure/r/{row._meta.label}/", {f"{row._meta.pk.name}__in": pks, "page_size": size + 1}
        assert len(get(client, url, **parameters)["results"]) == size
        with CaptureQueriesContext(connection) as captured:
            get(client, url, **parameters)
        counts.add(len(captured))
    assert len(counts) == 1


def test_a_list_of_many_rows_takes_ten_queries_at_most(client: Client) -> None:
    Category.objects.bulk_create(Category(name=f"c{number}") for number in range(100))
    with CaptureQueriesContext(connection) as captured:
        get(client, "/conjure/r/testapp.Category/", page_size=100)
    assert len(captured) <= 10


@pytest.mark.parametrize("value", ["", "text", "a\\b 'c' \"d\"", "null", 1, 2.5, True, [], ["x"], {"a": ""}])
def test_json_is_found_in_a_list_as_by_itself(client: Client, value: Any) -> None:
    row, _other = (EveryNullableField.objects.create(a_json=stored) for stored in (value, {"another": 1}))
    for lookup in ("exact", "in"):
        found = get(client, "/conjure/r/testapp.EveryNullableField/", **{f"a_json__{lookup}": json.dumps(value)})
        assert [each["id"] for each in found["results"]] == [row.pk], lookup
