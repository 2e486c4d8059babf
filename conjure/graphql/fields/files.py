"""Stored files as URLs, and URLs as the names of stored files."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from django.db import models
from django.db.models.fields.files import FieldFile

from conjure.specs.fields import FieldSpec


def file_url(field: models.Field[Any, Any], value: Any) -> str | None:
    """The URL path or address that a stored file's name is served at, or None where there is no file."""
    name = value.name if isinstance(value, FieldFile) else value
    return field.storage.url(name) if name else None  # type: ignore[attr-defined]


def absolute_file_url(field: FieldSpec, value: Any, base_url: str) -> str | None:
    """The absolute URL of a stored file, or None where there is no file."""
    url = file_url(field.field, value)
    return f"{base_url}{url}" if url and url.startswith("/") else url


def stored_name(field: models.Field[Any, Any], text: str) -> str:
    """The name of the file that is served at a URL, as far as the storage's ``base_url`` tells, else the text."""
    base = getattr(field.storage, "base_url", None)  # type: ignore[attr-defined]
    if not isinstance(base, str) or not base:
        return text
    is_path = base.startswith("/") and not base.startswith("//")
    url = urlsplit(text).path if is_path and "://" in text else text
    return unquote(url.removeprefix(base)) if url.startswith(base) else text
