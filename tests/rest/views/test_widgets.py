"""``GET widgets/{name}/``."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.conftest import Api
from tests.testapp.factories import Shop


def test_a_widget_answers_what_its_function_gives(shop: Shop, admin: User, api: Api) -> None:
    assert api(admin).get("/conjure/widgets/order-stats/").json() == {"orders": 3, "at": "2024-02-29"}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("recent-audit", "rows"),
        ("recent-activity", "rows"),
        ("model-counts", "cards"),
        ("stats", "cards"),
        ("trend", "points"),
    ],
)
def test_dashboards_find_what_they_ask_for(shop: Shop, admin: User, api: Api, name: str, key: str) -> None:
    body = api(admin).get(f"/conjure/widgets/{name}/").json()
    assert list(body) == [key]
    assert isinstance(body[key], list)


@pytest.mark.parametrize("name", ["nothing", "%00", "order_stats"])
def test_an_unknown_widget_is_not_found(admin: User, api: Api, name: str) -> None:
    answer = api(admin).get(f"/conjure/widgets/{name}/")
    assert (answer.status_code, list(answer.json())) == (404, ["detail"])


def test_widgets_are_for_staff_with_their_permission(
    shop: Shop, clerk: User, viewer: User, outsider: User, api: Api
) -> None:
    url = "/conjure/widgets/restricted-stats/"
    assert [api(user).get(url).status_code for user in (None, outsider, clerk, viewer)] == [401, 403, 403, 200]
    assert api(outsider).get("/conjure/widgets/stats/").status_code == 403
