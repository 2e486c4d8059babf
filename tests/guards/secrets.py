"""Guards of values that stand in clear in their rows alone: encrypted columns, and what configs call secret."""

from __future__ import annotations

from tests.guards import Guard

GUARDS = [
    Guard(
        name="the-log-holds-no-encrypted-value",
        module="conjure.graphql.writes.door",
        text="entries = map(self._without_secrets, self.entries)",
        without="entries = self.entries",
        tests=("tests/audit/test_encrypted.py::test_the_log_does_not_hold_it",),
    ),
    Guard(
        name="cursors-hold-no-encrypted-value",
        module="conjure.graphql.fields.cursors",
        text=" and not is_secret(field)",
        without="",
        tests=("tests/audit/test_encrypted.py::test_no_cursor_and_no_group_holds_it",),
    ),
    Guard(
        name="groups-hold-no-encrypted-value",
        module="conjure.graphql.aggregates.groups",
        text="not (spec.is_many or spec.is_secret)",
        without="not spec.is_many",
        tests=("tests/audit/test_encrypted.py::test_no_cursor_and_no_group_holds_it",),
    ),
    Guard(
        name="what-a-config-calls-secret-is",
        module="conjure.specs.fields",
        text=" or not declared_secrets().isdisjoint((model_field, value_field))",
        without="",
        tests=("tests/audit/test_secret_fields.py::test_it_is_masked_in_the_log_and_shown_in_the_row",),
    ),
    Guard(
        name="cursors-hold-nothing-made-of-secrets",
        module="conjure.graphql.rows.keyset",
        text=" or _reads_secrets(annotation):",
        without=":",
        tests=("tests/audit/test_secret_fields.py::test_no_cursor_has_it",),
    ),
    Guard(
        name="secrets-are-exported-to-who-may-change",
        module="conjure.graphql.actions.exports",
        text="if not spec.secrets or context.permissions.can_run(spec, _MAY_CHANGE):",
        without="if True:",
        tests=("tests/audit/test_secret_fields.py::test_who_may_not_change_the_rows_exports_the_other_columns",),
    ),
    Guard(
        name="secrets-that-are-named-are-not-exported-either",
        module="conjure.graphql.actions.exports",
        text="if refused:",
        without="if False:",
        tests=("tests/audit/test_secret_fields.py::test_who_may_not_change_the_rows_is_refused_what_they_name",),
    ),
    Guard(
        name="labels-of-secrets-are-not-exported",
        module="conjure.graphql.actions.exports",
        text="for name in (field.name, field.label_name, field.display_name))",
        without="for name in (field.name,))",
        tests=("tests/audit/test_secret_fields.py::test_a_secret_choice_is_exported_with_neither_value_nor_label",),
    ),
    Guard(
        name="the-log-does-not-tell-what-secrets-were-compared-with",
        module="conjure.graphql.actions.exports",
        text="_mask(rows.parameters, _secret_names(context, spec))",
        without="dict(rows.parameters)",
        tests=("tests/audit/test_secret_fields.py::test_the_log_does_not_tell_what_an_export_compared_it_with",),
    ),
    Guard(
        name="versions-have-a-key",
        module="conjure.graphql.writes.versions",
        text=", key=key)",
        without=")",
        tests=("tests/audit/test_encrypted.py::test_a_version_cannot_be_recomputed_from_guesses",),
    ),
]
