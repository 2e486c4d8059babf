"""Guards against what is dear to answer and files that do harm, and for keys and refresh tokens."""

from __future__ import annotations

from tests.guards import Guard

GUARDS = [
    Guard(
        name="keys-have-one-spelling",
        module="conjure.graphql.fields.keys",
        text="if isinstance(raw, str) and raw not in _spellings(resolve_value_field(field), key):",
        without="if False:",
        tests=("tests/graphql/fields/test_spellings_of_keys.py::test_another_spelling_is_not_the_key",),
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
