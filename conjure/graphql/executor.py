"""The executor: graphql-core's own, but rows that were loaded for a selection are completed by its compiled function."""

from __future__ import annotations

from typing import Any

from django.db import models
from graphql.execution import Executor

from conjure.graphql.bindings import LOADED
from conjure.graphql.completion import complete_rows
from conjure.graphql.loading import LoadedRows


class CompiledExecutor(Executor[Any]):
    """Completes lists of loaded rows, and single loaded rows, by compiled functions.

    Whatever such a function raises, the ordinary way is taken over the same rows instead, so that errors, nulls and
    paths are exactly graphql-core's.
    """

    def complete_list_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        """Complete a list, of loaded rows at once."""
        if type(result) is LoadedRows:
            try:
                return complete_rows(result.loaded.selection, result)
            except Exception:
                pass  # The ordinary way below finds the same fault and reports it in its place.
        return super().complete_list_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def complete_object_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        """Complete an object, a loaded row by its selection's function."""
        if isinstance(result, models.Model):
            loaded = result.__dict__.get(LOADED)
            if loaded is not None and loaded.selection.type is return_type:
                try:
                    return complete_rows(loaded.selection, [result])[0]
                except Exception:
                    pass  # As above.
        return super().complete_object_value(
            return_type, field_details_list, info, path, result, position_context
        )
