"""Every URL of conjure that asks for a login, with a method that it supports."""

from __future__ import annotations

from conjure.registry import registry

PUBLIC = {"config/", "health/", "auth/login/", "auth/refresh/", "auth/logout/", "graphql/assets/<path:path>"} | {
    "",
    "login/",
    "logout/",
}


def closed_urls() -> list[tuple[str, str]]:
    """``("GET", "/conjure/schema/")`` and so on, from the patterns themselves."""
    from conjure.urls import urlpatterns  # late: DRF needs the settings

    model = next(iter(registry))
    values = {"str:model": model, "str:key": "export", "conjure_key:pk": "1", "str:name": "model-counts"}
    urls = []
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        if route in PUBLIC or route == "<conjure_key:url>":
            continue
        for name, value in values.items():
            route = route.replace(f"<{name}>", value)
        view = getattr(pattern.callback, "cls", None)
        methods = [m for m in ("get", "post", "patch", "delete") if hasattr(view, m)] if view else ["get", "post"]
        urls += [(method.upper(), f"/conjure/{route}") for method in methods]
    return urls
