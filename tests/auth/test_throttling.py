"""Failed logins a minute for each user name and address."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache

from conjure.auth.throttling import LoginAttempt
from conjure.auth.usernames import fold_username
from conjure.exceptions import LimitedError
from tests.auth.caches import CrowdedCache
from tests.auth.conftest import log_in
from tests.auth.hashers import CountingHasher


def attempt(username: str, password: str, address: str = "203.0.113.1") -> Any:
    return log_in(username, password, REMOTE_ADDR=address)


@pytest.mark.usefixtures("admin", "clerk", "mode")
def test_the_sixth_attempt_must_wait_even_with_the_right_password() -> None:
    assert [attempt("clerk", "wrong").status_code for _ in range(5)] == [401] * 5
    answer = attempt("clerk", "clerk")
    assert (answer.status_code, list(answer.json())) == (429, ["detail"])
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert attempt("admin", "admin").status_code == 200
    assert attempt("clerk", "clerk", address="203.0.113.2").status_code == 200


def test_absent_users_are_limited_alike(db: None) -> None:
    assert [attempt("nobody", "x").status_code for _ in range(6)] == [401] * 5 + [429]


def test_an_attempt_that_must_wait_computes_no_hash(settings: Any, clerk: User) -> None:
    for _ in range(5):
        attempt("clerk", "wrong")
    settings.PASSWORD_HASHERS = ["tests.auth.hashers.CountingHasher"]
    CountingHasher.hashed = 0
    attempt("clerk", "clerk")
    assert CountingHasher.hashed == 0


def test_logins_that_succeed_do_not_count(clerk: User) -> None:
    assert [attempt("clerk", "clerk").status_code for _ in range(8)] == [200] * 8
    for _ in range(4):
        attempt("clerk", "wrong")
    assert [attempt("clerk", "clerk").status_code for _ in range(8)] == [200] * 8


def test_bodies_without_credentials_do_not_count(clerk: User) -> None:
    for _ in range(8):
        attempt("clerk", "")
    assert attempt("clerk", "clerk").status_code == 200


def test_a_minute_later_the_user_may_try_again(clerk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    now = time.time()
    for second in range(5):
        monkeypatch.setattr(time, "time", lambda second=second: now + 10 * second)
        attempt("clerk", "wrong")
    answer = attempt("clerk", "clerk")
    assert (answer.status_code, answer["Retry-After"]) == (429, "20")
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert attempt("clerk", "wrong").status_code == 401
    assert attempt("clerk", "clerk").status_code == 429


@pytest.mark.parametrize(
    "variants",
    [
        ["Clerk", "CLERK", " clerk ", "cLERK", "clerK"],
        ["\uff43lerk", "clérk", "\u24d2lerk", "çlerk", "clerk\u0301"],
        ["cl\u200berk", "cle\u00adrk", "c\u0142erk", "cler\u212a", "\ufeffclerk"],
    ],
)
def test_other_spellings_of_a_name_share_its_attempts(variants: list[str], clerk: User) -> None:
    for variant in variants:
        attempt(variant, "wrong")
    assert attempt("clerk", "clerk").status_code == 429


def test_spellings_fold_to_one_and_names_stay_apart() -> None:
    assert fold_username("straße") == fold_username("STRASSE") == fold_username("strase")
    assert fold_username("agent7") == fold_username("agent\u0667") == fold_username("agent\u277c")
    assert fold_username("\u0131") == fold_username("I") == fold_username("\u0130")
    assert len({fold_username(name) for name in ["clerk", "clark", "clerk1", "clerk@a.b", "иван", "王"]}) == 6


def test_attempts_at_the_same_time_do_not_exceed_the_limit(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "tests.auth.caches.CrowdedCache"}}

    def is_limited(_number: int) -> bool:
        try:
            LoginAttempt("clerk", None).begin()
        except LimitedError:
            return True
        return False

    with ThreadPoolExecutor(CrowdedCache.CLIENTS) as pool:
        limited = list(pool.map(is_limited, range(CrowdedCache.CLIENTS)))
    assert limited.count(False) == 5


def test_attempts_that_saw_the_same_slots_free_take_one_each(monkeypatch: pytest.MonkeyPatch) -> None:
    # Each looked before any other had taken its slot.
    monkeypatch.setattr(cache, "get_many", lambda keys: {})
    for _ in range(5):
        LoginAttempt("clerk", None).begin()
    with pytest.raises(LimitedError):
        LoginAttempt("clerk", None).begin()


@pytest.mark.parametrize(("limit", "statuses"), [(2, [401, 401, 429]), (None, [401] * 8), (0, [401] * 8)])
def test_the_limit_is_a_setting(limit: int | None, statuses: list[int], settings: Any, db: None) -> None:
    settings.CONJURE = {"LOGIN_ATTEMPTS_PER_MINUTE": limit}
    assert [attempt("clerk", "wrong").status_code for _ in statuses] == statuses


def test_a_cache_that_is_down_is_logged_and_locks_nobody_out(
    settings: Any, clerk: User, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CONJURE = {"LOGGER_NAME": "the.project"}
    settings.CACHES = {"default": {"BACKEND": "tests.auth.caches.BrokenCache"}}
    with caplog.at_level(logging.WARNING):
        assert [attempt("clerk", "wrong").status_code for _ in range(6)] == [401] * 6
        assert attempt("clerk", "clerk").status_code == 200
    assert {record.name for record in caplog.records if "cache is down" in record.message} == {"the.project"}


def test_the_cache_holds_no_user_names(clerk: User) -> None:
    attempt("clerk", "wrong")
    assert not any("clerk" in key for key in cache._cache)  # type: ignore[attr-defined]


def test_an_attempt_that_breaks_does_not_count(settings: Any, clerk: User) -> None:
    settings.AUTHENTICATION_BACKENDS = ["tests.auth.backends.BrokenBackend"]
    for _ in range(6):
        assert attempt("clerk", "clerk").status_code == 500
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
    assert attempt("clerk", "clerk").status_code == 200
