"""What is reported of each operation: to the log, and to receivers of the signal; never what was sent or answered."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conjure.graphql.endpoint.costs import ALL_ROWS
from conjure.operations import observe
from conjure.operations.facts import Operation
from conjure.operations.signals import operation_finished
from tests.conftest import Api
from tests.testapp.factories import Shop
from tests.testapp.models import Order, Tag

pytestmark = pytest.mark.django_db

GRAPHQL = "/conjure/graphql/"
TAGS = "/conjure/r/testapp.Tag/"
JSON = "application/json"
LOGGER = "conjure.operations"


@pytest.fixture
def reports() -> Iterator[list[Operation]]:
    """The operations that were reported, by the signal."""
    found: list[Operation] = []

    def note(operation: Operation, **_: Any) -> None:
        found.append(operation)

    operation_finished.connect(note)
    yield found
    operation_finished.disconnect(note)


def lines(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == LOGGER]


def test_a_list_of_rest(api: Api, admin: User, shop: Shop, reports: list[Operation]) -> None:
    client = api(admin)
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/conjure/r/testapp.Order/")
    (operation,) = reports
    assert operation.as_dict() == {
        "face": "rest",
        "name": "GET list",
        "kind": "query",
        "models": ["testapp.Order"],
        "rows": Order.objects.count(),
        "queries": len(queries),
        "ms": pytest.approx(operation.ms, abs=0.1),
        "cost": None,
        "user": str(admin.pk),
        "status": 200,
        "request_id": response["X-Request-ID"],
    }
    assert operation.ms > 0


def test_a_query_of_graphql(api: Api, admin: User, shop: Shop, reports: list[Operation]) -> None:
    fields = "testappOrders { results { customer { name } } } testappTags { totalCount }"
    query = "query Mine { ...a } fragment a on Query { %s }" % fields
    client = api(admin)
    with CaptureQueriesContext(connection) as queries:
        client.post(GRAPHQL, {"query": query}, content_type=JSON)
    (operation,) = reports
    orders = list(Order.objects.all())
    customers = len({order.customer_id for order in orders})
    assert operation.rows == {"testapp.Order": len(orders), "testapp.Customer": customers, "testapp.Tag": 0}
    assert (operation.face, operation.name, operation.kind) == ("graphql", "Mine", "query")
    assert operation.queries == len(queries)
    assert operation.cost == 1 + 50 * 3 + 1 + 50 + ALL_ROWS
    assert (operation.user_id, operation.status) == (admin.pk, 200)


def test_writes_count_what_they_log(api: Api, admin: User, reports: list[Operation]) -> None:
    client = api(admin)
    tags = [Tag.objects.create(name=f"{number}", slug=f"{number}") for number in range(3)]
    body = {"action": "update", "ids": [tag.pk for tag in tags], "data": {"name": "new"}}
    assert client.post(f"{TAGS}bulk/", body, content_type=JSON).status_code == 200
    assert client.delete(f"{TAGS}{tags[0].pk}/").status_code == 204
    assert [(each.name, each.kind, each.rows) for each in reports] == [
        ("POST bulk", "mutation", {"testapp.Tag": 3}),
        ("DELETE row", "mutation", {"testapp.Tag": 1}),
    ]


@pytest.mark.parametrize(
    ("method", "url", "body", "status", "name"),
    [
        ("get", "/conjure/r/testapp.Nothing/", None, 404, "GET list"),
        ("get", "/conjure/nothing/", None, 404, "GET"),
        ("post", TAGS, b"{", 400, "POST list"),
        ("post", GRAPHQL, b"{", 400, ""),
        ("post", GRAPHQL, b'{"query": "query Wrong { nothing }"}', 400, ""),
        ("put", GRAPHQL, b"", 405, ""),
        ("generic", TAGS, b"", 405, "other list"),
    ],
)
def test_what_is_refused_is_reported_too(
    api: Api, admin: User, reports: list[Operation], method: str, url: str, body: Any, status: int, name: str
) -> None:
    client = api(admin)
    if method == "generic":
        response = client.generic("SECRET", url)
    else:
        response = getattr(client, method)(url, body, content_type=JSON) if body is not None else client.get(url)
    (operation,) = reports
    assert (response.status_code, operation.status, operation.name) == (status, status, name)
    assert operation.rows == {}


def test_who_is_not_let_in_is_named_and_who_is_nobody_is_not(
    api: Api, outsider: User, reports: list[Operation]
) -> None:
    for client in (api(outsider), api()):
        client.get(TAGS)
        client.post(GRAPHQL, {"query": "{ me }"}, content_type=JSON)
    assert [(each.status, each.user_id) for each in reports] == [
        (403, outsider.pk),
        (403, outsider.pk),
        (401, None),
        (401, None),
    ]


def test_an_answer_from_the_cache_is_reported_too(api: Api, admin: User, reports: list[Operation]) -> None:
    client = api(admin)
    for _ in range(2):
        client.post(GRAPHQL, {"query": "query Names { __schema { queryType { name } } }"}, content_type=JSON)
    assert [each.name for each in reports] == ["Names", "Names"]


def test_a_receiver_that_fails_changes_no_answer(api: Api, admin: User, caplog: pytest.LogCaptureFixture) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError

    operation_finished.connect(fail)
    try:
        assert api(admin).get(TAGS).status_code == 200
    finally:
        operation_finished.disconnect(fail)
    assert "fail" in caplog.text


# The log.


def test_an_operation_is_one_line(api: Api, admin: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    response = api(admin).get(TAGS, headers={"X-Request-ID": "edge-7"})
    (record,) = lines(caplog)
    facts = record.operation  # type: ignore[attr-defined]
    assert response["X-Request-ID"] == facts["request_id"] == "edge-7"
    assert record.levelno == logging.INFO
    assert record.getMessage() == (
        'done face=rest name="GET list" kind=query models=testapp.Tag rows=0 '
        f"queries={facts['queries']} ms={facts['ms']} cost= user={admin.pk} status=200 request_id=edge-7"
    )
    json.dumps(facts)


def test_a_value_cannot_look_like_another_line_or_name() -> None:
    assert observe._as_text('bob"\ndone user=1') == '"bob\\"\\ndone user=1"'
    assert observe._as_text("a=b c") == '"a=b c"'
    assert observe._as_text("2026-11-27T09:00:00+00:00") == "2026-11-27T09:00:00+00:00"


def test_nothing_is_counted_where_nobody_listens(api: Api, admin: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, LOGGER)
    response = api(admin).get(TAGS)
    assert lines(caplog) == []
    assert not hasattr(response.wsgi_request, "_conjure_operation")


def test_a_slow_operation_is_a_warning_and_a_quick_one_is_not(
    api: Api, admin: User, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, LOGGER)
    client = api(admin)
    settings.CONJURE = {"SLOW_OPERATION": 60}
    client.get(TAGS)
    assert lines(caplog) == []
    settings.CONJURE = {"SLOW_OPERATION": 0.000_001}
    client.get(TAGS)
    client.post(GRAPHQL, {"query": "{ me }"}, content_type=JSON)
    assert [record.levelno for record in lines(caplog)] == [logging.WARNING] * 2
    assert lines(caplog)[0].getMessage().startswith('slow face=rest name="GET list"')


CANARY = "canary-4711"


def test_no_line_holds_what_was_sent_or_answered(
    api: Api, admin: User, settings: Any, caplog: pytest.LogCaptureFixture, reports: list[Operation]
) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    settings.CONJURE = {"SLOW_OPERATION": 0.000_001}
    client = api(admin)
    literal = 'query($a: String) { testappTags(search: "%s", filters: {name: {exact: $a}}) { totalCount } }' % CANARY
    mutation = 'mutation { createTestappTag(values: {name: "%s", slug: "%s"}) { result { name } } }' % (CANARY, CANARY)
    client.post(GRAPHQL, {"query": literal, "variables": {"a": CANARY}}, content_type=JSON)
    client.post(GRAPHQL, {"query": "{ me }", "operationName": CANARY}, content_type=JSON)
    client.post(GRAPHQL, {"query": mutation}, content_type=JSON)
    client.get(TAGS, {"search": CANARY, "name": CANARY, CANARY: CANARY})
    client.get(f"/conjure/r/{CANARY}/")
    client.get(f"/conjure/{CANARY}/")
    client.get(f"{TAGS}{CANARY}/")
    client.post(TAGS, {"name": CANARY, "slug": f"{CANARY}2"}, content_type=JSON)
    client.post(f"{TAGS}action/{CANARY}/", {"ids": [CANARY]}, content_type=JSON)
    client.post("/conjure/auth/login/", {"username": CANARY, "password": CANARY}, content_type=JSON)
    client.get(TAGS, headers={"Authorization": f"Bearer {CANARY}"})
    client.get(TAGS, headers={"X-Request-ID": f"{CANARY} with spaces"})
    client.generic(CANARY, TAGS)
    assert len(lines(caplog)) == len(reports) == 13
    told = [record.getMessage() + repr(vars(record)) for record in lines(caplog)]
    assert CANARY not in "".join(told).lower()
    assert Tag.objects.filter(name=CANARY).count() == 2
