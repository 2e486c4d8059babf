"""Guards against what is cheap to send and dear to answer, against files that do harm, and for keys and refresh tokens."""

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
]
