"""What a delete takes along, and what stands in its way."""

from __future__ import annotations

from typing import Any

from conjure.graphql.context import Context
from conjure.specs import ModelSpec


def describe_deletion(context: Context, spec: ModelSpec, row: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The counts of rows that a delete would take along, and of those that protect the row, by model."""
    raise NotImplementedError
