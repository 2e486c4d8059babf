"""Uploaded files: which may be stored, under which name, and which are refused because a browser could run them."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import models

from conjure.conf import settings
from conjure.exceptions import LimitedError
from conjure.values.sources import ValueProblem
from conjure.values.texts import check_text

ACTIVE_SUFFIXES = frozenset(
    {".svg", ".svgz", ".html", ".htm", ".xhtml", ".xht", ".shtml", ".shtm", ".mht", ".mhtml"}
    | {".xml", ".xsl", ".xslt", ".hta", ".htc", ".js", ".mjs"}
)
"""Files that browsers run as part of the site that serves them."""

_SNIFFED_BYTES = 4_096
_ACTIVE_START = re.compile(rb"<(?:!doctype\s+(?:html|svg)|html|head|body|script|svg|iframe)\b", re.IGNORECASE)


def read_upload(field: models.FileField, raw: Any) -> File[Any]:
    """The uploaded file, ready to be set on a row.

    Raise ValueProblem for anything but a file that the field takes, LimitedError for one over ``MAX_UPLOAD_SIZE``.
    """
    if not isinstance(raw, UploadedFile):
        raise ValueProblem("The submitted data was not a file.")
    if (raw.size or 0) > settings.MAX_UPLOAD_SIZE:
        raise LimitedError(f"The file is larger than {settings.MAX_UPLOAD_SIZE} bytes.")
    if set(check_text(raw.name or "")) & {"/", "\\"}:
        raise ValueProblem("This file name is not allowed.")
    form_class = forms.ImageField if isinstance(field, models.ImageField) else forms.FileField
    try:
        form_class(max_length=field.max_length).clean(raw)
    except ValidationError as error:
        raise ValueProblem(" ".join(error.messages)) from None
    if not settings.ALLOW_ACTIVE_UPLOADS and is_active(raw):
        raise ValueProblem("Files that browsers run, such as HTML and SVG, are not allowed.")
    raw.seek(0)
    # Storages move temporary files away. A copy is made of a plain one, so that a write can be tried again.
    return File(raw.file, name=raw.name) if hasattr(raw, "temporary_file_path") else raw


def is_active(upload: UploadedFile[Any]) -> bool:
    """Whether a browser might run the file: by any of its suffixes or by how its content begins."""
    suffixes = {suffix.lower() for suffix in PurePosixPath(upload.name or "").suffixes}
    if suffixes & ACTIVE_SUFFIXES:
        return True
    upload.seek(0)
    start = upload.read(_SNIFFED_BYTES)
    if isinstance(start, str):
        start = start.encode("utf-8", "replace")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start.decode("utf-16", "replace").encode()
    return _ACTIVE_START.match(_without_prologue(start)) is not None


def _without_prologue(start: bytes) -> bytes:
    """The content from its first element on: without byte order mark, white space, XML declaration and comments."""
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    while True:
        for opening, closing in ((b"<?", b"?>"), (b"<!--", b"-->")):
            if start.startswith(opening):
                start = start.partition(closing)[2].lstrip()
                break
        else:
            return start
