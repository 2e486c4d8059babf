"""What was loaded for the rows of one selection, and where it hangs on each of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import models

from conjure.exceptions import ForbiddenError
from conjure.graphql.context import Context
from conjure.graphql.reading.selections import Selection

LOADED = "_conjure_loaded"
OWN_LABEL = "_conjure_label"


class LoadedRelation:
    """The rows of one relation: ``by_key`` for a foreign key, by the value that points to each; ``by_parent`` else.

    ``rows`` are all of them, each once; None where no row was there to ask for. ``denied`` are the values and parents
    whose one row the user may not see: reading it is an error.
    """

    __slots__ = ("by_key", "by_parent", "denied", "rows")

    def __init__(self) -> None:
        self.rows: list[Any] | None = None
        self.by_key: dict[Any, Any] = {}
        self.by_parent: dict[Any, list[Any]] = {}
        self.denied: set[Any] = set()

    def deny(self, rows: Collection[Any], values: set[Any]) -> None:
        """Note the rows that the user may not see, and the values or parents by which they are found."""
        hidden = set(map(id, rows))
        self.rows = [row for row in self.rows or () if id(row) not in hidden]
        self.denied = values

    def find(self, value: Any) -> Any:
        """The row that a value points to, or None. Raise ForbiddenError for one that the user may not see."""
        self._require(value)
        return self.by_key.get(value)

    def find_all(self, parent: Any) -> list[Any]:
        """The rows of a parent. Raise ForbiddenError for one that the user may not see."""
        self._require(parent)
        return self.by_parent.get(parent, [])

    def _require(self, value: Any) -> None:
        if value in self.denied:
            raise ForbiddenError("You do not have permission to view this object.")

    def require_all(self) -> LoadedRelation:
        """The relation itself. Raise ForbiddenError where there is any row that the user may not see."""
        for value in self.denied:
            self._require(value)
        return self


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
