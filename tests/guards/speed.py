"""Fast ways: without one of them nothing is lost but time, and the tests that compare it must notice its absence."""

from __future__ import annotations

from tests.guards import Guard

EXECUTOR = "tests/graphql/reading/test_executor_equals_graphql_core.py"

GUARDS = [
    Guard(
        name="fast-reads-are-taken",
        module="conjure.orm.fast_reads",
        text="if not settings.FAST_READS or",
        without="if settings.FAST_READS or",
        tests=("tests/orm/test_plain_querysets.py::test_plain_querysets_are_read_fast_and_alike",),
    ),
    Guard(
        name="labels-come-joined",
        module="conjure.orm.fast_reads",
        text="joins = () if router.routers else",
        without="joins = () if True else",
        tests=("tests/orm/test_statements.py::test_a_list_takes_its_labels_along",),
    ),
    Guard(
        name="totals-come-with-the-page",
        module="conjure.orm.fast_reads",
        text="with_total = with_total and not rows.query.where",
        without="with_total = False",
        tests=("tests/graphql/resolvers/test_lists.py::test_the_count_is_the_same_for_a_page_of_any_size",),
    ),
    Guard(
        name="lists-are-completed-at-once",
        module="conjure.graphql.executor",
        text="completed = result.complete()",
        without="completed = None",
        tests=(f"{EXECUTOR}::test_rows_by_cursor_and_single_rows_are_completed_by_compiled_functions",),
    ),
    Guard(
        name="pages-are-completed-with-their-numbers",
        module="conjure.graphql.executor",
        text="listing = result.complete(info)",
        without="listing = None",
        tests=(f"{EXECUTOR}::test_a_page_is_completed_with_its_numbers",),
    ),
    Guard(
        name="edges-are-completed-at-once",
        module="conjure.graphql.executor",
        text="if edges is not None:",
        without="if False:",
        tests=(f"{EXECUTOR}::test_rows_by_cursor_and_single_rows_are_completed_by_compiled_functions",),
    ),
    Guard(
        name="many-rows-are-updated-by-one-statement",
        module="conjure.graphql.writes.many_rows",
        text="if at_once and len(keys) > 1 and can_update_at_once(spec, data):",
        without="if False:",
        tests=("tests/graphql/writes/test_bulk.py::test_an_update_of_many_plain_rows_takes_one_statement_a_batch",),
    ),
    Guard(
        name="answers-about-the-schema-are-kept",
        module="conjure.graphql.endpoint.views",
        text="body = None if cached is None else cached.recall()",
        without="body = None",
        tests=("tests/graphql/endpoint/test_introspection_answers.py::test_the_same_question_is_executed_once",),
    ),
    Guard(
        name="deep-pages-are-looked-up-by-keys",
        module="conjure.graphql.resolvers.lists",
        text="return self.page.offset >= _DEEP_OFFSET and",
        without="return False and",
        tests=("tests/graphql/resolvers/test_lists.py::test_a_deep_page_is_looked_up_by_keys_and_is_the_same",),
    ),
    Guard(
        name="times-are-written-at-once",
        module="conjure.graphql.fields.readers",
        text="if found or offset is None:",
        without="if True:",
        tests=("tests/graphql/fields/test_times.py::test_the_times_of_many_rows_are_written_at_once",),
    ),
    Guard(
        name="records-are-completed-at-once",
        module="conjure.graphql.reading.records",
        text="    if records and any(",
        without="    if records or any(",
        tests=(f"{EXECUTOR}::test_records_are_completed_at_once",),
    ),
    Guard(
        name="choices-are-completed-at-once",
        module="conjure.graphql.reading.records",
        text="        if name not in record:",
        without="        if True:",
        tests=(f"{EXECUTOR}::test_choices_are_completed_at_once",),
    ),
]
