"""The project's login page, to which a browser without a login is sent."""

from __future__ import annotations

from django.conf import settings as django_settings
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, Resolver404, get_script_prefix, resolve


def find_login_url() -> str | None:
    """The URL of ``LOGIN_URL``, or None where the project has no such page. A page on another host is taken as it is.

    A path is looked for below ``SCRIPT_NAME``, whether ``LOGIN_URL`` has it in front or not.
    """
    try:
        url: str = resolve_url(django_settings.LOGIN_URL)
        if not url.startswith("/") or url.startswith("//"):
            return url
        prefix = get_script_prefix()
        path = "/" + url.removeprefix(prefix) if url.startswith(prefix) else url
        resolve(path.partition("?")[0])
    except (NoReverseMatch, Resolver404):
        return None
    return prefix + path[1:]
