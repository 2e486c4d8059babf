"""What costs much beside the values of its answer is refused before it is run, and what is ordinary is not."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest
from graphql import get_introspection_query

from conjure.graphql.context import Context
from conjure.graphql.endpoint.costs import ROOT_COSTS
from conjure.graphql.names import ModelNames, find_names
from conjure.rest import documents
from conjure.specs.build import get_specs
from tests.conftest import Api
from tests.graphql.endpoint.asking import is_refused
from tests.testapp.models import Tag

pytestmark = pytest.mark.django_db


def aliased(field: str, times: int) -> str:
    return " ".join(f"a{number}: {field}" for number in range(times))


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ testappTagRelated(pk: 1) { related { count } } }", 1 + 100_000 + 1 + 50),
        ("{ testappTagsAggregate(groupBy: [{field: name}]) { count } }", 1 + 10_000 + 1 + 50),
        ("{ testappTags(pagination: {limit: 1}) { totalCount results { name } } }", 1 + 1 + 10_000 + 1 + 1),
        (
            "{ testappTags(pagination: {limit: 1}) { ...c } } fragment c on TestappTagOffsetPaginated { totalCount }",
            2 + 10_000,
        ),
        ("{ testappTagsConnection(first: 1) { totalCount nodes { name } } }", 1 + 1 + 10_000 + 1 + 1),
        ('{ testappTags(search: "a", pagination: {limit: 1}) { results { name } } }', 1 + 10_000 + 1 + 1),
        ('{ testappTags(search: "", pagination: {limit: 1}) { results { name } } }', 1 + 1 + 1),
        ('{ testappTagsConnection(search: "a", first: 1) { nodes { name } } }', 1 + 10_000 + 1 + 1),
        ('{ testappTagAutocomplete(q: "a") { hasMore } }', 1 + 10_000 + 20),
        ('{ conjureWidget(name: "trend") }', 1 + 25_000),
        ('{ conjureModel(model: "testapp.Tag") }', 1 + 1_000),
        ("{ conjureModels }", 1 + 1_000),
        ("mutation { deleteTestappTag(pk: 99) { deleted } }", 1 + 25_000 + 1),
        ("mutation { bulkDeleteTestappTags(pks: [98, 99]) { deleted } }", 1 + 25_000 + 2 * 25 + 2 + 1),
        ("mutation { bulkUpdateTestappTags(pks: [98, 99], values: {}) { updated } }", 1 + 1_000 + 2 * 20 + 2 + 1),
        ("mutation { createTestappTag(values: {}) { result { id } } }", 1 + 1_000 + 1 + 1),
        ("mutation { updateTestappTag(pk: 99, values: {name: [1, [2]]}) { result { id } } }", 1 + 1_000 + 3 + 1 + 1),
        (
            'mutation { applyTestappTagOperations(operations: [{op: "delete", pk: 99}]) { results { op } } }',
            1 + 1_000 + 75 + 1 + 1 + 50,
        ),
        ('mutation { runTestappOrderAction(action: "none", pks: [98, 99]) }', 1 + 1_000 + 2 * 20 + 2),
        ('mutation { runTestappOrderAction(action: "none", allFiltered: true) }', 1 + 1_000 + 250_000),
        ('mutation { runTestappOrderAction(action: "none", allFiltered: false) }', 1 + 1_000),
    ],
)
def test_work_beside_the_answer_costs_too(api: Api, admin: User, settings: Any, query: str, cost: int) -> None:
    client = api(admin)
    settings.CONJURE = {"GRAPHQL_MAX_COST": cost}
    assert not is_refused(client, query)
    settings.CONJURE = {"GRAPHQL_MAX_COST": cost - 1}
    assert is_refused(client, query)


RELATED = "testappTagRelated(pk: 1) { related { count } }"
FILTERED = 'runTestappOrderAction(action: "cancel", allFiltered: %s)'
NAMED = 'runTestappOrderAction(action: "cancel", pks: $pks)'
MANY = {"pks": [*range(10_000)]}
CREATE = {"op": "create", "values": {"name": "a", "slug": "a"}}
DEAR: dict[str, tuple[str, dict[str, Any]]] = {
    "dependents again and again": (f"{{ {aliased(RELATED, 10)} }}", {}),
    "dependents in fragments": (
        "{ ...a ... { ...b } } fragment a on Query { %s } fragment b on Query { %s }"
        % (aliased(RELATED, 5), aliased(RELATED, 5).replace(": t", "b: t")),
        {},
    ),
    "every row again and again": (f"mutation {{ {aliased(FILTERED % 'true', 4)} }}", {}),
    "every row by a variable": (f"mutation($all: Boolean) {{ {aliased(FILTERED % '$all', 4)} }}", {"all": True}),
    "many rows again and again": (
        "mutation($pks: [JSON]!) { %s }" % aliased("bulkUpdateTestappTags(pks: $pks, values: {}) { updated }", 5),
        MANY,
    ),
    "many deletes again and again": (
        "mutation($pks: [JSON]!) { %s }" % aliased("bulkDeleteTestappTags(pks: $pks) { deleted }", 4),
        MANY,
    ),
    "many named rows again and again": ("mutation($pks: JSON) { %s }" % aliased(NAMED, 5), MANY),
    "many operations twice": (
        "mutation($list: [TestappTagOperation!]!) { %s }"
        % aliased("applyTestappTagOperations(operations: $list) { results { op } }", 2),
        {"list": [CREATE] * 10_000},
    ),
    "keys of links on large pages": (
        "{ testappProducts(pagination: {limit: 5000}) { results { %s } } }" % aliased("tagsIds", 4),
        {},
    ),
    "long lists in nested filters": (
        """query($ids: [String!]) { testappTags(pagination: {limit: 200}) {
            results { products(filters: {sku: {inList: $ids}}) { name } } } }""",
        {"ids": ["a"] * 10_000},
    ),
}


@pytest.mark.parametrize("name", DEAR)
def test_what_costs_much_is_refused_before_it_is_run(api: Api, admin: User, name: str) -> None:
    query, variables = DEAR[name]
    Tag.objects.create(name="a", slug="b")
    assert is_refused(api(admin), query, **variables)
    assert Tag.objects.count() == 1


# What passes


def names_of(key: str, user: User) -> ModelNames:
    request = HttpRequest()
    request.user = user
    return find_names(key, Context(request))


def test_as_many_rows_as_a_write_takes_are_not_too_dear(api: Api, admin: User) -> None:
    client, names, many = api(admin), names_of("testapp.Tag", admin), [*range(10_000)]
    assert not is_refused(client, documents.write_bulk_update(names), pks=many, values={"": 1})
    assert not is_refused(client, documents.write_bulk_delete(names), pks=many)
    assert not is_refused(client, documents.write_operations(names), operations=[{"op": ""}] * 10_000)
    assert not is_refused(client, 'mutation ($ids: JSON) { runTestappTagAction(action: "", pks: $ids) }', ids=many)


@pytest.mark.parametrize(
    "query", [documents.MODELS, documents.ME, get_introspection_query(), "{ testappTags(first: 3) { id } }"]
)
def test_what_clients_ask_first_costs_little(api: Api, admin: User, query: str) -> None:
    assert not is_refused(api(admin), query)


def test_each_kind_in_the_table_is_a_root_field() -> None:
    spec = next(iter(get_specs()))
    projects = {"conjureModel", "conjureModels", "conjureWidget"}
    assert ROOT_COSTS.keys() - projects <= spec.roots.keys()
