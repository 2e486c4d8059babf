"""graphql-core's executor, but rows loaded for a selection are completed by the selection's compiled function."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db import models
from graphql import GraphQLInt, GraphQLSchema, get_nullable_type
from graphql.execution import Executor
from graphql.execution.collect_fields import CollectedFields

from conjure.graphql.introspection import INTROSPECTION_ROOTS, introspected_schema
from conjure.graphql.reading.completion import coerce_int, try_to_complete
from conjure.graphql.reading.loaded import LOADED
from conjure.graphql.reading.loading import LoadedRows
from conjure.graphql.reading.records import CompletedRow, Record, Records, pick, pick_all
from conjure.graphql.resolvers.connections import LoadedEdges
from conjure.graphql.resolvers.lists import Listing


class CompiledExecutor(Executor[Any]):
    """Completes lists of loaded rows, and single loaded rows, by compiled functions.

    If such a function raises, graphql-core completes the same rows itself, so that errors, nulls and paths are exactly
    its own.
    """

    def build_resolve_info(self, field_def: Any, field_nodes: Any, parent_type: Any, path: Any) -> Any:
        """The resolver's info; for introspection its schema is one without what the user may not see."""
        info = super().build_resolve_info(field_def, field_nodes, parent_type, path)
        if info.field_name in INTROSPECTION_ROOTS or (
            info.field_name == "possibleTypes" and parent_type.name == "__Type"
        ):
            return info._replace(schema=self._introspected)
        return info

    @cached_property
    def _introspected(self) -> GraphQLSchema:
        return introspected_schema(self.schema, self.context_value)

    @staticmethod
    def complete_leaf_value(return_type: Any, result: Any) -> Any:
        """Complete a scalar; whole numbers are served however large they are, as the compiled functions do."""
        if return_type is GraphQLInt:
            return coerce_int(result)
        return Executor.complete_leaf_value(return_type, result)

    def complete_list_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        """Complete a list, of loaded rows or of plain records at once."""
        if type(result) is LoadedRows:
            completed = result.complete()
            if completed is not None:
                return completed
        if type(result) is LoadedEdges:
            edges = _complete_edges(result)
            if edges is not None:
                return edges
        if type(result) is Records:
            picked = pick_all(result, self._collect(get_nullable_type(return_type.of_type), field_details_list))
            if picked is not None:
                return picked
        return super().complete_list_value(return_type, field_details_list, info, path, result, position_context)

    def complete_object_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        """Complete an object, a page of loaded rows or one of them by its selection's function."""
        if type(result) is CompletedRow:
            return result
        if type(result) is Record:
            picked = pick(result, return_type, field_details_list, self._collect)
            if picked is not None:
                return picked
        if type(result) is Listing:
            listing = result.complete(info)
            if listing is not None:
                return listing
        if isinstance(result, models.Model):
            loaded = result.__dict__.get(LOADED)
            if loaded is not None and loaded.selection.type is return_type:
                completed = try_to_complete(loaded.selection, [result])
                if completed is not None:
                    return completed[0]
        return super().complete_object_value(return_type, field_details_list, info, path, result, position_context)

    def collect_subfields(self, return_type: Any, field_details_list: Any) -> CollectedFields:
        """What is asked of an object, kept with the document for its next execution."""
        key = ("collected", return_type.name, *[id(details.node) for details in field_details_list])
        collect = super().collect_subfields
        found: CollectedFields = self.context_value.keep(key, lambda: collect(return_type, field_details_list))
        return found

    def _collect(self, return_type: Any, field_details_list: Any) -> dict[str, Any]:
        return self.collect_subfields(return_type, field_details_list).grouped_field_set


def _complete_edges(edges: LoadedEdges) -> list[dict[str, Any]] | None:
    try:
        return edges.complete()
    except Exception:  # noqa: BLE001 - rows run the project's code; graphql-core meets the same error and reports it
        return None
