"""A default ordering by values of several related rows shows each row once, where the first of them puts it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.contrib.auth.models import User

from tests.borrowed.models import Dish, DishTranslation, Menu, Portion
from tests.conftest import Api, Configure, Gql

pytestmark = pytest.mark.django_db
NAMES = {"soup": ["Soup", "Agua"], "bread": ["Bread", "Pan"], "cheese": [], "wine": ["Zin", "Vin", "Wine"]}


@pytest.fixture
def dishes() -> dict[str, Dish]:
    dishes = {code: Dish.objects.create(code=code) for code in NAMES}
    for code, names in NAMES.items():
        for number, name in enumerate(names):
            DishTranslation.objects.create(dish=dishes[code], language=str(number), name=name)
    return dishes


def codes(api: Api, admin: User, size: int = 50) -> Sequence[str]:
    client, found, page = api(admin), [], 1
    while True:
        body = client.get(f"/conjure/r/borrowed.Dish/?page_size={size}&page={page}").json()
        assert body["count"] == len(NAMES)
        found += [row["code"] for row in body["results"]]
        if not body["next"]:
            return found
        page += 1


@pytest.mark.parametrize("size", [1, 2, 50])
def test_each_row_stands_once_where_its_first_related_row_puts_it(
    api: Api, admin: User, dishes: dict[str, Dish], size: int
) -> None:
    found = codes(api, admin, size)
    assert [code for code in found if code != "cheese"] == ["soup", "bread", "wine"]
    assert sorted(found) == sorted(NAMES)


def test_a_descending_order_counts_the_last(
    api: Api, admin: User, dishes: dict[str, Dish], configure: Configure
) -> None:
    configure(Dish, ordering=["-translations__name"])
    assert [code for code in codes(api, admin) if code != "cheese"] == ["wine", "soup", "bread"]


def test_a_relations_name_stands_for_such_an_order(api: Api, admin: User, dishes: dict[str, Dish]) -> None:
    for size in (2, 1):
        for dish in dishes.values():
            Portion.objects.create(dish=dish, size=size)
    rows = api(admin).get("/conjure/r/borrowed.Portion/").json()
    by_key = {dish.pk: code for code, dish in dishes.items()}
    found = [(by_key[row["dish"]], row["size"]) for row in rows["results"]]
    assert rows["count"] == len(found) == 8
    assert [one for one in found if one[0] != "cheese"] == [
        ("wine", 1),
        ("wine", 2),
        ("soup", 1),
        ("soup", 2),
        ("bread", 1),
        ("bread", 2),
    ]


def test_an_expression_over_many_rows_puts_each_row_once(api: Api, admin: User, dishes: dict[str, Dish]) -> None:
    menus = {"none": [], "both": ["soup", "bread"], "all": ["bread", "wine", "cheese"]}
    for name, members in menus.items():
        Menu.objects.create(name=name).dishes.set(dishes[code] for code in members)
    rows = api(admin).get("/conjure/r/borrowed.Menu/").json()
    assert [row["name"] for row in rows["results"]] == ["all", "both", "none"]


def test_a_connection_shows_each_row_once(gql: Gql, admin: User, dishes: dict[str, Dish]) -> None:
    query = """query ($after: String) { borrowedDishesConnection(first: 1, after: $after) {
        edges { node { code } } pageInfo { hasNextPage endCursor } } }"""
    found, after = [], None
    for _ in range(10):
        connection = gql(admin, query, after=after)["data"]["borrowedDishesConnection"]
        found += [edge["node"]["code"] for edge in connection["edges"]]
        after = connection["pageInfo"]["endCursor"]
        if not connection["pageInfo"]["hasNextPage"]:
            break
    assert [code for code in found if code != "cheese"] == ["soup", "bread", "wine"]
    assert sorted(found) == sorted(NAMES)


def test_autocomplete_offers_each_row_once(api: Api, admin: User, dishes: dict[str, Dish]) -> None:
    offered = api(admin).get("/conjure/r/borrowed.Dish/autocomplete/").json()["results"]
    assert sorted(one["value"] for one in offered) == sorted(dish.pk for dish in dishes.values())
