"""Guards of actions and exports: who may run them, on which rows, and what is noted of it."""

from __future__ import annotations

from tests.guards import Guard

GUARDS = [
    Guard(
        name="actions-refuse-filters-that-say-nothing",
        module="conjure.graphql.actions.rows",
        text="    _require_said(spec, arguments)\n",
        without="",
        tests=("tests/graphql/actions/test_filters_that_say_nothing.py::test_graphql_refuses_what_says_nothing",),
    ),
    Guard(
        name="actions-refuse-parameters-that-say-nothing",
        module="conjure.graphql.actions.rows",
        text="            unsaid.append(name)\n",
        without="            pass\n",
        tests=("tests/graphql/actions/test_filters_that_say_nothing.py::test_rest_refuses_what_says_nothing",),
    ),
    Guard(
        name="actions-on-all-rows-need-params",
        module="conjure.rest.views.actions",
        text="if everything and params is None:",
        without="if False:",
        tests=("tests/graphql/actions/test_filters_that_say_nothing.py::test_rest_refuses_what_says_nothing",),
    ),
    Guard(
        name="actions-ask-their-permission",
        module="conjure.graphql.actions.run",
        text="context.permissions.require_action(spec, options)",
        without="pass",
        tests=("tests/rest/views/test_actions.py::test_actions_ask_their_own_permission",),
    ),
    Guard(
        name="actions-ask-for-each-row",
        module="conjure.graphql.actions.run",
        text="require_rows(run.context, run.spec, run.options, pinned)",
        without="pass",
        tests=("tests/graphql/actions/test_run.py::test_a_check_of_each_row_is_asked_for_each_row",),
    ),
    Guard(
        name="actions-are-logged",
        module="conjure.graphql.actions.run",
        text="write.entries.append(AuditEntry.for_action(run.spec.model, run.name, pks))\n    with",
        without="with",
        tests=("tests/graphql/actions/test_run.py::test_one_run_is_one_entry_that_names_every_row",),
    ),
    Guard(
        name="actions-are-run-once",
        module="conjure.graphql.actions.run",
        text="work, attempts = _call_handler, 1",
        without="work, attempts = _call_handler, ATTEMPTS",
        tests=("tests/graphql/actions/test_limits_of_runs.py::test_a_handler_is_never_called_twice",),
    ),
    Guard(
        name="actions-take-only-the-input-that-they-declare",
        module="conjure.graphql.actions.run",
        text='if sent not in (None, {}, ""):',
        without="if False:",
        tests=("tests/graphql/actions/test_run.py::test_input_for_an_action_that_takes_none_is_400",),
    ),
    Guard(
        name="exports-ask-the-view-permission",
        module="conjure.graphql.actions.run",
        text='return ("view",) if name == EXPORT and is_built_in(spec.config, name) else ()',
        without="return ()",
        tests=(
            "tests/graphql/actions/test_exports.py::test_an_export_asks_a_permission_of_its_own_and_the_view_permission",
        ),
    ),
    Guard(
        name="exports-are-logged",
        module="conjure.graphql.actions.run",
        text="write.entries.append(make_export_entry(run.context, run.spec, rows, run.form, columns))",
        without="pass",
        tests=("tests/graphql/actions/test_exports.py::test_an_export_leaves_an_entry",),
    ),
    Guard(
        name="exports-in-an-answer-are-small",
        module="conjure.graphql.actions.run",
        text="if len(content) > INLINE_LIMIT:",
        without="if False:",
        tests=("tests/graphql/actions/test_limits_of_runs.py::test_a_large_export_is_not_written_into_an_answer",),
    ),
    Guard(
        name="exports-leave-hidden-columns-out",
        module="conjure.graphql.actions.exports",
        text="known = [name for name, _ in spec.row_names(context.excluded(spec))]",
        without="known = [name for name, _ in spec.row_names(spec.excluded)]",
        tests=("tests/graphql/actions/test_exports.py::test_columns_that_are_hidden_from_the_user_are_not_exported",),
    ),
    Guard(
        name="exported-texts-are-no-formulas",
        module="conjure.graphql.actions.files",
        text="""return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text""",
        without="return text",
        tests=("tests/graphql/actions/test_exports.py::test_no_cell_of_an_export_is_a_formula",),
    ),
    Guard(
        name="actions-run-on-visible-rows",
        module="conjure.graphql.actions.rows",
        text="rows = scoped_rows(context, spec).using(using).filter(pk__in=pks).order_by()",
        without="rows = spec.model._base_manager.using(using).filter(pk__in=pks).order_by()",
        tests=("tests/graphql/actions/test_rows.py::test_hidden_rows_are_as_if_absent",),
    ),
    Guard(
        name="actions-for-everybody-run-on-rows-that-one-may-view",
        module="conjure.graphql.actions.rows",
        text='return options.permission is None and not context.permissions.can("view", spec)',
        without="return False",
        tests=(
            "tests/graphql/actions/test_run.py::test_without_a_permission_every_staff_user_runs_it_on_the_rows_that_they_may_see",
        ),
    ),
    Guard(
        name="actions-by-filter-ask-the-view-permission",
        module="conjure.graphql.actions.rows",
        text="rows = select_rows(\n",
        without="rows = scoped_rows(context, spec).using(using).order_by()\n    _unasked = lambda: select_rows(\n",
        tests=("tests/graphql/actions/test_limits_of_runs.py::test_an_action_by_filter_asks_the_view_permission",),
    ),
    Guard(
        name="actions-by-filter-understand-all-of-it",
        module="conjure.graphql.actions.rows",
        text="strict=True",
        without="strict=False",
        tests=("tests/graphql/actions/test_rows.py::test_a_parameter_that_is_not_understood_is_400",),
    ),
    Guard(
        name="actions-do-not-guess-which-rows",
        module="conjure.graphql.actions.rows",
        text="if ids:\n            raise InvalidError",
        without="if False:\n            raise InvalidError",
        tests=("tests/graphql/actions/test_rows.py::test_named_rows_and_a_filter_at_once_are_400",),
    ),
    Guard(
        name="actions-by-filter-are-capped",
        module="conjure.graphql.actions.rows",
        text="if len(pks) > limit:",
        without="if False:",
        tests=("tests/graphql/actions/test_rows.py::test_a_filter_that_leaves_too_many_rows_is_400",),
    ),
]
