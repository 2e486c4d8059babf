"""``conjure_export_graphql``: prints the GraphQL schema in the schema definition language."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from graphql import lexicographic_sort_schema, print_schema

from conjure.graphql.schema import get_schema
from conjure.management.changes.sdl import compare_sdl
from conjure.management.output import add_output_arguments, check_output, write_output


class Command(BaseCommand):
    help = (
        "Prints the GraphQL schema of all registered models in the schema definition language (SDL), for code "
        "generators and editors. Types and fields are sorted by name, so that versions can be compared line by line."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_output_arguments(parser)

    def handle(self, *, output: str | None, check: str | None, **options: Any) -> None:
        text = print_schema(lexicographic_sort_schema(get_schema().client))
        if check is not None:
            check_output(self, check, lambda before: compare_sdl(before, text))
            return
        write_output(self.stdout, output, text)
