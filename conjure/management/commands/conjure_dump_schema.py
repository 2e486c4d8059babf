"""``conjure_dump_schema``: prints what ``GET schema/{model}/`` answers for every registered model, as one JSON."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder

from conjure.graphql.resolvers.descriptions import describe_spec
from conjure.management.changes.models import compare_models
from conjure.management.output import add_output_arguments, check_output, read_json, write_output
from conjure.specs.build import get_specs


class Command(BaseCommand):
    help = (
        "Prints a JSON object with the schema of every registered model by its key, as GET schema/{model}/ gives it to "
        "somebody who may do everything. For frontends that are generated from it, and to compare versions."
    )
    # The models' code says it all, so no database is needed.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_output_arguments(parser)
        parser.add_argument(
            "--indent", type=int, default=2, metavar="N", help="Spaces a level (default: 2; 0: one line)."
        )

    def handle(self, *, output: str | None, check: str | None, indent: int, **options: Any) -> None:
        schemas = {spec.key: describe_spec(spec, lambda right: True) for spec in get_specs()}
        text = json.dumps(schemas, cls=DjangoJSONEncoder, ensure_ascii=False, indent=max(indent, 0) or None)
        if check is not None:
            check_output(self, check, lambda before: compare_models(read_json(before), json.loads(text)))
            return
        write_output(self.stdout, output, text)
