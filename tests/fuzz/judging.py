"""What must hold of each answer: its status, its JSON, its headers, and that nothing hidden is in it or in the log."""

from __future__ import annotations

import base64
import binascii
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft202012Validator

from conjure.exceptions import STATUSES
from tests.fuzz.graphql_shapes import problems_of_shape, root_fields
from tests.fuzz.project import COLUMN, CRASH, HASH, SECRET, Person
from tests.fuzz.sending import GRAPHQL, Answer, by_rest, send

# Of the whole request; an operation that was executed is answered with 200.
_GRAPHQL_STATUSES = {200, 400, 401, 403, 405, 406, 413, 415, 429}
_CODES = {*STATUSES, "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT", "PERSISTED_QUERY_NOT_FOUND"}
# What fails on purpose: an action and a widget that raise, and a permission check.
_RAISING = ("explode", "broken-stats")
_TOKENS = re.compile(rb"[A-Za-z0-9+/=_-]{16,}")
_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
_AUDIT = "AdminAuditLog"


class Judge:
    """Says what is wrong with an answer. OpenAPI documents are asked for once for each person."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._people = {person.name: person for person in people}
        self._documents: dict[str, Any] = {}
        self._validators: dict[tuple[str, str, str, int], Any] = {}

    def problems(self, answer: Answer) -> Iterator[str]:
        """Each thing that is wrong with the answer, in words that are the same whenever the same thing is wrong."""
        yield from self._headers(answer)
        raises = self._raises(answer)
        if raises:
            yield from self._masked(answer)
        elif answer.call.path == GRAPHQL:
            yield from self._graphql(answer)
        else:
            yield from self._rest(answer)
        yield from leaks(answer)

    @staticmethod
    def _raises(answer: Answer) -> bool:
        sent = f"{answer.call.path} {answer.call.body.decode(errors='replace')}"
        return any(name in sent for name in _RAISING)

    @staticmethod
    def _masked(answer: Answer) -> Iterator[str]:
        if answer.status > 500:
            yield f"status {answer.status}"

    @staticmethod
    def _headers(answer: Answer) -> Iterator[str]:
        if answer.headers.get("cache-control") != ("no-cache" if answer.status == 401 else "no-store"):
            yield f"Cache-Control {answer.headers.get('cache-control')}"
        if answer.headers.get("x-content-type-options") != "nosniff":
            yield "no nosniff"
        if answer.status >= 400 and answer.content and not answer.is_json:
            yield "an error that is not JSON"
        if answer.is_json:
            try:
                _ = answer.json
            except ValueError:
                yield "a body that is not JSON"

    def _graphql(self, answer: Answer) -> Iterator[str]:
        if answer.status not in _GRAPHQL_STATUSES:
            yield f"status {answer.status} of GraphQL"
        if not answer.is_json or not answer.content:
            return
        body = answer.json
        for error in answer.errors:
            code = error.get("extensions", {}).get("code") if isinstance(error, dict) else None
            if code not in _CODES or code == "UNAVAILABLE":
                yield f"GraphQL error with the code {code}"
        if answer.call.method == "HEAD":
            return
        if not isinstance(body, dict) or not body.keys() <= {"data", "errors", "extensions"}:
            yield "a GraphQL answer of an unknown form"
        elif answer.call.operation and isinstance(body.get("data"), dict):
            yield from problems_of_shape(answer.call.operation, body)

    def _rest(self, answer: Answer) -> Iterator[str]:
        if answer.status >= 500:
            yield f"status {answer.status}"
            return
        if answer.call.path in ("health/", "openapi.json"):  # No document describes these.
            return
        template, item = self._find_path(answer)
        if item is None:
            if answer.status not in (400, 401, 403, 404, 405):
                yield f"status {answer.status} of an unknown URL"
            return
        method = "get" if answer.call.method == "HEAD" else answer.call.method.lower()
        operation = item.get(method)
        if operation is None:
            # A read-only model's bulk, whose body is read first; a method that there is not.
            done = answer.status < 300 and answer.call.method in _UNSAFE
            if done or answer.status not in (200, 400, 401, 403, 404, 405, 413, 415):
                yield f"status {answer.status} of {answer.call.method} {template}, which is not described"
            return
        if str(answer.status) not in operation["responses"]:
            yield f"status {answer.status} of {answer.call.method} {template} is not described"
            return
        if answer.is_json and answer.content:
            yield from self._schema(answer, template, operation)

    def _schema(self, answer: Answer, template: str, operation: Mapping[str, Any]) -> Iterator[str]:
        document = self._document_for(answer.person, template)
        key = (answer.person.name, template, answer.call.method, answer.status)
        if key not in self._validators:
            response = operation["responses"][str(answer.status)]
            if "$ref" in response:
                response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
            schema = response.get("content", {}).get("application/json", {}).get("schema")
            whole = {**schema, "components": document["components"]} if schema is not None else None
            self._validators[key] = None if whole is None else Draft202012Validator(whole)
        validator = self._validators[key]
        if validator is None:
            return
        for error in validator.iter_errors(answer.json):
            where = ".".join("*" if isinstance(step, int) else str(step) for step in error.absolute_path)
            what = f"{answer.call.method} {template} {answer.status}"
            yield f"{what} is not as the document says at {where}: {error.validator}"
            return

    def _document_for(self, person: Person, template: str) -> Any:
        own = self._document(person.name)
        return own if template in own.get("paths", {}) else self._document("root")

    def _document(self, name: str) -> Any:
        if name not in self._documents:
            answer = send(self._people[name], by_rest("GET", "openapi.json"))
            self._documents[name] = answer.json
        return self._documents[name]

    def _find_path(self, answer: Answer) -> tuple[str, Any]:
        parts = f"/{answer.call.path}".split("/")
        for document in (self._document(answer.person.name), self._document("root")):
            best = ("", None)
            for template, item in document.get("paths", {}).items():
                pieces = template.split("/")
                if len(pieces) == len(parts) and all(
                    piece == part or piece.startswith("{") for piece, part in zip(pieces, parts, strict=True)
                ):
                    if "{" not in template:
                        return template, item
                    if best[1] is None or template.count("{") < best[0].count("{"):
                        best = (template, item)
            if best[1] is not None:
                return best
        return "", None


def leaks(answer: Answer) -> Iterator[str]:
    """Each canary in the answer, its headers, cursors and files, or in the log, that must not be there."""
    sent = f"{unquote(answer.call.path)} {unquote(answer.call.query)} {answer.call.body.decode(errors='replace')}"
    held = "\n".join([*(f"{name}: {value}" for name, value in answer.headers.items()), *_texts(answer.content)])
    for canary in answer.person.never:
        if canary in held and canary not in sent:
            yield f"the answer to {answer.person.name} holds {canary!r}"
    if answer.ok and not answer.person.sees_secrets and _foreign_secret(held, sent):
        yield f"the answer to {answer.person.name} holds a secret"
    # Nobody is shown a secret but in its own row.
    for part, text in _parts_without_secrets(answer):
        if _foreign_secret(text, sent if part == "export" else ""):
            yield f"{part} holds a secret"
    for canary in (COLUMN, HASH):
        if canary in answer.logged:
            yield f"the log holds {canary!r}"
    if CRASH in answer.logged and not Judge._raises(answer):
        yield "the log has an exception of another call"
    if SECRET.search(answer.logged):
        yield "the log holds a secret"


def _foreign_secret(text: str, sent: str) -> bool:
    return any(found not in sent for found in SECRET.findall(text))


def _parts_without_secrets(answer: Answer) -> Iterator[tuple[str, str]]:
    text = "\n".join(_texts(answer.content))
    path = answer.call.path
    if _AUDIT in path or path.startswith("widgets/"):
        yield "the audit log", text
    if path.endswith("/action/export/") and not answer.person.exports_secrets:
        yield "export", text
    if path == GRAPHQL and answer.call.operation and answer.ok:
        data = answer.json.get("data") or {}
        for key, name in root_fields(answer.call.operation):
            part = json.dumps(data.get(key))
            if _AUDIT in name or name.endswith("Aggregate"):
                yield name, part
        cursors = re.findall(r'"(?:cursor|startCursor|endCursor)": *"([^"]*)"', answer.content.decode(errors="replace"))
        yield "a cursor", "\n".join(text for cursor in cursors for text in _texts(cursor.encode()))


def _texts(content: bytes) -> Iterator[str]:
    """The content, and what is packed in it: base64, as cursors are, and the parts of a zip, as spreadsheets are."""
    text = content.decode(errors="replace")
    yield text
    if "\\u" in text:
        yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(name).decode(errors="replace") for name in archive.namelist())
        return
    for token in _TOKENS.findall(content):
        for piece in re.split(rb"[^A-Za-z0-9_-]", token.replace(b"+", b"-").replace(b"/", b"_")):
            if len(piece) >= 12:
                yield from _unpacked(piece)


def _unpacked(piece: bytes) -> Iterator[str]:
    try:
        raw = base64.urlsafe_b64decode(piece + b"=" * (-len(piece) % 4))
    except (binascii.Error, ValueError):
        return
    yield raw.decode(errors="replace")
    try:
        yield zlib.decompress(raw).decode(errors="replace")
    except zlib.error:
        return
