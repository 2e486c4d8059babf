"""Ordering: by each field, both ways and through both faces, with pages that never overlap."""

from __future__ import annotations

from conjure.testing.probe import Probe

_GARBAGE = ("--id", "nonsense", "-", "a__b__c", "?", "id,,", "x" * 5000, "password", "'")


def verify_ordering(probe: Probe) -> None:
    """Each order shows the same rows, the same by REST and GraphQL, and page 2 begins where page 1 ends."""
    if not probe.is_walkable:
        return
    expected = sorted(probe.identity(row) for row in probe.rows)
    is_whole = len(expected) < 200
    kind = f"[{probe.spec.types['order']}!]"
    for field in probe.sample_fields(probe.spec.columns):
        for sign, direction in (("", "ASC"), ("-", "DESC")):
            answer = probe.caller.get(probe.url, ordering=f"{sign}{field.name}", page_size=200)
            if not probe.expect(answer, 200, kind="order"):
                continue
            if is_whole and sorted(probe.identity(row) for row in probe.rows_of(answer)) != expected:
                probe.fail("order changes the rows", answer)
            order = [{field.graphql_name: direction}]
            page = ("OffsetPaginationInput", {"offset": 0, "limit": 200})
            graphql = probe.list_by_graphql(ordering=(kind, order), pagination=page)
            probe.agree(answer, graphql, "order")
    _verify_pages(probe)
    for garbage in probe.sample(_GARBAGE):
        probe.expect(probe.caller.get(probe.url, ordering=garbage), 200)


def _verify_pages(probe: Probe) -> None:
    for field in probe.sample(probe.spec.columns):
        ordering = f"{probe.random.choice(('', '-'))}{field.name}"
        whole = probe.caller.get(probe.url, ordering=ordering, page_size=4)
        halves = [probe.caller.get(probe.url, ordering=ordering, page_size=2, page=page) for page in (1, 2)]
        shown = [probe.identity(row) for half in halves for row in probe.rows_of(half)]
        if shown != [probe.identity(row) for row in probe.rows_of(whole)]:
            probe.fail("page repeats a row", halves[1], f"in order of {ordering}: {shown}")
