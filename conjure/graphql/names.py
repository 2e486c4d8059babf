"""The names that a model's documents are written in: its root fields, and what its REST rows are called in GraphQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from conjure.exceptions import NotFoundError
from conjure.graphql.context import Context
from conjure.specs.build import get_specs
from conjure.specs.models import ModelSpec


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """How one model is spoken of in GraphQL.

    ``roots`` maps operations (``list``, ``retrieve``, ``create`` ...) to root fields. ``row`` is the selection of a
    REST row, ``created_at: createdAt customer: customerId ...``. ``renamed`` maps response keys that GraphQL cannot
    write as they are to the names that the REST row has; it is empty for almost every model.
    """

    key: str
    roots: Mapping[str, str]
    types: Mapping[str, str]
    row: str
    renamed: Mapping[str, str]


def find_vocabulary(key: str, request: HttpRequest) -> Vocabulary:
    """The vocabulary of a model key, case ignored, without the fields that do not exist for this request.

    Raise NotFoundError for a key that is not registered.
    """
    specs = get_specs()
    spec = specs.get(key)
    if spec is None:
        raise NotFoundError("There is no such model.")
    excluded = Context(request).excluded(spec)
    known = specs.derived.get((spec.key, excluded))
    if known is None:
        known = specs.derived[spec.key, excluded] = _build(spec, excluded)
    return known


def _build(spec: ModelSpec, excluded: frozenset[str]) -> Vocabulary:
    pairs = spec.row_names(excluded)
    parts, renamed = [], {}
    for number, (name, graphql_name) in enumerate(pairs):
        alias = name
        # Aliases beginning with two underscores and names outside ASCII cannot be written in a document.
        if not (name.isascii() and name.isidentifier()) or name.startswith("__"):
            alias = f"r{number}_"
            renamed[alias] = name
        parts.append(graphql_name if alias == graphql_name else f"{alias}: {graphql_name}")
    return Vocabulary(key=spec.key, roots=spec.roots, types=spec.types, row=" ".join(parts), renamed=renamed)
