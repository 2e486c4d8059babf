"""Ask every URL and every GraphQL root field with a device and without: prints what was answered as JSON."""

from __future__ import annotations

import json
from typing import Any

from tests.auth.small_projects import start_project

start_project(
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django_otp",
        "django_otp.plugins.otp_static",
        "conjure",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django_otp.middleware.OTPMiddleware",
    ],
    ROOT_URLCONF="tests.auth.otp_project.urls",
    LOGIN_REDIRECT_URL="/conjure/auth/me/",
    CONJURE={
        "AUTO_REGISTER": True,
        "ACCESS": "tests.auth.otp_project.access.require_device",
    },
)

from django.contrib.auth.models import User  # noqa: E402 - needs the settings
from django.core.checks import run_checks  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import override_settings  # noqa: E402

from conjure.graphql.schema import get_schema  # noqa: E402
from tests.auth.every_url import closed_urls  # noqa: E402

GRAPHQL = "/conjure/graphql/"


def main() -> dict[str, Any]:
    call_command("migrate", run_syncdb=True, verbosity=0)
    ada = User.objects.create_superuser("ada", password="engine")
    device = ada.staticdevice_set.create(name="codes")
    device.token_set.create(token="123456")
    without, verified = Client(), Client()
    # A session that some other page of the project made by the password alone.
    without.force_login(ada)
    body = {"username": "ada", "password": "engine"}
    entered = verified.post("/login/", {**body, "otp_device": device.persistent_id, "otp_token": "123456"})
    login = Client().post("/conjure/auth/login/", body, content_type="application/json")
    me = verified.get("/conjure/auth/me/")
    with override_settings(CONJURE={}):
        unset = [message.id for message in run_checks(tags=["conjure"])]
    with override_settings(CONJURE={"LOGIN": False}):
        switched_off = [message.id for message in run_checks(tags=["conjure"])]
    return {
        "checks": [[message.id for message in run_checks(tags=["conjure"])], unset, switched_off],
        "the login page of the project": [entered.status_code, me.json()["username"]],
        "a login by password": [login.status_code, login.json(), list(login.cookies)],
        "without": [ask_urls(without), ask_fields(without)],
        "verified": [ask_urls(verified), ask_fields(verified)],
        "asked": [len(closed_urls()), len(root_fields())],
    }


def ask_urls(client: Client) -> list[str]:
    """What becomes of a request to every URL that asks for a login."""
    return sorted({outcome(client.generic(method, url)) for method, url in closed_urls()})


def root_fields() -> list[tuple[str, str]]:
    core = get_schema().core
    kinds = {"query": core.query_type, "mutation": core.mutation_type}
    return [(kind, name) for kind, root in kinds.items() if root for name in root.fields]


def ask_fields(client: Client) -> list[str]:
    """What becomes of each root field. Most are asked without their arguments, which only who has entered is told."""
    queries = [{"query": f"{kind} {{ {name} }}"} for kind, name in root_fields()]
    return sorted({outcome(client.post(GRAPHQL, query, content_type="application/json")) for query in queries})


def outcome(answer: Any) -> str:
    return "refused" if answer.status_code == 403 and b"OTP_REQUIRED" in answer.content else "answered"


if __name__ == "__main__":
    print(json.dumps(main()))
