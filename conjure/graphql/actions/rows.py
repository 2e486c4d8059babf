"""The rows that an action runs on: those named by their pks, or all that a filter leaves, but never a hidden one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections

from conjure.actions.declare import ActionOptions, DefaultPermission
from conjure.conf import settings
from conjure.exceptions import InvalidError, NotFoundError
from conjure.graphql.context import Context
from conjure.graphql.rows.filters import apply_filters
from conjure.graphql.rows.parameters import LIST_PARAMETERS, apply_parameters
from conjure.graphql.rows.search import apply_search
from conjure.graphql.rows.visible import Rows, scoped_rows, visible_rows
from conjure.graphql.writes.many_rows import parse_keys
from conjure.options import AdminConfig
from conjure.specs.models import ModelSpec

_MAX_NAMED = 30_000
"""SQLite takes 32,766 parameters, others with a limit 65,535."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a run is asked to do: on ``rows``, in no order; ``named`` is how many pks were sent, None for a filter.

    ``parameters`` are what the filter was made of, for the audit log.
    """

    rows: Rows
    named: int | None
    parameters: Mapping[str, Any]


def find_target(
    context: Context, spec: ModelSpec, options: ActionOptions, arguments: Mapping[str, Any], *, using: str
) -> Target:
    """The rows, in the database ``using``, that are meant.

    Either ``pks`` names them, or ``allFiltered`` takes all that ``parameters``, ``filters`` and ``search`` leave.
    Rows that do not exist for the user are passed over. A filter asks the view permission, since its outcome tells of
    the rows; named rows do not, so that a right to one action is enough for it. Raise InvalidError for pks that no row
    can have, for none at all, and for a filter that is not understood in every part.
    """
    ids = arguments.get("pks")
    if arguments.get("allFiltered"):
        if ids:
            raise InvalidError({"ids": ["Name rows, or take all that the filter leaves: not both."]})
        return _find_filtered(context, spec, options, arguments, using)
    if ids is None and _says_how_to_filter(arguments):
        raise InvalidError({"all_filtered": ["Say that the action is meant for all rows that the filter leaves."]})
    pks = parse_keys(spec, ids)
    rows = _reachable_rows(context, spec, options).using(using)
    return Target(rows=rows.filter(pk__in=pks).order_by(), named=len(pks), parameters={})


def _says_how_to_filter(arguments: Mapping[str, Any]) -> bool:
    return any(arguments.get(name) for name in ("parameters", "filters", "search"))


def _reachable_rows(context: Context, spec: ModelSpec, options: ActionOptions) -> Rows:
    """The rows that exist for the user; of an action that asks no permission, those that they may see."""
    return scoped_rows(context, spec).none() if _sees_nothing(context, spec, options) else scoped_rows(context, spec)


def _sees_nothing(context: Context, spec: ModelSpec, options: ActionOptions) -> bool:
    return options.permission is None and not context.permissions.can("view", spec)


def _find_filtered(
    context: Context, spec: ModelSpec, options: ActionOptions, arguments: Mapping[str, Any], using: str
) -> Target:
    if _sees_nothing(context, spec, options):
        return Target(rows=scoped_rows(context, spec).using(using).none(), named=None, parameters={})
    parameters = dict(arguments.get("parameters") or {})
    search = _text_parameter(parameters.pop("search", None), "search") or arguments.get("search")
    # The other parameters of lists say nothing about which rows there are.
    conditions = {name: value for name, value in parameters.items() if name not in LIST_PARAMETERS}
    _require_scalars(conditions)
    filters = arguments.get("filters")
    rows = visible_rows(context, spec).using(using)
    rows = apply_filters(context, spec, rows, filters)
    rows = apply_parameters(context, spec, rows, conditions, strict=True)
    rows = apply_search(context, spec, rows, search).order_by()
    said = {**conditions, **({"search": search} if search else {}), **({"filters": filters} if filters else {})}
    return Target(rows=rows, named=None, parameters=said)


def _require_scalars(conditions: Mapping[str, Any]) -> None:
    """Raise InvalidError for what no query string can say, but for a list behind ``__in``."""
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


def list_pks(target: Target) -> list[Any]:
    """The pks of the target's rows. Raise InvalidError where a filter leaves more than ``ACTION_MAX_ROWS``."""
    limit = settings.ACTION_MAX_ROWS
    pks = list(dict.fromkeys(target.rows.values_list("pk", flat=True)[: limit + 1]))
    if len(pks) > limit:
        raise InvalidError(f"The filter leaves more than {limit} rows, which is too many for one run.")
    return pks


def pin_rows(rows: Rows, pks: Sequence[Any]) -> Rows:
    """A plain queryset of exactly these rows, whatever becomes of the values that they were found by.

    It is of the rows' own class, so that a project's queryset methods are there, and keeps annotations that are no
    aggregates; it has no slice, no DISTINCT and no GROUP BY, so that ``update()``, ``delete()`` and
    ``select_for_update()`` work.
    """
    query = rows.query
    if len(pks) > _MAX_NAMED and connections[rows.db].features.max_query_params is not None:
        # Too many to be named in one statement. SQLite, which is meant, has no other writer during a transaction.
        return rows if not (query.distinct or query.combinator) else _plain(rows).filter(pk__in=rows.values("pk"))
    if query.annotations and not (query.distinct or query.combinator or query.is_sliced or query.group_by):
        return rows.filter(pk__in=pks)
    return _plain(rows).filter(pk__in=pks)


def _plain(rows: Rows) -> Rows:
    return type(rows)(model=rows.model, using=rows.db)


def require_rows(context: Context, spec: ModelSpec, options: ActionOptions, rows: Rows) -> None:
    """Ask the config's own check of a right for each row, where it has one. Raise ForbiddenError where it denies."""
    permission = options.permission
    if not isinstance(permission, DefaultPermission):
        return
    hook = f"has_{permission.right}_permission"
    if getattr(type(spec.config), hook) is getattr(AdminConfig, hook):
        return
    for row in rows.iterator():
        context.permissions.require_action(spec, options, row)


def require_known_action(spec: ModelSpec, name: str, options: ActionOptions | None) -> ActionOptions:
    """The options of an action that exists. Raise NotFoundError for any other."""
    if options is None:
        raise NotFoundError(f"There is no action {name[:100]!r} of {spec.verbose_name_plural}.")
    return options
