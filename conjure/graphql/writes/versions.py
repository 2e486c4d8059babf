"""The version of a row: a text that differs whenever a stored value of the row differs."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import models

from conjure.audit.diffs import to_json
from conjure.exceptions import ConflictError
from conjure.graphql.context import Context
from conjure.graphql.reading.loaded import LOADED
from conjure.graphql.rows.links import load_visible_links
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec
from conjure.values.snapshots import take_snapshot

_DIGEST_BYTES = 16


def version_of(context: Context, spec: ModelSpec, obj: models.Model) -> str:
    """The version of a row as it was loaded; links that were not loaded with it are looked up.

    Only what this request may see counts: of excluded columns and of links to hidden rows nothing may be told, not
    even that they changed.
    """
    hidden = set(spec.config.get_exclude(context.request, obj))
    values = [
        _column_text(field, obj) if not field.is_many else sorted(map(str, _links_of(context, spec, obj, field)))
        for field in spec.fields
        if field.name not in hidden
    ]
    text = json.dumps([spec.key, values], ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def require_version(context: Context, spec: ModelSpec, obj: models.Model, expected: str | None) -> None:
    """Raise ConflictError where a client named a version that the row no longer is."""
    if expected is not None and expected != version_of(context, spec, obj):
        raise ConflictError


def _column_text(field: FieldSpec, obj: models.Model) -> Any:
    value = take_snapshot(getattr(obj, field.attname))
    # Bytes would be named by their number, secrets masked: neither tells one value from another.
    if isinstance(value, bytes):
        return value.hex()
    return json.dumps(value, sort_keys=True, default=_opaque_text) if isinstance(value, dict | list) else to_json(value)


def _opaque_text(value: Any) -> str:
    return str(to_json(value))


def _links_of(context: Context, spec: ModelSpec, obj: models.Model, field: FieldSpec) -> list[Any]:
    loaded = obj.__dict__.get(LOADED)
    found = None if loaded is None else loaded.ids.get(field.name)
    if found is None:
        found = load_visible_links(context, spec, field, [obj])
    return found.get(obj.pk, [])
