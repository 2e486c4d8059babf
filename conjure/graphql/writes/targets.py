"""Whether the rows that a write points to exist for this user, asked once for each row in a write."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any

from django.db import models, router
from django.db.models import Q

from conjure.conf import settings
from conjure.graphql.context import Context
from conjure.graphql.fields.keys import missing_target
from conjure.graphql.permissions import is_asked_by_row
from conjure.graphql.rows.read import read_rows
from conjure.graphql.rows.visible import Rows, scoped_rows
from conjure.specs.fields import FieldSpec
from conjure.values.sources import ValueProblem


class RelatedRows:
    """The rows that foreign keys and many-to-many fields of one write point to, as far as they were found."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._found: set[tuple[FieldSpec | str, Any]] = set()

    def require(self, obj: models.Model, field: FieldSpec, value: Any) -> None:
        """Raise ValueProblem unless a foreign key's new value leads to a row that may be chosen.

        That is one that the related config's ``get_queryset`` shows, that its ``has_view_permission`` does not deny and
        that ``limit_choices_to`` allows.
        """
        self.require_all(obj, field, [value])

    def require_all(self, obj: models.Model, field: FieldSpec, values: Collection[Any]) -> None:
        """The same for many values, in one query. The problem names the first value that is missing."""
        key = f"{field.field.model._meta.label}.{field.name}"
        missing = [value for value in values if (key, value) not in self._found]
        if not missing:
            return
        column = _target_column(field)
        wanted = Q((f"{column}__in", missing)) if len(missing) > 1 else Q((column, missing[0]))
        there = self._values(column, self._rows(obj, field).filter(wanted).order_by())
        for value in missing:
            if value not in there:
                raise missing_target(value)
            self._found.add((key, value))

    def _values(self, column: str, rows: Rows) -> set[Any]:
        """The values in the column of the rows, but for rows that the user may not see."""
        related = self._context.specs.for_model(rows.model)
        if related is None or not is_asked_by_row("view", related):
            return set(rows.values_list(column, flat=True))
        return {
            getattr(row, column) for row in read_rows(rows) if not self._context.permissions.denies_row(related, row)
        }

    def visible(self, obj: models.Model, field: FieldSpec, values: Collection[Any]) -> set[Any]:
        """The values whose rows exist for this user."""
        if not values:
            return set()
        column = _target_column(field)
        rows = self._scope(obj, field).filter(Q((f"{column}__in", values)))
        return set(rows.order_by().values_list(column, flat=True))

    def _rows(self, obj: models.Model, field: FieldSpec) -> Rows:
        rows = self._scope(obj, field)
        try:
            limit = field.field.get_limit_choices_to()  # type: ignore[attr-defined]
            return rows.complex_filter(limit) if limit else rows
        except Exception:  # The project's own ``limit_choices_to``.
            logger = logging.getLogger(settings.LOGGER_NAME)
            logger.exception("The limit_choices_to of %s failed.", field.field)
            raise ValueProblem("What may be chosen here cannot be found out.") from None

    def _scope(self, obj: models.Model, field: FieldSpec) -> Rows:
        target: Any = field.related_model
        related = self._context.specs.for_model(target)
        rows = scoped_rows(self._context, related) if related is not None else _rows_of_unregistered(target)
        return rows.using(router.db_for_read(target, instance=obj))


def _rows_of_unregistered(target: Any) -> Rows:
    try:
        return target._default_manager.all()  # type: ignore[no-any-return]
    except Exception:  # The project's manager: the base manager might show what this one is there to hide.
        logger = logging.getLogger(settings.LOGGER_NAME)
        logger.exception("The default manager of %s failed.", target._meta.label)
        raise ValueProblem("What may be chosen here cannot be found out.") from None


def _target_column(field: FieldSpec) -> str:
    return "pk" if field.is_many else str(field.field.target_field.attname)  # type: ignore[attr-defined]
