"""The root field of Mutation that runs a model's actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from conjure.graphql.actions.run import Answer, run_action
from conjure.graphql.fields import scalars
from conjure.graphql.resolvers.exports import read_records
from conjure.graphql.types.declare import RootField
from conjure.graphql.types.rows import ObjectTypes
from conjure.specs.models import ModelSpec


def action_fields(spec: ModelSpec, types: ObjectTypes) -> Iterator[RootField]:
    """The field of Mutation that runs the actions of a model."""
    filters: Any = types.inputs.filters[spec.key]
    yield RootField(
        name=spec.roots["action"],
        type=scalars.JSONValue,
        arguments={
            "action": str,
            "pks": scalars.JSONValue | None,
            "allFiltered": bool | None,
            "filters": filters | None,
            "search": str | None,
            "expectedCount": int | None,
            "input": scalars.JSONValue | None,
        },
        own_arguments={"parameters": scalars.Parameters | None},
        resolve=lambda root, info, **arguments: resolve_action(spec, info, arguments),
        description=(
            f"Run an action on the {spec.verbose_name_plural} with these pks (a list), or with allFiltered on all "
            "that the filter leaves; conjureModel lists the actions and their input."
        ),
    )


def resolve_action(spec: ModelSpec, info: Any, arguments: Mapping[str, Any]) -> Answer:
    """The action's answer: a JSON object, or a Download for a face that can stream it."""
    return run_action(info.context, spec, arguments, partial(read_records, info.context, spec, info.schema))
