"""The documents that the URLs stand for. Their aliases give the data the shape that the contract wants."""

from __future__ import annotations

from conjure.graphql.names import ModelNames

MODELS = "query { models: conjureModels }"
MODEL = "query ($model: String!) { model: conjureModel(model: $model) }"
MODEL_WITH_BOUNDS = "query ($model: String!) { model: conjureModel(model: $model, bounds: true) }"
ME = "query { me }"
WIDGET = "query ($name: String!) { widget: conjureWidget(name: $name) }"


def write_list(names: ModelNames) -> str:
    """A page of rows, and how many there are in all."""
    return (
        "query ($parameters: Parameters, $search: String, $orderBy: String, $page: String, $pageSize: String) { "
        f"list: {names.roots['list']}(parameters: $parameters, search: $search, orderBy: $orderBy, page: $page, "
        f"pageSize: $pageSize) {{ count: totalCount pageInfo {{ page limit }} results {{ {names.row} }} }} }}"
    )


def write_retrieve(names: ModelNames) -> str:
    """One row, and its version as it was shown."""
    return f"query ($pk: ID!) {{ row: {names.roots['retrieve']}(pk: $pk) {{ {names.row} {names.version} }} }}"


def write_version(names: ModelNames) -> str:
    """The version of one row."""
    return f"query ($pk: ID!) {{ row: {names.roots['retrieve']}(pk: $pk) {{ {names.version} }} }}"


def write_create(names: ModelNames) -> str:
    """Create a row."""
    return (
        f"mutation ($values: Values!) {{ written: {names.roots['create']}(values: $values) "
        f"{{ row: result {{ {names.row} {names.version} }} }} }}"
    )


def write_update(names: ModelNames) -> str:
    """Change one row."""
    return (
        "mutation ($pk: ID!, $values: Values!, $version: String) { "
        f"written: {names.roots['update']}(pk: $pk, values: $values, expectedVersion: $version) "
        f"{{ row: result {{ {names.row} {names.version} }} }} }}"
    )


def write_delete(names: ModelNames) -> str:
    """Delete one row."""
    return (
        "mutation ($pk: ID!, $version: String) { "
        f"written: {names.roots['delete']}(pk: $pk, expectedVersion: $version) {{ deleted }} }}"
    )


def write_bulk_update(names: ModelNames) -> str:
    """Change many rows alike."""
    return (
        "mutation ($pks: [JSON]!, $values: Values!) { "
        f"written: {names.roots['bulk_update']}(pks: $pks, values: $values) {{ updated }} }}"
    )


def write_bulk_delete(names: ModelNames) -> str:
    """Delete many rows."""
    return f"mutation ($pks: [JSON]!) {{ written: {names.roots['bulk_delete']}(pks: $pks) {{ deleted }} }}"


def write_operations(names: ModelNames) -> str:
    """Create, change and delete rows, in order."""
    return (
        f"mutation ($operations: [{names.types['operation']}!]!) {{ "
        f"written: {names.roots['operations']}(operations: $operations) {{ results {{ op pk }} }} }}"
    )


def write_autocomplete(names: ModelNames) -> str:
    """Choices for a combobox."""
    return (
        "query ($q: String, $page: String, $toField: String) { "
        f"options: {names.roots['autocomplete']}(q: $q, page: $page, toField: $toField) "
        "{ results { value label } has_more: hasMore } }"
    )


def write_related(names: ModelNames) -> str:
    """Count the rows that a delete would delete too, and those that protect the row from it."""
    counts = "{ model verbose_name: verboseName count }"
    return f"query ($pk: ID!) {{ counts: {names.roots['related']}(pk: $pk) {{ related {counts} protected {counts} }} }}"


def write_history(names: ModelNames) -> str:
    """A page of what was done to a row, and how many entries there are in all."""
    entry = (
        "source id created_at: createdAt actor action action_display: actionDisplay "
        "object_repr: objectRepr diff message"
    )
    return (
        "query ($pk: ID!, $page: String, $pageSize: String) { "
        f"history: {names.roots['history']}(pk: $pk, page: $page, pageSize: $pageSize) "
        f"{{ count: totalCount pageInfo {{ page limit }} results {{ {entry} }} }} }}"
    )


def write_action(names: ModelNames) -> str:
    """Run an action."""
    return (
        "mutation ($action: String!, $ids: JSON, $allFiltered: Boolean, $parameters: Parameters, $expectedCount: Int, "
        f"$input: JSON) {{ answer: {names.roots['action']}(action: $action, pks: $ids, allFiltered: $allFiltered, "
        "parameters: $parameters, expectedCount: $expectedCount, input: $input) }"
    )
