"""Throttle classes of Django REST framework, asked by both faces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.conftest import Api
from tests.throttles import throttles
from tests.throttles.conftest import BULK, Throttled, ask, post, read_graphql, read_rest, wait_of

READS = pytest.mark.parametrize("read", [read_rest, read_graphql])
PATH = "tests.throttles.throttles"


@READS
@pytest.mark.parametrize("declared", [throttles.TwoAMinute, f"{PATH}.TwoAMinute", [throttles.TwoAMinute, "9/min"]])
def test_a_class_decides(
    read: Callable[[Client], Any], declared: Any, throttled: Throttled, api: Api, admin: User, viewer: User
) -> None:
    throttled(read=declared)
    client = api(viewer)
    assert [read(client).status_code for _ in range(2)] == [200, 200]
    assert 1 <= wait_of(read(client)) <= 60
    assert [read(api(admin)).status_code for _ in range(4)] == [200] * 4


@READS
def test_a_class_that_does_not_say_how_long_to_wait_means_a_second(
    read: Callable[[Client], Any], throttled: Throttled, api: Api, admin: User
) -> None:
    throttled(read=throttles.Never)
    assert wait_of(read(api(admin))) == 1


def test_a_class_is_asked_once_a_request_whatever_the_amount(throttled: Throttled, api: Api, admin: User) -> None:
    throttled(write=throttles.Recorder, read=throttles.Recorder)
    client, throttles.Recorder.asked[:] = api(admin), []
    post(client, BULK, {"action": "delete", "ids": [1, 2, 3]})
    ask(client, "mutation { bulkDeleteTestappTags(pks: [1, 2, 3]) { deleted } }")
    read_rest(client)
    assert throttles.Recorder.asked == ["write", "write", "read"]


def test_a_class_is_asked_for_its_own_scope_alone(throttled: Throttled, api: Api, admin: User) -> None:
    throttled(write=throttles.Recorder, export=throttles.Recorder)
    client, throttles.Recorder.asked[:] = api(admin), []
    ask(client, 'mutation { createTestappTag(data: {name: "a", slug: "a"}) { result { id } } }')
    assert throttles.Recorder.asked == ["write"]
    ask(client, 'mutation { runTestappProductAction(action: "export", allFiltered: true) }')
    assert throttles.Recorder.asked == ["write", "export"]


@READS
def test_a_class_that_fails_lets_nothing_through_and_shows_nothing(
    read: Callable[[Client], Any], throttled: Throttled, api: Api, admin: User
) -> None:
    throttled(read=["1/min", throttles.Broken])
    client = api(admin)
    for _ in range(2):  # What was counted before it failed is given back.
        answer = read(client)
        assert (answer.status_code, b"secret" in answer.content) == (500, False)
