"""Log in, work on through refreshes, use each refresh token once, log out: prints what happened as JSON."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="for this project only, and long enough for HS256",
    ALLOWED_HOSTS=["testserver"],
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "rest_framework_simplejwt.token_blacklist",
        "tests.auth.jwt_project",
    ],
    AUTH_USER_MODEL="jwt_project.Person",
    MIDDLEWARE=[],
    ROOT_URLCONF="tests.auth.urls",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    REST_FRAMEWORK={"UNAUTHENTICATED_USER": None},
    CONJURE={"AUTH": "jwt"},
    SIMPLE_JWT={
        "ACCESS_TOKEN_LIFETIME": timedelta(seconds=2),
        "USER_ID_FIELD": "uuid",
        "ROTATE_REFRESH_TOKENS": True,
        "BLACKLIST_AFTER_ROTATION": True,
    },
    USE_TZ=True,
)
django.setup()

from django.core.management import call_command  # noqa: E402 - needs the settings
from django.test import Client  # noqa: E402

from conjure.checks.logins import check_auth  # noqa: E402
from tests.auth.jwt_project.models import Person  # noqa: E402


def main() -> dict[str, Any]:
    call_command("migrate", run_syncdb=True, verbosity=0)
    person = Person.objects.create_user("ada@example.com", "engine", is_staff=True)
    client = Client()

    def post(url: str, body: dict[str, Any], access: str = "") -> Any:
        return client.post(url, body, content_type="application/json", headers={"Authorization": f"Bearer {access}"})

    def me(access: str) -> int:
        return client.get("/auth/me/", headers={"Authorization": f"Bearer {access}"}).status_code

    login = post("/auth/login/", {"username": "ada@example.com", "password": "engine"}).json()
    tokens = login
    rounds = []
    for _ in range(2):
        fresh = me(tokens["access"])
        time.sleep(2.05)
        stale = me(tokens["access"])
        tokens = post("/auth/refresh/", {"refresh": tokens["refresh"]}, tokens["access"]).json()
        rounds.append([fresh, stale])
    reused = post("/auth/refresh/", {"refresh": login["refresh"]}).status_code
    logout = post("/auth/logout/", {"refresh": tokens["refresh"]}, tokens["access"]).status_code
    return {
        "checks": [str(message) for message in check_auth()],
        "payload": login["user"]
        == {"id": str(person.pk), "username": person.email, "name": person.email, "is_superuser": False},
        "rounds": rounds,
        "a refresh token used twice": reused,
        "logout": logout,
        "a refresh token after logout": post("/auth/refresh/", {"refresh": tokens["refresh"]}).status_code,
        "garbage at logout": post("/auth/logout/", {"refresh": "x"}, tokens["access"]).status_code,
    }


if __name__ == "__main__":
    print(json.dumps(main()))
