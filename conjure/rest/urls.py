"""The frozen URLs; ``conjure.urls`` mounts them."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from conjure.rest.converters import KeyConverter
from conjure.rest.openapi.views import OpenAPIView
from conjure.rest.views import actions, bulk, logins, project, rows
from conjure.rest.views.unknown import UnknownURLView

register_converter(KeyConverter, "conjure_key")

urlpatterns: list[URLPattern] = [
    path("schema/", project.ModelsView.as_view(), name="schema"),
    path("schema/<str:model>/", project.ModelSchemaView.as_view(), name="model-schema"),
    path("r/<str:model>/", rows.ListView.as_view(), name="list"),
    path("r/<str:model>/autocomplete/", rows.AutocompleteView.as_view(), name="autocomplete"),
    path("r/<str:model>/bulk/", bulk.BulkView.as_view(), name="bulk"),
    path("r/<str:model>/action/<str:key>/", actions.ActionView.as_view(), name="action"),
    path("r/<str:model>/<conjure_key:pk>/related/", rows.RelatedView.as_view(), name="related"),
    path("r/<str:model>/<conjure_key:pk>/history/", rows.HistoryView.as_view(), name="history"),
    path("r/<str:model>/<conjure_key:pk>/", rows.RowView.as_view(), name="row"),
    path("auth/login/", logins.LoginView.as_view(), name="login"),
    path("auth/refresh/", logins.RefreshView.as_view(), name="refresh"),
    path("auth/logout/", logins.LogoutView.as_view(), name="logout"),
    path("auth/me/", logins.MeView.as_view(), name="me"),
    path("config/", project.ConfigView.as_view(), name="config"),
    path("openapi.json", OpenAPIView.as_view(), name="openapi"),
    path("widgets/<str:name>/", project.WidgetView.as_view(), name="widget"),
]
unknown_urls = [
    path("<conjure_key:url>", UnknownURLView.as_view()),
]
