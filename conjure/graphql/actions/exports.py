"""The built-in action "export": which columns of which rows go into the file, and what the audit log says of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models.constants import LOOKUP_SEP
from django.utils import timezone

from conjure.actions.declare import EXPORT, ActionOptions, ExportForm
from conjure.actions.results import Download
from conjure.audit.log import AuditEntry
from conjure.audit.secrets import MASK
from conjure.exceptions import ForbiddenError, InvalidError
from conjure.graphql.actions.files import FORMATS, Columns, Record
from conjure.graphql.actions.rows import ActionRows
from conjure.graphql.context import Context
from conjure.graphql.fields import scalars
from conjure.graphql.fields.kinds import get_field_type
from conjure.graphql.rows.visible import Rows
from conjure.graphql.rules import action_rule
from conjure.models import ACTION_PREFIX
from conjure.options import search_path
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec
from conjure.values.list_parameters import SEARCH

ALL_COLUMNS = "*"
# As an action that names no permission asks it: of read-only models too.
_MAY_CHANGE = ActionOptions()

ReadRecords = Callable[[Rows, Sequence[str]], Iterator[list[Record]]]
"""Reads these columns of the rows, in chunks, in the order of their pks and as the list shows them."""


def make_download(
    spec: ModelSpec, rows: ActionRows, form: ExportForm, columns: Sequence[str], read_records: ReadRecords
) -> Download:
    """The file of the rows, of which none is read yet. Raise InvalidError where the format's library is missing."""
    format_ = FORMATS[form.format]
    problem = format_.problem()
    if problem:
        raise InvalidError({"format": [problem]})
    return Download(
        filename=f"{spec.options.model_name}-{timezone.now():%Y-%m-%d}.{form.format}",
        content_type=format_.content_type,
        chunks=format_.write(_with_decimals(spec, columns), read_records(rows.queryset, columns)),
    )


def choose_columns(context: Context, spec: ModelSpec, wanted: str) -> list[str]:
    """The columns that are asked for, or those of the list.

    Raise InvalidError for one that is not there, ForbiddenError for one that is secret, which only users who may change
    the rows can export; they are left out where they are not named.
    """
    known = [name for name, _ in spec.row_names(context.excluded(spec))]
    withheld = _withheld(context, spec)
    shown = [name for name in known if name not in withheld]
    if wanted.strip() == ALL_COLUMNS:
        return shown
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InvalidError({"columns": [f"There is no column {name[:100]!r}." for name in unknown[:10]]})
    refused = [name for name in names if name in withheld]
    if refused:
        message = f"You do not have permission to export {', '.join(refused[:10])}."
        raise ForbiddenError(message, rule=action_rule(spec, _MAY_CHANGE))
    return list(dict.fromkeys(names)) or _list_columns(spec, shown)


def _withheld(context: Context, spec: ModelSpec) -> frozenset[str]:
    """The columns that this request may not export: secret ones, where it may not change the rows."""
    if not spec.secrets or context.permissions.can_run(spec, _MAY_CHANGE):
        return frozenset()
    fields = [spec.by_name[name] for name in spec.secrets]
    names = (name for field in fields for name in (field.name, field.label_name, field.display_name))
    return frozenset(name for name in names if name is not None)


def _list_columns(spec: ModelSpec, known: Sequence[str]) -> list[str]:
    """The list's columns, each followed by its label for people where it has one."""
    columns: list[str] = []
    for shown in spec.config.get_list_display():
        field = spec.find(shown)
        name = shown if field is None else field.name
        helpers = () if field is None else (field.label_name, field.display_name)
        columns += [column for column in (name, *helpers) if column in known]
    return list(dict.fromkeys(columns)) or list(known)


def _with_decimals(spec: ModelSpec, names: Sequence[str]) -> Columns:
    """The columns, each with whether its texts are decimal numbers."""
    return {name: name in spec.by_name and _is_decimal(spec.by_name[name]) for name in names}


def _is_decimal(field: FieldSpec) -> bool:
    return get_field_type(field.field).scalar is scalars.DecimalText and not field.is_many


def make_export_entry(
    context: Context, spec: ModelSpec, rows: ActionRows, form: ExportForm, columns: Sequence[str]
) -> AuditEntry:
    """The audit log's entry: named rows by their pks, a filter by its parameters and the number of its rows."""
    if rows.named is not None:
        entry = AuditEntry.for_action(spec.model, EXPORT, list(rows.queryset.values_list("pk", flat=True)))
    else:
        count = rows.queryset.count()
        entry = AuditEntry(
            model_label=spec.key,
            object_pk="",
            object_repr=f"{count} {spec.verbose_name if count == 1 else spec.verbose_name_plural}",
            action=f"{ACTION_PREFIX}{EXPORT}",
            diff={"count": [None, count], "parameters": [None, _mask(rows.parameters, _secret_names(context, spec))]},
        )
    details: dict[str, Any] = {"format": [None, form.format], "columns": [None, list(columns)]}
    return dataclasses.replace(entry, diff={**entry.diff, **details})


def _secret_names(context: Context, exported: ModelSpec) -> set[str]:
    """What filters call the secret fields of any model; also the search, if it looks into one of them."""
    fields = (spec.by_name[name] for spec in context.specs for name in spec.secrets)
    names = {name for field in fields for name in (field.name, field.attname, field.graphql_name)}
    searched = {part for path in exported.config.get_search_fields() for part in search_path(path).split(LOOKUP_SEP)}
    return names if names.isdisjoint(searched) else {*names, SEARCH}


def _mask(value: Any, secrets: set[str]) -> Any:
    """A filter without the values that it compares secret fields with."""
    if isinstance(value, Mapping):
        return {
            name: MASK if not secrets.isdisjoint(name.split(LOOKUP_SEP)) else _mask(member, secrets)
            for name, member in value.items()
        }
    return [_mask(member, secrets) for member in value] if isinstance(value, list | tuple) else value
