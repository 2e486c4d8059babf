"""What was loaded for the rows of one selection, and where it hangs on each of them."""

from __future__ import annotations

from typing import Any

from django.db import models

from conjure.graphql.context import Context
from conjure.graphql.reading.selections import Selection

LOADED = "_conjure_loaded"
OWN_LABEL = "_conjure_label"


class LoadedRelation:
    """The rows of one relation: ``by_key`` for a foreign key, by the value that points to each; ``by_parent`` else.

    ``rows`` are all of them, each once; None where no row was there to ask for.
    """

    __slots__ = ("by_key", "by_parent", "rows")

    def __init__(self) -> None:
        self.rows: list[Any] | None = None
        self.by_key: dict[Any, Any] = {}
        self.by_parent: dict[Any, list[Any]] = {}


class LoadedData:
    """What was loaded beside the rows of one selection; every row of it refers to it.

    ``displays`` has the labels of choices, by field and value; ``target_labels`` those of rows that foreign keys point
    to, by field and value; ``ids`` the keys of many-to-many fields, by field and pk; ``children`` the relations, by
    their names in the response.

    It belongs to one request: where a hook of the project pickles or copies a row, it becomes None.
    """

    __slots__ = ("children", "context", "displays", "ids", "selection", "target_labels")

    def __init__(self, context: Context, selection: Selection) -> None:
        self.context = context
        self.selection = selection
        self.displays: dict[str, dict[Any, str]] = {}
        self.target_labels: dict[str, dict[Any, str]] = {}
        self.ids: dict[str, dict[Any, list[Any]]] = {}
        self.children: dict[str, LoadedRelation] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return type(None), ()


def loaded_of(obj: models.Model) -> LoadedData:
    """What was loaded together with a row."""
    return obj.__dict__[LOADED]  # type: ignore[no-any-return]
