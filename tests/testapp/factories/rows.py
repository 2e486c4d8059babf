"""How the factories make rows: as they would stand in a table, past the models' own managers and save()."""

from __future__ import annotations

import datetime
import struct
import uuid
import zlib
from typing import Any

from django.core.files.base import ContentFile
from django.db import models

UTC = datetime.UTC
DAY = datetime.date(2024, 2, 29)
MOMENT = datetime.datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=UTC)


def moment(number: int) -> datetime.datetime:
    """The number-th of a row of moments, each 25 hours and a microsecond after the last."""
    return MOMENT + number * datetime.timedelta(hours=25, microseconds=1)


def day(number: int) -> datetime.date:
    """The number-th of a row of days."""
    return DAY + datetime.timedelta(days=number)


def key(number: int) -> uuid.UUID:
    """The number-th of a row of UUIDs."""
    return uuid.UUID(int=0xABCDEF00_0000_4000_8000_000000000000 + number)


def png(width: int = 1, height: int = 1, name: str = "picture.png") -> ContentFile[bytes]:
    """A grey picture of that size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\x00" + b"\x80" * width) * height)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return ContentFile(content, name=name)


def text_file(content: str = "content", name: str = "file.txt") -> ContentFile[bytes]:
    """A file of that content."""
    return ContentFile(content.encode(), name=name)


def create(model: Any, *rows: dict[str, Any]) -> list[Any]:
    """Insert the rows in order and give the instances; many-to-many fields may be among their values.

    Columns that the model stamps itself get fixed moments, so that every run makes the same rows.
    """
    many = {field.name for field in model._meta.many_to_many}
    instances = []
    for number, row in enumerate(rows):
        instance = model(**{name: value for name, value in row.items() if name not in many})
        models.Model.save(instance, force_insert=True)
        for name in many & row.keys():
            getattr(instance, name).set(row[name])
        _stamp(instance, number)
        instances.append(instance)
    return instances


def _stamp(instance: models.Model, number: int) -> None:
    for field in instance._meta.concrete_fields:
        if not (getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)):
            continue
        value = moment(number) if isinstance(field, models.DateTimeField) else day(number)
        setattr(instance, field.attname, value)
        models.QuerySet(type(instance)).filter(pk=instance.pk).update(**{field.name: value})


def named(model: Any, *names: str) -> list[Any]:
    """Rows of a model that asks for no more than a name."""
    return create(model, *({"name": name} for name in names or ("first", "second", "third")))
