"""What a command does with the document that it makes: write it, or compare it with one that was written before."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper

from conjure.management.changes.found import Changes, NotComparableError


def add_output_arguments(parser: ArgumentParser) -> None:
    """Let the command take ``-o FILE`` or ``--check FILE``."""
    target = parser.add_mutually_exclusive_group()
    target.add_argument("-o", "--output", metavar="FILE", help="The file to write, instead of standard output.")
    target.add_argument(
        "--check",
        metavar="FILE",
        help="Compare with this file instead of writing: say what has changed and what of it breaks clients, and exit "
        "with 1 if anything has.",
    )


def write_output(stdout: OutputWrapper, output: str | None, text: str) -> None:
    """Write the text, in UTF-8. Raise CommandError where the file cannot be written."""
    if output is None:
        stdout.write(text)
        return
    try:
        Path(output).write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{output} cannot be written: {error.strerror}.") from error


def check_output(command: BaseCommand, file: str, find_changes: Callable[[str], Changes]) -> None:
    """Tell what differs from a file. Raise CommandError where anything does, or where it cannot be compared."""
    try:
        changes = find_changes(read_file(file))
    except NotComparableError as error:
        raise CommandError(f"{file} cannot be compared with: {error}.") from error
    if not changes:
        command.stdout.write(command.style.SUCCESS(f"{file} is up to date."))
        return
    for title, lines in (("Breaks clients:", changes.breaking), ("Breaks nobody:", changes.compatible)):
        if lines:
            command.stdout.write("\n".join([title, *(f"  {line}" for line in lines)]))
    kind = "in a way that breaks clients" if changes.breaking else "in a way that breaks no client"
    raise CommandError(f"{file} is out of date: the project has changed {kind}. Write it again with -o to accept that.")


def read_file(file: str) -> str:
    """The text of a file in UTF-8. Raise CommandError where there is none."""
    try:
        return Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} cannot be read: it is not UTF-8.") from error


def read_json(text: str) -> Any:
    """The value of a JSON text. Raise NotComparableError for any other text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotComparableError("it is not JSON") from error
