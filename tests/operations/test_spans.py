"""OpenTelemetry's spans: one an operation, with the facts that the log has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.conftest import Api
from tests.testapp.models import Tag

pytest.importorskip("opentelemetry.sdk")

pytestmark = pytest.mark.django_db
GRAPHQL = "/conjure/graphql/"
TAGS = "/conjure/r/testapp.Tag/"
JSON = "application/json"


@pytest.fixture(scope="module")
def exporter() -> Iterator[Any]:
    # Late: the packages need not be installed. A process has one provider, which cannot be replaced.
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    yield exporter
    provider.shutdown()


@pytest.fixture
def spans(exporter: Any) -> Any:
    """What gives the spans that have ended."""
    exporter.clear()
    return exporter.get_finished_spans


def test_each_operation_is_a_span(api: Api, admin: User, spans: Any) -> None:
    client = api(admin)
    Tag.objects.create(name="a", slug="a")
    response = client.get(TAGS)
    client.post(GRAPHQL, {"query": "query Mine { testappTags { results { id } } }"}, content_type=JSON)
    rest, graphql = spans()
    assert (rest.name, graphql.name) == ("conjure rest GET list", "conjure graphql Mine")
    assert rest.attributes["conjure.request_id"] == response["X-Request-ID"]
    assert rest.attributes["conjure.models"] == ("testapp.Tag",)
    assert rest.attributes["conjure.queries"] > 0
    assert graphql.attributes["conjure.cost"] == 1 + 50 * 2
    assert [span.attributes["conjure.rows"] for span in (rest, graphql)] == [1, 1]
    assert rest.status.is_unset


def test_no_span_holds_what_was_sent(api: Api, admin: User, spans: Any) -> None:
    client = api(admin)
    client.get(TAGS, {"search": "canary"})
    client.post(GRAPHQL, {"query": '{ testappTags(search: "canary") { totalCount } }'}, content_type=JSON)
    assert len(spans()) == 2
    assert "canary" not in "".join(span.to_json() for span in spans())


def test_the_span_of_a_failure_says_so(api: Api, admin: User, spans: Any, settings: Any) -> None:
    settings.CONJURE = {"USER_PAYLOAD": "tests.graphql.endpoint.test_failures.failing_payload"}
    assert api(admin).get("/conjure/auth/me/").status_code == 500
    (span,) = spans()
    assert not span.status.is_ok
    assert span.status.description is None
    assert span.events == ()
