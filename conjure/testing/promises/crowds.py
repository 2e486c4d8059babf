"""Promises that only many rows show, of which every few are alike and lead to several others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from conjure.specs.models import ModelSpec
from conjure.testing.probe import Probe
from conjure.testing.promises.reading import expect_constant
from conjure.testing.requests import Answer

_PAGE_SIZE = 7
_MOST_PAGES = 40
_REPEATED = 8
"""How much oftener a statement must be sent for the larger lists to be one for each row, or for each row's target."""


def verify_pages_in_every_order(probe: Probe) -> None:
    """In every order that clients may ask for, pages and connections, joined, hold every row once."""
    expected = sorted(probe.identity(row) for row in probe.rows)
    if not expected or len(expected) >= 200 or probe.pk_of(probe.rows[0]) is None:
        return
    for field in probe.sample(probe.spec.columns):
        for sign, direction in (("", "ASC"), ("-", "DESC")):
            order = f"ordered by {sign}{field.name}"
            shown = _join(probe, _rest_pages(probe, f"{sign}{field.name}"))
            _expect_once(probe, expected, shown, f"REST's pages {order}")
            if probe.has_root("connection"):
                shown = _join(probe, _connection_pages(probe, {field.graphql_name: direction}))
                _expect_once(probe, expected, shown, f"the pages of the connection {order}")


def _join(probe: Probe, pages: Iterator[tuple[Answer, list[dict[str, Any]]]]) -> tuple[Answer, list[str]] | None:
    """The last page's answer and the rows of all, None where there is no such order."""
    shown: list[str] = []
    for number, (answer, rows) in enumerate(pages):
        if answer.outcome == "INVALID":
            return None
        shown += [probe.identity(row) for row in rows]
        if not rows or number > _MOST_PAGES:
            break
    return answer, shown


def _rest_pages(probe: Probe, ordering: str) -> Iterator[tuple[Answer, list[dict[str, Any]]]]:
    number, has_more = 1, True
    while has_more:
        answer = probe.caller.get(probe.url, ordering=ordering, page_size=_PAGE_SIZE, page=number)
        yield answer, probe.rows_of(answer) if answer.ok else []
        has_more = answer.ok and bool(answer.body["next"])
        number += 1


def _connection_pages(probe: Probe, order: dict[str, str]) -> Iterator[tuple[Answer, list[dict[str, Any]]]]:
    document = (
        f"query ($after: String, $order: [{probe.spec.types['order']}!]) {{ list: {probe.spec.roots['connection']}"
        f"(first: {_PAGE_SIZE}, after: $after, ordering: $order) {{ edges {{ node {{ {probe.key_selection} }} }} "
        f"pageInfo {{ hasNextPage endCursor }} }} }}"
    )
    after, has_more = None, True
    while has_more:
        answer = probe.caller.gql(document, after=after, order=[order])
        page = answer.data["list"] if answer.ok else None
        yield (
            answer,
            [{probe.spec.pk_name: edge["node"][probe.key_selection]} for edge in page["edges"]] if page else [],
        )
        after, has_more = (page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]) if page else (None, False)


def _expect_once(probe: Probe, expected: Sequence[str], found: tuple[Answer, list[str]] | None, where: str) -> None:
    if found is None or not found[0].ok:
        return
    answer, shown = found
    times = Counter(shown)
    repeated, lost = [pk for pk, number in times.items() if number > 1], sorted(set(expected) - times.keys())
    if repeated or lost or set(shown) - set(expected):
        said = f"{where} hold {len(shown)} rows of {len(expected)}: lost are {lost[:5]}, repeated {repeated[:5]}."
        probe.fail("pages lose or repeat rows", answer, said)


def verify_growth(probe: Probe) -> None:
    """Lists, with their labels and with nested rows, take as many queries for many rows as for five."""
    if len(probe.rows) < probe.context.crowd[-1] or len(probe.fields) < len(probe.spec.fields):
        return  # Rows that cannot be read at once are read one by one.
    _expect_flat(probe, lambda size: probe.caller.get(probe.url, page_size=size), None)
    for document, nested in _nested_documents(probe):
        _expect_flat(probe, lambda size, text=document: probe.caller.gql(text, n=size), nested)  # type: ignore[misc]


def _expect_flat(probe: Probe, ask: Callable[[int], Answer], nested: ModelSpec | None) -> None:
    sizes = probe.context.crowd
    ask(sizes[-1])  # The first list learns what labels read.
    few, *others = (ask(size) for size in sizes)
    if not few.ok:
        return
    for size, many in zip(sizes[1:], others, strict=True):
        expect_constant(probe, few, many, (sizes[0], size), _REPEATED, nested)


def _nested_documents(probe: Probe) -> Iterator[tuple[str, ModelSpec]]:
    """Lists with the rows that each foreign key and link leads to, and those of the targets with these rows in them."""
    spec = probe.spec
    for field in probe.sample([field for field in spec.fields if field.graphql_object is not None]):
        related = spec.related(field.related_model)
        if related is None:
            continue
        yield _list_with(spec, str(field.graphql_object), related), related
        for reverse in related.reverse:
            if reverse.related_model is spec.model and reverse.relation.field is field.field and not reverse.is_single:
                yield _list_with(related, reverse.graphql_name, spec), spec


def _list_with(spec: ModelSpec, name: str, nested: ModelSpec) -> str:
    inner = " ".join(field.graphql_name for field in nested.columns)
    label = nested.graphql_label if nested.has_label else ""
    row = f"{name} {{ __typename {inner} {label} }}"
    return f"query ($n: Int) {{ {spec.roots['list']}(pagination: {{limit: $n}}) {{ results {{ {row} }} }} }}"
