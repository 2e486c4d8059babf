"""What a request counts for: rows and mutations as writes, exports, the cost of documents."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.conftest import Api
from tests.testapp.factories import Shop
from tests.testapp.models import Tag
from tests.throttles.conftest import BULK, TAGS, Throttled, ask, post, wait_of

CREATE = 'createTestappTag(data: {{name: "{0}", slug: "{0}"}}) {{ result {{ id }} }}'
ACTIONS = "/conjure/r/testapp.Product/action"


@pytest.fixture
def tags(db: None) -> list[int]:
    return [Tag.objects.create(name=f"tag {number}", slug=f"tag-{number}").pk for number in range(4)]


@pytest.fixture
def client(api: Api, admin: User) -> Client:
    return api(admin)


def aliased(names: str) -> str:
    return " ".join(f"{name}: {CREATE.format(name)}" for name in names)


def test_every_aliased_mutation_counts(throttled: Throttled, client: Client) -> None:
    throttled(write="4/min")
    assert ask(client, f"mutation {{ {aliased('abc')} }}").status_code == 200
    wait_of(ask(client, f"mutation {{ {aliased('de')} }}"))
    assert sorted(Tag.objects.values_list("slug", flat=True)) == ["a", "b", "c"]
    assert ask(client, f"mutation {{ {aliased('d')} }}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        f"mutation {{ ...more }} fragment more on Mutation {{ {aliased('abc')} }}",
        f"mutation {{ ... {{ {aliased('ab')} }} ... on Mutation {{ {aliased('c')} }} }}",
        f"mutation {{ {aliased('abc')} __typename }}",
    ],
)
def test_mutations_in_fragments_count(query: str, throttled: Throttled, client: Client) -> None:
    throttled(write="4/min")
    assert ask(client, query).status_code == 200
    wait_of(ask(client, f"mutation {{ {aliased('de')} }}"))


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ({"action": "update", "data": {"name": "x"}}, "ids"),
        ({"action": "delete"}, "ids"),
        ({}, "operations"),
    ],
)
def test_every_row_of_a_bulk_counts(
    body: dict[str, Any], asked: str, throttled: Throttled, client: Client, tags: list[int]
) -> None:
    throttled(write="4/min")
    operations = [{"op": "update", "pk": pk, "data": {"name": "x"}} for pk in tags]
    rows: list[Any] = tags if asked == "ids" else operations
    assert post(client, BULK, {**body, asked: rows[:3]}).status_code == 200
    wait_of(post(client, BULK, {**body, asked: rows[2:]}))
    assert Tag.objects.filter(pk=tags[3]).exclude(name="x").exists()
    last = post(client, TAGS, {"name": "last", "slug": "last"})
    # The bulk that was refused still is a request.
    assert last.status_code == 429


def test_every_row_of_an_action_counts(throttled: Throttled, client: Client, shop: Shop) -> None:
    throttled(write="4/min", export="4/min")
    ids = [1, 2, 3]
    for key, body in (("reprice", {"input": {"price": "1.00"}}), ("export", {})):
        assert post(client, f"{ACTIONS}/{key}/", {"ids": ids, **body}).status_code in (200, 400)
        wait_of(post(client, f"{ACTIONS}/{key}/", {"ids": ids, **body}))


@pytest.mark.parametrize(
    "mutation",
    [
        "mutation ($rows: [JSON]!) { bulkDeleteTestappTags(pks: $rows) { deleted } }",
        'mutation ($rows: [JSON]!) { bulkUpdateTestappTags(pks: $rows, data: {name: "x"}) { updated } }',
        'mutation ($rows: JSON) { runTestappProductAction(action: "delete_selected", pks: $rows) }',
    ],
)
def test_every_row_of_a_mutation_counts(
    mutation: str, throttled: Throttled, client: Client, tags: list[int], shop: Shop
) -> None:
    throttled(write="4/min")
    assert ask(client, mutation, {"rows": tags[:3]}).status_code == 200
    wait_of(ask(client, mutation, {"rows": tags[2:]}))


@pytest.mark.parametrize(
    "query",
    [
        "mutation { bulkDeleteTestappTags(pks: ROWS) { deleted } }",
        "mutation ($rows: [JSON]! = ROWS) { bulkDeleteTestappTags(pks: $rows) { deleted } }",
        "mutation { applyTestappTagOperations(operations: [OPERATIONS]) { results { pk } } }",
    ],
)
def test_rows_count_in_the_document_and_as_defaults_of_variables(
    query: str, throttled: Throttled, client: Client, tags: list[int]
) -> None:
    throttled(write="4/min")
    operations = ", ".join(f'{{op: "delete", pk: {pk}}}' for pk in tags[:3])
    query = query.replace("ROWS", str(tags[:3])).replace("OPERATIONS", operations)
    answer = ask(client, query)
    assert (answer.status_code, "errors" in answer.json()) == (200, False), answer.content
    wait_of(ask(client, query))


def test_exports_count_apart_on_both_faces(throttled: Throttled, client: Client, shop: Shop) -> None:
    throttled(export="2/min", write="1/min")
    rest = {"all_filtered": True, "params": {}}
    graphql = "mutation ($key: String!) { runTestappProductAction(action: $key, allFiltered: true) }"
    assert post(client, f"{ACTIONS}/export/", rest).status_code == 200
    assert "errors" not in ask(client, graphql, {"key": "export"}).json()
    wait_of(post(client, f"{ACTIONS}/export/", rest))
    wait_of(ask(client, graphql, {"key": "export"}))
    assert post(client, TAGS, {"name": "a", "slug": "a"}).status_code == 201


def test_documents_are_counted_by_their_cost(throttled: Throttled, client: Client) -> None:
    throttled(cost="210/min")
    page = "{ testappTags(pagination: {limit: 50}) { results { id } } }"  # 1 + 50 * 2
    assert [ask(client, page).status_code for _ in range(2)] == [200, 200]
    wait_of(ask(client, page))
    assert ask(client, "{ me }").status_code == 200


def test_a_document_that_is_refused_for_its_cost_does_not_count_in_other_scopes(
    throttled: Throttled, client: Client
) -> None:
    throttled(read="1/min", cost="101/min")
    page = "{ testappTags(pagination: {limit: 50}) { results { id } } }"
    larger = "{ testappTags(pagination: {limit: 90}) { results { id } } }"
    assert ask(client, larger).status_code == 400
    assert ask(client, page).status_code == 200


def test_what_no_rate_ever_allows_is_too_large_and_not_too_often(
    throttled: Throttled, client: Client, tags: list[int]
) -> None:
    throttled(write="3/min", cost="100/min")
    rest = post(client, BULK, {"action": "delete", "ids": tags})
    message = "This asks for 4 at once, and 3 are allowed in 60 seconds."
    assert (rest.status_code, rest.json(), rest.headers.get("Retry-After")) == (413, {"detail": message}, None)
    graphql = ask(client, f"mutation {{ bulkDeleteTestappTags(pks: {tags}) {{ deleted }} }}")
    [error] = graphql.json()["errors"]
    assert (graphql.status_code, error["message"], error["extensions"]) == (400, message, {"code": "LIMITED"})
    assert Tag.objects.count() == 4
    assert ask(client, "{ testappTags(pagination: {limit: 50}) { results { id } } }").status_code == 400


def test_a_bulk_of_as_many_rows_as_the_rate_allows_is_done(
    throttled: Throttled, client: Client, tags: list[int]
) -> None:
    throttled(write="4/min")
    assert post(client, BULK, {"action": "delete", "ids": tags}).json() == {"deleted": 4}


@pytest.mark.parametrize("asked", ["true", "True"])
def test_a_client_that_asks_is_told_what_its_document_costs(asked: str, client: Client) -> None:
    page = "{ testappTags(pagination: {limit: 50}) { results { id } } }"
    told = ask(client, page, headers={"Conjure-Cost": asked}).json()
    assert told == {
        "data": {"testappTags": {"results": []}},
        "extensions": {"cost": {"estimated": 101, "allowed": 10**6}},
    }
    assert list(ask(client, page).json()) == ["data"]
    assert list(ask(client, page, headers={"Conjure-Cost": "false"}).json()) == ["data"]


def test_the_cost_is_told_with_errors_and_of_introspection_too(client: Client) -> None:
    schema = "{ __schema { queryType { name } } }"
    for query, cost in (("{ testappTag(pk: 0) { id } }", 2), (schema, 0), (schema, 0)):
        answer = ask(client, query, headers={"Conjure-Cost": "true"}).json()
        assert answer["extensions"]["cost"]["estimated"] == cost
    assert list(ask(client, schema).json()) == ["data"]
