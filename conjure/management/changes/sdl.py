"""Changes between two GraphQL schemas, by graphql-core's own rules."""

from __future__ import annotations

from graphql import GraphQLError, build_schema
from graphql.utilities import BreakingChange, find_schema_changes

from conjure.management.changes.found import Changes, NotComparableError


def compare_sdl(before: str, after: str) -> Changes:
    """What differs. What graphql-core calls dangerous, such as a new value of an enum, breaks nobody by itself.

    Raise NotComparableError where the older text is no schema.
    """
    try:
        old = build_schema(before)
    except GraphQLError as error:
        raise NotComparableError(f"it is not a GraphQL schema ({error.message})") from error
    except TypeError as error:
        raise NotComparableError(f"it is not a GraphQL schema ({error})") from error
    changes = Changes()
    for change in find_schema_changes(old, build_schema(after)):
        changes.add(change.description, breaks=isinstance(change, BreakingChange))
    return changes
