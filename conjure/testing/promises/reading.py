"""Reading through REST: schema, lists, pages, rows, search, autocomplete, and the number of their queries."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import quote

from conjure.graphql.fields.keys import parse_pk
from conjure.graphql.rows.labels import make_label
from conjure.specs.models import ModelSpec
from conjure.testing.probe import Probe
from conjure.testing.requests import Answer, count_statements, savepoints
from conjure.testing.rows import base_rows
from conjure.testing.samples import NUL, PK_GARBAGE
from conjure.values.sources import ValueProblem

# Only some rows may have the target whose label asks.
_ASKED_LABELS = 20
_BAD_PAGES = ("0", "-1", "x", "9" * 24, "1.5", "²", NUL)


def verify_schema(probe: Probe) -> None:
    """Each field of the schema is in the row, and the answer has the contract's keys."""
    answer = probe.caller.get(f"schema/{quote(probe.key)}/")
    if not probe.expect(answer, 200):
        return
    names = {described["name"] for described in answer.body["fields"]}
    for row in probe.sample(probe.rows):
        missing = names - set(row)
        if missing:
            probe.fail("field missing from row", probe.first_page, f"{sorted(missing)}")
    if probe.spec.has_label and any("_label" not in row for row in probe.rows):
        probe.fail("field missing from row", probe.first_page, "_label")


def verify_list(probe: Probe) -> None:
    """The list answers, in the contract's envelope; where the model's own manager fails it says so with a 400."""
    answer = probe.first_page
    if probe.manager_fails is not None:
        probe.report.skipped[probe.key] = f"its default manager fails: {probe.manager_fails}"
        probe.expect(answer, 400)
        return
    if probe.expect(answer, 200) and set(answer.body) != {"count", "next", "previous", "results"}:
        probe.fail("envelope", answer)


