"""Search looks in every search field."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.conftest import Gql
from tests.graphql.orders import ask, code_of, numbers
from tests.testapp.models import Order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def test_search_looks_in_every_search_field_and_across_relations(admin: User, gql: Gql) -> None:
    assert numbers(gql(admin, ask('search: "a-3"'))) == ["A-3"]
    assert numbers(gql(admin, ask('search: "lovelace"'))) == list(
        Order.objects.filter(customer__name="Ada Lovelace").values_list("number", flat=True)
    )
    assert numbers(gql(admin, ask('search: "ring twice"'))) == ["A-1"]
    assert numbers(gql(admin, ask('search: "no such thing"'))) == []
    assert len(numbers(gql(admin, ask('search: "  "')))) == 3


def test_an_overlong_search_is_refused(admin: User, gql: Gql) -> None:
    answer = gql(admin, "query ($s: String) { testappOrders(search: $s) { totalCount } }", s="x" * 60_000)
    assert code_of(answer) == "INVALID"
