"""A project with django-otp: nobody enters without a verified device."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_staff_without_a_verified_device_are_refused_everywhere_and_those_with_one_enter() -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.auth.otp_project"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    urls, fields = told.pop("asked")
    assert urls >= 18
    assert fields >= 30
    refused = {"detail": "Log in with your device.", "code": "OTP_REQUIRED", "login_url": "/login/"}
    assert told == {
        "checks": [[], ["conjure.W110"], []],
        "the login page of the project": [302, "ada"],
        "a login by password": [403, refused, []],
        "without": [["refused"], ["refused"]],
        "verified": [["answered"], ["answered"]],
    }
