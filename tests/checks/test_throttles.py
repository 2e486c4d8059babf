"""Rates that cannot be read, and caches that cannot count, are told at start-up."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks

from conjure.checks import TAG


def check(**options: Any) -> list[CheckMessage]:
    return run_checks(tags=[TAG], **options)


def found(**options: Any) -> list[str]:
    numbers = [str(message.id).removeprefix("conjure.") for message in check(**options)]
    return [number for number in numbers if not number.startswith("W3")]  # what else is open in production


@pytest.mark.parametrize(
    "throttles",
    [
        None,
        {},
        {"login": "5/s", "read": "100/min", "write": "1_000/hour", "export": ["1/second", "20/day"], "cost": "9/d"},
        {"read": "tests.throttles.throttles.TwoAMinute"},
        {"read": ["3/m", "tests.throttles.throttles.TwoAMinute"]},
    ],
)
def test_rates_and_classes_that_can_be_used_are_fine(throttles: Any, settings: Any) -> None:
    settings.CONJURE = {"THROTTLES": throttles}
    assert found() == []


@pytest.mark.parametrize(
    ("throttles", "said"),
    [
        ({"raed": "100/min"}, "'raed', which is not a scope"),
        ({"read": "100"}, "100"),
        ({"read": "many/min"}, "not a rate such as '100/min'"),
        ({"read": "100/fortnight"}, "not a rate such as '100/min'"),
        ({"read": "0/min"}, "would allow nothing"),
        ({"read": 100}, "neither a rate nor a throttle class"),
        ({"read": ["3/min", dict]}, "neither a rate nor a throttle class"),
        ({"read": "tests.throttles.throttles.Missing"}, "Missing"),
        ({"read": "tests.throttles.throttles.WithoutRate"}, "No default throttle rate set"),
    ],
)
def test_what_cannot_be_used_is_an_error(throttles: Any, said: str, settings: Any) -> None:
    settings.CONJURE = {"THROTTLES": throttles}
    [message] = check()
    assert (message.id, said in message.msg, bool(message.hint)) == ("conjure.E005", True, True), message.msg


def test_anything_but_a_dict_is_of_the_wrong_type(settings: Any) -> None:
    settings.CONJURE = {"THROTTLES": "100/min"}
    assert found() == ["E002"]


BACKENDS = "django.core.cache.backends"


@pytest.mark.parametrize(
    ("backend", "throttles", "limit", "expected"),
    [
        ("locmem.LocMemCache", {"read": "9/s"}, 0, ["W008"]),
        ("dummy.DummyCache", {"read": "9/s"}, 0, ["W008"]),
        ("db.DatabaseCache", {"read": "9/s"}, 0, ["W008"]),
        ("filebased.FileBasedCache", {"read": "9/s"}, 0, ["W008"]),
        ("redis.RedisCache", {"read": "9/s"}, 5, []),
        ("memcached.PyMemcacheCache", {"read": "9/s"}, 5, []),
        ("locmem.LocMemCache", None, 5, ["W008"]),
        ("db.DatabaseCache", None, 5, []),
        ("locmem.LocMemCache", None, 0, []),
    ],
)
def test_a_cache_that_several_processes_do_not_share_is_a_warning(
    backend: str, throttles: Any, limit: int, expected: list[str], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = {"LOGIN_ATTEMPTS_PER_MINUTE": limit, "LOGIN_ATTEMPTS_PER_ADDRESS": limit}
    settings.CONJURE = {"THROTTLES": throttles, **limits}
    settings.CACHES = {"default": {"BACKEND": f"{BACKENDS}.{backend}", "LOCATION": "somewhere"}}
    assert found() == []
    assert found(include_deployment_checks=True) == expected
    monkeypatch.setenv("WEB_CONCURRENCY", "1")
    assert found() == []
    monkeypatch.setenv("WEB_CONCURRENCY", "4")
    assert found() == expected
    assert found(include_deployment_checks=True) == expected
