"""The formats of exports: CSV, JSON Lines and XLSX, each written in chunks from chunks of records."""

from __future__ import annotations

import csv
import importlib.util
import io
import itertools
import math
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conjure.encoding import encode_json

Record = dict[str, Any]
Records = Iterable[Sequence[Record]]
Columns = Mapping[str, bool]
"""The names of the columns, each with whether its texts are decimal numbers."""

# Cells that begin with these, or their full-width forms, are formulas to spreadsheets (OWASP, "CSV Injection"),
# unless they are numbers.
_FORMULA = re.compile("[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_XLSX_MAX_CHARACTERS = 32_767
_XLSX_MAX_ROWS = 1_048_576
_XLSX_DIGITS = 15
_FILE_CHUNK = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class ExportFormat:
    """One format; ``write`` takes the columns and the records.

    ``module`` is what it needs beyond the standard library, ``extra`` the extra that installs it.
    """

    content_type: str
    write: Callable[[Columns, Records], Iterator[bytes]]
    module: str = ""
    extra: str = ""

    def problem(self) -> str:
        """Why the format is not available, or nothing."""
        if self.module and importlib.util.find_spec(self.module) is None:
            return f'This format needs the extra "{self.extra}": pip install "django-graphql-conjure[{self.extra}]".'
        return ""


def write_csv(columns: Columns, records: Records) -> Iterator[bytes]:
    """CSV as RFC 4180 has it, in UTF-8, with a header; null is empty, and no cell is a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([safe_cell(column) for column in columns])
    for chunk in records:
        writer.writerows([safe_cell(record[column]) for column in columns] for record in chunk)
        yield _drain(buffer)
    if buffer.tell():
        yield _drain(buffer)


def write_jsonl(columns: Columns, records: Records) -> Iterator[bytes]:
    """JSON Lines: one object a line, with the values as REST has them."""
    for chunk in records:
        yield b"".join(encode_json({column: record[column] for column in columns}) + b"\n" for record in chunk)


def write_xlsx(columns: Columns, records: Records) -> Iterator[bytes]:
    """An Excel workbook: rows go to a temporary file as they come; texts are never formulas or links.

    What does not fit on one sheet goes on on the next. Decimals are numbers where Excel keeps all their digits.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 - an extra

    with tempfile.TemporaryFile() as file:
        with Workbook(file, {"constant_memory": True, "strings_to_formulas": False}) as workbook:
            header = dict(zip(columns, columns, strict=True))
            sheet, row = None, _XLSX_MAX_ROWS
            for record in itertools.chain([header], itertools.chain.from_iterable(records)):
                if row == _XLSX_MAX_ROWS:
                    sheet, row = workbook.add_worksheet(), 0
                for position, (column, is_decimal) in enumerate(columns.items()):
                    _write_xlsx_cell(sheet, row, position, record[column], is_decimal)
                row += 1
        file.seek(0)
        while chunk := file.read(_FILE_CHUNK):
            yield chunk


def _write_xlsx_cell(sheet: Any, row: int, column: int, value: Any, is_decimal: bool) -> None:
    if value is None:
        return
    if is_decimal and isinstance(value, str) and len(value.strip("-").replace(".", "")) <= _XLSX_DIGITS:
        value = _to_number(value)
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float) and math.isfinite(value) and abs(value) < 10**_XLSX_DIGITS:
        sheet.write_number(row, column, value)
    else:
        text = _as_text(value)[:_XLSX_MAX_CHARACTERS]
        sheet.write_string(row, column, text.encode("utf-8", "replace").decode())


def _to_number(text: str) -> float | str:
    return float(text) if _NUMBER.fullmatch(text) else text


def safe_cell(value: Any) -> str:
    """A value as the text of a CSV cell; what a spreadsheet would take for a formula gets an apostrophe in front."""
    text = _as_text(value)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _as_text(value: Any) -> str:
    """Null as nothing, lists of plain values separated by commas, other structures as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return ",".join(_as_text(item) for item in value)
    if isinstance(value, list | dict):
        return encode_json(value).decode()
    return str(value)


def _drain(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "replace")


FORMATS: dict[str, ExportFormat] = {
    "csv": ExportFormat(content_type="text/csv; charset=utf-8", write=write_csv),
    "jsonl": ExportFormat(content_type="application/jsonl; charset=utf-8", write=write_jsonl),
    "xlsx": ExportFormat(
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write=write_xlsx,
        module="xlsxwriter",
        extra="xlsx",
    ),
}
