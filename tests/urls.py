"""The test project mounts conjure where the documentation does."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("conjure/", include("conjure.urls"))]
