"""The URLs of the example: conjure, which brings its own start and login page, and a way there from the root."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.static import static
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="conjure:start")),
    path("conjure/", include("conjure.urls")),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
