"""Guards of how much one may ask."""

from __future__ import annotations

from tests.guards import Guard

_RATES = "tests/throttles/test_rates.py::"
_AMOUNTS = "tests/throttles/test_amounts.py::"
_COUNTING = "tests/throttles/test_counting.py::"

GUARDS = [
    Guard(
        name="rest-requests-are-counted",
        module="conjure.rest.views.base",
        text="        self._spend(1)\n",
        without="",
        tests=(f"{_RATES}test_a_request_over_the_rate_is_refused_with_the_seconds_to_wait",),
    ),
    Guard(
        name="rest-counts-the-rows-of-a-bulk",
        module="conjure.rest.views.bulk",
        text="        self.spend_rows(len(pks))\n",
        without="",
        tests=(f"{_AMOUNTS}test_every_row_of_a_bulk_counts",),
    ),
    Guard(
        name="rest-counts-the-operations-of-a-bulk",
        module="conjure.rest.views.bulk",
        text="            self.spend_rows(len(operations))\n",
        without="",
        tests=(f"{_AMOUNTS}test_every_row_of_a_bulk_counts",),
    ),
    Guard(
        name="rest-counts-the-rows-of-an-action",
        module="conjure.rest.views.actions",
        text='            self.spend_rows(len(variables["ids"]))\n',
        without="            pass\n",
        tests=(f"{_AMOUNTS}test_every_row_of_an_action_counts",),
    ),
    Guard(
        name="graphql-operations-are-counted",
        module="conjure.graphql.endpoint.views",
        text="    spend(context.request, amounts_of(document.node, definition, sent.variables, accepted.cost))\n",
        without="",
        tests=(f"{_RATES}test_a_request_over_the_rate_is_refused_with_the_seconds_to_wait",),
    ),
    Guard(
        name="documents-that-are-refused-are-counted",
        module="conjure.graphql.endpoint.views",
        text="        spend(context.request, {READ: 1})  # Whatever was refused cost something too.\n",
        without="",
        tests=(f"{_RATES}test_documents_that_are_refused_count",),
    ),
    Guard(
        name="the-page-of-graphiql-is-counted",
        module="conjure.graphql.endpoint.views",
        text="        spend(request, {READ: 1})\n        return render_graphiql",
        without="        return render_graphiql",
        tests=(f"{_RATES}test_the_page_of_graphiql_counts",),
    ),
    Guard(
        name="every-aliased-mutation-counts",
        module="conjure.graphql.endpoint.amounts",
        text="else WRITE] += _rows_of(arguments)",
        without="else WRITE] = _rows_of(arguments)",
        tests=(f"{_AMOUNTS}test_every_aliased_mutation_counts",),
    ),
    Guard(
        name="mutations-in-fragments-count",
        module="conjure.graphql.documents",
        text="stack.append(fragments[each.name.value].selection_set if spread else each.selection_set)",
        without="spread or stack.append(each.selection_set)",
        tests=(f"{_AMOUNTS}test_mutations_in_fragments_count",),
    ),
    Guard(
        name="every-row-of-a-mutation-counts",
        module="conjure.graphql.endpoint.amounts",
        text="for name in LISTS_OF_ROWS)",
        without="for name in ())",
        tests=(f"{_AMOUNTS}test_every_row_of_a_mutation_counts",),
    ),
    Guard(
        name="documents-are-counted-by-their-cost",
        module="conjure.graphql.endpoint.amounts",
        text="        return {READ: 1, COST: cost}\n    given",
        without="        return {READ: 1}\n    given",
        tests=(f"{_AMOUNTS}test_documents_are_counted_by_their_cost",),
    ),
    Guard(
        name="exports-count-apart-in-graphql",
        module="conjure.graphql.endpoint.amounts",
        text='EXPORT if arguments.get("action") == EXPORT_ACTION else WRITE',
        without="WRITE",
        tests=(f"{_AMOUNTS}test_exports_count_apart_on_both_faces",),
    ),
    Guard(
        name="classes-are-asked-for-their-scope",
        module="conjure.throttles",
        text="if amount <= paid:",
        without="if amount <= paid and paid:",
        tests=("tests/throttles/test_classes.py::test_a_class_is_asked_for_its_own_scope_alone",),
    ),
    Guard(
        name="requests-side-by-side-are-counted",
        module="conjure.throttles",
        text="total = int(cache.incr(self._keys[0], amount))",
        without="total = int(cache.get(self._keys[0], 0)) + amount\n        "
        "time.sleep(0.01)\n        cache.set(self._keys[0], total)",
        tests=(f"{_COUNTING}test_many_tries_at_once_do_not_pass_the_rate",),
    ),
    Guard(
        name="the-window-before-counts",
        module="conjure.throttles",
        text="if before * (1 - self._elapsed / self._rate.seconds) <= left:",
        without="if left >= 0:",
        tests=(f"{_RATES}test_the_rate_holds_around_the_full_minute",),
    ),
    Guard(
        name="what-was-refused-is-given-back",
        module="conjure.throttles",
        text="            counter.give_back()\n",
        without="            pass\n",
        tests=(
            f"{_COUNTING}test_what_was_refused_is_given_back",
            f"{_RATES}test_requests_that_are_refused_do_not_count",
        ),
    ),
    Guard(
        name="what-no-rate-allows-is-too-large",
        module="conjure.throttles",
        text="if amount > self._rate.limit:",
        without="if False:",
        tests=(f"{_AMOUNTS}test_what_no_rate_ever_allows_is_too_large_and_not_too_often",),
    ),
    Guard(
        name="too-often-is-a-429-in-graphql",
        module="conjure.graphql.endpoint.responses",
        text="case LimitedError() if expected.retry_after is None:",
        without="case LimitedError():",
        tests=(f"{_RATES}test_a_request_over_the_rate_is_refused_with_the_seconds_to_wait",),
    ),
]
