"""Storages whose URLs are not a base with a name behind it."""

from __future__ import annotations

import itertools
from typing import Any
from urllib.parse import quote

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage


class _Kept(Storage):
    """Files in this process."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def deconstruct(self) -> Any:
        return (f"{type(self).__module__}.{type(self).__qualname__}", [], {})

    def _save(self, name: str, content: Any) -> str:
        self.files[name] = content.read()
        return name

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        return ContentFile(self.files[name], name=name)

    def exists(self, name: str) -> bool:
        return name in self.files

    def delete(self, name: str) -> None:
        self.files.pop(name, None)


class ParameterStorage(_Kept):
    """Serves a file by a parameter, as django-db-file-storage does."""

    def url(self, name: str | None) -> str:
        return f"/download/?name={quote(name or '', safe='')}"


class SignedStorage(_Kept):
    """Serves a file at another host, with a signature that is new each time, as those of clouds do."""

    signatures = itertools.count()

    def url(self, name: str | None) -> str:
        return f"https://uploads.example/bucket/{quote(name or '')}?signature={next(self.signatures)}"
