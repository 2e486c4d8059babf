"""Guards against what is dear to answer and files that do harm, and for keys and refresh tokens."""

from __future__ import annotations

from tests.guards import Guard

GUARDS = [
    Guard(
        name="statements-have-a-timeout",
        module="conjure.responses",
        text="with limit_statements(), reads_of(request) as reads:",
        without="with reads_of(request) as reads:",
        tests=(
            "tests/orm/test_timeouts.py::test_a_list_that_takes_too_long_is_503_on_both_faces",
            "tests/orm/test_timeouts.py::test_a_write_that_takes_too_long_is_503_and_undone_on_both_faces",
        ),
    ),
    Guard(
        name="timeouts-leave-nothing-behind-on-postgresql",
        module="conjure.orm.timeouts",
        text="SET LOCAL statement_timeout",
        without="SET statement_timeout",
        tests=("tests/orm/test_timeouts.py::test_nothing_is_left_behind_on_the_connection",),
        databases=("postgresql",),
    ),
    Guard(
        name="a-savepoint-that-is-rolled-back-keeps-its-timeout",
        module="conjure.orm.timeouts",
        text="        if current is self._limited:",
        without="        if self._limited is not None:",
        tests=(
            "tests/orm/test_timeouts.py::test_a_timeout_outlives_a_savepoint_that_is_rolled_back",
            "tests/orm/test_timeouts.py::test_a_list_that_takes_too_long_is_503_on_both_faces",
        ),
        databases=("postgresql",),
    ),
    Guard(
        name="writes-have-a-timeout-on-mariadb",
        module="conjure.orm.timeouts",
        text="            if _DATA.match(sql):",
        without="            if _DATA.match(sql) and not self.connection.in_atomic_block:",
        tests=("tests/orm/test_timeouts.py::test_a_write_that_takes_too_long_is_503_and_undone_on_both_faces",),
        databases=("mariadb",),
    ),
    Guard(
        name="constraints-are-explained-behind-a-timeout-on-mariadb",
        module="conjure.orm.refusals",
        text=r'"(?:SET STATEMENT \S+ FOR )?(?:INSERT INTO|UPDATE)"',
        without='"(?:INSERT INTO|UPDATE)"',
        tests=("tests/orm/test_timeouts.py::test_what_only_the_database_refuses_is_explained_as_without_it",),
        databases=("mariadb",),
    ),
    Guard(
        name="statements-of-sqlite-are-free-again",
        module="conjure.orm.timeouts",
        text="            self.connection.connection.set_progress_handler(None, 0)",
        without="            pass",
        tests=("tests/orm/test_timeouts.py::test_nothing_is_left_behind_on_the_connection",),
    ),
    Guard(
        name="a-timeout-says-what-it-is",
        module="conjure.graphql.errors",
        text="case DatabaseError() if is_timeout(error):",
        without="case DatabaseError() if False:",
        tests=("tests/orm/test_timeouts.py::test_a_list_that_takes_too_long_is_503_on_both_faces",),
    ),
    Guard(
        name="a-timeout-is-not-taken-for-a-refusal",
        module="conjure.graphql.writes.door",
        text="return is_about_locks(error) or is_timeout(error)",
        without="return is_about_locks(error)",
        tests=("tests/orm/test_timeouts.py::test_a_timeout_of_an_unmanaged_table_is_not_taken_for_a_refusal",),
    ),
    Guard(
        name="exports-have-a-timeout-while-they-are-sent",
        module="conjure.graphql.resolvers.exports",
        text="translation.override(language), limit_statements():",
        without="translation.override(language):",
        tests=("tests/orm/test_timeouts.py::test_exports_are_limited_while_they_are_sent",),
        databases=("postgresql", "mariadb"),
    ),
    Guard(
        name="keys-have-one-spelling",
        module="conjure.graphql.fields.keys",
        text="if isinstance(raw, str) and raw not in _spellings(value_field, key):",
        without="if False:",
        tests=("tests/graphql/fields/test_spellings_of_keys.py::test_another_spelling_is_not_the_key",),
    ),
    # Lists that a client can lengthen.
    Guard(
        name="aggregates-have-few-conditions",
        module="conjure.graphql.resolvers.aggregate_questions",
        text="require_within_limits(name, arguments.get(name))",
        without="pass",
        tests=("tests/graphql/endpoint/test_long_lists.py::test_a_list_of_conditions_has_a_bound",),
    ),
    Guard(
        name="values-of-all-lists-are-counted",
        module="conjure.graphql.rows.filter_limits",
        text="if values > settings.BULK_MAX_ROWS:",
        without="if False:",
        tests=(
            "tests/graphql/endpoint/test_long_lists.py::test_the_values_of_all_lists_of_a_filter_are_counted_together",
        ),
    ),
    Guard(
        name="parameters-have-a-bound",
        module="conjure.graphql.rows.parameters",
        text='require_few("parameters", len(conditions), values)',
        without="pass",
        tests=(
            "tests/graphql/endpoint/test_long_lists.py::test_parameters_have_a_bound_and_those_that_are_no_filters_do_not_count",
        ),
    ),
    Guard(
        name="orders-name-a-field-once",
        module="conjure.graphql.rows.ordering",
        text="terms.setdefault(field.attname, f",
        without="terms.setdefault(str(len(terms)), f",
        tests=("tests/graphql/endpoint/test_long_lists.py::test_a_name_that_comes_again_in_an_order_is_passed_over",),
    ),
    Guard(
        name="typed-orders-name-a-path-once",
        module="conjure.graphql.rows.ordering",
        text="terms.setdefault(path, term)",
        without="terms.setdefault(str(len(terms)), term)",
        tests=("tests/graphql/endpoint/test_long_lists.py::test_a_name_that_comes_again_in_an_order_is_passed_over",),
    ),
    Guard(
        name="orders-of-groups-name-a-key-once",
        module="conjure.graphql.aggregates.groups",
        text="first.setdefault(order.by, order)",
        without="first[order.by] = order",
        tests=("tests/graphql/endpoint/test_long_lists.py::test_a_name_that_comes_again_in_an_order_is_passed_over",),
    ),
    Guard(
        name="what-is-too-large-for-the-database-is-the-clients-fault",
        module="conjure.graphql.errors",
        text="case DatabaseError() if is_too_large(error):",
        without="case DatabaseError() if False:",
        tests=("tests/graphql/endpoint/test_long_lists.py::test_what_is_too_large_for_the_database_is_400",),
    ),
    Guard(
        name="places-in-an-order-have-few-conditions",
        module="conjure.graphql.rows.keyset",
        text='require_few("ordering", len(expanded) * (len(expanded) + 1) // 2, 0)',
        without="pass",
        tests=("tests/graphql/endpoint/test_long_lists.py::test_a_place_in_an_order_of_many_terms_is_not_looked_for",),
    ),
    # Uploads.
    Guard(
        name="images-have-few-pixels",
        module="conjure.graphql.fields.uploads",
        text="_require_few_pixels(raw)\n    form_class",
        without="pass\n    form_class",
        tests=(
            "tests/graphql/writes/test_uploads.py::test_an_image_of_too_many_pixels_is_refused_before_it_is_decoded",
        ),
    ),
    Guard(
        name="devices-are-no-names",
        module="conjure.graphql.fields.uploads",
        text=" or _is_device(each)",
        without="",
        tests=("tests/graphql/writes/test_uploads.py::test_devices_and_hidden_files_are_no_names",),
    ),
    Guard(
        name="hidden-files-are-no-names",
        module="conjure.graphql.fields.uploads",
        text='each.lstrip().startswith(".") or ',
        without="",
        tests=("tests/graphql/writes/test_uploads.py::test_devices_and_hidden_files_are_no_names",),
    ),
    Guard(
        name="content-behind-padding-is-refused",
        module="conjure.graphql.fields.uploads",
        text="return True  # What comes after",
        without="pass  # What comes after",
        tests=("tests/graphql/writes/test_uploads.py::test_files_that_browsers_run_are_refused",),
    ),
    Guard(
        name="files-count-as-often-as-they-are-used",
        module="conjure.graphql.endpoint.multipart",
        text="if sum(times * sizes.get(part, 0) for part, times in used) > settings.MAX_UPLOAD_SIZE:",
        without="if False:",
        tests=("tests/graphql/endpoint/test_multipart.py::test_a_file_counts_as_often_as_it_is_used",),
    ),
    Guard(
        name="maps-have-few-places",
        module="conjure.graphql.endpoint.multipart",
        text="if sum(times for _, times in used) > (django_settings.DATA_UPLOAD_MAX_NUMBER_FILES or math.inf):",
        without="if False:",
        tests=("tests/graphql/endpoint/test_multipart.py::test_a_map_has_few_places_since_each_is_an_open_file",),
    ),
    Guard(
        name="files-are-limited-together",
        module="conjure.uploads",
        text="self.received += len(raw_data)",
        without="self.received = start + len(raw_data)",
        tests=("tests/rest/test_bodies.py::test_a_large_upload_is_refused_before_all_of_it_is_read",),
    ),
    # Refresh tokens.
    Guard(
        name="families-of-used-tokens-end",
        module="conjure.auth.tokens",
        text="end_family_of_used(token_class, raw)",
        without="pass",
        tests=(
            "tests/auth/test_jwt_project.py::test_a_client_works_on_through_refreshes_and_each_refresh_token_is_good_once",
        ),
    ),
    Guard(
        name="families-that-ended-are-refused",
        module="conjure.auth.tokens",
        text="if is_family_revoked(refresh):",
        without="if False:",
        tests=(
            "tests/auth/test_jwt_project.py::test_a_client_works_on_through_refreshes_and_each_refresh_token_is_good_once",
        ),
    ),
    Guard(
        name="families-of-tokens-used-at-once-end",
        module="conjure.auth.tokens",
        text="revoke_family(type(refresh), family_of(refresh))\n        raise",
        without="raise",
        tests=(
            "tests/auth/test_jwt_project.py::test_a_client_works_on_through_refreshes_and_each_refresh_token_is_good_once",
        ),
    ),
    Guard(
        name="logouts-by-cookie-need-a-csrf-token",
        module="conjure.auth.authentication",
        text="    except UnauthenticatedError:\n        return _identify_by_session(request)",
        without="    except UnauthenticatedError:\n        return None",
        tests=("tests/auth/test_login.py::test_a_logout_needs_no_token_that_is_good_but_a_cookie_needs_a_csrf_token",),
    ),
    # Files.
    Guard(
        name="files-are-noted-however-they-are-stored",
        module="conjure.graphql.writes.stored_files",
        text="note(storage, stored, not (was_there and stored == wanted))",
        without="pass",
        tests=("tests/graphql/actions/test_files_of_handlers.py::test_of_a_failed_action_no_file_stays",),
    ),
    Guard(
        name="storages-with-a-save-of-their-own-are-noticed",
        module="conjure.graphql.writes.stored_files",
        text='if "save" in vars(storage_class):',
        without="if storage_class is Storage:",
        tests=("tests/graphql/actions/test_files_of_handlers.py::test_of_a_failed_action_no_file_stays",),
    ),
    Guard(
        name="files-of-undone-savepoints-go",
        module="conjure.graphql.writes.files",
        text="transaction.on_commit(self._delete_unkept, using=self._using, robust=True)",
        without="pass",
        tests=("tests/graphql/actions/test_files_of_handlers.py::test_of_an_attempt_that_failed_no_file_stays",),
    ),
    Guard(
        name="files-that-were-there-before-stay",
        module="conjure.graphql.writes.files",
        text="if not is_new and (id(storage), name) not in self._stored:",
        without="if False:",
        tests=("tests/graphql/actions/test_files_of_handlers.py::test_a_file_that_was_there_before_is_not_deleted",),
    ),
    Guard(
        name="files-of-a-write-that-holds-stay",
        module="conjure.graphql.writes.files",
        text="if not self._has_committed:",
        without="if True:",
        tests=(
            "tests/graphql/actions/test_files_of_handlers.py::test_what_is_stored_after_the_commit_stays_whatever_fails_then",
        ),
    ),
]
