"""The documents that the URLs stand for; their aliases give each answer the shape that the contract wants."""

from __future__ import annotations

from conjure.graphql.names import Vocabulary

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
    """One row, and its version as it was shown."""
    return (
        f"query ($pk: ID!) {{ row: {names.roots['retrieve']}(pk: $pk) {{ {names.row} }} "
        f"version: {names.roots['version']}(pk: $pk) }}"
    )


def version_document(names: Vocabulary) -> str:
    """The version of one row."""
    return f"query ($pk: ID!) {{ version: {names.roots['version']}(pk: $pk) }}"


def create_document(names: Vocabulary) -> str:
    """A new row."""
    return (
        f"mutation ($values: Values!) {{ written: {names.roots['create']}(values: $values) "
        f"{{ row: result {{ {names.row} }} version }} }}"
    )


def update_document(names: Vocabulary) -> str:
    """A change of one row."""
    return (
        "mutation ($pk: ID!, $values: Values!, $version: String) { "
        f"written: {names.roots['update']}(pk: $pk, values: $values, expectedVersion: $version) "
        f"{{ row: result {{ {names.row} }} version }} }}"
    )


def delete_document(names: Vocabulary) -> str:
    """The end of one row."""
    return (
        "mutation ($pk: ID!, $version: String) { "
        f"written: {names.roots['delete']}(pk: $pk, expectedVersion: $version) {{ deleted }} }}"
    )


def bulk_update_document(names: Vocabulary) -> str:
    """The same change of many rows."""
    return (
        "mutation ($pks: [JSON]!, $values: Values!) { "
        f"written: {names.roots['bulk_update']}(pks: $pks, values: $values) {{ updated }} }}"
    )


def bulk_delete_document(names: Vocabulary) -> str:
    """The end of many rows."""
    return f"mutation ($pks: [JSON]!) {{ written: {names.roots['bulk_delete']}(pks: $pks) {{ deleted }} }}"


def operations_document(names: Vocabulary) -> str:
    """Writes of many kinds, in order."""
    return (
        f"mutation ($operations: [{names.types['operation']}!]!) {{ "
        f"written: {names.roots['operations']}(operations: $operations) {{ results {{ op pk }} }} }}"
    )


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


def action_document(names: Vocabulary) -> str:
    """One run of an action."""
    return (
        "mutation ($action: String!, $ids: JSON, $allFiltered: Boolean, $parameters: Parameters, $input: JSON) { "
        f"answer: {names.roots['action']}(action: $action, pks: $ids, allFiltered: $allFiltered, "
        "parameters: $parameters, input: $input) }"
    )
