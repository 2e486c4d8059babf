"""The names that a model's documents are written in: its root fields, and what its REST rows are called in GraphQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from conjure.exceptions import NotFoundError
from conjure.graphql.context import Context
from conjure.graphql.documents import Document, prepare_document
from conjure.graphql.schema import BuiltSchema, get_schema
from conjure.specs.models import ModelSpec


@dataclass(frozen=True, kw_only=True, eq=False)
class ModelNames:
    """What one model's documents are made of.

    ``roots`` maps operations (``list``, ``retrieve``, ``create`` ...) to root fields. ``row`` is the selection of a
    REST row, ``created_at: createdAt customer: customerId ...``. ``renamed`` maps response keys that GraphQL cannot
    write as they are to the names that the REST row has; it is empty for almost every model. ``version`` is the field
    of the row's version, and its key in the response, which no field of a REST row has.
    """

    key: str
    roots: Mapping[str, str]
    types: Mapping[str, str]
    row: str
    version: str
    renamed: Mapping[str, str]
    schema: BuiltSchema
    _documents: dict[Callable[[ModelNames], str], Document] = field(default_factory=dict, repr=False)

    def document(self, write: Callable[[ModelNames], str]) -> Document:
        """The document that ``write`` writes in these names, parsed and validated on first use."""
        found = self._documents.get(write)
        if found is None:
            found = self._documents[write] = prepare_document(self.schema, write(self))
        return found


def find_names(key: str, context: Context) -> ModelNames:
    """The names of a model, by its key (case ignored), without the fields that do not exist for this request.

    Raise NotFoundError for a key that is not registered.
    """
    schema = get_schema()
    spec = schema.specs.get(key)
    if spec is None:
        raise NotFoundError("There is no such model.")
    excluded = context.excluded(spec)
    key_of_names = ("names", schema, spec.key, excluded)
    names: ModelNames = spec.set.derived.get_or_make(key_of_names, lambda: _build(schema, spec, excluded))
    return names


def is_readonly(key: str) -> bool:
    """Whether a model refuses every write but actions, for everybody; False for a key that is not registered."""
    spec = get_schema().specs.get(key)
    return spec is not None and spec.is_readonly


def _build(schema: BuiltSchema, spec: ModelSpec, excluded: frozenset[str]) -> ModelNames:
    parts, renamed = [], {}
    for number, (name, graphql_name) in enumerate(spec.row_names(excluded)):
        alias = name
        # Aliases beginning with two underscores and names outside ASCII cannot be written in a document.
        if not (name.isascii() and name.isidentifier()) or name.startswith("__"):
            alias = f"r{number}_"
            renamed[alias] = name
        parts.append(graphql_name if alias == graphql_name else f"{alias}: {graphql_name}")
    return ModelNames(
        key=spec.key,
        roots=spec.roots,
        types=spec.types,
        row=" ".join(parts),
        version=spec.graphql_version,
        renamed=renamed,
        schema=schema,
    )
