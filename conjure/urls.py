"""The URLs: ``path("conjure/", include("conjure.urls"))``."""

from __future__ import annotations

from django.urls import URLPattern, path

from conjure.graphql.endpoint.graphiql import serve_graphiql_asset
from conjure.graphql.endpoint.views import graphql_view
from conjure.operations.health import health_view
from conjure.pages.login import login_view, logout_view
from conjure.pages.start import start_view
from conjure.rest.urls import unknown_urls
from conjure.rest.urls import urlpatterns as rest_urls

app_name = "conjure"

graphql_urls: list[URLPattern] = [
    path("graphql/", graphql_view, name="graphql"),
    path("graphql", graphql_view),  # Many clients are configured without the slash, and a POST cannot be redirected.
    path("graphql/assets/<path:path>", serve_graphiql_asset, name="graphiql-asset"),
]
page_urls: list[URLPattern] = [
    path("", start_view, name="start"),
    path("login/", login_view, name="login-page"),
    path("logout/", logout_view, name="logout-page"),
]
health_urls: list[URLPattern] = [path("health/", health_view, name="health")]
urlpatterns = [*page_urls, *rest_urls, *graphql_urls, *health_urls, *unknown_urls]
