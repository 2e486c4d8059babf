"""The ``CONJURE`` settings: typed defaults, read at call time so that ``override_settings`` works."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict, cast

from django.conf import settings as django_settings


class Brand(TypedDict):
    """How frontends present the project."""

    name: str
    accent: str


DEFAULTS: dict[str, Any] = {
    "AUTH": "session",
    "BRAND": {"name": "Conjure", "accent": "#4f46e5"},
    "USER_PAYLOAD": None,
    "PAGE_SIZE": 50,
    "MAX_PAGE_SIZE": 200,
    "AUDIT": True,
    "AUTODISCOVER": True,
    "AUTO_REGISTER": False,
    "AUTO_REGISTER_EXCLUDE": [],
    "APP_GROUPS": {},
    "SECTIONS": [],
    "MODEL_ORDER": [],
    "LOGGER_NAME": "conjure",
    # Beyond the frozen contract:
    "ACCESS": None,
    "LOGIN": True,
    "TRUSTED_PROXIES": [],
    "LOGIN_ATTEMPTS_PER_MINUTE": 5,
    "LOGIN_ATTEMPTS_PER_ADDRESS": 50,
    "THROTTLES": None,
    "BULK_MAX_ROWS": 10_000,
    "ACTION_MAX_ROWS": 250_000,
    "MAX_UPLOAD_SIZE": 10 * 1024 * 1024,
    "MAX_IMAGE_PIXELS": 50_000_000,
    "ALLOW_ACTIVE_UPLOADS": False,
    "MAX_BODY_SIZE": 2_500_000,
    "MAX_SEARCH_LENGTH": 1_000,
    "MAX_CONDITIONS": 500,
    "DASHBOARD_URL": None,
    "GRAPHIQL": True,
    "INTROSPECTION": True,
    "GRAPHQL_MAX_DEPTH": 15,
    "GRAPHQL_MAX_ALIASES": 30,
    "GRAPHQL_MAX_TOKENS": 2_000,
    "GRAPHQL_MAX_CHARACTERS": 20_000,
    "GRAPHQL_MAX_DIRECTIVES": 50,
    "GRAPHQL_MAX_COST": 1_000_000,
    "GRAPHQL_MAX_PAGE_SIZE": 5_000,
    "GRAPHQL_DOCUMENT_CACHE_SIZE": 256,
    "GRAPHQL_PERSISTED_QUERIES": None,
    "GRAPHQL_PERSISTED_ONLY": False,
    "FAST_READS": True,
    "STATEMENT_TIMEOUT": None,
    "READ_YOUR_WRITES": None,
    "SLOW_OPERATION": None,
}


class ConjureSettings:
    """Attribute access to the ``CONJURE`` dict of the Django settings, with defaults filled in.

    ``settings.PAGE_SIZE`` gives the project's value or the default; a name that is not a setting raises
    AttributeError. Nothing is cached.
    """

    AUTH: str
    USER_PAYLOAD: str | Callable[[Any], dict[str, Any]] | None
    PAGE_SIZE: int
    MAX_PAGE_SIZE: int
    AUDIT: bool
    AUTODISCOVER: bool
    AUTO_REGISTER: bool
    AUTO_REGISTER_EXCLUDE: Sequence[Any]
    APP_GROUPS: Mapping[str, str]
    SECTIONS: Sequence[Sequence[str]]
    MODEL_ORDER: Sequence[str]
    LOGGER_NAME: str
    ACCESS: str | Callable[[Any], Any] | None
    LOGIN: bool
    TRUSTED_PROXIES: Sequence[str]
    LOGIN_ATTEMPTS_PER_MINUTE: int
    LOGIN_ATTEMPTS_PER_ADDRESS: int
    THROTTLES: Mapping[str, Any] | None
    BULK_MAX_ROWS: int
    ACTION_MAX_ROWS: int
    MAX_UPLOAD_SIZE: int
    MAX_IMAGE_PIXELS: int
    ALLOW_ACTIVE_UPLOADS: bool
    MAX_BODY_SIZE: int
    MAX_SEARCH_LENGTH: int
    MAX_CONDITIONS: int
    DASHBOARD_URL: str | None
    GRAPHIQL: bool
    INTROSPECTION: bool
    GRAPHQL_MAX_DEPTH: int
    GRAPHQL_MAX_ALIASES: int
    GRAPHQL_MAX_TOKENS: int
    GRAPHQL_MAX_CHARACTERS: int
    GRAPHQL_MAX_DIRECTIVES: int
    GRAPHQL_MAX_COST: int
    GRAPHQL_MAX_PAGE_SIZE: int
    GRAPHQL_DOCUMENT_CACHE_SIZE: int
    GRAPHQL_PERSISTED_QUERIES: Mapping[str, str] | str | None
    GRAPHQL_PERSISTED_ONLY: bool
    FAST_READS: bool
    STATEMENT_TIMEOUT: float | None
    READ_YOUR_WRITES: float | None
    SLOW_OPERATION: float | None

    def __getattr__(self, name: str) -> Any:
        if name not in DEFAULTS:
            raise AttributeError(f"CONJURE has no setting {name!r}.")
        return self.declared.get(name, DEFAULTS[name])

    @property
    def declared(self) -> Mapping[str, Any]:
        """The dict that the project declared, or an empty one."""
        value = getattr(django_settings, "CONJURE", None)
        # A dict is looked for first: asking for a Mapping takes ten times as long.
        return value if isinstance(value, dict) or isinstance(value, Mapping) else {}  # noqa: SIM101

    @property
    def BRAND(self) -> Brand:  # noqa: N802 - a setting's name
        """The brand, a partial dict of the project merged over the default."""
        return cast(Brand, {**DEFAULTS["BRAND"], **self.declared.get("BRAND", {})})


settings = ConjureSettings()
