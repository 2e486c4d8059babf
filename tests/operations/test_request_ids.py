"""Each answer names the request's id: the one that was sent, if it is well formed, or a new one."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User

from tests.conftest import Api

pytestmark = pytest.mark.django_db

URLS = ["/conjure/r/testapp.Tag/", "/conjure/graphql/?query={me}", "/conjure/config/", "/conjure/nothing/"]


@pytest.mark.parametrize("url", URLS)
def test_an_id_that_was_sent_is_sent_back(api: Api, admin: User, url: str) -> None:
    for client in (api(admin), api()):
        response = client.get(url, headers={"X-Request-ID": "Root=1-67891233-abc/7:x.y_z@eu+1"})
        assert response["X-Request-ID"] == "Root=1-67891233-abc/7:x.y_z@eu+1"


@pytest.mark.parametrize("sent", [None, "", "a b", "a\tb", "é", '"', "<script>", "a,b", "x" * 129, "a\x7fb", "\u0661"])
def test_any_other_id_is_replaced(api: Api, admin: User, sent: str | None) -> None:
    headers = {} if sent is None else {"X-Request-ID": sent}
    ids = {api(admin).get(url, headers=headers)["X-Request-ID"] for url in URLS}
    assert len(ids) == len(URLS)
    assert all(re.fullmatch(r"[0-9a-f]{32}", each) for each in ids)
