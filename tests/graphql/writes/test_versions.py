"""A version tells nothing of what its reader may not see: not even that it changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.conftest import Api, Gql
from tests.testapp.factories import Shop
from tests.testapp.models import Shipment

pytestmark = pytest.mark.django_db


@pytest.fixture
def shipment(shop: Shop) -> Shipment:
    """Its config hides ``cost`` from everybody but superusers."""
    found: Shipment = shop.shipments[0]
    return found


def etag(api: Api, user: User, shipment: Shipment) -> str:
    answer = api(user).get(f"/conjure/r/testapp.Shipment/{shipment.pk}/")
    assert answer.status_code == 200
    return str(answer.headers["ETag"])


def version(gql: Gql, user: User, shipment: Shipment) -> Any:
    query = "query ($pk: ID!) { testappShipment(pk: $pk) { _version } }"
    return gql(user, query, pk=str(shipment.pk))["data"]["testappShipment"]["_version"]


def test_a_column_that_is_hidden_from_this_user_is_not_in_its_version(
    viewer: User, admin: User, api: Api, gql: Gql, shipment: Shipment
) -> None:
    before = {user: (etag(api, user, shipment), version(gql, user, shipment)) for user in (viewer, admin)}
    Shipment.objects.filter(pk=shipment.pk).update(cost=999)
    after = {user: (etag(api, user, shipment), version(gql, user, shipment)) for user in (viewer, admin)}
    assert after[viewer] == before[viewer]
    assert not set(after[admin]) & set(before[admin])
    Shipment.objects.filter(pk=shipment.pk).update(carrier="By sea")
    assert etag(api, viewer, shipment) != after[viewer][0]


def test_the_tag_of_a_write_tells_nothing_of_it_either(
    clerk: User, admin: User, api: Api, grant: Any, shipment: Shipment
) -> None:
    user = grant("change_shipment", "view_shipment")
    url = f"/conjure/r/testapp.Shipment/{shipment.pk}/"
    tag = etag(api, user, shipment)
    Shipment.objects.filter(pk=shipment.pk).update(cost=999)
    answer = api(user).patch(url, {"carrier": "By air"}, content_type="application/json", headers={"If-Match": tag})
    assert answer.status_code == 200
    Shipment.objects.filter(pk=shipment.pk).update(cost=5)
    assert etag(api, user, shipment) == answer.headers["ETag"]
