"""The documents that the URLs stand for; their aliases give each answer the shape that the contract wants."""

from __future__ import annotations

from conjure.graphql.vocabulary import Vocabulary

MODELS = "query { models: conjureModels }"
MODEL = "query ($model: String!) { model: conjureModel(model: $model) }"
ME = "query { me }"
WIDGET = "query ($name: String!) { widget: conjureWidget(name: $name) }"


def list_document(names: Vocabulary) -> str:
    """A page of rows, with the number of all of them."""
    return (
        "query ($parameters: Parameters, $search: String, $orderBy: String, $page: String, $pageSize: String) { "
        f"list: {names.roots['list']}(parameters: $parameters, search: $search, orderBy: $orderBy, page: $page, "
        f"pageSize: $pageSize) {{ count: totalCount pageInfo {{ page limit }} results {{ {names.row} }} }} }}"
    )


def retrieve_document(names: Vocabulary) -> str:
    """One row."""
    return f"query ($pk: ID!) {{ row: {names.roots['retrieve']}(pk: $pk) {{ {names.row} }} }}"


def autocomplete_document(names: Vocabulary) -> str:
    """Choices for a combobox."""
    return (
        f"query ($q: String, $page: String) {{ options: {names.roots['autocomplete']}(q: $q, page: $page) "
        "{ results { value label } has_more: hasMore } }"
    )


def related_document(names: Vocabulary) -> str:
    """What a delete would take along, and what stands in its way."""
    counts = "{ model verbose_name: verboseName count }"
    return f"query ($pk: ID!) {{ counts: {names.roots['related']}(pk: $pk) {{ related {counts} protected {counts} }} }}"
