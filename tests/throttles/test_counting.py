"""Counting in the cache: many tries at once do not pass a rate, in local memory or in Redis; a cache may be down."""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.conftest import Api
from tests.throttles.conftest import CONFIG, Throttled, wait_of

REDIS = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
THREADS = 16


@pytest.fixture(params=["memory", "redis"])
def counting_cache(request: pytest.FixtureRequest, settings: Any) -> str:
    if request.param == "redis":
        redis = pytest.importorskip("redis")
        try:
            redis.Redis.from_url(REDIS, socket_connect_timeout=2).ping()
        except redis.exceptions.RedisError as error:
            pytest.skip(f"{REDIS} does not answer: {error}")
        # Keys of this test alone, which expire: other projects may use the server.
        backend = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "KEY_PREFIX": f"conjure-{uuid.uuid4()}"}
        settings.CACHES = {"default": {**backend, "LOCATION": REDIS}}
    return str(request.param)


@pytest.mark.usefixtures("counting_cache")
def test_many_tries_at_once_do_not_pass_the_rate(throttled: Throttled) -> None:
    throttled(read="20/min")

    def ask(number: int) -> int:
        return Client().get(CONFIG).status_code  # It asks no database.

    with ThreadPoolExecutor(THREADS) as pool:
        statuses = list(pool.map(ask, range(THREADS * 10)))
    assert (statuses.count(200), set(statuses)) == (20, {200, 429})


@pytest.mark.usefixtures("counting_cache")
def test_what_was_refused_is_given_back(throttled: Throttled, api: Api, settings: Any) -> None:
    throttled(read=["3/min", "2/s"])
    client = api()
    answers = [client.get(CONFIG) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [200, 200] + [429] * 6
    # The first rate gave back what the second refused.
    throttled(read="3/min")
    assert [client.get(CONFIG).status_code for _ in range(2)] == [200, 429]


def test_a_cache_without_an_addition_of_its_own_keeps_long_windows(
    throttled: Throttled, api: Api, settings: Any, tmp_path: Path, at: Callable[[float], None]
) -> None:
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path)}}
    throttled(read="3/hour")
    answers = []
    for seconds in (0, 1, 2, 900, 1800):
        at(seconds)
        answers.append(api().get(CONFIG).status_code)
    assert answers == [200, 200, 200, 429, 429]


def test_a_cache_that_is_down_is_logged_and_limits_nobody(
    throttled: Throttled, settings: Any, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    throttled({"LOGGER_NAME": "the.project"}, read="1/min")
    settings.CACHES = {"default": {"BACKEND": "tests.auth.caches.BrokenCache"}}
    with caplog.at_level(logging.WARNING):
        assert [api().get(CONFIG).status_code for _ in range(3)] == [200] * 3
    assert {record.name for record in caplog.records if "cache is down" in record.message} == {"the.project"}


def test_a_client_without_an_address_is_not_limited(throttled: Throttled, api: Api) -> None:
    throttled(read="1/min")
    assert [api().get(CONFIG, REMOTE_ADDR="").status_code for _ in range(3)] == [200] * 3


def test_a_client_with_many_ipv6_addresses_is_one(throttled: Throttled, api: Api) -> None:
    throttled(read="1/min")
    assert api().get(CONFIG, REMOTE_ADDR="2001:db8::1").status_code == 200
    wait_of(api().get(CONFIG, REMOTE_ADDR="2001:db8::2"))
