"""Checks of ``manage.py check --deploy``: what is handy on a developer's machine and open in production."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings as django_settings
from django.core import checks
from django.core.checks import CheckMessage
from django.db.models import FileField

from conjure.checks.throttles import check_deployed_throttles
from conjure.conf import settings
from conjure.registry import registry

# Any other site may send requests then, and read the answers.
_OPEN_CORS = ("CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL")


def check_deployment(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """All checks of a deployment. None of them is an error: there are projects for which each is right."""
    return [
        *check_transport(),
        *check_exploring(),
        *check_origins(),
        *check_login_limits(),
        *check_deployed_throttles(),
        *check_audit(),
        *check_uploads(),
    ]


def check_transport() -> Iterator[CheckMessage]:
    """Tokens travel encrypted."""
    if settings.AUTH == "jwt" and not django_settings.SECURE_SSL_REDIRECT:
        message = 'CONJURE["AUTH"] is "jwt", and SECURE_SSL_REDIRECT is off: tokens may travel unencrypted.'
        hint = "Set SECURE_SSL_REDIRECT, or silence this where a proxy lets HTTPS through alone."
        yield checks.Warning(message, hint=hint, id="conjure.W301")


def check_exploring() -> Iterator[CheckMessage]:
    """GraphiQL and introspection, which staff have by default, are meant to be there."""
    for name, what, number in (
        ("GRAPHIQL", "Staff can use GraphiQL", "conjure.W302"),
        ("INTROSPECTION", "Staff can introspect the schema", "conjure.W303"),
    ):
        if getattr(settings, name) and not settings.GRAPHQL_PERSISTED_ONLY:
            hint = f'Set CONJURE["{name}"] to False if nobody needs it there, or silence this.'
            yield checks.Warning(f"{what} in production.", hint=hint, id=number)


def check_origins() -> Iterator[CheckMessage]:
    """Only sites that the project names may read answers, as far as django-cors-headers decides that."""
    is_open = any(getattr(django_settings, name, False) for name in _OPEN_CORS)
    if is_open and apps.is_installed("corsheaders"):
        message = "CORS is open to every site."
        if getattr(django_settings, "CORS_ALLOW_CREDENTIALS", False):
            message = "CORS is open to every site, with credentials: any of them can act as whoever is logged in."
        hint = "List the sites of your frontends in CORS_ALLOWED_ORIGINS instead."
        yield checks.Warning(message, hint=hint, id="conjure.W304")


def check_login_limits() -> Iterator[CheckMessage]:
    """Passwords cannot be guessed without end."""
    if not settings.LOGIN:
        return
    for name in ("LOGIN_ATTEMPTS_PER_MINUTE", "LOGIN_ATTEMPTS_PER_ADDRESS"):
        if not getattr(settings, name):
            message = f'CONJURE["{name}"] is off: passwords can be tried without limit.'
            yield checks.Warning(message, hint="Give it a number.", id="conjure.W305")


def check_audit() -> Iterator[CheckMessage]:
    """Writes are recorded."""
    if not settings.AUDIT:
        message = 'CONJURE["AUDIT"] is off: nobody can tell who wrote what.'
        yield checks.Warning(message, hint="Remove the key, or set it to True.", id="conjure.W306")


def check_uploads() -> Iterator[CheckMessage]:
    """Uploaded files that browsers run are not served from the site's own origin."""
    if not settings.ALLOW_ACTIVE_UPLOADS:
        return
    files = (
        f"{key}.{field.name}"
        for key, config in registry.items()
        for field in config.model._meta.concrete_fields
        if isinstance(field, FileField) and _is_served_here(field)
    )
    first = next(files, None)
    if first is not None:
        message = (
            f"Clients may upload files that browsers run to {first}, which this site serves itself: a script in one "
            "acts as whoever opens it."
        )
        hint = "Serve uploads from a host of their own (MEDIA_URL), or remove ALLOW_ACTIVE_UPLOADS."
        yield checks.Warning(message, hint=hint, id="conjure.W307")


def _is_served_here(field: FileField) -> bool:
    """Whether the address of a stored file has no host of its own; a storage that gives no addresses serves none."""
    base_url: Any = getattr(field.storage, "base_url", None)
    return isinstance(base_url, str) and not urlsplit(base_url).netloc
