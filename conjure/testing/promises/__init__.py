"""What is asked of each model, and of the project as a whole; one subject a module."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from conjure.testing.promises.filtering import check_filters, check_garbage_filters, check_typed_filters
from conjure.testing.promises.fuzzing import check_fuzz
from conjure.testing.promises.graphql import check_graphql_lists, check_graphql_rows, check_nested
from conjure.testing.promises.ordering import check_ordering
from conjure.testing.promises.permissions import check_permissions
from conjure.testing.promises.project import check_project_urls
from conjure.testing.promises.reading import (
    check_autocomplete,
    check_list,
    check_pages,
    check_query_counts,
    check_rows,
    check_schema,
    check_search,
)
from conjure.testing.promises.writing import check_create, check_garbage_bodies, check_unchanged

if TYPE_CHECKING:
    from conjure.testing.walk import Probe, Walk

MODEL_CHECKS: tuple[Callable[[Probe], None], ...] = (
    check_schema,
    check_list,
    check_pages,
    check_rows,
    check_search,
    check_autocomplete,
    check_query_counts,
    check_filters,
    check_typed_filters,
    check_garbage_filters,
    check_ordering,
    check_graphql_lists,
    check_graphql_rows,
    check_nested,
    check_unchanged,
    check_create,
    check_garbage_bodies,
    check_permissions,
)
PROJECT_CHECKS: tuple[Callable[[Walk], None], ...] = (check_project_urls, check_fuzz)
