"""Guards of what is hidden: excluded columns, scoped and denied rows, and of what goes along in deletes."""

from __future__ import annotations

from tests.guards import Guard

GUARDS = [
    # What get_exclude hides.
    Guard(
        name="hidden-relations-are-no-filters",
        module="conjure.graphql.rows.filters",
        text="if context.hides(spec, member):",
        without="if False:",
        tests=("tests/graphql/rows/test_hidden_fields.py::test_a_document_that_names_a_hidden_relation_is_refused",),
    ),
    Guard(
        name="hidden-relations-are-no-orders",
        module="conjure.graphql.rows.ordering",
        text="if context.hides(spec, field):",
        without="if False:",
        tests=("tests/graphql/rows/test_hidden_fields.py::test_a_document_that_names_a_hidden_relation_is_refused",),
    ),
    Guard(
        name="hidden-relations-are-not-read-from-the-other-side",
        module="conjure.graphql.context",
        text="return other is not None and member.relation.field.name in self.excluded(other)",
        without="return False",
        tests=("tests/graphql/rows/test_hidden_fields.py::test_a_document_that_names_a_hidden_relation_is_refused",),
    ),
    Guard(
        name="hidden-fields-are-not-read",
        module="conjure.graphql.reading.loading",
        text="if source is not None and context.hides(spec, source):",
        without="if False:",
        tests=("tests/graphql/rows/test_hidden_fields.py::test_a_document_that_names_a_hidden_relation_is_refused",),
    ),
    Guard(
        name="hidden-computed-columns-are-not-read",
        module="conjure.graphql.reading.loading",
        text="if isinstance(binding, ComputedBinding) and binding.column.computed.hidden_by & context.excluded(spec):",
        without="if False:",
        tests=("tests/graphql/reading/test_computed_columns.py::test_an_excluded_column_is_hidden_from_the_request",),
    ),
    Guard(
        name="the-configs-order-passes-no-hidden-field",
        module="conjure.graphql.rows.ordering",
        text="LOOKUP_SEP.join(step.name for step in steps), context.excluded)",
        without="LOOKUP_SEP.join(step.name for step in steps))",
        tests=("tests/graphql/rows/test_hidden_fields.py::test_the_configs_own_order_does_not_tell_a_hidden_relation",),
    ),
    Guard(
        name="the-configs-order-is-by-no-hidden-column",
        module="conjure.graphql.rows.ordering",
        text="return [] if own in context.excluded(spec) else [term]",
        without="return [term]",
        tests=("tests/graphql/rows/test_hidden_fields.py::test_the_configs_own_order_is_by_no_hidden_column",),
    ),
    Guard(
        name="introspection-shows-no-side-of-a-hidden-relation",
        module="conjure.graphql.introspection",
        text="for reverse in spec.reverse if context.hides(spec, reverse))",
        without="for reverse in spec.reverse if False)",
        tests=("tests/graphql/rows/test_hidden_fields.py::test_introspection_shows_no_side_of_a_hidden_relation",),
    ),
    Guard(
        name="descriptions-name-no-hidden-path",
        module="conjure.graphql.resolvers.descriptions",
        text="resolve_path(spec, path, excluded) is None",
        without="False",
        tests=("tests/graphql/rows/test_hidden_fields.py::test_rest_knows_nothing_of_a_hidden_relation",),
    ),
    Guard(
        name="related-counts-nothing-by-a-hidden-relation",
        module="conjure.graphql.deletes.deletion",
        text="return edge.field.name in hidden",
        without="return False",
        tests=("tests/graphql/rows/test_hidden_fields.py::test_related_counts_nothing_by_a_hidden_relation",),
    ),
    Guard(
        name="related-counts-no-links-of-a-hidden-field",
        module="conjure.graphql.deletes.deletion",
        text="m2m.remote_field.through is holder and m2m.name in hidden",
        without="False",
        tests=("tests/graphql/rows/test_hidden_fields.py::test_related_counts_nothing_by_a_hidden_relation",),
    ),
    Guard(
        name="fields-that-lists-hide-are-not-written",
        module="conjure.graphql.writes.changes",
        text="hidden = context.excluded(plan.spec) - plan.spec.excluded",
        without="hidden = ()",
        tests=(
            "tests/graphql/rows/test_hidden_fields.py::test_a_field_that_is_hidden_from_lists_is_not_written_either",
        ),
    ),
    Guard(
        name="fields-that-lists-hide-are-in-no-version",
        module="conjure.graphql.writes.versions",
        text="{*context.excluded(spec), *spec",
        without="{*spec",
        tests=(
            "tests/graphql/rows/test_hidden_fields.py::test_a_field_that_is_hidden_from_lists_is_not_written_either",
        ),
    ),
    # What scopes hide, in orders and cursors.
    Guard(
        name="orders-count-hidden-values-as-null",
        module="conjure.graphql.rows.ordering",
        text="values[F(name)] = Case(When(shown, then=F(name)))",
        without="values[F(name)] = F(name)",
        tests=("tests/graphql/rows/test_hidden_orders.py::test_an_order_over_hidden_rows_does_not_depend_on_them",),
    ),
    Guard(
        name="cursors-hold-no-value-of-a-hidden-row",
        module="conjure.graphql.rows.ordering",
        text="return term.replace_expressions(values) if values else term",
        without="return term",
        tests=("tests/graphql/rows/test_hidden_orders.py::test_a_cursor_holds_no_value_of_a_hidden_row",),
    ),
    Guard(
        name="orders-ask-no-condition-of-hidden-rows",
        module="conjure.graphql.rows.ordering",
        text="if not is_value:",
        without="if False:",
        tests=("tests/graphql/rows/test_hidden_orders.py::test_the_configs_own_order_does_not_depend_on_hidden_rows",),
    ),
    Guard(
        name="the-configs-order-asks-the-view-permission",
        module="conjure.graphql.rows.ordering",
        text='if path is None or not all(context.permissions.can("view", related) for _, related in path.hops):',
        without="if path is None:",
        tests=(
            "tests/graphql/rows/test_hidden_orders.py::test_the_configs_own_order_does_not_depend_on_models_that_the_user_may_not_view",
        ),
    ),
    Guard(
        name="orders-by-several-rows-count-the-visible-ones",
        module="conjure.graphql.rows.ordering",
        text="if of_shown_rows:",
        without="if False:",
        tests=(
            "tests/graphql/rows/test_hidden_orders.py::test_an_order_by_several_related_rows_counts_the_visible_ones",
        ),
    ),
    Guard(
        name="keys-are-in-no-hidden-order",
        module="conjure.graphql.rows.links",
        text="if shown_terms(context, related, term) == [term]",
        without="",
        tests=(
            "tests/graphql/rows/test_hidden_orders.py::test_the_keys_of_a_list_are_not_in_the_order_of_a_hidden_column",
        ),
    ),
    Guard(
        name="cursors-are-signed",
        module="conjure.graphql.rows.keyset",
        text="values = self._signer.unsign_object(cursor)",
        without='values = JSONSerializer().loads(b64_decode(cursor.partition(":")[0].encode()))',
        tests=("tests/graphql/rows/test_keyset.py::test_a_cursor_that_the_server_did_not_sign_is_invalid",),
    ),
    Guard(
        name="cursors-hold-no-private-value",
        module="conjure.graphql.rows.keyset",
        text="if key.is_private:",
        without="if False:",
        tests=("tests/graphql/rows/test_keyset.py::test_a_cursor_does_not_hold_what_only_the_configs_queryset_knows",),
    ),
    # Rows that has_view_permission denies.
    Guard(
        name="denied-rows-are-not-written",
        module="conjure.graphql.permissions",
        text='if obj is not None and right != "view" and self.denies_row(spec, obj):',
        without="if False:",
        tests=("tests/graphql/test_denied_rows.py::test_a_denied_row_is_not_written",),
    ),
    Guard(
        name="rights-are-asked-by-row-where-rows-are-denied",
        module="conjure.graphql.permissions",
        text='or (right in ("change", "delete") and _is_overridden("view", spec))',
        without="",
        tests=(
            "tests/graphql/test_denied_rows.py::test_a_denied_row_is_not_written",
            "tests/graphql/test_denied_rows.py::test_a_denied_row_does_not_go_along_in_a_cascade",
        ),
    ),
    Guard(
        name="no-action-runs-on-denied-rows",
        module="conjure.graphql.permissions",
        text="if obj is not None and self.denies_row(spec, obj):",
        without="if False:",
        tests=("tests/graphql/test_denied_rows.py::test_no_action_runs_on_a_denied_row",),
    ),
    Guard(
        name="actions-look-at-rows-that-may-be-denied",
        module="conjure.graphql.actions.rows",
        text='if asks_right or is_asked_by_row("view", spec):',
        without="if asks_right:",
        tests=("tests/graphql/test_denied_rows.py::test_no_action_runs_on_a_denied_row",),
    ),
    Guard(
        name="denied-rows-are-not-exported-by-key",
        module="conjure.graphql.actions.run",
        text="if rows.named is not None:",
        without="if False:",
        tests=("tests/graphql/test_denied_rows.py::test_a_denied_row_is_not_exported_by_its_key",),
    ),
    Guard(
        name="denied-rows-are-no-targets",
        module="conjure.graphql.writes.targets",
        text='if related is None or not is_asked_by_row("view", related):',
        without="if True:",
        tests=("tests/graphql/test_denied_rows.py::test_a_denied_row_cannot_be_pointed_at",),
    ),
    Guard(
        name="denied-rows-are-errors-in-nested-objects",
        module="conjure.graphql.reading.relations",
        text="    if asks_each:\n",
        without="    if False:\n",
        tests=("tests/graphql/test_denied_rows.py::test_a_denied_row_is_an_error_where_a_foreign_key_leads_to_it",),
    ),
    Guard(
        name="denied-rows-are-errors-from-the-other-side",
        module="conjure.graphql.reading.relations",
        text="    if _asks_each(binding):\n        denied",
        without="    if False:\n        denied",
        tests=("tests/graphql/test_denied_rows.py::test_the_other_side_of_a_one_to_one_field_is_one_row_too",),
    ),
    Guard(
        name="compiled-completion-refuses-denied-rows",
        module="conjure.graphql.reading.completion",
        text="{complete}(loaded.children[{key!r}].require_all().by_key)",
        without="{complete}(loaded.children[{key!r}].by_key)",
        tests=("tests/graphql/test_denied_rows.py::test_a_denied_row_is_an_error_where_a_foreign_key_leads_to_it",),
    ),
    # Inlines, and links to hidden rows.
    Guard(
        name="children-of-hidden-rows-are-hidden",
        module="conjure.graphql.rows.visible",
        text="if _has_own_scope(parent) or any(True for _ in _scoping_parents(parent, further)):",
        without="if False:",
        tests=(
            "tests/graphql/rows/test_inlines.py::test_children_of_a_hidden_row_are_not_seen",
            "tests/graphql/rows/test_inlines.py::test_children_of_a_hidden_row_are_not_written",
        ),
    ),
    Guard(
        name="links-to-hidden-rows-are-not-removed",
        module="conjure.graphql.writes.links",
        text="if key in shown and key not in kept]",
        without="if key in known and key not in kept]",
        tests=("tests/graphql/writes/test_links.py::test_links_to_hidden_rows_are_neither_removed_nor_told",),
    ),
    Guard(
        name="links-to-hidden-rows-are-not-told-by-adding",
        module="conjure.graphql.writes.links",
        text="[key for key in dict.fromkeys(added) if key not in shown])",
        without="[key for key in dict.fromkeys(added) if key not in known])",
        tests=("tests/graphql/writes/test_links.py::test_links_to_hidden_rows_are_neither_removed_nor_told",),
    ),
    # What the audit log tells.
    Guard(
        name="the-log-tells-no-keys-of-hidden-rows",
        module="conjure.graphql.history.shown",
        text="[key for key in keys if str(key) in shown]",
        without="list(keys)",
        tests=("tests/audit/test_history.py::test_keys_of_hidden_rows_are_not_told",),
    ),
    Guard(
        name="the-log-tells-nothing-of-denied-rows",
        module="conjure.graphql.history.shown",
        text="if context.permissions.denies_row(spec, row)}",
        without="if False}",
        tests=("tests/audit/test_history.py::test_nothing_is_told_of_a_row_that_is_denied",),
    ),
    Guard(
        name="the-log-tells-nothing-of-rows-that-cannot-be-asked",
        module="conjure.graphql.history.shown",
        text="denied |= keys - rows.keys()",
        without="pass",
        tests=("tests/audit/test_history.py::test_nothing_is_told_of_a_row_that_is_denied",),
    ),
    Guard(
        name="the-log-tells-superusers-no-hidden-fields",
        module="conjure.graphql.history.shown",
        text="_diff_of(entry).pop(name, None)",
        without="pass",
        tests=("tests/audit/test_history.py::test_a_superuser_is_not_told_hidden_fields_either",),
    ),
    # What goes along in a delete.
    Guard(
        name="rows-of-a-cascade-are-logged",
        module="conjure.graphql.writes.one_row",
        text="        if settings.AUDIT:\n",
        without="        if False:\n",
        tests=("tests/graphql/deletes/test_companions.py::test_every_row_that_goes_along_has_an_entry",),
    ),
    Guard(
        name="rows-that-the-projects-code-deletes-are-logged",
        module="conjure.graphql.writes.one_row",
        text="entries += _companion_entries(noted.found(), action)",
        without="list(noted.found())",
        tests=(
            "tests/graphql/deletes/test_companions.py::test_rows_that_the_projects_code_takes_along_are_logged_and_asked_for",
        ),
    ),
    Guard(
        name="rows-that-the-projects-code-deletes-are-asked-for",
        module="conjure.graphql.deletes.companions",
        text="if not may_delete_row(self._context, model, row):",
        without="if False:",
        tests=(
            "tests/graphql/deletes/test_companions.py::test_rows_that_the_projects_code_takes_along_are_logged_and_asked_for",
        ),
    ),
    Guard(
        name="own-deletes-are-watched",
        module="conjure.graphql.deletes.companions",
        text="return has_own_delete(spec) or any(",
        without="return any(",
        tests=(
            "tests/graphql/deletes/test_companions.py::test_rows_that_the_projects_code_takes_along_are_logged_and_asked_for",
        ),
    ),
    Guard(
        name="receivers-are-watched",
        module="conjure.graphql.deletes.companions",
        text="return has_own_delete(spec) or any(",
        without="return has_own_delete(spec) and any(",
        tests=(
            "tests/graphql/deletes/test_companions.py::test_rows_that_the_projects_code_takes_along_are_logged_and_asked_for",
        ),
    ),
    Guard(
        name="keys-of-many-rows-are-logged",
        module="conjure.graphql.writes.one_row",
        text='diff={"pks": [keys, None]}',
        without="diff={}",
        tests=("tests/graphql/deletes/test_companions.py::test_of_many_rows_one_entry_names_the_keys",),
    ),
    # The history of a row.
    Guard(
        name="the-history-of-a-row-is-for-those-who-may-view-it",
        module="conjure.graphql.rows.select",
        text='    context.permissions.require("view", spec, found[0])\n',
        without="",
        tests=("tests/audit/test_history_of_rows.py::test_a_row_that_is_denied_has_none_to_show",),
    ),
    Guard(
        name="what-changed-is-for-those-who-may-view-the-log",
        module="conjure.graphql.history.of_row",
        text='hidden if self.context.permissions.can("view", self.log) else hidden | {"diff"}',
        without="hidden",
        tests=("tests/audit/test_history_of_rows.py::test_without_the_logs_permission_it_does_not_say_what_changed",),
    ),
    Guard(
        name="the-history-has-no-excluded-column-of-the-log",
        module="conjure.graphql.history.of_row",
        text="hidden = self.context.excluded(self.log)",
        without="hidden: frozenset[str] = frozenset()",
        tests=("tests/audit/test_history_of_rows.py::test_the_columns_that_the_log_excludes_are_not_in_it",),
    ),
    Guard(
        name="the-history-has-the-entries-that-the-log-shows",
        module="conjure.graphql.history.of_row",
        text="scoped_rows(self.context, self.log).filter(",
        without="AdminAuditLog._base_manager.filter(",
        tests=("tests/audit/test_history_of_rows.py::test_fields_that_are_hidden_are_not_in_it",),
    ),
    Guard(
        name="diffs-of-another-form-are-hidden-with-fields",
        module="conjure.graphql.history.shown",
        text="_hide_foreign_diffs(group)",
        without="pass",
        tests=(
            "tests/audit/test_history_of_rows.py::test_diffs_of_another_form_are_not_in_it_where_fields_are_hidden",
        ),
    ),
]
