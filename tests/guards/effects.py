"""Guards of what writes leave behind: versions, the log, locks, files, and what deletes take along."""

from __future__ import annotations

from tests.guards import Guard

SERVERS = ("postgresql", "mariadb")

GUARDS = [
    # Versions and the log.
    Guard(
        name="versions-tell-nothing-of-hidden-columns",
        module="conjure.graphql.writes.versions",
        text="if field.name not in hidden",
        without="",
        tests=(
            "tests/graphql/writes/test_versions.py::test_a_column_that_is_hidden_from_this_user_is_not_in_its_version",
        ),
    ),
    Guard(
        name="the-log-tells-nothing-of-excluded-columns",
        module="conjure.graphql.writes.changes",
        text="{name: value for name, value in values.items() if name in by_name}",
        without="dict(values)",
        tests=("tests/graphql/writes/test_log.py::test_a_deleted_row_is_logged_without_its_excluded_columns",),
    ),
    Guard(
        name="writes-are-logged",
        module="conjure.graphql.writes.door",
        text="write.audit()",
        without="pass",
        tests=("tests/graphql/writes/test_rows.py::test_a_created_row_is_served_and_logged",),
    ),
    Guard(
        name="secrets-are-masked-in-the-log",
        module="conjure.values.json_writer",
        text="if value is not None and self.is_secret is not None and self.is_secret(name):",
        without="if False:",
        tests=("tests/audit/test_diffs.py::test_secrets_inside_json_are_masked_too",),
    ),
    Guard(
        name="the-log-asks-the-view-permission",
        module="conjure.admin_config",
        text='if not context.permissions.can("view", spec):',
        without="if False:",
        tests=("tests/audit/test_log.py::test_others_see_entries_only_of_models_that_they_may_view",),
    ),
    Guard(
        name="the-log-obeys-get-queryset",
        module="conjure.admin_config",
        text="if is_scoped(spec):",
        without="if False:",
        tests=("tests/audit/test_log.py::test_entries_of_rows_that_are_hidden_by_scope_are_hidden_too",),
    ),
    Guard(
        name="the-log-obeys-get-exclude",
        module="conjure.admin_config",
        text="return condition & ~Q(diff__has_any_keys=sorted(hidden)) if hidden else condition",
        without="return condition",
        tests=("tests/audit/test_log.py::test_entries_that_tell_of_a_field_hidden_from_the_user_are_hidden_too",),
    ),
    # Transactions, locks and files.
    Guard(
        name="rows-are-locked",
        module="conjure.graphql.writes.locking",
        text="rows = rows.select_for_update(no_key=features.has_select_for_no_key_update)",
        without="pass",
        tests=("tests/graphql/writes/test_locking.py::test_every_write_of_rows_locks_them",),
        databases=SERVERS,
    ),
    Guard(
        name="sqlite-transactions-are-immediate",
        module="conjure.graphql.writes.transactions",
        text='connection.transaction_mode = "IMMEDIATE"',
        without="pass",
        tests=("tests/graphql/writes/test_locking.py::test_on_sqlite_a_write_takes_its_lock_before_it_reads",),
    ),
    Guard(
        name="writes-are-atomic",
        module="conjure.graphql.writes.transactions",
        text="with transaction.atomic(using=alias):",
        without="with contextlib.nullcontext():",
        tests=("tests/graphql/writes/test_faults.py::test_without_its_log_entry_a_write_has_no_effect",),
    ),
    Guard(
        name="a-transaction-of-others-is-not-begun-anew",
        module="conjure.graphql.writes.transactions",
        text="attempts = 1 if connections[using].in_atomic_block else attempts",
        without="pass",
        tests=(
            "tests/graphql/writes/test_locking.py::test_within_a_transaction_of_somebody_elses_there_is_one_attempt",
        ),
    ),
    Guard(
        name="locks-are-asked-for-again",
        module="conjure.graphql.writes.transactions",
        text="if not is_about_locks(error):",
        without="if True:",
        tests=(
            "tests/graphql/writes/test_locking.py::test_within_a_transaction_of_somebody_elses_there_is_one_attempt",
        ),
    ),
    Guard(
        name="new-rows-overwrite-none",
        module="conjure.graphql.writes.one_row",
        text="obj.save(force_insert=True, using=write.using)",
        without="obj.save(using=write.using)",
        tests=(
            "tests/graphql/writes/test_changes.py::test_a_new_row_overwrites_none_that_took_its_key_after_validation",
        ),
    ),
    Guard(
        name="new-rows-of-a-config-overwrite-none",
        module="conjure.options",
        text="obj.save() if change else obj.save(force_insert=True)",
        without="obj.save()",
        tests=("tests/graphql/writes/test_changes.py::test_a_new_row_of_a_config_with_its_own_save_overwrites_none",),
    ),
    Guard(
        name="files-of-other-rows-stay",
        module="conjure.graphql.writes.files",
        text="if not models.QuerySet(model, using=self._using).filter(Q((field.name, name))).exists():",
        without="if True:",
        tests=("tests/graphql/writes/test_uploads.py::test_a_file_that_another_row_has_too_stays",),
    ),
    Guard(
        name="files-are-deleted-once-it-holds",
        module="conjure.graphql.writes.files",
        text="transaction.on_commit(self._delete_released, using=self._using, robust=True)",
        without="self._delete_released()",
        tests=(
            "tests/graphql/writes/test_changes.py::test_a_replaced_file_stays_until_the_write_holds",
            "tests/graphql/writes/test_uploads.py::test_a_write_that_is_rolled_back_leaves_no_file",
        ),
    ),
    Guard(
        name="files-of-a-failed-write-go",
        module="conjure.graphql.writes.door",
        text="_undo_files(writes)\n        refusal",
        without="refusal",
        tests=("tests/graphql/writes/test_uploads.py::test_a_write_that_is_rolled_back_leaves_no_file",),
    ),
    Guard(
        name="hooks-that-fail-tell-nothing",
        module="conjure.graphql.hooks",
        text='raise InvalidError(f"This was refused: {name}() of {label} failed.") from error',
        without="raise InvalidError(str(error)) from error",
        tests=("tests/graphql/writes/test_changes.py::test_a_hook_that_fails_tells_nothing_of_why",),
    ),
    # Deletes.
    Guard(
        name="a-delete-takes-along-what-one-may-delete",
        module="conjure.graphql.deletes.deletion",
        text="    if denied:",
        without="    if False:",
        tests=(
            "tests/graphql/deletes/test_deletion.py::test_a_delete_that_takes_along_what_one_may_not_delete_is_refused_by_name",
        ),
    ),
    Guard(
        name="a-delete-asks-for-each-row-that-goes-along",
        module="conjure.graphql.deletes.deletion",
        text='if spec is not None and is_asked_by_row("delete", spec):',
        without="if False:",
        tests=(
            "tests/graphql/deletes/test_asked.py::test_each_row_that_goes_along_is_asked_for",
            "tests/graphql/deletes/test_deletion.py::test_a_permission_that_depends_on_the_row_is_asked_for_each_row_taken_along",
        ),
    ),
    Guard(
        name="a-protected-row-is-named",
        module="conjure.graphql.deletes.deletion",
        text="if blocked:",
        without="if False:",
        tests=("tests/graphql/deletes/test_asked.py::test_hooks_are_not_called_for_rows_that_are_protected",),
    ),
    Guard(
        name="related-counts-ask-the-view-permission",
        module="conjure.graphql.deletes.deletion",
        text="if reached is not None and _may_view(context, model):",
        without="if reached is not None:",
        tests=(
            "tests/graphql/deletes/test_deletion.py::test_only_models_that_one_may_view_are_counted_but_blockers_always_are",
        ),
    ),
    Guard(
        name="related-counts-are-of-visible-rows",
        module="conjure.graphql.deletes.deletion",
        text="within = scoped_rows(context, spec) if spec is not None and is_scoped(spec) else None",
        without="within = None",
        tests=("tests/graphql/deletes/test_deletion.py::test_rows_that_the_scope_hides_are_not_counted",),
    ),
    # Uploads.
    Guard(
        name="uploads-have-plain-names",
        module="conjure.graphql.fields.uploads",
        text='if set(name) & {"/", "\\\\"}:',
        without="if False:",
        tests=("tests/graphql/writes/test_uploads.py::test_names_lead_nowhere_else",),
    ),
    Guard(
        name="uploads-are-small",
        module="conjure.graphql.fields.uploads",
        text="if (raw.size or 0) > settings.MAX_UPLOAD_SIZE:",
        without="if False:",
        tests=("tests/graphql/writes/test_uploads.py::test_a_file_over_the_cap_is_too_large",),
    ),
    Guard(
        name="uploads-that-browsers-run-are-refused",
        module="conjure.graphql.fields.uploads",
        text="if not settings.ALLOW_ACTIVE_UPLOADS and is_active(raw):",
        without="if False:",
        tests=("tests/graphql/writes/test_uploads.py::test_files_that_browsers_run_are_refused",),
    ),
    Guard(
        name="uploads-are-judged-by-content-too",
        module="conjure.graphql.fields.uploads",
        text="return _ACTIVE_START.match(content) is not None",
        without="return False",
        tests=("tests/graphql/writes/test_uploads.py::test_files_that_browsers_run_are_refused",),
    ),
    # What is answered is what became of the transaction.
    Guard(
        name="what-fails-on-commit-is-no-error",
        module="conjure.graphql.writes.transactions",
        text="if not has_committed:",
        without="if True:",
        tests=("tests/hooks/test_commits.py::test_what_is_called_on_commit_and_fails_undoes_nothing",),
    ),
    Guard(
        name="no-success-without-a-commit",
        module="conjure.graphql.writes.transactions",
        text="            connection.validate_no_broken_transaction()",
        without="            pass",
        tests=("tests/hooks/test_commits.py::test_an_undone_transaction_is_not_answered_with_success",),
    ),
    Guard(
        name="swallowed-violations-are-explained",
        module="conjure.graphql.writes.door",
        text="if isinstance(error, TransactionManagementError) and error.__cause__ is not None:",
        without="if False:",
        tests=("tests/hooks/test_commits.py::test_a_swallowed_violation_is_answered_as_the_violation_itself",),
    ),
    Guard(
        name="earlier-transactions-explain-nothing",
        module="conjure.graphql.writes.transactions",
        text="            connection.rollback_exc = None",
        without="            pass",
        tests=("tests/hooks/test_commits.py::test_an_undone_transaction_is_not_answered_with_success",),
    ),
    Guard(
        name="writes-read-from-the-primary",
        module="conjure.orm.primary",
        text="    reads.from_primary = True",
        without="    pass",
        tests=("tests/orm/test_primary.py::test_all_that_a_write_reads_comes_from_the_primary[rest]",),
    ),
    Guard(
        name="stamps-of-writes-expire",
        module="conjure.orm.primary",
        text="unsign(stamp, max_age=timedelta(seconds=settings.READ_YOUR_WRITES or 0))",
        without="unsign(stamp)",
        tests=("tests/orm/test_primary.py::test_users_read_their_own_writes_for_some_seconds",),
    ),
    Guard(
        name="replaced-files-go-whatever-fails-on-commit",
        module="conjure.graphql.writes.door",
        text="    writes[-1].files.finish()",
        without="    pass",
        tests=("tests/hooks/test_commits.py::test_a_replaced_file_is_deleted_whatever_fails_on_commit",),
    ),
    Guard(
        name="files-of-a-save-that-fails-late-go",
        module="conjure.graphql.writes.stored_files",
        text="            _note_remains(note, storage, wanted, was_there)",
        without="            pass",
        tests=("tests/hooks/test_writes.py::test_a_write_is_whole_or_leaves_nothing[storage save that has stored]",),
    ),
    Guard(
        name="rows-that-cannot-be-made-are-served",
        module="conjure.graphql.rows.read",
        text="        found = _make_without_init(plain, unread)",
        without="        return []",
        tests=("tests/hooks/test_reads.py::test_every_row_is_served[__init__]",),
    ),
]
