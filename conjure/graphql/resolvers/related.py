"""Related rows: what deleting a row would delete as well, and what stops it."""

from __future__ import annotations

from typing import Any

from conjure.graphql.context import Context
from conjure.graphql.deletes.deletion import describe_deletion
from conjure.graphql.rows.select import find_row
from conjure.graphql.types.declare import RootField
from conjure.graphql.types.rows import Related, RelatedCount
from conjure.graphql.types.scalars import ID
from conjure.specs.models import ModelSpec


def related_field(spec: ModelSpec) -> RootField:
    """The root field that counts what deleting a row would delete as well."""
    return RootField(
        name=spec.roots["related"],
        type=Related,
        arguments={"pk": ID},
        resolve=lambda root, info, pk: resolve_related(info.context, spec, pk),
        description=f"What deleting one of the {spec.verbose_name_plural} would also delete.",
    )


def resolve_related(context: Context, spec: ModelSpec, pk: Any) -> Related:
    """Count by model the rows that would be deleted, and those that protect the row.

    Raise NotFoundError, or ForbiddenError where the user may not view this row.
    """
    related, protected = describe_deletion(context, spec, find_row(context, spec, pk))
    return Related(
        related=[RelatedCount(**count) for count in related], protected=[RelatedCount(**count) for count in protected]
    )
