"""A seeded fuzz of every endpoint: well-formed requests with parts that do not belong together."""

from __future__ import annotations

import json
import random
from typing import Any
from urllib.parse import quote

from conjure.encoding import JSON_TYPE
from conjure.specs.build import get_specs
from conjure.testing.context import WalkContext
from conjure.testing.requests import savepoints
from conjure.testing.rows import base_rows, has_table
from conjure.testing.samples import BODY_GARBAGE, PK_GARBAGE, QUERY_GARBAGE

_METHODS = ("GET", "GET", "GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS", "TRACE")
_TYPES = (*[JSON_TYPE] * 3, "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/plain", "")
_LOOKUPS = ("", "__exact", "__in", "__gte", "__isnull", "__icontains", "__date", "__regex", "__x__y")
_LOGIN_FREE = {"auth/logout/", "auth/login/"}


def verify_fuzz(context: WalkContext) -> None:
    """No request gets a 5xx, whatever it is made of."""
    fuzz = Fuzz(context)
    for _ in range(context.fuzzed_requests):
        with savepoints(undo=True):
            fuzz.send()


class Fuzz:
    """Makes requests up, the same ones for the same seed."""

    def __init__(self, context: WalkContext) -> None:
        self.random = random.Random(f"{context.seed}:fuzz")  # noqa: S311 - reproducible on purpose
        users = context.users
        self.callers = [*[users.superuser] * 4, users.clerk, users.anonymous]
        self.specs = [spec for spec in get_specs() if has_table(spec.model)]
        self.keys = [*(spec.key for spec in self.specs), "no.Such", "\x00", "a/b"]

    def send(self) -> None:
        """Send one request."""
        choose = self.random.choice
        caller = choose(self.callers)
        if self.random.random() < 0.25:
            caller.gql(self._document(), **self._variables())
            return
        method, content_type = choose(_METHODS), choose(_TYPES)
        raw = self._body(content_type) if method not in ("GET", "HEAD", "OPTIONS", "TRACE") else None
        path = self._path()
        if method == "POST" and path in _LOGIN_FREE:
            return
        caller.send(method, path, query=self._query(), raw=raw, content_type=content_type)

    def _path(self) -> str:
        choose = self.random.choice
        spec = choose(self.specs)
        key = quote(choose((spec.key, spec.key, spec.key, choose(self.keys))), safe="")
        pk = choose((self._pk(spec), self._pk(spec), choose(PK_GARBAGE)))
        pk = pk if pk.startswith("%") else quote(pk, safe="")
        action = quote(choose([*spec.config.actions, "nonsense"]))
        return choose(
            (
                f"r/{key}/",
                f"r/{key}/",
                f"r/{key}/{pk}/",
                f"r/{key}/{pk}/",
                f"r/{key}/{pk}/related/",
                f"r/{key}/autocomplete/",
                f"r/{key}/bulk/",
                f"r/{key}/action/{action}/",
                f"schema/{key}/",
                "schema/",
                "graphql/",
                "auth/me/",
                "auth/refresh/",
                f"widgets/{quote(choose(('trend', 'stats', 'x')))}/",
                f"{key}/{pk}",
            )
        )

    def _pk(self, spec: Any) -> str:
        try:
            with savepoints():
                found = base_rows(spec.model).values_list("pk", flat=True).first()
        except Exception:  # noqa: BLE001 - a project's field may raise anything
            found = None
        return "1" if found is None else ",".join(map(str, found)) if isinstance(found, tuple) else str(found)

    def _query(self) -> dict[str, str]:
        choose = self.random.choice
        spec = choose(self.specs)
        names = [field.name for field in spec.fields] or ["id"]
        query: dict[str, str] = {}
        for _ in range(self.random.randrange(4)):
            name = choose(("page", "page_size", "ordering", "search", "q", "format", choose(names), choose(names)))
            if name in names:
                name += choose(_LOOKUPS)
            query[name] = choose((*QUERY_GARBAGE, "1", "2", "true", "", *names[:3], f"-{names[0]}"))
        return query

    def _body(self, content_type: str) -> bytes:
        choose = self.random.choice
        if content_type != JSON_TYPE:
            return choose(
                (b"", b"a=1&b=%00", b"--x\r\n\r\n--x--", b"\xff\xfe", b"--x\r\nContent-Disposition: form-data")
            )
        spec = choose(self.specs)
        names = [field.name for field in spec.fields] or ["id"]
        value: Any = {choose(names): choose(BODY_GARBAGE) for _ in range(self.random.randrange(4))}
        wrapped = choose(
            (
                value,
                value,
                {"action": choose(("delete", "update", "x", 1)), "ids": choose(BODY_GARBAGE), "data": value},
                {
                    "operations": [
                        {"op": choose(("create", "update", "delete")), "pk": choose(BODY_GARBAGE), "data": value}
                    ]
                },
                {"operations": choose(BODY_GARBAGE)},
                {"ids": choose(BODY_GARBAGE), "all_filtered": choose((True, False, 1)), "params": value},
                [value],
                choose(BODY_GARBAGE),
            )
        )
        return json.dumps(wrapped).encode()

    def _document(self) -> str:
        choose = self.random.choice
        spec = choose(self.specs)
        fields = [field.graphql_name for field in spec.fields] or [spec.graphql_label]
        roots = list(spec.roots.values())
        text = choose(
            (
                f"{{ {spec.roots['list']}(search: $a) {{ results {{ {choose(fields)} }} }} }}",
                f"query ($a: String) {{ {spec.roots['list']}(search: $a, orderBy: $a) {{ totalCount }} }}",
                f"query ($a: ID!) {{ {spec.roots['retrieve']}(pk: $a) {{ {choose(fields)} }} }}",
                f"query ($p: Parameters) {{ {spec.roots['list']}(parameters: $p) {{ totalCount }} }}",
                f"query ($f: {spec.types['filter']}) {{ {spec.roots['list']}(filters: $f) {{ totalCount }} }}",
                f"{{ {choose(roots)} }}",
                f"mutation {{ {choose(roots)}(pk: 1, data: {{}}) {{ __typename }} }}",
                "{ __schema { types { name } } __typename me conjureModels }",
                "{" * 50,
                "{ " + "a: __typename " * 40 + "}",
                "query A { me } query B { me }",
                "subscription { x }",
                "fragment F on Query { ...F } { ...F }",
                "",
            )
        )
        if self.random.random() < 0.15:
            position = self.random.randrange(len(text) + 1)
            text = text[:position] + choose(("\x00", "}", "{", '"', "\ud83d", "$", "@skip(if: true)")) + text[position:]
        return text

    def _variables(self) -> dict[str, Any]:
        choose = self.random.choice
        spec = choose(self.specs)
        name = choose([field.graphql_name for field in spec.fields] or ["id"])
        return {
            "a": choose((*BODY_GARBAGE, *QUERY_GARBAGE)),
            "p": choose(({name: choose(BODY_GARBAGE)}, choose(BODY_GARBAGE))),
            "f": {name: choose(({"exact": choose(BODY_GARBAGE)}, choose(BODY_GARBAGE)))},
        }
