"""Log in, work on through refreshes, use each refresh token once, log out: prints what happened as JSON."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

from tests.auth.small_projects import start_project

start_project(
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "rest_framework_simplejwt.token_blacklist",
        "conjure",
        "tests.auth.jwt_project",
    ],
    AUTH_USER_MODEL="jwt_project.Person",
    MIDDLEWARE=[],
    ROOT_URLCONF="tests.urls",
    REST_FRAMEWORK={"UNAUTHENTICATED_USER": None},
    CONJURE={"AUTH": "jwt"},
    SIMPLE_JWT={
        "ACCESS_TOKEN_LIFETIME": timedelta(seconds=2),
        "USER_ID_FIELD": "uuid",
        "ROTATE_REFRESH_TOKENS": True,
        "BLACKLIST_AFTER_ROTATION": True,
        "USER_AUTHENTICATION_RULE": "tests.auth.jwt_project.rules.may_use_tokens",
    },
)

from django.core.checks import run_checks  # noqa: E402 - needs the settings
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from tests.auth.conftest import LOGIN, LOGOUT, ME, REFRESH  # noqa: E402
from tests.auth.jwt_project.models import Person  # noqa: E402
from tests.auth.jwt_project.rules import interruptions  # noqa: E402


def main() -> dict[str, Any]:
    call_command("migrate", run_syncdb=True, verbosity=0)
    person = Person.objects.create_user("ada@example.com", "engine", is_staff=True)
    client = Client()

    def post(url: str, body: dict[str, Any], access: str = "") -> Any:
        return client.post(url, body, content_type="application/json", headers={"Authorization": f"Bearer {access}"})

    def me(access: str) -> int:
        return client.get(ME, headers={"Authorization": f"Bearer {access}"}).status_code

    def log_in() -> Any:
        return post(LOGIN, {"username": "ada@example.com", "password": "engine"}).json()

    def renew(refresh: str) -> int:
        return post(REFRESH, {"refresh": refresh}).status_code

    login = tokens = log_in()
    rounds = []
    for _ in range(2):
        fresh = me(tokens["access"])
        time.sleep(2.05)
        stale = me(tokens["access"])
        expired = tokens["access"]
        tokens = post(REFRESH, {"refresh": tokens["refresh"]}, tokens["access"]).json()
        rounds.append([fresh, stale])
    other = log_in()
    reused = renew(login["refresh"])
    after_reuse = [renew(tokens["refresh"]), renew(other["refresh"])]
    # Two requests with one token: the second comes in, and is answered, while the first one's user is looked at.
    answers: list[Any] = []
    used = log_in()["refresh"]
    interruptions.append(lambda: answers.append(post(REFRESH, {"refresh": used})))
    answers.append(post(REFRESH, {"refresh": used}))
    logouts = []
    for access in (expired, "", "x"):
        login = log_in()
        rotated = post(REFRESH, {"refresh": login["refresh"]}).json()
        logouts.append([post(LOGOUT, {"refresh": rotated["refresh"]}, access).status_code, renew(rotated["refresh"])])
    return {
        "checks": [str(message) for message in run_checks(tags=["conjure"])],
        "payload": login["user"]
        == {"id": str(person.pk), "username": person.email, "name": person.email, "is_superuser": False},
        "rounds": rounds,
        "a refresh token used twice": reused,
        "the token that was rotated from it, and that of another login": after_reuse,
        "a refresh token used twice at once": [answer.status_code for answer in answers],
        "the token that was rotated at once": renew(next(a.json()["refresh"] for a in answers if a.status_code == 200)),
        "logouts with an expired access token, none and garbage, and a refresh after each": logouts,
        "garbage at logout": post(LOGOUT, {"refresh": "x"}).status_code,
    }


if __name__ == "__main__":
    print(json.dumps(main()))
