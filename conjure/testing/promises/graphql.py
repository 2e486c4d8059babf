"""Reading through GraphQL: lists, connections and rows agree with REST; nested relations take a few queries."""

from __future__ import annotations

from typing import Any

from conjure.graphql.context import Context
from conjure.graphql.fields.cursors import CannotPageError
from conjure.graphql.fields.kinds import get_field_type
from conjure.graphql.rows.keyset import build_keyset
from conjure.graphql.rows.lookups import LOOKUP_FAMILIES
from conjure.graphql.rows.ordering import order_terms
from conjure.graphql.rows.visible import scoped_rows
from conjure.specs.models import ModelSpec
from conjure.testing.probe import Probe
from conjure.testing.promises.reading import expect_constant


def verify_graphql_lists(probe: Probe) -> None:
    """The list and the connection show the rows of the REST list."""
    page = ("OffsetPaginationInput", {"offset": 0, "limit": 200})
    answer = probe.list_by_graphql(pagination=page)
    if probe.agree(probe.first_page, answer, "list") and probe.first_page.ok:
        count = answer.data["list"]["totalCount"]
        if count != probe.first_page.body["count"]:
            probe.fail("faces disagree", answer, f"totalCount for {probe.first_page.body['count']}:")
    for pagination in ({"offset": -1}, {"limit": -5}, {"offset": 2**31 - 1}, {"limit": 0}):
        probe.list_by_graphql(pagination=("OffsetPaginationInput", pagination))
    _verify_connection(probe)


def _has_places(probe: Probe) -> bool:
    """Whether cursors can name places in the config's own order; a connection is in that of the key if not."""
    context, spec = Context(probe.request_of(probe.caller)), probe.spec
    try:
        build_keyset(spec, scoped_rows(context, spec), order_terms(context, spec, []))
    except CannotPageError:
        return False
    return True


def _verify_connection(probe: Probe) -> None:
    root = probe.spec.roots["connection"]
    if not probe.is_walkable or not probe.has_root("connection"):
        return
    document = (
        f"query ($after: String) {{ list: {root}(first: 2, after: $after) "
        f"{{ edges {{ cursor node {{ {probe.selection} }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    )
    shown: list[str] = []
    after = None
    for _ in range(4):
        answer = probe.caller.gql(document, after=after)
        if not probe.expect(answer, 200, kind="connection"):
            return
        page = answer.data["list"]
        shown += [probe.identity(probe.rename(edge["node"])) for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    rows = probe.rows
    if not _has_places(probe):
        by_key = probe.caller.get(probe.url, page_size=200, ordering=",".join(f.name for f in probe.spec.pk_fields))
        rows = probe.rows_of(by_key)
    expected = [probe.identity(row) for row in rows][: len(shown)]
    if shown != expected:
        probe.fail("faces disagree", answer, f"connection shows {shown}, the list {expected}")
    for garbage in ("x", "", "\x00", "e30=", "W251bGxd", "WzFd"):
        probe.caller.gql(document, after=garbage)


def verify_graphql_rows(probe: Probe) -> None:
    """A row opened through GraphQL equals the row that REST opens; so do autocomplete and related rows."""
    roots = probe.spec.roots
    for row in probe.sample(probe.addressable, 1):
        document = f"query ($pk: ID!) {{ row: {roots['retrieve']}(pk: $pk) {{ {probe.selection} }} }}"
        answer = probe.caller.gql(document, pk=probe.pk_of(row))
        if probe.expect(answer, 200, kind="retrieve"):
            given = probe.rename(answer.data["row"])
            if given != row:
                probe.fail("faces disagree", answer, f"REST: {row}")
        counts = f"query ($pk: ID!) {{ counts: {roots['related']}(pk: $pk) {{ related {{ model count }} }} }}"
        graphql = probe.caller.gql(counts, pk=probe.pk_of(row))
        rest = probe.caller.get(f"{probe.row_url(row)}related/")
        if rest.outcome != graphql.outcome:
            probe.fail("faces disagree", graphql, f"related by REST: {rest.outcome}")
    document = f"query {{ options: {roots['autocomplete']} {{ results {{ value label }} has_more: hasMore }} }}"
    options = probe.caller.gql(document)
    rest = probe.caller.get(f"{probe.url}autocomplete/")
    if options.outcome != rest.outcome or (rest.ok and options.data["options"] != rest.body):
        probe.fail("faces disagree", options, "autocomplete")


def verify_nested(probe: Probe) -> None:
    """Every relation, both ways, nested with a filter and an order of its own, in a fixed number of queries."""
    if not probe.is_walkable:
        return
    number = min(len(probe.rows), 20)
    for name, related, takes_arguments in probe.sample(_relations(probe.spec), 6):
        inner = " ".join(field.graphql_name for field in related.fields) + f" {related.graphql_label}"
        arguments = ""
        if takes_arguments and related.columns:
            first = related.columns[0].graphql_name
            arguments = f"(ordering: [{{{first}: DESC}}], pagination: {{offset: 0, limit: 3}}{_filter_of(related)})"
        document = (
            f"query ($n: Int) {{ list: {probe.spec.roots['list']}(pagination: {{limit: $n}}) "
            f"{{ results {{ {name}{arguments} {{ {inner} }} }} }} }}"
        )
        probe.caller.gql(document, n=number)
        one, many = probe.caller.gql(document, n=1), probe.caller.gql(document, n=number)
        if probe.manager_fails is None and _is_refused_by_manager(many):
            continue
        if probe.expect(many, 200, kind="nested") and number >= 3:
            expect_constant(probe, one, many, (1, number), max(number - 1, 3), related)


def _is_refused_by_manager(answer: Any) -> bool:
    return any("default manager failed" in str(error) for error in answer.errors)


def _relations(spec: ModelSpec) -> list[tuple[str, ModelSpec, bool]]:
    found: list[tuple[str, ModelSpec, bool]] = []
    for field in spec.fields:
        related = spec.related(field.related_model)
        if field.graphql_object is not None and related is not None:
            found.append((field.graphql_object, related, field.is_many))
    for reverse in spec.reverse:
        related = spec.related(reverse.related_model)
        if related is not None:
            found.append((reverse.graphql_name, related, not reverse.is_single))
    return found


def _filter_of(related: ModelSpec) -> str:
    for field in related.columns:
        if "isNull" in _family(field):
            return f", filters: {{{field.graphql_name}: {{isNull: false}}}}"
    return ""


def _family(field: Any) -> tuple[str, ...]:
    return LOOKUP_FAMILIES[get_field_type(field.field).lookups]
