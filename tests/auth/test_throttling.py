"""Failed logins a minute, for each user name and address and for each address."""

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
from tests.conftest import drop_caches_of_settings


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


# Many user names from one address (case 40 of the security notes): each name has its own five attempts.


def statuses_of_names(count: int, **headers: str) -> list[int]:
    return [log_in(f"name{number}", "wrong", **headers).status_code for number in range(count)]


def test_an_address_that_tries_many_user_names_must_wait(clerk: User) -> None:
    assert statuses_of_names(51, REMOTE_ADDR="203.0.113.1") == [401] * 50 + [429]
    answer = attempt("clerk", "clerk")
    assert (answer.status_code, list(answer.json())) == (429, ["detail"])
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert attempt("clerk", "clerk", address="203.0.113.2").status_code == 200


@pytest.mark.parametrize(("limit", "last"), [(3, 429), (None, 401), (0, 401)])
def test_the_limit_of_an_address_is_a_setting(limit: int | None, last: int, settings: Any, db: None) -> None:
    settings.CONJURE = {"LOGIN_ATTEMPTS_PER_ADDRESS": limit}
    assert statuses_of_names(4, REMOTE_ADDR="203.0.113.1") == [401] * 3 + [last]


def test_an_attempt_refused_for_its_address_does_not_count_for_its_name(settings: Any, clerk: User) -> None:
    settings.CONJURE = {"LOGIN_ATTEMPTS_PER_ADDRESS": 1}
    attempt("nobody", "wrong")
    assert [attempt("clerk", "wrong").status_code for _ in range(6)] == [429] * 6
    settings.CONJURE = {}
    assert attempt("clerk", "clerk").status_code == 200


def test_logins_that_succeed_do_not_count_for_their_address(settings: Any, clerk: User) -> None:
    settings.CONJURE = {"LOGIN_ATTEMPTS_PER_ADDRESS": 2}
    assert [attempt("clerk", "clerk").status_code for _ in range(5)] == [200] * 5


def test_the_address_is_the_one_that_a_trusted_proxy_reports(settings: Any, db: None) -> None:
    settings.CONJURE = {"LOGIN_ATTEMPTS_PER_ADDRESS": 2, "TRUSTED_PROXIES": ["10.0.0.0/8"]}

    def last_status(remote: str, forwarded: list[str]) -> int:
        answers = [log_in(f"of {each}", "x", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=each) for each in forwarded]
        return int(answers[-1].status_code)

    assert last_status("10.1.1.1", ["198.51.100.1", "198.51.100.2", "198.51.100.3"]) == 401
    assert last_status("203.0.113.9", ["198.51.100.4", "198.51.100.5", "198.51.100.6"]) == 429


def test_a_client_with_many_ipv6_addresses_is_one_client(settings: Any, db: None) -> None:
    settings.CONJURE = {"LOGIN_ATTEMPTS_PER_ADDRESS": 2}
    addresses = ["2001:db8::1", "2001:db8::2", "2001:db8::ffff:3", "2001:db8:0:1::1"]
    statuses = [log_in(f"of {each}", "x", REMOTE_ADDR=each).status_code for each in addresses]
    assert statuses == [401, 401, 429, 401]


def test_clients_without_an_address_do_not_lock_each_other_out(settings: Any, db: None) -> None:
    settings.CONJURE = {"LOGIN_ATTEMPTS_PER_ADDRESS": 2}
    assert statuses_of_names(4, REMOTE_ADDR="") == [401] * 4


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


def test_logins_without_an_address_are_in_the_log_once(db: None, caplog: pytest.LogCaptureFixture) -> None:
    drop_caches_of_settings()
    assert statuses_of_names(3, REMOTE_ADDR="") == [401] * 3
    assert caplog.text.count("without a client's address") == 1
    assert statuses_of_names(1, REMOTE_ADDR="203.0.113.1") == [401]
    assert caplog.text.count("without a client's address") == 1