def verify_pages(probe: Probe) -> None:
    """Each row is on one page, ``last`` is the last page, and anything that is not a page is 404."""
    if not probe.is_walkable:
        return
    size = max(1, len(probe.rows) // 3)
    seen: list[str] = []
    page: int | None = 1
    while page is not None and page <= (5 if probe.context.sample else 300):
        answer = probe.caller.get(probe.url, page_size=size, page=page)
        if not probe.expect(answer, 200):
            return
        seen += [probe.identity(row) for row in answer.body["results"]]
        page = page + 1 if answer.body["next"] else None
    repeated = [identity for identity, number in Counter(seen).items() if number > 1]
    # Rows without a pk of their own to be told by may be alike.
    if repeated and probe.pk_of(probe.rows[0]) is not None:
        probe.fail("page repeats a row", probe.first_page, f"page_size={size}: {repeated[:3]}")
    expected = [probe.identity(row) for row in probe.rows][: len(seen)]
    if seen[: len(expected)] != expected:
        probe.fail("pages differ from the list", probe.first_page, f"page_size={size}: {seen[:5]} for {expected[:5]}")
    if page is None and len(seen) != probe.first_page.body["count"]:
        probe.fail("count", probe.first_page, f"{len(seen)} rows on all pages")
    probe.expect(probe.caller.get(probe.url, page_size=size, page="last"), 200)
    for bad in (*probe.sample(_BAD_PAGES), "99999"):
        probe.expect(probe.caller.get(probe.url, page=bad), 404, *((400,) if bad == NUL else ()))


def verify_rows(probe: Probe) -> None:
    """Each row opened equals the row of the list; ``related`` answers; anything that is not a pk is 404."""
    for row in probe.sample(probe.addressable):
        answer = probe.caller.get(probe.row_url(row))
        if probe.expect(answer, 200) and answer.body != row:
            probe.fail("row differs from the list", answer, _differences(row, answer.body))
        related = probe.caller.get(f"{probe.row_url(row)}related/")
        if probe.expect(related, 200) and "related" not in related.body:
            probe.fail("envelope", related)
    known = {probe.pk_of(row) for row in probe.rows}
    for garbage in probe.sample(PK_GARBAGE):
        if garbage not in known:
            encoded = garbage if garbage.startswith("%") else quote(garbage)
            expected = (404, 400) if garbage.startswith("%") or probe.manager_fails else (404,)
            probe.expect(probe.caller.get(f"{probe.url}{encoded}/"), *expected)


def verify_hidden_rows(probe: Probe) -> None:
    """A row of the table that the list does not show is 404, cannot be written, and is found by no filter."""
    body = probe.first_page.body
    if not probe.first_page.ok or body["next"] or probe.spec.has_composite_pk:
        return
    shown = {_stored_text(probe, row) for row in probe.rows}
    with savepoints():
        keys = [str(pk) for pk in base_rows(probe.spec.model).values_list("pk", flat=True)[:200]]
    for pk in probe.sample([pk for pk in keys if pk not in shown and None not in shown], 1):
        path = f"{probe.url}{quote(pk, safe='')}/"
        answers = [probe.caller.get(path), probe.caller.send("PATCH", path, body={})]
        found = probe.caller.get(probe.url, **{f"{probe.spec.pk_name}__exact": pk})
        for answer in answers:
            if answer.ok:
                probe.fail("hidden row shown", answer, f"Row {pk} is not in the list, and yet it is found by its URL:")
        if found.ok and found.body["count"]:
            probe.fail("hidden row shown", found, f"Row {pk} is not in the list, and yet a filter by its key finds it:")


def _stored_text(probe: Probe, row: dict[str, Any]) -> str | None:
    """The text of the key of a row, as the database has it and not as it is served."""
    text = probe.pk_of(row)
    try:
        return None if text is None else str(parse_pk(probe.spec, text))
    except ValueProblem:
        return text


def _differences(row: dict[str, Any], other: dict[str, Any]) -> str:
    names = [name for name in {**row, **other} if row.get(name) != other.get(name)]
    return ", ".join(f"{name}: {other.get(name)!r} for {row.get(name)!r}" for name in names[:3])


def verify_search(probe: Probe) -> None:
    """Search finds a row by the text of its own search fields; any term gets an answer."""
    if probe.manager_fails is not None:
        return
    fields = [name.lstrip("^=@") for name in probe.spec.config.get_search_fields()]
    for row in probe.sample(probe.rows, 2):
        for name in fields:
            term = row.get(name)
            field = probe.spec.by_name.get(name)
            if field is None or not isinstance(term, str) or not probe.identifies(field, row, term):
                continue
            if term.strip() and len(term) < 500:
                answer = probe.caller.get(probe.url, search=term, page_size=200)
                if probe.expect(answer, 200):
                    expect_found(probe, answer, row, "search")
    for term in ("'", "%_\\", "a b", '"', "世界", "x" * 900):
        probe.expect(probe.caller.get(probe.url, search=term), 200)
    for term in ("x" * 60_000, NUL):
        probe.expect(probe.caller.get(probe.url, search=term), 400)


def expect_found(probe: Probe, answer: Answer, row: dict[str, Any], how: str, served: str = "") -> None:
    """Report a row that its own value did not find, where the page shows all that was found."""
    found = {probe.identity(one) for one in probe.rows_of(answer)}
    if probe.identity(row) not in found and len(found) < 200:
        said = f"{served}, and the filter does not find it:" if served else f"row {probe.identity(row)}:"
        probe.fail(f"{how} does not find the row", answer, said)


def verify_autocomplete(probe: Probe) -> None:
    """Choices have values and labels, are the list's first rows, and a bad page is page 1."""
    if probe.manager_fails is not None:
        return
    first = probe.caller.get(f"{probe.url}autocomplete/")
    if not probe.expect(first, 200):
        return
    options = first.body["results"]
    if any(set(option) != {"value", "label"} or not isinstance(option["label"], str) for option in options):
        probe.fail("envelope", first)
    expected = [str(probe.pk_of(row)) for row in probe.rows[: len(options)]]
    if "None" not in expected and [str(option["value"]) for option in options] != expected:
        probe.fail("autocomplete differs from the list", first, f"{expected[:5]}")
    for query in ({"page": "x"}, {"page": "0"}, {"q": "'%"}, {"q": "12"}, {"q": "9" * 24}, {"q": "²"}):
        probe.expect(probe.caller.get(f"{probe.url}autocomplete/", **query), 200)
    probe.expect(probe.caller.get(f"{probe.url}autocomplete/", q=NUL), 400)


def verify_query_counts(probe: Probe) -> None:
    """The number of queries of a list does not grow with its rows."""
    number = len(probe.rows)
    if number < 3 or len(probe.fields) < len(probe.spec.fields):
        return  # Rows that cannot be read at once are read one by one.
    probe.caller.get(probe.url, page_size=number)  # The first list learns what labels read.
    one = probe.caller.get(probe.url, page_size=1)
    expect_constant(probe, one, probe.caller.get(probe.url, page_size=number), (1, number), max(number - 1, 3))


def expect_constant(
    probe: Probe, one: Answer, many: Answer, sizes: tuple[int, int], growth: int, nested: ModelSpec | None = None
) -> None:
    """Report a statement that was sent ``growth`` times more often, or oftener, for many rows than for one or for few.

    ``sizes`` are the numbers of rows; ``nested`` is the model whose rows, with their labels, are nested in those of the
    probe's.
    """
    if len(many.statements) - len(one.statements) < growth:
        return  # A statement for several rows reads otherwise than one for a row: as many of them is no growth.
    few = Counter(one.statements)
    for statement, times in Counter(many.statements).items():
        # Several foreign keys may point to one model: those ask alike, but not once a row.
        alike = sum(1 for field in probe.spec.fields if field.is_foreign_key)
        if times - few[statement] >= growth and times > alike:
            counts = f"{len(one.statements)} queries for {sizes[0]} rows, {len(many.statements)} for {sizes[1]}"
            within = "" if nested is None else f" with nested {nested.verbose_name_plural}"
            detail = f"A list{within} takes {counts}; {times} times: {statement[:200]}"
            asker = _find_label_that_asks(probe, statement, nested)
            if asker is not None:
                probe.report.skipped[f"{asker}.__str__"] = f"it queries for itself: {statement[:200]}"
            else:
                probe.fail("N+1", many, f"{detail}:")
            return


def _find_label_that_asks(probe: Probe, statement: str, nested: ModelSpec | None) -> str | None:
    """The key of a model whose ``__str__`` sends the statement even though all related rows are loaded."""
    with savepoints(), count_statements() as asked:
        labelled = [probe.find(row).first() for row in probe.rows[:_ASKED_LABELS]]
        if nested is not None:
            labelled += base_rows(nested.model)[:_ASKED_LABELS]
        for obj in labelled:
            _fetch_targets(obj, 3)
            for each in (obj, *_targets_of(obj)):
                asked.clear()
                make_label(each)
                if statement in asked:
                    return str(each._meta.label)
    return None


def _targets_of(obj: Any) -> list[Any]:
    fields = [*(f for f in obj._meta.concrete_fields if f.is_relation), *obj._meta.private_fields]
    names = [f.name for f in fields if f.name.isidentifier()]
    return [target for target in (getattr(obj, name, None) for name in names) if target is not None]


def _fetch_targets(obj: Any, steps: int) -> None:
    for field in obj._meta.concrete_fields if obj is not None and steps else ():
        if field.is_relation and field.name.isidentifier():
            _fetch_targets(getattr(obj, field.name, None), steps - 1)
