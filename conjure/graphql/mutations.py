"""Mutations: every write, through one function."""

from __future__ import annotations

from conjure.graphql.declarations import RootField
from conjure.graphql.object_types import ObjectTypes
from conjure.specs import SpecSet


def mutation_fields(specs: SpecSet, types: ObjectTypes) -> list[RootField]:
    """The fields of Mutation."""
    return []
