"""Uploads, as forms of REST and as GraphQL's multipart requests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random
from typing import Any
from urllib.parse import quote

from conjure.specs.models import ModelSpec
from tests.fuzz.sending import GRAPHQL, Call
from tests.fuzz.values import is_file
from tests.testapp.factories import png

_BOUNDARY = "conjure-fuzz"
_TYPE = f"multipart/form-data; boundary={_BOUNDARY}"
_Part = tuple[str, str | None, bytes]


def _file(random: Random) -> tuple[str, bytes]:
    """The name and the content of a file: mostly such as may be stored."""
    return random.choice(
        (
            ("a.txt", b"some text"),
            ("a.png", png().read()),
            ("a.png", png(3, 2).read()),
            ("b.png", b"\x89PNG\r\n\x1a\n and then none"),
            ("page.html", b"<script>alert(1)</script>"),
            ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
            ("../../etc/passwd", b"x"),
            ("con.txt", b"x"),
            (".htaccess", b"x"),
            ("empty.txt", b""),
            ("ü" * 120 + ".txt", b"x"),
        )
    )


def _multipart(parts: list[_Part]) -> bytes:
    lines = []
    for name, filename, content in parts:
        named = f'; filename="{filename}"' if filename is not None else ""
        head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
        lines.append(head.encode() + content + b"\r\n")
    return b"".join([*lines, f"--{_BOUNDARY}--\r\n".encode()])


def rest_upload(spec: ModelSpec, key: str | None, values: Mapping[str, Any], random: Random) -> Call:
    """Create the row, or change it where there is a key, by a form."""
    parts: list[_Part] = []
    for name, value in values.items():
        sent = value if isinstance(value, list) else [value]
        texts = [str(each) for each in sent if isinstance(each, str | int | float)]
        parts += [(name, None, text.encode(errors="replace")) for text in texts]
    for field in spec.fields:
        if is_file(field) and random.random() < 0.8:
            name, content = _file(random)
            parts.append((field.name, name, content))
    path = f"r/{spec.key}/" if key is None else f"r/{spec.key}/{quote(key, safe='')}/"
    method = "POST" if key is None else "PATCH"
    return Call(method=method, path=path, body=_multipart(parts), content_type=_TYPE)


def graphql_upload(spec: ModelSpec, key: str | None, values: Mapping[str, Any], random: Random) -> Call:
    """The same as an operation of GraphQL."""
    sent: dict[str, Any] = dict(values)
    places: dict[str, list[str]] = {}
    files: list[_Part] = []
    for number, field in enumerate(each for each in spec.fields if is_file(each)):
        if random.random() < 0.8:
            name, content = _file(random)
            sent[field.name] = None
            places[str(number)] = [f"variables.v.{field.name}"]
            files.append((str(number), name, content))
    pk = "" if key is None else f"pk: {json.dumps(key)}, "
    root = spec.roots["create" if key is None else "update"]
    answered = f"result {{ {spec.graphql_label} }} errors {{ field messages code }}"
    document = f"mutation ($v: Values!) {{ w: {root}({pk}values: $v) {{ {answered} }} }}"
    operations = json.dumps({"query": document, "variables": {"v": sent}}).encode()
    if random.random() < 0.1:
        places = random.choice(({"0": ["variables.x.y"]}, {"9": ["variables.v"]}, {"0": [""]}))
    parts: list[_Part] = [("operations", None, operations), ("map", None, json.dumps(places).encode()), *files]
    return Call(method="POST", path=GRAPHQL, body=_multipart(parts), content_type=_TYPE)
