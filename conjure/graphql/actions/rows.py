"""Select the rows that an action runs on: named by their pks, or all that a filter leaves; never hidden ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

from conjure.actions.declare import ActionOptions, DefaultPermission
from conjure.conf import settings
from conjure.exceptions import InvalidError
from conjure.graphql.context import Context
from conjure.graphql.permissions import is_asked_by_row
from conjure.graphql.rows.filters import find_unsaid
from conjure.graphql.rows.read import read_in_batches
from conjure.graphql.rows.select import select_rows
from conjure.graphql.rows.visible import Rows, scoped_rows
from conjure.graphql.writes.many_rows import parse_keys
from conjure.specs.models import ModelSpec
from conjure.values.list_parameters import LIST_PARAMETERS

_MAX_NAMED = 30_000
"""SQLite takes 32,766 parameters, others with a limit 65,535."""


@dataclass(frozen=True, kw_only=True)
class ActionRows:
    """The rows that a run is meant for.

    ``queryset`` has them, in no order; ``named`` is how many pks were sent, None for a filter; ``parameters`` are what
    the filter was made of, for the audit log.
    """

    queryset: Rows
    named: int | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


def select_action_rows(
    context: Context, spec: ModelSpec, options: ActionOptions, arguments: Mapping[str, Any], *, using: str
) -> ActionRows:
    """The rows, in the database ``using``, that are meant.

    Either ``pks`` names them, or ``allFiltered`` takes all that ``parameters``, ``filters`` and ``search`` leave.
    Rows that do not exist for the user are passed over. A filter asks the view permission, since its outcome tells of
    the rows; named rows do not, so that a right to one action is enough for it.

    Raise InvalidError for pks that no row can have, for none at all, and for a filter that is not understood in every
    part; where the action runs without rows, for any pks and any filter.
    """
    ids = arguments.get("pks")
    if options.scope == "toolbar":
        if ids or arguments.get("allFiltered") or _says_how_to_filter(arguments):
            raise InvalidError({"ids": ["This action runs without rows."]})
        return ActionRows(queryset=scoped_rows(context, spec).using(using).none(), named=0)
    if arguments.get("allFiltered"):
        if ids:
            raise InvalidError({"ids": ["Name rows, or take all that the filter leaves: not both."]})
        return _select_filtered(context, spec, options, arguments, using)
    if ids is None and _says_how_to_filter(arguments):
        raise InvalidError({"all_filtered": ["Say that the action is meant for all rows that the filter leaves."]})
    pks = parse_keys(spec, ids)
    rows = scoped_rows(context, spec).using(using).filter(pk__in=pks).order_by()
    return ActionRows(queryset=rows.none() if _sees_nothing(context, spec, options) else rows, named=len(pks))


def _says_how_to_filter(arguments: Mapping[str, Any]) -> bool:
    return any(arguments.get(name) for name in ("parameters", "filters", "search"))


def _sees_nothing(context: Context, spec: ModelSpec, options: ActionOptions) -> bool:
    """Whether the action asks no permission, and the user may not view the model: it runs on rows that they may see."""
    return options.permission is None and not context.permissions.can("view", spec)


def _select_filtered(
    context: Context, spec: ModelSpec, options: ActionOptions, arguments: Mapping[str, Any], using: str
) -> ActionRows:
    if _sees_nothing(context, spec, options):
        return ActionRows(queryset=scoped_rows(context, spec).using(using).none())
    _require_said(spec, arguments)
    parameters = dict(arguments.get("parameters") or {})
    search = _text_parameter(parameters.pop("search", None), "search") or arguments.get("search")
    # The other parameters of lists say nothing about which rows there are.
    conditions = {name: value for name, value in parameters.items() if name not in LIST_PARAMETERS}
    _require_scalars(conditions)
    filters = arguments.get("filters")
    rows = select_rows(
        context, spec, filters=filters, parameters=conditions, search=search, strict=True, using=using
    ).order_by()
    said = {name: value for name, value in (("search", search), ("filters", filters)) if value}
    return ActionRows(queryset=rows, parameters={**conditions, **said})


def _require_said(spec: ModelSpec, arguments: Mapping[str, Any]) -> None:
    """Raise InvalidError for a part of the filter that says nothing, so that no lost value widens what is meant.

    An empty text is none: frontends send one for each filter that is not set. It is where a list is expected.
    """
    unsaid = [name for name in ("parameters", "search") if name in arguments and arguments[name] is None]
    if "filters" in arguments:
        unsaid += find_unsaid(spec, arguments["filters"])
    for name, value in (arguments.get("parameters") or {}).items():
        if value is None or (not value and name.endswith("__in")):
            unsaid.append(name)
    if unsaid:
        raise InvalidError({name: ["This says nothing. Leave it out if it is not meant to filter."] for name in unsaid})


def _require_scalars(conditions: Mapping[str, Any]) -> None:
    """Raise InvalidError for values that a query string cannot hold, apart from a list for ``__in``."""
    nested = [
        name
        for name, value in conditions.items()
        if isinstance(value, dict) or (isinstance(value, list) and not name.endswith("__in"))
    ]
    if nested:
        raise InvalidError({name: ["Must be a text or a number."] for name in nested})


def _text_parameter(value: Any, name: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise InvalidError({name: ["Must be a string."]})
    return value


def list_pks(rows: ActionRows) -> list[Any]:
    """The pks of the rows. Raise InvalidError where a filter leaves more than ``ACTION_MAX_ROWS``."""
    limit = settings.ACTION_MAX_ROWS
    pks = list(dict.fromkeys(rows.queryset.values_list("pk", flat=True)[: limit + 1]))
    if len(pks) > limit:
        raise InvalidError(f"The filter leaves more than {limit} rows, which is too many for one run.")
    return pks


def pin_rows(rows: Rows, pks: Sequence[Any]) -> Rows:
    """A plain queryset of exactly these rows, even after the handler changes the values that they were found by.

    It has the class of ``rows``, with the project's own queryset methods, and keeps annotations that are not
    aggregates. It has no slice, DISTINCT or GROUP BY, so that ``update()``, ``delete()`` and ``select_for_update()``
    work.
    """
    query = rows.query
    if len(pks) > _MAX_NAMED and connections[rows.db].features.max_query_params is not None:
        # Too many parameters for one statement of SQLite, where nobody else writes during this transaction.
        return rows if not (query.distinct or query.combinator) else _plain(rows).filter(pk__in=rows.values("pk"))
    if query.annotations and not (query.distinct or query.combinator or query.is_sliced or query.group_by):
        return rows.filter(pk__in=pks)
    return _plain(rows).filter(pk__in=pks)


def _plain(rows: Rows) -> Rows:
    return type(rows)(model=rows.model, using=rows.db)


def require_rows(context: Context, spec: ModelSpec, options: ActionOptions, rows: Rows) -> None:
    """Ask the overridden permission checks for each row. Raise ForbiddenError where one denies."""
    permission = options.permission
    asks_right = isinstance(permission, DefaultPermission) and is_asked_by_row(permission.right, spec)
    if asks_right or is_asked_by_row("view", spec):
        for row in read_in_batches(rows):
            context.permissions.require_action(spec, options, row)
