"""Uploaded files: which may be stored, under which name, and which are refused because a browser could run them."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.core.exceptions import SuspiciousFileOperation, ValidationError
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.text import get_valid_filename

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
_LONGEST_START = 64
# The beginnings of HTML by the MIME Sniffing standard, and those of SVG, whatever prefix its names have.
_ACTIVE_START = re.compile(
    rb"<(?:!doctype\s+(?:html|svg)|(?:\w+:)?svg|html|head|body|script|iframe|h1|div|font|table|a|style|title|b|br|p)"
    rb"(?=[\s/>\[:]|$)",
    re.IGNORECASE,
)
_DEVICE = re.compile(r"con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)\d", re.IGNORECASE | re.ASCII)


def read_upload(field: models.FileField, raw: Any) -> File[Any]:
    """The uploaded file, ready to be set on a row.

    Raise ValueProblem for anything but a file that the field takes, LimitedError for one over ``MAX_UPLOAD_SIZE``.
    """
    if not isinstance(raw, UploadedFile):
        raise ValueProblem("The submitted data was not a file.")
    if (raw.size or 0) > settings.MAX_UPLOAD_SIZE:
        raise LimitedError(f"The file is larger than {settings.MAX_UPLOAD_SIZE} bytes.")
    if not is_safe_name(check_text(raw.name or "")):
        raise ValueProblem("This file name is not allowed.")
    if isinstance(field, models.ImageField):
        _require_few_pixels(raw)
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


def is_safe_name(name: str) -> bool:
    """Whether a file of that name is a plain one in its folder: no path, no device of Windows, and not hidden.

    Names are judged as they are sent, and as Django's storages clean them.
    """
    if set(name) & {"/", "\\"}:
        return False
    try:
        names = [name, get_valid_filename(name)]
    except SuspiciousFileOperation:  # Nothing is left of it.
        return False
    return not any(each.lstrip().startswith(".") or _is_device(each) for each in names)


def _is_device(name: str) -> bool:
    """Whether Windows takes a name for a device, which it does whatever suffix there is (Microsoft, "Naming Files")."""
    stem = unicodedata.normalize("NFKC", name).partition(".")[0].partition(":")[0]
    return _DEVICE.fullmatch(stem.strip()) is not None


def _require_few_pixels(upload: UploadedFile[Any]) -> None:
    """Raise ValueProblem for an image of more than ``MAX_IMAGE_PIXELS``, by its header; Django judges the rest."""
    from PIL import Image  # noqa: PLC0415 - Django needs it for image fields alone

    problem = ValueProblem(f"No more than {settings.MAX_IMAGE_PIXELS} pixels are allowed.")
    upload.seek(0)
    try:
        width, height = Image.open(upload).size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise problem from None
    except Exception:  # noqa: BLE001 - Pillow raises anything for what is not an image
        return
    finally:
        upload.seek(0)
    if width * height > settings.MAX_IMAGE_PIXELS:
        raise problem


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
    content = _without_prologue(start)
    if (upload.size or 0) > _SNIFFED_BYTES and (len(content) < _LONGEST_START or content.startswith((b"<?", b"<!--"))):
        return True  # What comes after so much of nothing is not looked for.
    return _ACTIVE_START.match(content) is not None


def _without_prologue(start: bytes) -> bytes:
    """The content from its first element on: without byte order mark, white space, XML declaration and comments.

    Of a declaration or a comment without end, the beginning stays.
    """
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    while True:
        for opening, closing in ((b"<?", b"?>"), (b"<!--", b"-->")):
            if start.startswith(opening) and closing in start:
                start = start.partition(closing)[2].lstrip()
                break
        else:
            return start
