"""The URLs of the example: conjure, a login page for browsers, and a way in from the root."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.static import static
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from demo.views import home

urlpatterns = [
    path("", home, name="home"),
    path("login/", LoginView.as_view(template_name="demo/login.html"), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    # conjure's mount has no page of its own; a visitor who types it is led on.
    path("conjure/", home),
    path("conjure/", include("conjure.urls")),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
