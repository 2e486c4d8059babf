"""Documents sent by their hash: kept from earlier requests (Apollo's APQ protocol), or listed by the project."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from conjure.caches import ask_shared_cache, cached
from conjure.conf import settings
from conjure.exceptions import ConjureError, ForbiddenError, InvalidError
from conjure.graphql.endpoint.operations import ClientOperation

PROTOCOL_VERSION = 1
TIMEOUT = 24 * 60 * 60
"""Seconds for which a document is kept under its hash after it was last sent in full."""

_CONSEQUENCE = "documents are not kept."


class PersistedQueryNotFoundError(ConjureError):
    """The hash is not known here: the client must send the document in full, with the hash."""

    code: ClassVar[str] = "PERSISTED_QUERY_NOT_FOUND"
    # Clients look for these words of the protocol.
    default_message = "PersistedQueryNotFound"


def find_text(operation: ClientOperation) -> str:
    """The document of an operation, in full or by its hash.

    Raise PersistedQueryNotFoundError for an unknown hash, InvalidError without a document or with the hash of another
    one, ForbiddenError for a document that is not listed where only listed ones are executed.
    """
    digest = _digest_of(operation)
    listed = listed_documents()
    if operation.query is None:
        if digest is None:
            raise InvalidError({"query": ["This field is required."]})
        text = listed.get(digest) or _recall(digest)
        if text is None:
            raise PersistedQueryNotFoundError
        return text
    if digest is not None and digest not in (_sha256(operation.query), _key_of(operation.query, listed)):
        raise InvalidError("provided sha does not match query")
    if settings.GRAPHQL_PERSISTED_ONLY and _key_of(operation.query, listed) is None:
        raise ForbiddenError("Only documents that the project lists are executed here.", rule="GRAPHQL_PERSISTED_ONLY")
    return operation.query


def remember(operation: ClientOperation) -> None:
    """Keep a valid document that was sent in full under the hash that came with it."""
    digest = _digest_of(operation)
    if operation.query is not None and digest is not None and not settings.GRAPHQL_PERSISTED_ONLY:
        text = operation.query
        ask_shared_cache(lambda: cache.set(_cache_key(digest), text, TIMEOUT), _CONSEQUENCE)


def listed_documents() -> Mapping[str, str]:
    """The documents of ``GRAPHQL_PERSISTED_QUERIES``, by the names that clients call them: their hashes, or others."""
    declared = settings.GRAPHQL_PERSISTED_QUERIES
    if declared is None:
        return {}
    if isinstance(declared, Mapping):
        return declared
    path = Path(declared)
    return _read_file(path, path.stat().st_mtime_ns) if path.is_file() else _import_listed(declared)


@cached(maxsize=4)
def _read_file(path: Path, modified: int) -> Mapping[str, str]:
    """A JSON file: an object of documents, or a manifest as Apollo's tools write it."""
    content = json.loads(path.read_text("utf-8"))
    if isinstance(content, dict) and isinstance(content.get("operations"), list):
        content = {entry["id"]: entry["body"] for entry in content["operations"]}
    return _require_mapping(content, str(path))


def _import_listed(name: str) -> Mapping[str, str]:
    found: Any = import_string(name)
    return _require_mapping(found() if callable(found) else found, name)


def _require_mapping(found: Any, name: str) -> Mapping[str, str]:
    if isinstance(found, Mapping) and all(isinstance(text, str) for text in found.values()):
        return found
    raise ImproperlyConfigured(f'CONJURE["GRAPHQL_PERSISTED_QUERIES"]: {name} must hold documents by their hashes.')


def _digest_of(operation: ClientOperation) -> str | None:
    extension = operation.extensions.get("persistedQuery")
    if extension is None:
        return None
    if not isinstance(extension, dict) or not isinstance(extension.get("sha256Hash"), str):
        raise InvalidError({"extensions": ["persistedQuery must be {version, sha256Hash}."]})
    if extension.get("version") != PROTOCOL_VERSION:
        raise InvalidError({"extensions": ["Unsupported persisted query version."]})
    return str(extension["sha256Hash"])


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _key_of(text: str, listed: Mapping[str, str]) -> str | None:
    """The name under which a document is listed, if it is."""
    digest = _sha256(text)
    if listed.get(digest) == text:
        return digest
    return next((name for name, document in listed.items() if document == text), None)


def _recall(digest: str) -> str | None:
    if settings.GRAPHQL_PERSISTED_ONLY:
        return None
    text = ask_shared_cache(lambda: cache.get(_cache_key(digest)), _CONSEQUENCE)
    # The project shares the cache, so the entry may be anything.
    return text if isinstance(text, str) and _sha256(text) == digest else None


def _cache_key(digest: str) -> str:
    # The client's "hash" may be any text: one that a cache refuses as a key, or the key of something else.
    return f"conjure:document:{hashlib.sha256(digest.encode('utf-8', 'replace')).hexdigest()}"
