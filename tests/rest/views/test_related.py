"""``GET r/{model}/{pk}/related/``: what a delete would delete too."""

from __future__ import annotations

from django.contrib.auth.models import User

from tests.conftest import Api
from tests.testapp.factories import Shop


def test_every_row_that_would_go_along_is_counted(shop: Shop, admin: User, api: Api) -> None:
    order = shop.orders[0]
    body = api(admin).get(f"/conjure/r/testapp.Order/{order.pk}/related/").json()
    counts = {entry["model"]: entry["count"] for entry in body["related"]}
    assert list(body) == ["related"]
    assert counts["testapp.OrderItem"] == order.items.count()
    assert counts["testapp.Shipment"] == order.shipments.count()
    assert "testapp.Order" not in counts
    assert all(list(entry) == ["model", "verbose_name", "count"] for entry in body["related"])


def test_what_protects_the_row_is_named_too(shop: Shop, admin: User, api: Api) -> None:
    body = api(admin).get(f"/conjure/r/testapp.Category/{shop.categories[0].pk}/related/").json()
    assert {entry["model"] for entry in body["protected"]} == {"testapp.Product"}


def test_an_unknown_row_is_not_found(shop: Shop, admin: User, api: Api) -> None:
    for key in ("x", "999999"):
        assert api(admin).get(f"/conjure/r/testapp.Order/{key}/related/").status_code == 404


def test_only_those_who_may_view_the_model_are_told(shop: Shop, api: Api, clerk: User, outsider: User) -> None:
    url = f"/conjure/r/testapp.Order/{shop.orders[0].pk}/related/"
    assert [api(user).get(url).status_code for user in (None, outsider, clerk)] == [401, 403, 403]
