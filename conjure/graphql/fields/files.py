"""Stored files as URLs, and URLs as the names of stored files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.db import models
from django.db.models.fields.files import FieldFile, FileField

from conjure.specs.fields import FieldSpec

# How much of a URL may be the name of a file.
_MAX_PARTS = 10


def file_fields(model: type[models.Model]) -> list[FileField]:
    """The fields of a model that hold files."""
    return [field for field in model._meta.concrete_fields if isinstance(field, FileField)]


def file_url(field: models.Field[Any, Any], value: Any) -> str | None:
    """The URL path or address that a stored file's name is served at, or None where there is no file."""
    name = value.name if isinstance(value, FieldFile) else value
    return field.storage.url(name) if name else None  # type: ignore[attr-defined]


def absolute_file_url(field: FieldSpec, value: Any, base_url: str) -> str | None:
    """The absolute URL of a stored file, or None where there is no file."""
    url = file_url(field.field, value)
    return f"{base_url}{url}" if url and url.startswith("/") else url


def stored_name(field: models.Field[Any, Any], text: str) -> str:
    """The name of the file that the storage serves at a URL, else the text."""
    base = getattr(field.storage, "base_url", None)  # type: ignore[attr-defined]
    if isinstance(base, str) and base:
        is_path = base.startswith("/") and not base.startswith("//")
        url = urlsplit(text).path if is_path and "://" in text else text
        if url.startswith(base):
            return unquote(url.removeprefix(base))
    if "://" not in text and not text.startswith("/"):
        return text
    return next((name for name in _names_in(text) if _is_served_at(field, name, text)), text)


def _names_in(url: str) -> Iterator[str]:
    """What may be a name in the URL of a storage with rules of its own: a parameter, or the end of the path."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    yield from (value for _, value in parse_qsl(parts.query)[:_MAX_PARTS])
    steps = unquote(parts.path).lstrip("/").split("/")[-_MAX_PARTS:]
    yield from ("/".join(steps[number:]) for number in range(len(steps)))


def _is_served_at(field: models.Field[Any, Any], name: str, url: str) -> bool:
    try:
        served = file_url(field, name)
    except Exception:  # noqa: BLE001 - a project's storage may raise anything, most of all for what is not a name
        return False
    if not served:
        return False
    wanted, found = urlsplit(url), urlsplit(served)
    # Signatures differ from one time to the next, the parameter that is the name does not.
    is_named = any(value == name for _, value in parse_qsl(found.query)) or unquote(found.path).endswith(name)
    return found.path == wanted.path and is_named and found.netloc in ("", wanted.netloc)
