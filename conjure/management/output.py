"""Write the document that a command makes to standard output or to a file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper


def add_output_argument(parser: ArgumentParser) -> None:
    """Let the command take ``-o FILE``."""
    parser.add_argument("-o", "--output", metavar="FILE", help="The file to write, instead of standard output.")


def write_output(stdout: OutputWrapper, output: str | None, text: str) -> None:
    """Write the text, in UTF-8. Raise CommandError where the file cannot be written."""
    if output is None:
        stdout.write(text)
        return
    try:
        Path(output).write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{output} cannot be written: {error.strerror}.") from error
