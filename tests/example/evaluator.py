"""Runs code in the example project: each line of the input is a JSON string of code, and a line answers it.

Django is set up once; the code runs in a fork, which starts at once and leaves nothing behind but what it stored.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from contextlib import redirect_stdout

import django


def main() -> None:
    """Answer until the input ends."""
    django.setup()
    from conjure.graphql.schema import get_schema

    get_schema()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            answer(json.loads(line))
            os._exit(0)
        os.waitpid(child, 0)


def answer(code: str) -> None:
    """Print what the code leaves in ``result``, or how it failed."""
    names: dict[str, object] = {}
    try:
        with redirect_stdout(sys.stderr):
            exec(compile(code, "<code of the test>", "exec"), names)
        answered = {"result": names["result"]}
    except BaseException:  # noqa: BLE001 - whatever it is, the test says so
        answered = {"error": traceback.format_exc()}
    print(json.dumps(answered, default=str), flush=True)


if __name__ == "__main__":
    main()
