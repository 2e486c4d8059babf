"""Requests over a rate are refused on both faces, by user, and for no longer than needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.conftest import Api
from tests.throttles.conftest import CONFIG, GRAPHQL, HTML, TAGS, Throttled, ask, post, read_graphql, read_rest, wait_of

Read = Callable[[Client], Any]
READS = pytest.mark.parametrize("read", [read_rest, read_graphql])


def statuses(count: int, request: Callable[[], Any]) -> list[int]:
    return [request().status_code for _ in range(count)]


@READS
def test_a_request_over_the_rate_is_refused_with_the_seconds_to_wait(
    read: Read, throttled: Throttled, api: Api, admin: User
) -> None:
    throttled(read="3/min")
    client = api(admin)
    assert statuses(3, lambda: read(client)) == [200] * 3
    assert 1 <= wait_of(read(client)) <= 120


@READS
def test_without_throttles_nobody_is_limited(read: Read, settings: Any, api: Api, admin: User) -> None:
    settings.CONJURE = {"THROTTLES": None}
    client = api(admin)
    assert statuses(8, lambda: read(client)) == [200] * 8


def test_both_faces_spend_from_one_rate(throttled: Throttled, api: Api, admin: User) -> None:
    throttled(read="2/min")
    client = api(admin)
    assert [read_rest(client).status_code, read_graphql(client).status_code] == [200, 200]
    wait_of(read_rest(client))
    wait_of(read_graphql(client))


@READS
def test_each_user_has_a_rate_of_their_own(
    read: Read, throttled: Throttled, api: Api, admin: User, viewer: User
) -> None:
    throttled(read="1/min")
    assert [read(api(user)).status_code for user in (admin, viewer, admin)] == [200, 200, 429]


def test_scopes_are_counted_apart(throttled: Throttled, api: Api, admin: User) -> None:
    throttled(read="1/min", write="1/min")
    client = api(admin)
    assert read_rest(client).status_code == 200
    assert post(client, TAGS, {"name": "a", "slug": "a"}).status_code == 201
    wait_of(read_rest(client))
    wait_of(post(client, TAGS, {"name": "b", "slug": "b"}))


def test_all_rates_of_a_list_apply(throttled: Throttled, api: Api, admin: User, at: Callable[[float], None]) -> None:
    throttled(read=["2/s", "3/min"])
    client = api(admin)
    at(0)
    assert statuses(3, lambda: read_rest(client)) == [200, 200, 429]
    at(5)
    assert statuses(2, lambda: read_rest(client)) == [200, 429]


@READS
def test_whoever_waits_as_told_is_answered(
    read: Read, throttled: Throttled, api: Api, admin: User, at: Callable[[float], None]
) -> None:
    throttled(read="4/min")
    client = api(admin)
    at(30)
    assert statuses(4, lambda: read(client)) == [200] * 4
    wait = wait_of(read(client))
    at(30 + wait - 1)
    assert wait_of(read(client)) == 1
    at(30 + wait)
    assert statuses(2, lambda: read(client)) == [200, 429]


def test_the_rate_holds_around_the_full_minute(
    throttled: Throttled, api: Api, admin: User, at: Callable[[float], None]
) -> None:
    throttled(read="4/min")
    client = api(admin)
    at(59)
    assert statuses(4, lambda: read_rest(client)) == [200] * 4
    at(61)
    assert statuses(4, lambda: read_rest(client)) == [429] * 4


def test_whoever_waits_in_the_window_after_is_answered_too(
    throttled: Throttled, api: Api, admin: User, at: Callable[[float], None]
) -> None:
    throttled(read="4/min")
    client = api(admin)
    at(59)
    statuses(4, lambda: read_rest(client))
    at(61)
    wait = wait_of(read_rest(client))
    at(61 + wait)
    assert read_rest(client).status_code == 200


def test_two_windows_later_all_is_forgotten(
    throttled: Throttled, api: Api, admin: User, at: Callable[[float], None]
) -> None:
    throttled(read="4/min")
    client = api(admin)
    for second in (59, 180):
        at(second)
        assert statuses(5, lambda: read_rest(client)) == [200] * 4 + [429]


def test_requests_that_are_refused_do_not_count(
    throttled: Throttled, api: Api, admin: User, at: Callable[[float], None]
) -> None:
    throttled(read="2/min")
    client = api(admin)
    at(0)
    statuses(2, lambda: read_rest(client))
    wait = wait_of(read_rest(client))
    statuses(20, lambda: read_rest(client))
    at(wait)
    assert read_rest(client).status_code == 200


def test_the_page_of_graphiql_counts(throttled: Throttled, api: Api, admin: User) -> None:
    throttled(read="1/min")
    client = api(admin)
    assert client.get(GRAPHQL, **HTML).status_code == 200
    wait_of(client.get(GRAPHQL, **HTML))


@pytest.mark.parametrize(
    "body", ["{", {"query": "{ nothing }"}, {"query": "{ a: me b: me"}, {"extensions": {"persistedQuery": {}}}]
)
def test_documents_that_are_refused_count(body: Any, throttled: Throttled, api: Api, admin: User) -> None:
    throttled(read="1/min")
    client = api(admin)
    assert post(client, GRAPHQL, body).status_code == 400
    wait_of(post(client, GRAPHQL, body))


def test_urls_and_methods_that_do_not_exist_count(throttled: Throttled, api: Api, admin: User) -> None:
    throttled(read="1/min", write="1/min")
    client = api(admin)
    assert client.get("/conjure/r/no.Model/").status_code == 404
    wait_of(read_rest(client))
    assert client.patch(TAGS).status_code == 405
    wait_of(client.delete(f"{TAGS}1/"))


@READS
def test_requests_without_a_login_are_refused_as_such_and_do_not_count(
    read: Read, throttled: Throttled, api: Api, admin: User, outsider: User
) -> None:
    throttled(read="1/min")
    assert statuses(3, lambda: read(api())) == [401] * 3
    assert statuses(3, lambda: read(api(outsider))) == [403] * 3
    assert read(api(admin)).status_code == 200


def test_whoever_is_not_logged_in_is_counted_by_address(throttled: Throttled, api: Api) -> None:
    throttled(read="1/min")
    client = api()
    answers = [client.get(CONFIG, REMOTE_ADDR=address) for address in ("203.0.113.1", "203.0.113.2", "203.0.113.1")]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    forwarded = client.get(CONFIG, REMOTE_ADDR="203.0.113.1", HTTP_X_FORWARDED_FOR="198.51.100.7")
    wait_of(forwarded)


def test_a_trusted_proxy_says_whose_request_it_is(throttled: Throttled, api: Api) -> None:
    throttled({"TRUSTED_PROXIES": ["10.0.0.0/8"]}, read="1/min")
    client = api()
    sent = ("198.51.100.1", "198.51.100.2", "198.51.100.1")
    answers = [client.get(CONFIG, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=address) for address in sent]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


def test_every_attempt_to_log_in_counts_by_address(throttled: Throttled, api: Api, admin: User) -> None:
    throttled(login="2/min")
    client = api()

    def log_in(password: str, address: str) -> Any:
        body = {"username": "admin", "password": password}
        return post(client, "/conjure/auth/login/", body, REMOTE_ADDR=address)

    assert log_in("admin", "203.0.113.1").status_code == 200
    assert log_in("wrong", "203.0.113.1").status_code == 401
    wait_of(log_in("admin", "203.0.113.1"))
    wait_of(post(client, "/conjure/auth/refresh/", {"refresh": "x"}, REMOTE_ADDR="203.0.113.1"))
    assert log_in("admin", "203.0.113.2").status_code == 200


def test_a_login_can_always_be_ended(throttled: Throttled, api: Api, admin: User) -> None:
    throttled(write="1/hour", read="9/hour")
    client = api(admin)
    tag = {"name": "a", "slug": "a"}
    assert [post(client, TAGS, tag).status_code for _ in range(2)] == [201, 429]
    assert post(client, "/conjure/auth/logout/", {}).status_code == 204
    assert client.get("/conjure/auth/me/").status_code == 401


def test_a_mutation_of_nothing_counts_as_a_read(throttled: Throttled, api: Api, admin: User) -> None:
    throttled(read="1/min", write="1/min", export="1/min")
    client = api(admin)
    assert [ask(client, "mutation { __typename }").status_code for _ in range(2)] == [200, 429]


def test_the_answer_has_the_headers_of_every_answer(throttled: Throttled, api: Api, admin: User) -> None:
    throttled(read="1/min")
    client = api(admin)
    read_rest(client)
    for answer in (read_rest(client), read_graphql(client), ask(client, "mutation { nothing }")):
        wait_of(answer)
        assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store", "nosniff")
