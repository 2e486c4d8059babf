"""The page at the mount: for browsers of staff; other clients are told where to go."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client

from tests.conftest import Api

pytestmark = pytest.mark.django_db

START = "/conjure/"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def browse(client: Client, url: str = START) -> Any:
    return client.get(url, headers=HTML)


def test_a_client_that_asks_for_json_is_told_where_to_go(api: Api) -> None:
    for headers in ({}, {"Accept": "application/json"}, {"Accept": "*/*"}):
        answer = api().get(START, headers=headers)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
        assert answer.json()["auth"] == "session"
        assert answer.json()["urls"]["schema"] == "/conjure/schema/"
        assert answer.json()["urls"]["graphql"] == "/conjure/graphql/"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_it_is_there_to_be_read(api: Api, method: str) -> None:
    answer = getattr(api(), method)(START)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")


def test_staff_see_their_models_with_counts_in_the_order_of_the_schema(api: Api, admin: User, everything: Any) -> None:
    client = api(admin)
    page = browse(client).content.decode()
    listed = [unquote(name) for name in re.findall(r'<a href="/conjure/r/([^"/]+)/">', page)]
    schema = client.get("/conjure/schema/").json()["models"]
    groups = {entry["group"]: entry["group_order"] for entry in schema}
    assert sorted(listed) == sorted(entry["model"] for entry in schema)
    assert re.findall(r'<h2 id="[\w-]+">([^<]+)</h2>', page) == sorted(groups, key=groups.__getitem__)
    count = client.get("/conjure/r/testapp.Order/").json()["count"]
    row = page[page.index("/conjure/r/testapp.Order/") :]
    assert re.search(r'class="number">(\d+)<', row).group(1) == str(count)  # type: ignore[union-attr]


def test_who_may_view_one_model_sees_one(api: Api, clerk: User) -> None:
    viewable = {entry["model"] for entry in api(clerk).get("/conjure/schema/").json()["models"]}
    page = browse(api(clerk)).content.decode()
    assert set(re.findall(r'<a href="/conjure/r/([\w.]+)/">', page)) == viewable


def test_nobody_is_led_to_the_login_page_and_back(api: Api) -> None:
    answer = browse(api())
    assert (answer.status_code, answer["Location"]) == (302, f"/conjure/login/?next={START}")


def test_a_user_who_may_not_enter_is_told_so_and_can_log_out(api: Api, outsider: User) -> None:
    client = api(outsider)
    answer = browse(client)
    assert answer.status_code == 403
    assert outsider.username in answer.content.decode()
    assert 'action="/conjure/logout/"' in answer.content.decode()


def test_where_logins_give_tokens_nobody_is_led_anywhere(api: Api, settings: Any) -> None:
    settings.CONJURE = {"AUTH": "jwt"}
    answer = browse(api())
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert "text/html" in answer["Content-Type"]


def refuse(request: Any) -> Any:
    from conjure.auth.denials import Denial

    return Denial("Not <b>now</b>.", 403)


def test_what_access_refuses_is_told_in_a_page(api: Api, admin: User, settings: Any) -> None:
    settings.CONJURE = {"ACCESS": refuse}
    answer = browse(api(admin))
    assert answer.status_code == 403
    assert "Not &lt;b&gt;now&lt;/b&gt;." in answer.content.decode()


def test_the_page_loads_nothing_and_cannot_be_framed_or_kept(api: Api, admin: User) -> None:
    answer = browse(api(admin))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["Cache-Control"] == "no-store"
    assert "<script" not in answer.content.decode()
    nonces = {re.search(r"nonce-([\w-]+)", browse(api(admin))["Content-Security-Policy"]).group(1) for _ in range(2)}  # type: ignore[union-attr]
    assert len(nonces) == 2


@pytest.mark.parametrize("accent", ["red}</style><script>alert(1)</script>", "url(//example.com)", "", None])
def test_a_brand_writes_no_rules_into_the_style(api: Api, admin: User, settings: Any, accent: Any) -> None:
    settings.CONJURE = {"BRAND": {"name": "<i>A</i>", "accent": accent}}
    page = browse(api(admin)).content.decode()
    assert "--accent: #4f46e5;" in page
    assert "&lt;i&gt;A&lt;/i&gt;" in page
    assert "<i>A</i>" not in page


def test_a_dashboard_is_linked_where_the_project_names_it(api: Api, admin: User, settings: Any) -> None:
    assert "Dashboard" not in browse(api(admin)).content.decode()
    settings.CONJURE = {"DASHBOARD_URL": "/admin-app/"}
    assert '<a href="/admin-app/">Dashboard</a>' in browse(api(admin)).content.decode()


def test_page_views_count_as_reads(api: Api, admin: User, settings: Any) -> None:
    settings.CONJURE = {"THROTTLES": {"read": "1/minute"}}
    client = api(admin)
    assert [browse(client).status_code for _ in range(2)] == [200, 429]


def test_what_fails_is_masked_and_logged(
    api: Api, admin: User, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CONJURE = {"BRAND": {"name": "A"}, "APP_GROUPS": 7}
    client = api(admin)
    client.raise_request_exception = False
    answer = browse(client)
    assert (answer.status_code, "Something went wrong." in answer.content.decode()) == (500, True)
    assert "Traceback" in caplog.text


def test_a_database_that_is_away_is_told_as_such(api: Api, admin: User, settings: Any) -> None:
    client = api(admin)
    with connection.execute_wrapper(fail):
        for url in (START, "/conjure/login/"):
            answer = browse(client, url)
            assert (answer.status_code, answer["Retry-After"]) == (503, "1"), url
            assert "text/html" in answer["Content-Type"]


def fail(*args: Any) -> Any:
    raise OperationalError("the connection is gone")
