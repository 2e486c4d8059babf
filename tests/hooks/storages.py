"""A storage of which every method can raise."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage

from tests.hooks.raising import meet


class HookedStorage(Storage):
    """Files in this process."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def deconstruct(self) -> Any:
        return (f"{type(self).__module__}.{type(self).__qualname__}", [], {})

    def _save(self, name: str, content: Any) -> str:
        meet("storage save", name)
        self.files[name] = content.read()
        meet("storage save that has stored", name)
        return name

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        meet("storage open", name)
        return ContentFile(self.files[name], name=name)

    def exists(self, name: str) -> bool:
        meet("storage exists", name)
        return name in self.files

    def delete(self, name: str) -> None:
        meet("storage delete", name)
        self.files.pop(name, None)

    def size(self, name: str) -> int:
        meet("storage size", name)
        return len(self.files[name])

    def url(self, name: str | None) -> str:
        meet("storage url", name)
        return f"/files/{name}"


STORAGE = HookedStorage()
