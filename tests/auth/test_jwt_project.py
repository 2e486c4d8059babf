"""A project as it may be: its own user model, short tokens, rotation with a blacklist, no middleware."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_client_works_on_through_refreshes_and_each_refresh_token_is_good_once() -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.auth.jwt_project"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "checks": [],
        "payload": True,
        "rounds": [[200, 401]] * 2,
        "a refresh token used twice": 401,
        "the token that was rotated from it, and that of another login": [401, 200],
        "a refresh token used twice at once": [200, 401],
        "the token that was rotated at once": 401,
        "logouts with an expired access token, none and garbage, and a refresh after each": [[204, 401]] * 3,
        "garbage at logout": 204,
    }
