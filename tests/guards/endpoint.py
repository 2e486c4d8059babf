"""Guards at the doors: requests, the limits of documents, and what errors tell."""

from __future__ import annotations

from tests.guards import Guard

GUARDS = [
    # The endpoint.
    Guard(
        name="mutations-come-by-post",
        module="conjure.graphql.endpoint.views",
        text='if request.method != "POST" and definition.operation is not OperationType.QUERY:',
        without="if False:",
        tests=("tests/graphql/endpoint/test_endpoint.py::test_a_mutation_by_get_is_405_and_has_no_effect",),
    ),
    Guard(
        name="suggestions-are-for-those-who-may-know",
        module="conjure.graphql.endpoint.views",
        text="return settings.INTROSPECTION and is_superuser(context.user) and not hidden_models(context)",
        without="return True",
        tests=(
            "tests/graphql/test_introspection.py::test_nor_are_superusers_where_introspection_is_off",
            "tests/graphql/test_introspection.py::test_others_are_not",
        ),
    ),
    Guard(
        name="introspection-can-be-switched-off",
        module="conjure.graphql.endpoint.client_documents",
        text="if document.shape.introspection and not settings.INTROSPECTION:",
        without="if False:",
        tests=("tests/graphql/test_introspection.py::test_it_can_be_switched_off",),
    ),
    Guard(
        name="documents-are-short",
        module="conjure.graphql.endpoint.limits",
        text="if len(text) > settings.GRAPHQL_MAX_CHARACTERS:",
        without="if False:",
        tests=(
            "tests/graphql/endpoint/test_limits.py::test_a_document_at_the_limit_is_executed_and_one_over_it_is_refused",
        ),
    ),
    Guard(
        name="documents-are-shallow",
        module="conjure.graphql.endpoint.limits",
        text="if shape.depth > settings.GRAPHQL_MAX_DEPTH:",
        without="if False:",
        tests=(
            "tests/graphql/endpoint/test_limits.py::test_a_document_at_the_limit_is_executed_and_one_over_it_is_refused",
        ),
    ),
    Guard(
        name="documents-have-few-aliases",
        module="conjure.graphql.endpoint.limits",
        text="if shape.aliases > settings.GRAPHQL_MAX_ALIASES:",
        without="if False:",
        tests=(
            "tests/graphql/endpoint/test_limits.py::test_a_document_at_the_limit_is_executed_and_one_over_it_is_refused",
        ),
    ),
    Guard(
        name="documents-have-few-directives",
        module="conjure.graphql.endpoint.limits",
        text="if shape.directives > settings.GRAPHQL_MAX_DIRECTIVES:",
        without="if False:",
        tests=(
            "tests/graphql/endpoint/test_limits.py::test_a_document_at_the_limit_is_executed_and_one_over_it_is_refused",
        ),
    ),
    Guard(
        name="documents-have-few-tokens",
        module="conjure.graphql.endpoint.limits",
        text="if max(shape.selections, shape.tokens) > settings.GRAPHQL_MAX_TOKENS:",
        without="if False:",
        tests=("tests/graphql/endpoint/test_limits.py::test_tokens_count_wherever_a_fragment_is_spread",),
    ),
    Guard(
        name="documents-ask-little-of-the-schema",
        module="conjure.graphql.endpoint.limits",
        text="if shape.introspection > _MAX_INTROSPECTION:",
        without="if False:",
        tests=("tests/graphql/endpoint/test_limits.py::test_what_is_asked_of_the_schema_is_limited",),
    ),
    Guard(
        name="documents-repeat-few-fields",
        module="conjure.graphql.endpoint.limits",
        text="if pairs > _MAX_PAIRS:",
        without="if False:",
        tests=("tests/graphql/endpoint/test_limits.py::test_fields_that_are_repeated_too_often_are_refused",),
    ),
    Guard(
        name="documents-are-affordable",
        module="conjure.graphql.endpoint.costs",
        text="if cost > settings.GRAPHQL_MAX_COST:",
        without="if False:",
        tests=("tests/graphql/endpoint/test_costs.py::test_the_cost_is_the_number_of_values_that_the_answer_may_hold",),
    ),
    Guard(
        name="documents-with-variables-are-affordable",
        module="conjure.graphql.endpoint.client_documents",
        text="cost = estimate_cost(document.schema, document.node, operation, variables)",
        without="cost = 0",
        tests=("tests/graphql/endpoint/test_costs.py::test_variables_are_looked_at",),
    ),
    Guard(
        name="work-beside-the-answer-costs",
        module="conjure.graphql.endpoint.costs",
        text="total = cost.once",
        without="total = 0",
        tests=("tests/graphql/endpoint/test_costs_of_work.py::test_what_costs_much_is_refused_before_it_is_run",),
    ),
    Guard(
        name="rows-that-are-named-cost",
        module="conjure.graphql.endpoint.costs",
        text="total += cost.each * ",
        without="total += 0 * ",
        tests=("tests/graphql/endpoint/test_costs_of_work.py::test_what_costs_much_is_refused_before_it_is_run",),
    ),
    Guard(
        name="rows-that-a-filter-leaves-cost",
        module="conjure.graphql.endpoint.costs",
        text="total += cost.filtered",
        without="pass",
        tests=("tests/graphql/endpoint/test_costs_of_work.py::test_what_costs_much_is_refused_before_it_is_run",),
    ),
    Guard(
        name="members-of-lists-in-arguments-cost",
        module="conjure.graphql.endpoint.costs",
        text=" + sum(self.members(argument.value) for argument in given.values())",
        without="",
        tests=("tests/graphql/endpoint/test_costs_of_work.py::test_what_costs_much_is_refused_before_it_is_run",),
    ),
    Guard(
        name="pages-cost-what-the-resolver-makes-of-their-size",
        module="conjure.graphql.endpoint.costs",
        text="return parse_page_size(text if isinstance(text, str) else None)",
        without="return 0 if text in (None, '0') else 1",
        tests=("tests/graphql/endpoint/test_costs_of_work.py::test_what_costs_much_is_refused_before_it_is_run",),
    ),
    Guard(
        name="lists-of-keys-cost",
        module="conjure.graphql.endpoint.costs",
        text="return own + times - 1",
        without="return own",
        tests=("tests/graphql/endpoint/test_costs_of_work.py::test_what_costs_much_is_refused_before_it_is_run",),
    ),
    Guard(
        name="listed-documents-only",
        module="conjure.graphql.endpoint.persisted",
        text="if settings.GRAPHQL_PERSISTED_ONLY and _key_of(operation.query, listed) is None:",
        without="if False:",
        tests=(
            "tests/graphql/endpoint/test_persisted_queries.py::test_only_listed_documents_are_executed_where_the_project_says_so",
        ),
    ),
    Guard(
        name="listed-documents-only-by-hash-too",
        module="conjure.graphql.endpoint.persisted",
        text="if settings.GRAPHQL_PERSISTED_ONLY:\n        return None",
        without="pass",
        tests=(
            "tests/graphql/endpoint/test_persisted_queries.py::test_only_listed_documents_are_executed_where_the_project_says_so",
        ),
    ),
    Guard(
        name="documents-are-kept-under-their-own-hash",
        module="conjure.graphql.endpoint.persisted",
        text="if digest is not None and digest not in (_sha256(operation.query), _key_of(operation.query, listed)):",
        without="if False:",
        tests=("tests/graphql/endpoint/test_persisted_queries.py::test_a_hash_of_something_else_is_400",),
    ),
    Guard(
        name="documents-from-the-cache-are-checked",
        module="conjure.graphql.endpoint.persisted",
        text="return text if isinstance(text, str) and _sha256(text) == digest else None",
        without="return text",
        tests=(
            "tests/graphql/endpoint/test_persisted_queries.py::test_what_others_wrote_into_the_cache_is_not_executed",
        ),
    ),
    Guard(
        name="sessions-are-of-active-users",
        module="conjure.auth.sessions",
        text="user is not None and user.is_authenticated and user.is_active",
        without="user is not None and user.is_authenticated",
        tests=("tests/auth/test_session_lookup.py::test_an_inactive_user_is_nobody_even_to_a_backend_that_keeps_them",),
    ),
    Guard(
        name="malformed-session-keys-are-discarded",
        module="conjure.auth.sessions",
        text="and not _SESSION_KEY.fullmatch(key):",
        without="and False:",
        tests=("tests/auth/test_session_lookup.py::test_a_session_key_that_no_engine_can_have_made_is_nobodys",),
        databases=("postgresql",),
    ),
    Guard(
        name="bodies-are-small",
        module="conjure.graphql.endpoint.requests",
        text="if len(length) > 15 or int(length) > limit:",
        without="if False:",
        tests=("tests/graphql/endpoint/test_requests.py::test_a_body_that_says_that_it_is_over_the_cap_is_not_read",),
    ),
    Guard(
        name="uploads-by-graphql-are-small",
        module="conjure.graphql.endpoint.views",
        text="limit_uploads(request)  #",
        without="pass  #",
        tests=("tests/graphql/endpoint/test_multipart.py::test_files_over_the_cap_are_refused_while_they_arrive",),
    ),
    Guard(
        name="bodies-of-rest-are-small",
        module="conjure.rest.bodies",
        text="if len(body) > limit:",
        without="if False:",
        tests=("tests/rest/test_bodies.py::test_a_body_over_the_limit_is_too_large",),
    ),
    Guard(
        name="uploads-by-rest-are-stopped",
        module="conjure.uploads",
        text="if self.received > settings.MAX_UPLOAD_SIZE:",
        without="if False:",
        tests=(
            "tests/rest/test_bodies.py::test_a_large_upload_is_refused_before_all_of_it_is_read",
            "tests/rest/test_bodies.py::test_an_upload_over_the_limit_is_too_large",
        ),
    ),
    Guard(
        name="json-is-shallow",
        module="conjure.encoding",
        text='if text.count("[") + text.count("{") > MAX_NESTING and _is_too_deep(value):',
        without="if False:",
        tests=("tests/rest/test_bodies.py::test_what_is_no_json_that_one_can_work_with_is_refused_at_once",),
    ),
    # What errors tell.
    Guard(
        name="unexpected-errors-are-masked",
        module="conjure.graphql.errors",
        text="return _shape(error, MASK, {",
        without="return _shape(error, str(original), {",
        tests=("tests/graphql/endpoint/test_failures.py::test_an_unexpected_failure_is_masked_and_logged_under_an_id",),
    ),
    Guard(
        name="errors-of-the-database-are-masked",
        module="conjure.graphql.errors",
        text='return UnavailableError("The database cannot be reached or is too busy; try again.")',
        without="return UnavailableError(str(error))",
        tests=(
            "tests/graphql/endpoint/test_failures.py::test_an_operation_that_the_database_cannot_answer_is_503",
            "tests/rest/test_errors.py::test_a_database_that_does_not_answer_is_temporary",
        ),
    ),
    Guard(
        name="secrets-of-unregistered-models-are-excluded",
        module="conjure.autoregister",
        text="if is_secret_name(field.name) and _is_own(field)]",
        without="if False]",
        tests=("tests/test_autoregister.py::test_fields_whose_names_speak_of_secrets_are_excluded",),
    ),
    # What is reported of operations.
    Guard(
        name="request-ids-are-well-formed",
        module="conjure.operations.request_ids",
        text="return sent if _WELL_FORMED.fullmatch(sent) else",
        without="return sent if sent else",
        tests=("tests/operations/test_request_ids.py::test_any_other_id_is_replaced",),
    ),
    Guard(
        name="methods-that-are-no-methods-are-not-reported",
        module="conjure.rest.views.base",
        text='request.method if request.method.lower() in self.http_method_names else "other"',
        without="request.method",
        tests=("tests/operations/test_reports.py::test_no_line_holds_what_was_sent_or_answered",),
    ),
    Guard(
        name="receivers-that-fail-change-no-answer",
        module="conjure.operations.observe",
        text="operation_finished.send_robust(",
        without="operation_finished.send(",
        tests=("tests/operations/test_reports.py::test_a_receiver_that_fails_changes_no_answer",),
    ),
    Guard(
        name="what-nobody-hears-is-not-counted",
        module="conjure.operations.observe",
        text="if span is None and not _is_heard():",
        without="if False:",
        tests=("tests/operations/test_reports.py::test_nothing_is_counted_where_nobody_listens",),
    ),
    Guard(
        name="a-failing-health-check-tells-nothing",
        module="conjure.operations.health",
        text="except Exception as error:",
        without="except ZeroDivisionError as error:",
        tests=("tests/operations/test_health.py::test_a_database_that_is_down_is_503_and_nothing_is_told",),
    ),
]
