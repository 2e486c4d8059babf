"""conjure, and django-otp's own page for logins with a device."""

from __future__ import annotations

from django.urls import include, path
from django_otp.views import LoginView

urlpatterns = [
    path("login/", LoginView.as_view(), name="login"),
    path("conjure/", include("conjure.urls")),
]
