"""The promises that conjure makes for each model and for the project, each verified by one function."""

from __future__ import annotations

from collections.abc import Callable

from conjure.testing.context import WalkContext
from conjure.testing.probe import Probe
from conjure.testing.promises.changing import verify_answers_of_writes
from conjure.testing.promises.choices import verify_offered_targets
from conjure.testing.promises.crowds import verify_growth, verify_pages_in_every_order
from conjure.testing.promises.filtering import verify_filters, verify_garbage_filters, verify_typed_filters
from conjure.testing.promises.fuzzing import verify_fuzz
from conjure.testing.promises.graphql import verify_graphql_lists, verify_graphql_rows, verify_nested
from conjure.testing.promises.ordering import verify_ordering
from conjure.testing.promises.permissions import verify_permissions
from conjure.testing.promises.project import verify_project_urls
from conjure.testing.promises.reading import (
    verify_autocomplete,
    verify_hidden_rows,
    verify_list,
    verify_pages,
    verify_query_counts,
    verify_rows,
    verify_schema,
    verify_search,
)
from conjure.testing.promises.writing import verify_create, verify_garbage_bodies, verify_unchanged

MODEL_PROMISES: tuple[Callable[[Probe], None], ...] = (
    verify_schema,
    verify_list,
    verify_pages,
    verify_rows,
    verify_hidden_rows,
    verify_search,
    verify_autocomplete,
    verify_query_counts,
    verify_filters,
    verify_typed_filters,
    verify_garbage_filters,
    verify_ordering,
    verify_graphql_lists,
    verify_graphql_rows,
    verify_nested,
    verify_unchanged,
    verify_answers_of_writes,
    verify_create,
    verify_garbage_bodies,
    verify_permissions,
)
CROWD_PROMISES: tuple[Callable[[Probe], None], ...] = (
    verify_pages_in_every_order,
    verify_growth,
    verify_offered_targets,
)
"""Those of models of which the walk has made many rows."""
PROJECT_PROMISES: tuple[Callable[[WalkContext], None], ...] = (verify_project_urls, verify_fuzz)
