"""What is hidden is not told by filters, search or order either, over relations neither."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.conftest import Api, Configure
from tests.testapp.factories import make_shop
from tests.testapp.models import Customer, Note, Order, Shipment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop(media_root: Any) -> None:
    make_shop()


def ask(api: Api, user: User, model: str, **parameters: Any) -> tuple[int, Any]:
    """The status of a list, and the keys of its rows or what is wrong with the parameters."""
    answer = api(user).get(f"/conjure/r/testapp.{model}/", parameters)
    body = answer.json()
    return answer.status_code, [row["id"] for row in body["results"]] if answer.status_code == 200 else list(body)


def test_only_declared_paths_over_relations_are_parameters(admin: User, api: Api) -> None:
    assert ask(api, admin, "Order", customer__tier="gold")[0] == 200
    assert ask(api, admin, "Order", customer__name="Ada Lovelace") == (400, ["customer__name"])
    assert ask(api, admin, "Order", customer__credit__gte="1") == (400, ["customer__credit__gte"])


def test_excluded_columns_of_related_models_are_no_filters(admin: User, api: Api, configure: Configure) -> None:
    configure(Order, list_filter=("customer__api_token", "customer__email"), search_fields=("customer__api_token",))
    assert len(ask(api, admin, "Order", customer__email="ada@example.com")[1]) == 2
    assert ask(api, admin, "Order", customer__api_token="ada's token") == (400, ["customer__api_token"])
    assert ask(api, admin, "Order", search="ada's token") == (200, [])


def test_an_excluded_foreign_key_is_no_way_back(admin: User, api: Api, configure: Configure) -> None:
    configure(Customer, list_filter=("orders__number",), search_fields=("orders__number",))
    assert len(ask(api, admin, "Customer", orders__number="A-1")[1]) == 1
    assert len(ask(api, admin, "Customer", search="A-1")[1]) == 1
    configure(Order, exclude=("customer",))
    assert ask(api, admin, "Customer", search="A-1") == (200, [])
    # The relation is as if it were not there, and such a name is passed over.
    assert len(ask(api, admin, "Customer", orders__number="A-1")[1]) == 3


def test_no_filter_and_no_search_looks_into_a_password(admin: User, api: Api, configure: Configure) -> None:
    configure(Note, list_filter=("owner__password", "owner__username"), search_fields=("owner__password",))
    start = User.objects.get(username="alice").password[:10]
    assert len(ask(api, admin, "Note", owner__username="alice")[1]) == 2
    assert ask(api, admin, "Note", owner__password__icontains=start) == (400, ["owner__password__icontains"])
    assert ask(api, admin, "Note", search=start) == (200, [])


def test_what_get_exclude_hides_is_no_parameter(admin: User, viewer: User, api: Api) -> None:
    everything = ask(api, viewer, "Shipment")
    assert len(everything[1]) == 3
    assert len(ask(api, admin, "Shipment", cost="9.00")[1]) == 1
    assert ask(api, viewer, "Shipment", cost="9.00") == everything
    assert ask(api, viewer, "Shipment", cost__gt="5") == everything


def test_search_does_not_look_into_hidden_columns(admin: User, viewer: User, api: Api, configure: Configure) -> None:
    configure(Shipment, search_fields=("cost",))
    assert len(ask(api, admin, "Shipment", search="4")[1]) == 1
    assert ask(api, viewer, "Shipment", search="4") == (200, [])


def test_hidden_columns_order_no_rows(admin: User, viewer: User, api: Api) -> None:
    assert ask(api, admin, "Shipment", ordering="cost") != ask(api, admin, "Shipment", ordering="-cost")
    assert ask(api, viewer, "Shipment", ordering="cost") == ask(api, viewer, "Shipment", ordering="-cost")


def test_a_list_of_too_many_values_is_refused(admin: User, api: Api, settings: Any) -> None:
    settings.CONJURE = {"BULK_MAX_ROWS": 3}
    assert ask(api, admin, "Order", status__in="paid,draft,shipped")[0] == 200
    assert ask(api, admin, "Order", status__in="paid,draft,shipped,cancelled") == (400, ["status__in"])


@pytest.mark.parametrize("name", ["statuz", "status__regex", "customer__name", "secret_note"])
def test_an_empty_parameter_of_an_action_must_be_understood_too(admin: User, api: Api, name: str) -> None:
    body = json.dumps({"all_filtered": True, "params": {name: ""}})
    answer = api(admin).post("/conjure/r/testapp.Order/action/cancel/", body, content_type="application/json")
    assert (answer.status_code, list(answer.json())) == (400, [name])
    assert not Order.objects.filter(status="cancelled").exists()
