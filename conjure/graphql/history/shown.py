"""What the entries of the audit log tell each user: nothing that the rows themselves would not show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from django.db import models

from conjure.auth.staff import is_superuser
from conjure.graphql.context import Context
from conjure.graphql.fields.keys import parse_pk
from conjure.graphql.permissions import is_asked_by_row
from conjure.graphql.rows.read import read_rows
from conjure.graphql.rows.visible import is_scoped, scoped_rows
from conjure.models import AdminAuditLog
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec
from conjure.values.batches import batches
from conjure.values.keys import pk_text
from conjure.values.sources import ValueProblem

_CHUNK = 500


class ShownEntries(models.QuerySet[Any]):
    """Entries from which, as soon as they are read, everything is taken that is hidden from one request."""

    context: Context | None = None

    def _clone(self) -> ShownEntries:
        clone: ShownEntries = super()._clone()  # type: ignore[misc]
        clone.context = self.context
        return clone

    def _fetch_all(self) -> None:
        is_fresh = self._result_cache is None
        super()._fetch_all()
        if is_fresh and self.context is not None:
            hide_details(self.context, self._result_cache or ())

    def _iterator(self, use_chunked_fetch: bool, chunk_size: int | None) -> Iterator[Any]:
        entries = super()._iterator(use_chunked_fetch, chunk_size)  # type: ignore[misc]
        for chunk in batches(entries, _CHUNK):
            if self.context is not None:
                hide_details(self.context, chunk)
            yield from chunk


def hides_details(context: Context, spec: ModelSpec) -> bool:
    """Whether entries of the model may hold anything that has to be hidden from this request."""
    return bool(context.excluded(spec) - spec.excluded) or is_asked_by_row("view", spec) or any(_scoped_many(spec))


def hide_details(context: Context, entries: Sequence[Any]) -> None:
    """Take from the entries the values of hidden fields, the keys of hidden rows, and all that tells of denied rows.

    The keys are those of many-to-many fields: rows show no keys of hidden rows there either.
    """
    groups: dict[str, list[AdminAuditLog]] = defaultdict(list)
    for entry in entries:
        if isinstance(entry, AdminAuditLog):
            groups[entry.model_label].append(entry)
    for label, group in groups.items():
        spec = context.find_spec(label)
        if spec is not None and hides_details(context, spec):
            _hide_foreign_diffs(group)
            _hide_fields(context, spec, group)
            for field, related in _scoped_many(spec):
                _hide_keys(context, field, related, group)
            if is_asked_by_row("view", spec):
                _hide_denied_rows(context, spec, group)


def _diff_of(entry: AdminAuditLog) -> dict[str, Any]:
    """The diff where it is loaded, for changing it; an empty one where it is not."""
    diff = entry.__dict__.get("diff")
    return diff if isinstance(diff, dict) else {}


def _hide_foreign_diffs(entries: Sequence[AdminAuditLog]) -> None:
    """Empty the diffs of another form, as older packages may have written them: nobody knows which fields they name."""
    for entry in entries:
        diff = entry.__dict__.get("diff")
        if diff and not (isinstance(diff, dict) and all(isinstance(p, list) and len(p) == 2 for p in diff.values())):
            entry.diff = {}


def _hide_fields(context: Context, spec: ModelSpec, entries: Sequence[AdminAuditLog]) -> None:
    hidden = context.excluded(spec) - spec.excluded
    # A run's parameters are what its rows were filtered by.
    names = {*hidden, "parameters"} if hidden else hidden
    for entry in entries:
        for name in names:
            _diff_of(entry).pop(name, None)


def _scoped_many(spec: ModelSpec) -> Iterator[tuple[FieldSpec, ModelSpec]]:
    for field in spec.many:
        related = spec.related(field.related_model)
        if related is not None and is_scoped(related):
            yield field, related


def _hide_keys(context: Context, field: FieldSpec, related: ModelSpec, entries: Sequence[AdminAuditLog]) -> None:
    pairs = [pair for entry in entries if isinstance(pair := _diff_of(entry).get(field.name), list)]
    told = {str(key) for pair in pairs for keys in pair if isinstance(keys, list) for key in keys}
    shown = _find_rows(context, related, told).keys()
    for entry in entries:
        pair = _diff_of(entry).get(field.name)
        if isinstance(pair, list):
            kept = [[key for key in keys if str(key) in shown] if isinstance(keys, list) else keys for keys in pair]
            _diff_of(entry)[field.name] = kept


def _hide_denied_rows(context: Context, spec: ModelSpec, entries: Sequence[AdminAuditLog]) -> None:
    """Empty the entries of rows that are denied, and of those that are gone, which only superusers need not ask for."""
    keys = {entry.object_pk for entry in entries if entry.object_pk}
    rows = _find_rows(context, spec, keys)
    denied = {key for key, row in rows.items() if context.permissions.denies_row(spec, row)}
    if not is_superuser(context.user):
        denied |= keys - rows.keys()
    for entry in entries:
        if entry.object_pk in denied:
            entry.object_repr, entry.diff = "", {}


def _find_rows(context: Context, spec: ModelSpec, texts: Collection[str]) -> Mapping[str, Any]:
    """The rows that exist for this request, by the texts of their keys."""
    keys = list(chain.from_iterable(_parse(spec, text) for text in texts))
    rows = read_rows(scoped_rows(context, spec).filter(pk__in=keys).order_by()) if keys else ()
    return {pk_text(row.pk): row for row in rows}


def _parse(spec: ModelSpec, text: str) -> Iterator[Any]:
    try:
        yield parse_pk(spec, text)
    except ValueProblem:
        return
