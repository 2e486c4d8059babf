"""The client's address, with and without proxies, as the audit log records it."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from conjure.auth.addresses import client_ip
from conjure.models import AdminAuditLog
from tests.auth.conftest import TAGS, new_tag, post

PROXIES = ["10.0.0.0/8", "192.0.2.1", "2001:db8::/32"]


def recorded(admin: User, remote: str | None, forwarded: str | None = None) -> str | None:
    """The address that the audit log holds for a write that came from there."""
    client = Client()
    client.force_login(admin)
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    assert post(client, TAGS, new_tag(), REMOTE_ADDR=remote, **headers).status_code == 201
    return AdminAuditLog.objects.latest("pk").ip


def seen(remote: str, forwarded: str) -> str | None:
    return client_ip(RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded))


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.1.1.1", "198.51.100.1", "198.51.100.1"),
        ("10.1.1.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("10.1.1.1", "1.1.1.1,198.51.100.1 , 192.0.2.1, 10.2.2.2", "198.51.100.1"),
        ("10.1.1.1", "garbage, 198.51.100.1", "198.51.100.1"),
        ("10.1.1.1", "198.51.100.1, garbage", "10.1.1.1"),
        ("10.1.1.1", "198.51.100.1, garbage, 10.2.2.2", "10.1.1.1"),
        ("10.1.1.1", "", "10.1.1.1"),
        ("10.1.1.1", ",", "10.1.1.1"),
        ("10.1.1.1", "10.3.3.3, 10.2.2.2", "10.3.3.3"),
        ("10.1.1.1", "198.51.100.1:4711", "198.51.100.1"),
        ("10.1.1.1", "[2001:db9::1]:4711", "2001:db9::1"),
        ("10.1.1.1", "2001:db9::1", "2001:db9::1"),
        ("2001:db8::5", "198.51.100.1", "198.51.100.1"),
        ("::ffff:10.1.1.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("fe80::1%eth0", None, "fe80::1"),
        ("2001:DB9::1", None, "2001:db9::1"),
        ("10.0.0.1, 10.0.0.2", None, None),
        ("garbage\x00", None, None),
        ("not an address", "198.51.100.1", None),
        ("", "198.51.100.1", None),
        (None, None, None),
    ],
)
def test_the_address_is_the_rightmost_that_is_not_a_trusted_proxy(
    remote: str | None, forwarded: str | None, expected: str | None, settings: Any, admin: User
) -> None:
    settings.CONJURE = {"TRUSTED_PROXIES": PROXIES}
    assert recorded(admin, remote, forwarded) == expected


def test_without_trusted_proxies_the_header_never_counts(admin: User) -> None:
    assert recorded(admin, "10.1.1.1", "198.51.100.1") == "10.1.1.1"


def test_a_unix_socket_can_be_trusted(settings: Any, admin: User) -> None:
    settings.CONJURE = {"TRUSTED_PROXIES": ["unix", "10.0.0.0/8"]}
    assert recorded(admin, "", "1.1.1.1, 198.51.100.1, 10.1.1.1") == "198.51.100.1"
    assert recorded(admin, "what", "198.51.100.1") is None


@given(header=st.text(st.characters(max_codepoint=255), max_size=80), remote=st.text(max_size=20))
def test_whatever_the_headers_say_the_answer_is_an_address_or_none(header: str, remote: str, settings: Any) -> None:
    settings.CONJURE = {"TRUSTED_PROXIES": [*PROXIES, "unix", "nonsense"]}
    for peer in ("10.1.1.1", "203.0.113.9", remote):
        address = seen(peer, header)
        assert address is None or str(ip_address(address)) == address
    assert seen("203.0.113.9", header) == "203.0.113.9"


@given(claimed=st.lists(st.ip_addresses().map(str), max_size=4))
def test_a_client_cannot_choose_its_address(claimed: list[str], settings: Any) -> None:
    settings.CONJURE = {"TRUSTED_PROXIES": PROXIES}
    assert seen("10.1.1.1", ", ".join([*claimed, "198.51.100.1"])) == "198.51.100.1"
