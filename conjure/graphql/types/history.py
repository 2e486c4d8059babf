"""The types of a row's history."""

from __future__ import annotations

import strawberry

from conjure.graphql.fields import scalars
from conjure.graphql.types.rows import OffsetPageInfo


@strawberry.type(name="ConjureHistoryEntry", description="What somebody did to a row, and when.")
class HistoryEntry:
    """An entry of the audit log, which has a ``diff``, or one of the log of Django's admin, which has a ``message``."""

    source: str = strawberry.field(description="Whose log the entry is from: conjure or admin.")
    id: scalars.BigInt
    created_at: scalars.DateTimeText
    actor: str | None
    action: str
    action_display: str
    object_repr: str
    diff: scalars.JSONValue | None = strawberry.field(
        description="{field: [before, after]}, for those who may view the audit log."
    )
    message: str | None = strawberry.field(description="What Django's admin says of the change.")


@strawberry.type(name="ConjureHistory", description="A page of what was done to a row, newest first.")
class History:
    """A page of entries, and how many there are on all pages."""

    total_count: int
    page_info: OffsetPageInfo
    results: list[HistoryEntry]
