"""The version of a row: a text that changes whenever a stored value of the row changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import models

from conjure.audit.diffs import to_json
from conjure.exceptions import ConflictError
from conjure.graphql.context import Context
from conjure.graphql.fields.readers import column_value, held_value
from conjure.graphql.rows.links import link_table, load_visible_links
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec
from conjure.values.snapshots import take_snapshot

_DIGEST_BYTES = 16


def make_version(context: Context, spec: ModelSpec, obj: models.Model, links: Mapping[str, Sequence[Any]]) -> str:
    """The version of a row whose columns are loaded; ``links`` are the keys of its many-to-many fields, as served.

    Only what this request may see counts: excluded columns and links to hidden rows must not even show that they
    changed.
    """
    hidden = _hidden_fields(context, spec, obj)
    values = [
        _links_text(field, links[field.name]) if field.is_many else _column_text(field, obj)
        for field in spec.fields
        if field.name not in hidden
    ]
    text = json.dumps([spec.key, values], ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    # With a key: the digest of few possible values would tell which of them it is.
    key = hashlib.sha256(f"conjure.versions{settings.SECRET_KEY}".encode()).digest()
    return hashlib.blake2b(text.encode(), digest_size=_DIGEST_BYTES, key=key).hexdigest()


def require_version(context: Context, spec: ModelSpec, obj: models.Model, expected: str | None, using: str) -> None:
    """Raise ConflictError where the row in the database no longer has the version that the client named."""
    if expected is None:
        return
    shown = [field for field in spec.many if field.name not in _hidden_fields(context, spec, obj)]
    links = {field.name: load_visible_links(context, spec, field, [obj], using).get(obj.pk, []) for field in shown}
    if expected != make_version(context, spec, obj, links):
        raise ConflictError


def _hidden_fields(context: Context, spec: ModelSpec, obj: models.Model) -> set[str]:
    return {*context.excluded(spec), *spec.config.get_exclude(context.request, obj)}


def _links_text(field: FieldSpec, keys: Sequence[Any]) -> list[str]:
    texts = [str(key) for key in keys]
    return texts if link_table(field).ordering else sorted(texts)


def _column_text(field: FieldSpec, obj: models.Model) -> Any:
    value = take_snapshot(column_value(field.field, held_value(obj, field.attname)))
    # The audit log's JSON counts bytes and masks secrets, so that different values would look the same.
    if isinstance(value, bytes):
        return value.hex()
    return json.dumps(value, sort_keys=True, default=_opaque_text) if isinstance(value, dict | list) else to_json(value)


def _opaque_text(value: Any) -> str:
    return str(to_json(value))
