"""``conjure_export_openapi``: prints what ``GET openapi.json`` answers, without a server."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.urls import NoReverseMatch, reverse

from conjure.exceptions import ConjureError
from conjure.graphql.access.stand_ins import StandIn, request_of
from conjure.graphql.execution import Runner
from conjure.management.changes.openapi import compare_openapi
from conjure.management.output import add_output_arguments, check_output, read_json, write_output
from conjure.management.users import find_user
from conjure.rest.openapi.document import build_document, describe_models


class Command(BaseCommand):
    help = (
        "Prints the OpenAPI document of the REST face, as GET openapi.json gives it to somebody who may do everything "
        "(with --user: to that user). For code generators, and with --check in CI, to see what a change does to "
        "clients. Without --user it needs no database."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_output_arguments(parser)
        parser.add_argument("--user", metavar="NAME", help="Describe the models that this user may view.")
        parser.add_argument(
            "--mount", metavar="PATH", help="Where the URLs are mounted (default: what the project's say)."
        )

    def handle(
        self, *, output: str | None, check: str | None, user: str | None, mount: str | None, **options: Any
    ) -> None:
        try:
            request = StandIn(is_superuser=True).request() if user is None else request_of(find_user(user))
            document = build_document(describe_models(Runner(request)), mount or _find_mount())
        except DatabaseError as error:
            raise CommandError(f"The database cannot be read (has it been migrated?): {error}") from error
        except ConjureError as error:
            raise CommandError(f"{user or 'Somebody'} gets no document: {error.message}") from error
        if check is not None:
            check_output(self, check, lambda text: compare_openapi(read_json(text), document))
            return
        write_output(self.stdout, output, json.dumps(document, ensure_ascii=False, indent=2))


def _find_mount() -> str:
    try:
        return reverse("conjure:openapi").removesuffix("openapi.json")
    except NoReverseMatch:
        raise CommandError("The project mounts no conjure.urls: say where they will be with --mount.") from None
